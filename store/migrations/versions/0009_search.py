"""People find claims and statements by their words."""

import hashlib
import unicodedata

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

WORDS = """CASE language
    WHEN 'de' THEN to_tsvector('german'::regconfig, text)
    WHEN 'en' THEN to_tsvector('english'::regconfig, text)
    ELSE to_tsvector('simple'::regconfig, text)
END"""


def fold(text: str) -> str:
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split()).strip(" .!?…\"'„“”»«›‹‘’‚")
    return hashlib.sha256(folded.encode()).hexdigest()


def upgrade() -> None:
    for table in ("statement", "claim"):
        op.add_column(table, sa.Column("words", TSVECTOR(), sa.Computed(WORDS, persisted=True), nullable=False))
        op.create_index(f"{table}_words", table, ["words"], postgresql_using="gin")
    op.add_column("claim", sa.Column("folded", sa.Text(), nullable=True))
    connection = op.get_bind()
    claims = connection.execute(sa.text("SELECT id, text FROM claim")).all()
    if claims:
        known = [{"id": id, "folded": fold(text)} for id, text in claims]
        connection.execute(sa.text("UPDATE claim SET folded = :folded WHERE id = :id"), known)
    op.alter_column("claim", "folded", nullable=False)
    op.create_index("claim_folded", "claim", ["folded"])


def downgrade() -> None:
    op.drop_column("claim", "folded")
    for table in ("statement", "claim"):
        op.drop_column(table, "words")
