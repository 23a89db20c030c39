"""What people judge, approve and still have to look at."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


# Who overruled the engine, and what it had said, is what a newsroom answers for: it stays.
APPEND_ONLY = """
CREATE FUNCTION refuse_change_of_judgement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'judgements are append-only: % is refused', TG_OP;
END $$;
CREATE TRIGGER judgement_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON judgement
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_judgement();
"""


def upgrade() -> None:
    op.create_table(
        "judgement",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("claim", sa.Text(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("engine_said", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("(field = 'relation') = (claim IS NOT NULL)", name="subject"),
        sa.ForeignKeyConstraint(["claim"], ["claim.id"]),
        sa.ForeignKeyConstraint(["statement"], ["statement.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sequence"),
    )
    op.create_index("judgement_claim", "judgement", ["claim", "statement", "sequence"], unique=False)
    op.create_index("judgement_statement", "judgement", ["statement", "sequence"], unique=False)
    op.execute(APPEND_ONLY)
    op.create_table(
        "approval",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column(
            "approved_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["verdict"], ["verdict.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sequence"),
    )
    op.create_index("approval_verdict", "approval", ["verdict"], unique=False)
    op.create_index(
        "approval_standing",
        "approval",
        ["verdict"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.add_column(
        "statement",
        sa.Column("pinned", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
    )
    op.add_column("claim", sa.Column("needs_review", sa.Boolean(), server_default="false", nullable=False))
    op.execute(
        "UPDATE claim SET needs_review = (verdict.shown->>'needs_review')::boolean"
        " FROM verdict WHERE verdict.id = claim.verdict"
    )
    op.create_index("claim_needs_review", "claim", ["sequence"], unique=False, postgresql_where=sa.text("needs_review"))
