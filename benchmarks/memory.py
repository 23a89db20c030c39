"""A record in memory, for benchmarks: what the database does in production, over a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import mul

from verifier.entities import Confirmation, Pin, Source, Statement
from verifier.ports import Candidate, Index


@dataclass(kw_only=True)
class MemoryRecord:
    """Implements `verifier.ports.Record`."""

    known: dict[str, Source] = field(default_factory=dict)
    indexed: list[tuple[Index, Statement]] = field(default_factory=list)

    def add(self, statement: Statement, index: Index) -> None:
        """Stores a statement under what it is found by."""
        self.indexed.append((index, statement))

    def search(self, index: Index, *, shared: int, likeness: float, limit: int) -> Sequence[Candidate]:
        """By terms and by meaning, as the database searches."""
        found = [
            Candidate(statement=statement, shared=len(index.terms & known.terms), likeness=_likeness(index, known))
            for known, statement in self.indexed
        ]
        by_terms = sorted((one for one in found if one.shared >= shared), key=_by_terms, reverse=True)[:limit]
        by_meaning = sorted((one for one in found if one.likeness >= likeness), key=_by_meaning, reverse=True)[:limit]
        if index.vector is None:
            by_meaning = []
        return list({one.statement.id: one for one in [*by_terms, *by_meaning]}.values())

    def indexes(self, statements: Sequence[str]) -> Sequence[Index]:
        """In the order of the record."""
        return [index for index, statement in self.indexed if statement.id in statements]

    def confirmations(self) -> Sequence[Confirmation]:
        """None: a dossier records statements alone."""
        return ()

    def pins(self) -> Sequence[Pin]:
        """None: nobody has judged what is to be measured."""
        return ()

    def sources(self) -> Mapping[str, Source]:
        """Every source."""
        return self.known


def _likeness(one: Index, other: Index) -> float:
    if one.vector is None or other.vector is None:
        return 0.0
    products: list[float] = list(map(mul, one.vector, other.vector))
    return sum(products)


def _by_terms(candidate: Candidate) -> tuple[float, date, int]:
    return candidate.shared, candidate.statement.stated_on, candidate.statement.sequence


def _by_meaning(candidate: Candidate) -> tuple[float, date, int]:
    return candidate.likeness, candidate.statement.stated_on, candidate.statement.sequence
