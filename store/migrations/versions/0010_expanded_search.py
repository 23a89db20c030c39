"""Claims find statements by what the statements nearest to them are found by, too."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from store.vector import Vector

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("claim", sa.Column("search_terms", ARRAY(sa.Text()), server_default="{}", nullable=False))
    op.add_column("claim", sa.Column("search_vector", Vector(), nullable=True))
    op.add_column("claim", sa.Column("near", sa.Double(), nullable=True))
    op.create_index("claim_search_terms", "claim", ["search_terms"], postgresql_using="gin")
    _forget_reach()


def downgrade() -> None:
    for column in ("search_terms", "search_vector", "near"):
        op.drop_column("claim", column)
    _forget_reach()


def _forget_reach() -> None:
    """The scores are others: until a claim is verified again, any statement may be within its reach."""
    op.execute("UPDATE claim SET reach = NULL")
