"""Verdicts that a person stands by, and may be published."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from store.claims import get_claim
from store.errors import ConflictError, NotFoundError
from store.identifiers import new_id
from store.paging import like
from store.tables import ApprovalRow, ClaimRow, VerdictRow

_SITE = r"^https?://(?:www\.)?([^/:?#]+)"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApproval:
    """An approval as it is given. `url` is where it is published; `verdict` None means: the one that stands."""

    reviewer: str
    note: str | None = None
    url: str | None = None
    verdict: str | None = None


@dataclass(frozen=True, slots=True)
class Approved:
    """A claim, the verdict that stands, and the approval of it."""

    claim: ClaimRow
    verdict: VerdictRow
    approval: ApprovalRow


def approve(session: Session, id: str, new: NewApproval) -> tuple[ApprovalRow, bool]:
    """The approval of the verdict that stands for a claim, and whether it is new: another one takes its place.

    Raises `NotFoundError`, and `ConflictError` where no verdict stands, or another one than was meant.
    """
    claim = get_claim(session, id, lock=True)
    if claim.verdict is None:
        raise ConflictError(f"there is no verdict on claim {id!r} yet")
    if new.verdict not in (None, claim.verdict):
        raise ConflictError(f"another verdict stands for claim {id!r} now, {claim.verdict!r}: look at that one first")
    known = _standing(session, claim.verdict)
    if known and (known.reviewer, known.note, known.url) == (new.reviewer, new.note, new.url):
        return known, False
    if known:
        _end(session, known, by=new.reviewer)
    row = ApprovalRow(id=new_id("approval"), verdict=claim.verdict, reviewer=new.reviewer, note=new.note, url=new.url)
    session.add(row)
    _mark(claim, needs_review=False)
    session.flush()
    return row, True


def withdraw_approval(session: Session, id: str, *, by: str) -> ApprovalRow:
    """The approval of the verdict that stands for a claim, which is withdrawn. Raises `NotFoundError`."""
    claim = get_claim(session, id, lock=True)
    known = _standing(session, claim.verdict) if claim.verdict else None
    if known is None:
        raise NotFoundError("approval of the verdict that stands for claim", id)
    _end(session, known, by=by)
    _mark(claim, needs_review=session.get_one(VerdictRow, claim.verdict).shown["needs_review"])
    session.flush()
    session.refresh(known)
    return known


def standing_approvals(session: Session, verdicts: Collection[str]) -> dict[str, ApprovalRow]:
    """The approvals of these verdicts that were not withdrawn, by id of the verdict."""
    if not verdicts:
        return {}
    query = select(ApprovalRow).where(ApprovalRow.verdict.in_(verdicts), ApprovalRow.withdrawn_at.is_(None))
    return {row.verdict: row for row in session.scalars(query)}


def get_approved(session: Session, id: str) -> Approved | None:
    """A claim whose standing verdict a person has approved; None where nobody has."""
    return next(iter(_read(session, _approved().where(ClaimRow.id == id))), None)


def list_approved(
    session: Session,
    *,
    words: Sequence[str] = (),
    language: str | None = None,
    site: str | None = None,
    since: datetime | None = None,
    before: int | None = None,
    offset: int = 0,
    limit: int = 50,
) -> list[Approved]:
    """What was approved and still stands, the newest first.

    `words` are all in the claim's text, `site` is the host of the page that it is published on, `since` when it was
    approved at the earliest, `before` the sequence of the approval after which to go on.
    """
    wanted: list[ColumnElement[bool]] = [ClaimRow.text.ilike(like(word), escape="\\") for word in words]
    if language:
        wanted.append(ClaimRow.language == language)
    if site:
        wanted.append(func.lower(func.substring(ApprovalRow.url, _SITE)) == site)
    if since:
        wanted.append(ApprovalRow.approved_at >= since)
    if before is not None:
        wanted.append(ApprovalRow.sequence < before)
    query = _approved().where(*wanted).order_by(ApprovalRow.sequence.desc())
    return _read(session, query.offset(offset).limit(limit))


def _approved() -> Select[ClaimRow, VerdictRow, ApprovalRow]:
    return (
        select(ClaimRow, VerdictRow, ApprovalRow)
        .join(VerdictRow, VerdictRow.id == ClaimRow.verdict)
        .join(ApprovalRow, (ApprovalRow.verdict == VerdictRow.id) & ApprovalRow.withdrawn_at.is_(None))
    )


def _read(session: Session, query: Select[ClaimRow, VerdictRow, ApprovalRow]) -> list[Approved]:
    return [Approved(*row) for row in session.execute(query)]


def _standing(session: Session, verdict: str) -> ApprovalRow | None:
    return standing_approvals(session, [verdict]).get(verdict)


def _end(session: Session, row: ApprovalRow, *, by: str) -> None:
    row.withdrawn_at, row.withdrawn_by = func.clock_timestamp(), by
    session.flush()  # before another one of the same verdict is put in its place


def _mark(claim: ClaimRow, *, needs_review: bool) -> None:
    # What is shown of the claim has changed: whoever asks by `updated_since` is to see it.
    claim.needs_review, claim.updated_at = needs_review, func.clock_timestamp()
