"""Whoever waits for a claim is told when its verdict has changed or its check has failed."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


# A trigger, so that no way of writing a claim can forget it. Most updates of a claim are of no interest to those who
# wait and cost a comparison. PostgreSQL delivers when the transaction has committed, and nothing if it does not.
ANNOUNCE = """
CREATE FUNCTION announce_claim() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('secondsource_claim', NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER claim_is_announced AFTER UPDATE OF verdict, status ON claim FOR EACH ROW
    WHEN (NEW.verdict IS DISTINCT FROM OLD.verdict OR (NEW.status = 'failed' AND OLD.status <> 'failed'))
    EXECUTE FUNCTION announce_claim();
"""


def upgrade() -> None:
    op.execute(ANNOUNCE)


def downgrade() -> None:
    op.execute("DROP TRIGGER claim_is_announced ON claim")
    op.execute("DROP FUNCTION announce_claim")
