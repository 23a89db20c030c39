"""Candidates: whether the search over the record finds the statements that speak to a claim."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from benchmarks.accuracy.scores import Value
from benchmarks.dossiers import Pool, read_claims
from verifier.entities import Relation, Statement
from verifier.policy import CandidateRules
from verifier.terms import index_terms

TOP = 20


class Search(Protocol):
    """`verifier.ports.Record.search`."""

    def __call__(self, terms: frozenset[str], *, shared: int, limit: int) -> Sequence[Statement]: ...  # noqa: D102


def measure_recall(pool: Pool, search_for: Callable[[str], Search], rules: CandidateRules) -> Value:
    """Share of all statements that are not unrelated to a claim which are among its first `TOP` candidates.

    `search_for` gives the search for the claim with an id. What was said after the claim's date takes up places too.
    """
    wanted = found = 0
    for id, claim in read_claims(pool).items():
        speaking = {key for key, relation in pool.relations[id].items() if relation is not Relation.UNRELATED}
        terms = index_terms(claim.text, claim.language)
        candidates = search_for(id)(terms, shared=min(rules.shared_terms, len(terms)), limit=TOP)
        wanted += len(speaking)
        found += len(speaking & {statement.id for statement in candidates})
    return Value(wanted, found / wanted)
