"""Claims find statements by what the statements nearest to them are found by, too."""

import sqlalchemy as sa
from alembic import op

from store.vector import Vector

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("claim", sa.Column("sought", Vector(), nullable=True))


def downgrade() -> None:
    op.drop_column("claim", "sought")
