"""Verdicts, with all that they rest on."""

from __future__ import annotations

from datetime import date, datetime

from api.fields import Shown
from store.tables import ApprovalRow, VerdictRow
from store.verdicts import show_recorded
from verifier.entities import Act, Label, Relation


class Evidence(Shown):
    """A statement as it bears on the claim; `quote` is verbatim, at these offsets of the stored text.

    `pinned_by` is the person who judged the relation, null where no person did.
    """

    statement: str
    relation: Relation
    score: float
    act: Act
    speaker: str
    publisher: str | None
    origin: str | None
    stated_on: date
    url: str | None
    quote: str
    quote_start: int
    quote_end: int
    language: str
    pinned_by: str | None


class Origins(Shown):
    """Ids of the independent origins on each side."""

    affirming: list[str]
    denying: list[str]


class Collapse(Shown):
    """Statements that were counted as one origin, or not counted, and why."""

    origin: str | None
    statements: list[str]
    why: str


class Cause(Shown):
    """What asked for the check: the submission, a statement, a retraction, a source, a person's pin or a retry."""

    kind: str
    id: str


class Approval(Shown):
    """A person stands by a verdict; `url` is where it is published."""

    id: str
    verdict: str
    reviewer: str
    note: str | None
    url: str | None
    approved_at: datetime
    withdrawn_at: datetime | None
    withdrawn_by: str | None


class Verdict(Shown):
    """An answer at a date."""

    id: str
    label: Label
    confidence: float
    credibility: int
    reasons: list[str]
    as_of: date | None
    verified_at: datetime
    engine: str
    policy: str
    needs_review: bool
    origins: Origins
    collapsed: list[Collapse]
    evidence: list[Evidence]
    causes: list[Cause]
    approval: Approval | None


class Verdicts(Shown):
    """A page of verdicts."""

    items: list[Verdict]
    next_cursor: str | None


def show_verdict(row: VerdictRow, approval: ApprovalRow | None = None) -> Verdict:
    """A verdict as callers see it, with the approval of it that stands. One that is approved needs no review."""
    shown = show_recorded(row)
    if approval:
        shown |= {"needs_review": False, "approval": show_approval(approval)}
    return Verdict.model_validate(shown)


def show_approval(row: ApprovalRow) -> Approval:
    """An approval as callers see it."""
    return Approval.model_validate(row, from_attributes=True)
