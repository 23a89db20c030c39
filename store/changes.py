"""The feed of changes: every verdict that took another's place, in the order in which they came to be on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ScalarSelect, select, text
from sqlalchemy.orm import Session, aliased

from store.errors import FieldError
from store.tables import ClaimRow, VerdictRow

# Held to the end of the transaction by whoever records a verdict: so the order of `sequence` is that of the commits,
# and who has read up to one verdict has missed none before it.
_RECORDING_VERDICTS = 0x5EC2

# Cursors that are no id of a verdict: before the first change, and behind the last one at this moment.
START = "start"
NOW = "now"


@dataclass(frozen=True, slots=True)
class Change:
    """A verdict, the text of its claim, and the label that it took the place of, None where it is the first."""

    verdict: VerdictRow
    text: str
    previous: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """Up to where somebody has read: the `sequence` of the last verdict, and the cursor that they keep."""

    sequence: int
    cursor: str


def order_commits(session: Session) -> None:
    """Let no other verdict be recorded until this transaction has ended."""
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _RECORDING_VERDICTS})


def read_changes(session: Session, *, after: int, limit: int) -> Sequence[VerdictRow]:
    """The verdicts recorded after the one with this `sequence`, in order; 0 is before the first."""
    query = select(VerdictRow).where(VerdictRow.sequence > after).order_by(VerdictRow.sequence).limit(limit)
    return session.scalars(query).all()


def previous_label() -> ScalarSelect[str]:
    """The label that a verdict took the place of, to be selected beside it; NULL for the first of a claim."""
    earlier = aliased(VerdictRow)
    return (
        select(earlier.label)
        .where(earlier.claim == VerdictRow.claim, earlier.sequence < VerdictRow.sequence)
        .order_by(earlier.sequence.desc())
        .limit(1)
        .correlate(VerdictRow)
        .scalar_subquery()
    )


def list_changes(session: Session, place: Place, *, limit: int, claim: str | None = None) -> Sequence[Change]:
    """The changes that follow on a place, in order; of one claim alone where one is named."""
    query = (
        select(VerdictRow, ClaimRow.text, previous_label())
        .join(ClaimRow, ClaimRow.id == VerdictRow.claim)
        .where(VerdictRow.sequence > place.sequence)
        .order_by(VerdictRow.sequence)
        .limit(limit)
    )
    if claim:
        query = query.where(VerdictRow.claim == claim)
    return [Change(*row) for row in session.execute(query)]


def find_place(session: Session, cursor: str | None) -> Place:
    """The place that a cursor stands for; None is the start. Raises `FieldError` for one that is not known here.

    A cursor is the id of the last verdict read: none is ever deleted, so it stays valid for ever, and one of another
    record, or of what was lost with a record that had to be restored, is told from it.
    """
    if cursor in (None, START):
        return Place(0, START)
    query = select(VerdictRow.sequence, VerdictRow.id)
    if cursor == NOW:
        query = query.order_by(VerdictRow.sequence.desc()).limit(1)
    else:
        query = query.where(VerdictRow.id == cursor)
    found = session.execute(query).one_or_none()
    if found:
        return Place(*found)
    if cursor == NOW:
        return Place(0, START)
    raise FieldError("cursor", "must be a next_cursor that this service gave, or now")


def place_after(changes: Sequence[Change], place: Place) -> Place:
    """Where somebody is who has read these changes from that place on."""
    return Place(changes[-1].verdict.sequence, changes[-1].verdict.id) if changes else place
