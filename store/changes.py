"""The feed of changes: every verdict that took another's place, in the order in which they came to be on record."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from store.tables import VerdictRow

# Held to the end of the transaction by whoever records a verdict: so the order of `sequence` is that of the commits,
# and who has read up to one verdict has missed none before it.
_RECORDING_VERDICTS = 0x5EC2


def order_commits(session: Session) -> None:
    """Let no other verdict be recorded until this transaction has ended."""
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _RECORDING_VERDICTS})


def read_changes(session: Session, *, after: int, limit: int) -> Sequence[VerdictRow]:
    """The verdicts recorded after the one with this `sequence`, in order; 0 is before the first."""
    query = select(VerdictRow).where(VerdictRow.sequence > after).order_by(VerdictRow.sequence).limit(limit)
    return session.scalars(query).all()
