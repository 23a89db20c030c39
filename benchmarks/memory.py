"""A record in memory, for benchmarks: what the database does in production, over a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from verifier.entities import Confirmation, Source, Statement


@dataclass(kw_only=True)
class MemoryRecord:
    """Implements `verifier.ports.Record`."""

    known: dict[str, Source] = field(default_factory=dict)
    indexed: list[tuple[frozenset[str], Statement]] = field(default_factory=list)

    def add(self, statement: Statement, terms: frozenset[str]) -> None:
        """Stores a statement under its index terms."""
        self.indexed.append((terms, statement))

    def search(self, terms: frozenset[str], *, shared: int, limit: int) -> Sequence[Statement]:
        """The statements that share at least so many terms, in the database's order: most shared, then newest first."""
        counted = [(len(terms & known), statement) for known, statement in self.indexed]
        found = [item for item in counted if item[0] >= shared]
        found.sort(key=lambda item: (item[0], item[1].stated_on, item[1].sequence), reverse=True)
        return [statement for _, statement in found[:limit]]

    def confirmations(self) -> Sequence[Confirmation]:
        """None: a dossier records statements alone."""
        return ()

    def sources(self) -> Mapping[str, Source]:
        """Every source."""
        return self.known
