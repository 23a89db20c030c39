"""What the service gives and takes, by the names of its HTTP interface. docs/api.md explains each field.

These are plain dictionaries: a newer service may give more than is named here. Days are `YYYY-MM-DD`, times RFC 3339.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, NotRequired, TypeAlias, TypedDict

Label: TypeAlias = Literal["corroborated", "disputed", "denied", "unconfirmed", "no_evidence"]
Act: TypeAlias = Literal["assert", "confirm", "deny", "report", "speculate", "decline"]
Relation: TypeAlias = Literal["supports", "refutes", "discusses", "unrelated"]
Position: TypeAlias = Literal["confirms", "denies", "declines"]
Day: TypeAlias = date | str
"""A day as it is sent: `date(2024, 7, 1)` or `"2024-07-01"`."""


class NewSource(TypedDict):
    """A source as it is recorded."""

    name: str
    id: NotRequired[str]
    aliases: NotRequired[list[str]]
    kind: NotRequired[str | None]
    country: NotRequired[str | None]
    parent: NotRequired[str | None]
    reliability: NotRequired[str]
    provisional: NotRequired[bool]


class NewStatement(TypedDict):
    """A statement as it is recorded; `speaker`, `publisher` and `origin` are ids or names of sources."""

    speaker: str
    text: str
    stated_on: Day
    id: NotRequired[str]
    publisher: NotRequired[str | None]
    published_on: NotRequired[Day | None]
    language: NotRequired[str | None]
    act: NotRequired[Act | None]
    origin: NotRequired[str | None]
    proposition: NotRequired[str | None]
    url: NotRequired[str | None]


class NewConfirmation(TypedDict):
    """A confirmation as it is recorded, on exactly one of `claim` and `statement`."""

    source: str
    position: Position
    stated_on: Day
    claim: NotRequired[str]
    statement: NotRequired[str]
    id: NotRequired[str]
    text: NotRequired[str | None]
    url: NotRequired[str | None]


class NewClaim(TypedDict):
    """A claim as it is submitted."""

    text: str
    id: NotRequired[str]
    language: NotRequired[str | None]
    as_of: NotRequired[Day | None]
    reference: NotRequired[str | None]


class Source(TypedDict):
    """Who can speak or publish."""

    id: str
    name: str
    aliases: list[str]
    kind: str | None
    country: str | None
    parent: str | None
    reliability: str
    provisional: bool
    created_at: str
    updated_at: str


class Target(TypedDict):
    """What a confirmation is about, a claim or a statement, and the position on it."""

    claim: NotRequired[str]
    statement: NotRequired[str]
    position: Position


class Retraction(TypedDict):
    """Why a statement counts no more, and since when."""

    reason: str
    retracted_at: str


class Pinned(TypedDict):
    """Who judged a field of a statement, when and why."""

    by: str
    at: str
    reason: str | None


class Mention(TypedDict):
    """How a document names who spoke; `candidates` are ids of the sources that may be meant."""

    name: str
    role: str | None
    affiliation: str | None
    candidates: list[str]


class Statement(TypedDict):
    """A statement or confirmation on record. `speaker` is null where it is not clear whom a document means."""

    id: str
    speaker: str | None
    publisher: str | None
    origin: str | None
    text: str
    language: str | None
    stated_on: str
    stated_from: str | None
    published_on: str | None
    act: Act | None
    proposition: str | None
    quote_start: int | None
    quote_end: int | None
    url: str | None
    status: str
    error: str | None
    inferred: list[str]
    pinned: dict[str, Pinned]
    extracted: bool
    confidence: float | None
    document: str | None
    mention: Mention | None
    supersedes: str | None
    rejection_reason: str | None
    target: Target | None
    retraction: Retraction | None
    created_at: str
    updated_at: str


class Evidence(TypedDict):
    """A statement as it bears on a claim; `quote` is verbatim."""

    statement: str
    relation: Relation
    score: float
    act: Act
    speaker: str
    publisher: str | None
    origin: str | None
    stated_on: str
    url: str | None
    quote: str
    quote_start: int
    quote_end: int
    language: str
    pinned_by: str | None


class Origins(TypedDict):
    """Ids of the independent origins on each side."""

    affirming: list[str]
    denying: list[str]


class Collapse(TypedDict):
    """Statements that were counted as one origin, or not counted, and why."""

    origin: str | None
    statements: list[str]
    why: str


class Cause(TypedDict):
    """What asked for the check."""

    kind: str
    id: str


class Approval(TypedDict):
    """A person stands by a verdict."""

    id: str
    verdict: str
    reviewer: str
    note: str | None
    url: str | None
    approved_at: str
    withdrawn_at: str | None
    withdrawn_by: str | None


class Verdict(TypedDict):
    """An answer at a date, with all that it rests on."""

    id: str
    label: Label
    confidence: float
    credibility: int
    reasons: list[str]
    as_of: str | None
    verified_at: str
    engine: str
    policy: str
    needs_review: bool
    origins: Origins
    collapsed: list[Collapse]
    evidence: list[Evidence]
    causes: list[Cause]
    approval: NotRequired[Approval | None]


class Claim(TypedDict):
    """A claim on record, and the verdict that stands."""

    id: str
    text: str
    language: str | None
    as_of: str | None
    reference: str | None
    status: Literal["queued", "verifying", "verified", "failed"]
    error: str | None
    verdict: Verdict | None
    created_at: str
    updated_at: str


class Turn(TypedDict):
    """The verdict from a day on, and the statement that made it so."""

    date: str
    verdict: Label
    cause: str


class Similar(TypedDict):
    """A claim, and how like it is to another or to a text: 1 where the text is the same."""

    score: float
    by: Literal["text", "meaning", "words"]
    claim: Claim


class Highlight(TypedDict):
    """From which character of a snippet to before which there is a word that was looked for."""

    start: int
    end: int


class Found(TypedDict):
    """A claim or a statement that a search has found."""

    kind: Literal["claim", "statement"]
    score: float
    snippet: str
    highlights: list[Highlight]
    claim: Claim | None
    statement: Statement | None


class Change(TypedDict):
    """A verdict that came to stand for a claim, and the label that it took the place of."""

    id: str
    claim: str
    text: str
    previous: Label | None
    verdict: Verdict
    causes: list[Cause]
    changed_at: str


class EngineSaid(TypedDict):
    """What the engine had found: a relation, how sure it was and which engine, or the value of a field."""

    relation: Relation | None
    score: float | None
    engine: str | None
    value: str | None


class Judgement(TypedDict):
    """What a person judged of the evidence for a claim or of a statement."""

    id: str
    claim: str | None
    statement: str
    field: str
    value: str | None
    reason: str | None
    engine_said: EngineSaid | None
    by: str
    made_at: str


class Document(TypedDict):
    """An article, and the statements that were found in it; their `quote_start` and `quote_end` are into its `text`."""

    id: str
    status: Literal["queued", "extracting", "extracted", "failed"]
    error: str | None
    title: str | None
    language: str | None
    publisher: str
    published_on: str | None
    url: str | None
    agencies: list[str]
    inferred: list[str]
    same_as: str | None
    created_at: str
    updated_at: str
    text: str | None
    statements: list[Statement]


class Webhook(TypedDict):
    """Whom the service calls when a verdict changes; `secret` is shown when it is made or renewed, and never again."""

    id: str
    url: str
    description: str | None
    events: list[str]
    enabled: bool
    disabled_at: str | None
    disabled_reason: str | None
    failures: int
    delivered_at: str | None
    previous_secret_until: str | None
    created_at: str
    secret: NotRequired[str]
