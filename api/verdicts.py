"""Verdicts, with all that they rest on."""

from __future__ import annotations

from datetime import date, datetime

from api.fields import Shown
from store.tables import VerdictRow
from store.verdicts import show_recorded
from verifier.entities import Act, Label, Relation


class Evidence(Shown):
    """A statement as it bears on the claim; `quote` is verbatim, at these offsets of the stored text."""

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
    """What asked for the check: the submission, a statement, a retraction, a source or a retry."""

    kind: str
    id: str


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


class Verdicts(Shown):
    """A page of verdicts."""

    items: list[Verdict]
    next_cursor: str | None


def show_verdict(row: VerdictRow) -> Verdict:
    """A verdict as callers see it."""
    return Verdict.model_validate(show_recorded(row))
