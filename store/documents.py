"""Documents on record: articles as they were submitted, and where their extraction stands."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select, text, update
from sqlalchemy.orm import Session

from store.errors import ConflictError, NotFoundError
from store.identifiers import new_id
from store.paging import Page, like, read_page
from store.queue import Task, TaskName, enqueue
from store.sources import resolve_or_add_source
from store.tables import DocumentRow, StatementRow

# What a worker finds in an article where the submitter left it out.
INFERABLE = ("title", "language", "published_on")

# Held to the end of the transaction by whoever records what a document says: of two copies that are read at the same
# time, the second then finds the first.
_RECORDING_DOCUMENTS = 0x5EC3


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDocument:
    """An article as it is submitted: exactly one of `text`, `html` and `url`; `publisher` is an id or a name."""

    publisher: str
    text: str | None = None
    html: str | None = None
    url: str | None = None
    id: str | None = None
    title: str | None = None
    language: str | None = None
    published_on: date | None = None


def add_document(session: Session, new: NewDocument) -> tuple[DocumentRow, list[Task]]:
    """The document on record, and what is to be done about it: nothing where it has been read as it is.

    With the id or the address of one on record it is another version of that one. An address is read again each time.
    Raises `ConflictError` where that one is another publisher's.
    """
    publisher = resolve_or_add_source(session, "publisher", new.publisher)
    row = _find(session, new)
    values = _read(new)
    if row is None:
        row = DocumentRow(id=new.id or new_id("document"), publisher=publisher, **values)
        session.add(row)
        session.flush()
    elif row.publisher != publisher:
        raise ConflictError(f"document {row.id!r} is one of the publisher {row.publisher!r}")
    elif row.form != "url" and row.status != "failed" and not _differs(row, values):
        return row, []
    else:
        for field, value in values.items():
            setattr(row, field, value)
    tasks = enqueue(session, TaskName.EXTRACT_DOCUMENT, [row.id], causes=[f"document:{row.id}"])
    session.flush()
    session.refresh(row)
    return row, tasks


def get_document(session: Session, id: str) -> DocumentRow:
    """The document with an id. Raises `NotFoundError`."""
    if row := session.get(DocumentRow, id):
        return row
    raise NotFoundError("document", id)


def list_documents(
    session: Session,
    *,
    publisher: str | None = None,
    status: str | None = None,
    q: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[DocumentRow]:
    """Documents by id of the publisher, by status, and by a piece of the title, the text or the address."""
    query = select(DocumentRow)
    if publisher:
        query = query.where(DocumentRow.publisher == publisher)
    if status:
        query = query.where(DocumentRow.status == status)
    if q:
        columns = (DocumentRow.title, DocumentRow.text, DocumentRow.url)
        query = query.where(or_(*(column.ilike(like(q), escape="\\") for column in columns)))
    return read_page(session, query, DocumentRow.sequence, cursor=cursor, limit=limit)


def statements_of(session: Session, document: str) -> Sequence[StatementRow]:
    """The statements that stand in a document's text, in its order. Those that a later version has no more do not."""
    query = select(StatementRow).where(StatementRow.document == document, StatementRow.document_start.is_not(None))
    return session.scalars(query.order_by(StatementRow.document_start, StatementRow.sequence)).all()


def fail_document(session: Session, id: str, error: str) -> None:
    """Say why nothing could be taken from a document; what an earlier version of it gave stays."""
    session.execute(update(DocumentRow).where(DocumentRow.id == id).values(status="failed", error=error))


def await_turn(session: Session) -> None:
    """Let nobody else record what a document says until this transaction has ended."""
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _RECORDING_DOCUMENTS})


def _find(session: Session, new: NewDocument) -> DocumentRow | None:
    """The document that this is a version of."""
    id = new.id
    if new.url is not None:
        known = session.scalar(select(DocumentRow.id).where(DocumentRow.address == _digest(new.url)))
        if known and id not in (None, known):
            raise ConflictError(f"this address is that of document {known!r}: give that id, or none")
        id = known or id
    return session.get(DocumentRow, id, with_for_update=True) if id else None


def _read(new: NewDocument) -> dict[str, Any]:
    """What a submission sets. An earlier version's text stays until this one has been read, its address for good."""
    form = next(form for form in ("text", "html", "url") if getattr(new, form) is not None)
    content = str(getattr(new, form))
    values: dict[str, Any] = {field: getattr(new, field) for field in INFERABLE}
    values |= {"inferred": [field for field in INFERABLE if values[field] is None]}
    values |= {"form": form, "digest": _digest(f"{form}\n{content}")}
    if new.url is not None:
        return values | {"url": new.url, "address": _digest(new.url), "submitted": None}
    return values | {"submitted": content.encode()}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _differs(row: DocumentRow, values: dict[str, Any]) -> bool:
    """Whether a submission says anything else than the stored one did; what was inferred since does not matter."""
    if row.digest != values["digest"] or row.inferred != values["inferred"]:
        return True
    return any(getattr(row, field) != values[field] for field in INFERABLE if field not in row.inferred)
