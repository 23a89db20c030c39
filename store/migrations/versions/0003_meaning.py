"""Statements and claims are found by their meaning too."""

import sqlalchemy as sa
from alembic import op

from store.vector import Vector

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS vector")
    for table in ("statement", "claim"):
        op.add_column(table, sa.Column("vector", Vector(), nullable=True))
        op.add_column(table, sa.Column("encoder", sa.Text(), nullable=True))
    op.add_column("claim", sa.Column("reach", sa.Double(), nullable=True))
