"""What the verifier needs from outside, as Protocols. Unit tests fake here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from verifier.entities import Confirmation, Content, Source, Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A proposition to be held against a claim, each with its ISO 639-1 language."""

    claim: str
    claim_language: str
    proposition: str
    language: str

    def reversed(self) -> Pair:
        """The claim held against the proposition."""
        return Pair(
            claim=self.proposition, claim_language=self.language, proposition=self.claim, language=self.claim_language
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


class Record(Protocol):
    """What is on record, as the verifier reads it. Retracted statements are not in it."""

    def search(self, terms: frozenset[str], *, shared: int, limit: int) -> Sequence[Statement]:
        """The statements that have at least `shared` of these index terms, most shared first, at most `limit`."""

    def confirmations(self) -> Sequence[Confirmation]:
        """The positions taken directly on this claim."""

    def sources(self) -> Mapping[str, Source]:
        """Every source that a statement here names, and their parents, by id."""


class ModelError(Exception):
    """A model could not answer. The check has failed: this is never turned into a verdict."""
