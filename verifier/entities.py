"""The words of Second Source as types: source, statement, claim, evidence, verdict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Act(StrEnum):
    """What a speaker does with a proposition."""

    ASSERT = "assert"
    """Says it from own knowledge."""
    CONFIRM = "confirm"
    """An official body or a party confirms it."""
    DENY = "deny"
    REPORT = "report"
    """Relays others: "reportedly", "according to"."""
    SPECULATE = "speculate"
    """May, could, if, expects."""
    DECLINE = "decline"
    """No comment; neither confirms nor denies; "no evidence at present"."""


class Content(StrEnum):
    """How a proposition stands to a claim, the act left aside."""

    ENTAILS = "entails"
    CONTRADICTS = "contradicts"
    NEUTRAL = "neutral"
    """The same matter, but it settles nothing."""
    UNRELATED = "unrelated"


class Relation(StrEnum):
    """How a whole statement, act included, stands to a claim."""

    SUPPORTS = "supports"
    REFUTES = "refutes"
    DISCUSSES = "discusses"
    UNRELATED = "unrelated"


class Label(StrEnum):
    """The answer."""

    CORROBORATED = "corroborated"
    DISPUTED = "disputed"
    DENIED = "denied"
    UNCONFIRMED = "unconfirmed"
    NO_EVIDENCE = "no_evidence"


class Position(StrEnum):
    """What a confirmation says of the claim or statement it is about."""

    CONFIRMS = "confirms"
    DENIES = "denies"
    DECLINES = "declines"


class Reliability(StrEnum):
    """Reliability of a source on the Admiralty scale (NATO AJP-2.1): A is completely reliable, E is unreliable."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"
    """Cannot be judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who can speak or publish: a person, office, body, company, agency or outlet.

    `parent` is the id of the body it speaks for, or of the group that owns it; `country` is ISO 3166-1 alpha-2.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    kind: str | None = None
    country: str | None = None
    parent: str | None = None
    reliability: Reliability = Reliability.F


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What one speaker said on one date, as one publisher printed it.

    `speaker`, `publisher` and `origin` are source ids; `origin` is None where it is unclear. `proposition` is the
    content without its attribution, phrased positively: for a denial, what is denied; for a confirmation, what it is
    about. `quote_start` and `quote_end` are character offsets of the decisive words in `text`; a confirmation may have
    no words. `sequence` is the order of recording: it decides between
    two statements of one day. `stated_on` is the last day on which it may have been said. `shared_text` is an id that
    statements have in common which stand in copies of one text.
    """

    id: str
    sequence: int
    speaker: str
    text: str
    language: str
    stated_on: date
    act: Act
    origin: str | None
    proposition: str
    quote_start: int
    quote_end: int
    publisher: str | None = None
    url: str | None = None
    shared_text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """A position that a source takes on the very claim to be checked, with the statement that records it."""

    statement: Statement
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A person's judgement of how a statement stands to the very claim to be checked; `by` is the person's name."""

    statement: Statement
    relation: Relation
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A sentence to be checked. `as_of` None means: by everything on record."""

    text: str
    language: str
    as_of: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One statement as it bears on a claim. `score` (0 to 1) is how sure the relation is.

    `pinned_by` is who judged the relation, None where the engine did or where it is a position on the claim itself.
    `answers` is the source whose words the statement denies or confirms by pointing at them, where its own words do not
    say what they are about.
    """

    statement: Statement
    relation: Relation
    score: float
    pinned_by: str | None = None
    answers: str | None = None

    @property
    def quote(self) -> str:
        """The decisive words, verbatim from the stored text."""
        return self.statement.text[self.statement.quote_start : self.statement.quote_end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collapse:
    """Several statements that were counted as one origin, or not counted, and why."""

    origin: str | None
    statements: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer at a date, with everything it rests on.

    `confidence` is 0 to 1, `credibility` is 1 to 6 on the Admiralty scale, `affirming` and `denying` are ids of the
    independent origins, `reasons` are sentences in plain English. `cause` is the newest statement that the verdict
    rests on, if any.
    """

    label: Label
    confidence: float
    credibility: int
    reasons: tuple[str, ...]
    as_of: date | None
    engine: str
    policy: str
    affirming: tuple[str, ...] = ()
    denying: tuple[str, ...] = ()
    collapsed: tuple[Collapse, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    needs_review: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The verdict from the day on which the record on a claim changed; `cause` is the statement that did it."""

    day: date
    label: Label
    cause: str
