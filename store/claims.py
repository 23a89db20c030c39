"""Claims on record: what was submitted, where its check stands, and which ones a statement touches."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, and_, func, literal_column, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from store.errors import ConflictError, NotFoundError
from store.identifiers import fold_text, new_id
from store.lookup import mentions
from store.paging import Page, read_page
from store.queue import Task, TaskName, enqueue
from store.search import is_like, shared_terms, to_score
from store.tables import ClaimRow, VerdictRow
from verifier.entities import Label
from verifier.ports import Index, Query


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClaim:
    """A claim as it is submitted. `as_of` None means: by everything on record, now and later."""

    text: str
    id: str | None = None
    language: str | None = None
    as_of: date | None = None
    reference: str | None = None


def add_claim(session: Session, new: NewClaim) -> tuple[ClaimRow, list[Task]]:
    """The claim on record, and what is to be done about it: nothing where it is on record already."""
    if new.id and (known := session.get(ClaimRow, new.id)):
        same = (known.text, known.as_of, known.reference) == (new.text, new.as_of, new.reference)
        if not same or (new.language and known.language not in (None, new.language)):
            raise ConflictError(f"there is another claim {new.id!r}: give this one an id of its own")
        return known, []
    row = ClaimRow(
        id=new.id or new_id("claim"),
        text=new.text,
        folded=fold_text(new.text),
        language=new.language,
        as_of=new.as_of,
        reference=new.reference,
    )
    session.add(row)
    session.flush()
    return row, enqueue(session, TaskName.VERIFY_CLAIM, [row.id], causes=[f"submitted:{row.id}"])


def get_claim(session: Session, id: str, *, lock: bool = False) -> ClaimRow:
    """The claim with an id, which with `lock` nobody else changes meanwhile. Raises `NotFoundError`."""
    if row := session.get(ClaimRow, id, with_for_update=lock or None):
        return row
    raise NotFoundError("claim", id)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where a claim stands, and `edition`, which is another one whenever anything about it was written."""

    status: str
    verdict: str | None
    edition: str


def read_state(connection: Session | Connection, id: str) -> State:
    """The state of a claim, read as cheaply as can be, for those who ask again and again. Raises `NotFoundError`.

    What a claim shows must be in its row or never change; whoever changes it elsewhere sets its `updated_at` as
    well. The edition also names the transaction (`xmin`), so that a change by hand is seen too.
    """
    transaction: ColumnElement[str] = literal_column("claim.xmin::text")
    query = select(ClaimRow.status, ClaimRow.verdict, ClaimRow.updated_at, transaction).where(ClaimRow.id == id)
    found = connection.execute(query).one_or_none()
    if found is None:
        raise NotFoundError("claim", id)
    status, verdict, updated_at, written = found
    return State(status=status, verdict=verdict, edition=f"{status} {verdict} {updated_at.isoformat()} {written}")


def list_claims(
    session: Session,
    *,
    verdict: Label | None = None,
    status: str | None = None,
    q: str | None = None,
    updated_since: datetime | None = None,
    needs_review: bool | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[ClaimRow]:
    """Claims by the label of the verdict that stands, by status, by words of the text, and by last change.

    `needs_review`: those whose standing verdict is not sure and not approved, or those that have another one.
    """
    query = select(ClaimRow)
    if verdict:
        query = query.join(VerdictRow, VerdictRow.id == ClaimRow.verdict).where(VerdictRow.label == verdict)
    if status:
        query = query.where(ClaimRow.status == status)
    if q:
        query = query.where(mentions(ClaimRow, q))
    if updated_since:
        query = query.where(ClaimRow.updated_at >= updated_since)
    if needs_review is not None:
        query = query.where(ClaimRow.needs_review if needs_review else ~ClaimRow.needs_review)
        query = query.where(ClaimRow.verdict.is_not(None))
    return read_page(session, query, ClaimRow.sequence, cursor=cursor, limit=limit)


# Vectors are kept in single precision: the same score may differ in its last digits.
_ROUNDING = 1e-4


def touched_claims(session: Session, index: Index, *, shared: int, likeness: float) -> Collection[str]:
    """Ids of the claims that would find a statement with this index: the search over the record, in reverse.

    And of those whose search it would change, because it is as near to them as what their search is expanded by.
    """

    def finds(
        terms: InstrumentedAttribute[list[str]],
        vector: InstrumentedAttribute[tuple[float, ...] | None],
        bar: InstrumentedAttribute[float | None],
    ) -> ColumnElement[bool]:
        count, likes = shared_terms(terms, index.terms, least=least), is_like(vector, ClaimRow.encoder, index)
        found = (terms.overlap(sorted(index.terms)) & (count > 0)) | (likes >= likeness)
        # Scores by vectors of another encoder cannot be compared.
        is_free = bar.is_(None) | ClaimRow.encoder.is_distinct_from(index.encoder)
        return and_(found, or_(is_free, to_score(count, likes) >= bar - _ROUNDING))

    least = func.least(shared, func.cardinality(ClaimRow.terms))
    by_own = finds(ClaimRow.terms, ClaimRow.vector, ClaimRow.near)
    expanded = finds(ClaimRow.search_terms, ClaimRow.search_vector, ClaimRow.reach)
    return session.scalars(select(ClaimRow.id).where(or_(by_own, expanded))).all()


def begin_check(row: ClaimRow, *, language: str, index: Index) -> None:
    """Say that a claim is being verified, and by what the statements to come will find it."""
    row.language, row.status = language, "verifying"
    row.terms, row.vector, row.encoder = sorted(index.terms), index.vector, index.encoder
    expand_search(row, Query(own=index, expanded=index))


def expand_search(row: ClaimRow, query: Query) -> None:
    """Say by what a claim finds statements, and is found by those to come, beside its own index."""
    row.search_terms, row.search_vector = sorted(query.expanded.terms), query.expanded.vector
    # Until the check has ended, any statement may be within reach.
    row.near, row.reach = query.near, None


def fail_claim(session: Session, id: str, error: str) -> None:
    """Say that a claim could not be checked; a verdict that stands already is left standing."""
    session.execute(update(ClaimRow).where(ClaimRow.id == id).values(status="failed", error=error))


def end_check(row: ClaimRow, *, again: bool, reach: float | None = None) -> None:
    """Say that a claim has been verified, or that it waits to be verified again.

    `reach` is the score below which a statement to come is not compared with it.
    """
    row.status, row.error, row.reach = ("queued" if again else "verified"), None, reach


def request_check(session: Session, id: str) -> tuple[ClaimRow, list[Task]]:
    """Ask for a claim to be checked anew, as after a check that failed. Raises `NotFoundError`."""
    row = get_claim(session, id)
    tasks = enqueue(session, TaskName.VERIFY_CLAIM, [id], causes=[f"requested:{id}"])
    session.refresh(row)
    return row, tasks
