"""A record in memory, for benchmarks: what the database does in production, over a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from verifier.candidates import measure_likeness, rank
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
        found = []
        for known, statement in self.indexed:
            count, likes = len(index.terms & known.terms), measure_likeness(index, known)
            shares = count if count >= shared else 0
            if shares or (index.vector is not None and likes >= likeness):
                found.append(Candidate(statement=statement, index=known, shared=shares, likeness=likes))
        return rank(found, limit=limit)

    def confirmations(self) -> Sequence[Confirmation]:
        """None: a dossier records statements alone."""
        return ()

    def pins(self) -> Sequence[Pin]:
        """None: nobody has judged what is to be measured."""
        return ()

    def sources(self) -> Mapping[str, Source]:
        """Every source."""
        return self.known
