"""What the verifier needs from outside, as Protocols. Unit tests fake here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from verifier.entities import Act, Confirmation, Content, Pin, Source, Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A proposition to be held against a claim, each with its ISO 639-1 language.

    `text`, `speaker` and `act` are of the statement that it was read from, where there is one: the whole text, the name
    of who said it and what it does with its proposition. A model may read them to see what the proposition is; what it
    tells is how the proposition stands to the claim, whatever the act. `found` is the score
    with which the search found the statement for the claim, if it did: see `verifier.candidates`.
    """

    claim: str
    claim_language: str
    proposition: str
    language: str
    text: str | None = None
    speaker: str | None = None
    act: Act | None = None
    found: float | None = None

    @property
    def is_bare(self) -> bool:
        """Whether it is two sentences and no more: nobody is known to have said one, and no search found it."""
        return self.act is None and self.found is None

    def reversed(self) -> Pair:
        """The claim held against the proposition."""
        return Pair(
            claim=self.proposition,
            claim_language=self.language,
            proposition=self.claim,
            language=self.claim_language,
            found=self.found,
        )


@dataclass(frozen=True, slots=True)
class Scores:
    """Probabilities of the four kinds of content; they add up to 1."""

    entails: float
    contradicts: float
    neutral: float
    unrelated: float

    def best(self) -> tuple[Content, float]:
        """The likeliest kind and its probability; the first in the order of `Content` where two are level."""
        return max(((kind, getattr(self, kind.value)) for kind in Content), key=lambda item: item[1])


class RelationModel(Protocol):
    """Tells how propositions stand to a claim, the act left aside."""

    @property
    def name(self) -> str:
        """Name and version, as a verdict's `engine` shows it."""

    def compare(self, pairs: Sequence[Pair]) -> list[Scores]:
        """Scores for each pair, in order. Raises `ModelError` when it cannot tell: never a guess."""


class SpeechModel(Protocol):
    """Tells who says what, and what they do with it, from the words of a text."""

    def read_acts(self, text: str, speaker: str) -> Mapping[Act, float]:
        """How likely each act is for a statement and its speaker, as log probabilities. Raises `ModelError`."""

    def find_speaker(self, text: str, start: int, end: int) -> tuple[tuple[int, int], float] | None:
        """Where a text names who says the words at these offsets, at least in part, and how sure that is, 0 to 1.

        None where it names nobody. Raises `ModelError`.
        """


Vector: TypeAlias = tuple[float, ...]
"""A meaning: texts that mean the like have vectors that point the same way. Its length is 1."""


class Encoder(Protocol):
    """Turns texts into vectors, so that they can be found by what they mean."""

    @property
    def name(self) -> str:
        """Name and version: only vectors of one encoder can be compared."""

    def encode(self, texts: Sequence[str]) -> list[Vector]:
        """A vector for each text, in order. Raises `ModelError` where it cannot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """What a text is found by: its index terms and, where there is an encoder, its vector."""

    terms: frozenset[str]
    vector: Vector | None = None
    encoder: str | None = None
    """Name of the encoder that the vector is of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a claim finds statements by: its own index, expanded by those of the statements nearest to it.

    `near` is the score of the last of these by the claim's own index (`verifier.candidates`): a statement that comes as
    near changes what the claim finds. None where any would.
    """

    own: Index
    expanded: Index
    near: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A statement that a search has found.

    `index` is what it is found by; `shared` how many of its terms are sought, 0 where they are too few for a search;
    `likeness` the cosine of both vectors, 0 where one has none.
    """

    statement: Statement
    index: Index
    shared: int
    likeness: float


class Record(Protocol):
    """What is on record, as the verifier reads it. Retracted statements are not in it."""

    def search(self, index: Index, *, shared: int, likeness: float, limit: int) -> Sequence[Candidate]:
        """The statements that have at least `shared` of the index terms or whose vector has at least this likeness.

        Of more than `limit`, at least those that `verifier.candidates.rank` puts first.
        """

    def confirmations(self) -> Sequence[Confirmation]:
        """The positions taken directly on this claim."""

    def pins(self) -> Sequence[Pin]:
        """What people have judged of statements and this claim, one a statement, whether a search finds it or not."""

    def sources(self) -> Mapping[str, Source]:
        """Every source that a statement here names, and their parents, by id."""


class ModelError(Exception):
    """A model could not answer. The check has failed: this is never turned into a verdict."""
