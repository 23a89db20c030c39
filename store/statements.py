"""Statements and confirmations on record."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from store.errors import ConflictError, FieldError, NotFoundError
from store.identifiers import new_id
from store.lookup import mentions
from store.paging import Page, read_page
from store.queue import Task, TaskName, enqueue
from store.sources import resolve_or_add_source
from store.tables import ClaimRow, StatementRow
from verifier.entities import Act, Position, Statement

# A statement found in a document counts for nothing in these states, until a person accepts it.
UNACCEPTED = ("proposed", "rejected")
# What a worker infers where the submitter left it out.
INFERABLE = ("language", "act", "origin", "proposition")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStatement:
    """A statement as it is submitted; `speaker`, `publisher` and `origin` are ids or names of sources."""

    speaker: str
    text: str
    stated_on: date
    id: str | None = None
    publisher: str | None = None
    published_on: date | None = None
    language: str | None = None
    act: Act | None = None
    origin: str | None = None
    proposition: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConfirmation:
    """A position as a fact-checker recorded it, on exactly one of `claim` and `statement`, which are ids."""

    source: str
    position: Position
    stated_on: date
    id: str | None = None
    claim: str | None = None
    statement: str | None = None
    text: str = ""
    url: str | None = None


def add_statement(session: Session, new: NewStatement) -> tuple[StatementRow, list[Task]]:
    """The statement on record, and what is to be done about it: nothing where it is on record already."""
    values: dict[str, Any] = {
        "speaker": resolve_or_add_source(session, "speaker", new.speaker),
        "publisher": resolve_or_add_source(session, "publisher", new.publisher) if new.publisher else None,
        "origin": resolve_or_add_source(session, "origin", new.origin) if new.origin else None,
        "text": new.text,
        "stated_on": new.stated_on,
        "published_on": new.published_on,
        "language": new.language,
        "act": new.act,
        "proposition": new.proposition,
        "url": new.url,
    }
    inferred = [field for field in INFERABLE if values[field] is None]
    return _record(session, new.id, values | {"inferred": inferred})


def add_confirmation(session: Session, new: NewConfirmation) -> tuple[StatementRow, list[Task]]:
    """The confirmation on record, a statement with a target, and what is to be done about it.

    Raises `FieldError` where the target is not on record or was retracted.
    """
    if not (new.id and session.get(StatementRow, new.id)):  # one that is on record already had its target then
        _check_target(session, new)
    speaker = resolve_or_add_source(session, "source", new.source)
    values: dict[str, Any] = {
        "speaker": speaker,
        "origin": speaker,
        "text": new.text,
        "stated_on": new.stated_on,
        "url": new.url,
        "position": new.position,
        "target_claim": new.claim,
        "target_statement": new.statement,
    }
    return _record(session, new.id, values | {"inferred": ["language", "act", "proposition"]})


def get_statement(session: Session, id: str, *, lock: bool = False) -> StatementRow:
    """The statement with an id, which with `lock` nobody else changes meanwhile. Raises `NotFoundError`."""
    if row := session.get(StatementRow, id, with_for_update=lock or None):
        return row
    raise NotFoundError("statement", id)


def list_statements(
    session: Session,
    *,
    speaker: str | None = None,
    publisher: str | None = None,
    document: str | None = None,
    status: str | None = None,
    q: str | None = None,
    since: date | None = None,
    until: date | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[StatementRow]:
    """Statements by ids of speaker, publisher and document, by status, by words of the text, and by their days."""
    query = select(StatementRow)
    if speaker:
        query = query.where(StatementRow.speaker == speaker)
    if publisher:
        query = query.where(StatementRow.publisher == publisher)
    if document:
        query = query.where(StatementRow.document == document)
    if status:
        query = query.where(StatementRow.status == status)
    if q:
        query = query.where(mentions(StatementRow, q))
    if since:
        query = query.where(StatementRow.stated_on >= since)
    if until:
        query = query.where(StatementRow.stated_on <= until)
    return read_page(session, query, StatementRow.sequence, cursor=cursor, limit=limit)


def retract_statement(session: Session, id: str, reason: str) -> tuple[StatementRow, list[Task]]:
    """Stop a statement from counting; it stays on record. Retracting it again changes nothing."""
    row = get_statement(session, id, lock=True)
    if row.retracted_at:
        return row, []
    row.retracted_at, row.retraction_reason = func.clock_timestamp(), reason
    session.flush()
    session.refresh(row)
    # A worker finds the claims that it touched, as it does for a new statement.
    return row, enqueue(session, TaskName.INTERPRET_STATEMENT, [id], causes=[f"retraction:{id}"])


def fail_statement(session: Session, id: str, error: str) -> None:
    """Say that a statement could not be interpreted; it stays on record and counts for nothing."""
    session.execute(update(StatementRow).where(StatementRow.id == id).values(status="failed", error=error))


def confirmations_of(session: Session, id: str) -> Collection[str]:
    """Ids of the confirmations that have this statement as their target."""
    return session.scalars(select(StatementRow.id).where(StatementRow.target_statement == id)).all()


def to_statement(row: StatementRow) -> Statement:
    """An interpreted row as the verifier reads it."""
    return Statement(
        id=row.id,
        sequence=row.sequence,
        speaker=str(row.speaker),
        text=row.text,
        language=row.language or "und",
        stated_on=row.stated_on,
        act=Act(row.act or Act.DECLINE),
        origin=row.origin,
        proposition=row.proposition or "",
        quote_start=row.quote_start or 0,
        quote_end=row.quote_end if row.quote_end is not None else len(row.text),
        publisher=row.publisher,
        url=row.url,
        shared_text=row.shared_text,
    )


def _record(session: Session, id: str | None, values: Mapping[str, Any]) -> tuple[StatementRow, list[Task]]:
    if id and (known := session.get(StatementRow, id)):
        if _differs(known, values):
            raise ConflictError(f"there is another statement {id!r}: retract it, or give this one an id of its own")
        return known, []
    row = StatementRow(id=id or new_id("statement"), **values)
    session.add(row)
    session.flush()
    return row, enqueue(session, TaskName.INTERPRET_STATEMENT, [row.id], causes=[f"statement:{row.id}"])


def _differs(known: StatementRow, values: Mapping[str, Any]) -> bool:
    """Whether a submission says anything else than the stored one did; what was inferred since does not matter."""
    given = {field: value for field, value in values.items() if field not in values["inferred"]}
    return any(_as_given(known, field) != value for field, value in given.items())


def _as_given(known: StatementRow, field: str) -> Any:
    """What the submitter gave, whatever a person has pinned over it since."""
    pin = known.pinned.get(field)
    if pin is None and field == "origin" and known.position:
        pin = known.pinned.get("speaker")  # the origin of a confirmation is its speaker
    return pin["given"] if pin and pin["given"] is not None else getattr(known, field)


def _check_target(session: Session, new: NewConfirmation) -> None:
    if new.claim and session.get(ClaimRow, new.claim) is None:
        raise FieldError("claim", f"there is no claim {new.claim!r}")
    if new.statement:
        target = session.get(StatementRow, new.statement)
        if target is None:
            raise FieldError("statement", f"there is no statement {new.statement!r}")
        if target.retracted_at:
            raise FieldError("statement", f"statement {new.statement!r} was retracted")
        if target.status in UNACCEPTED:
            raise FieldError("statement", f"statement {new.statement!r} counts for nothing: it is only {target.status}")
