"""Which of the statements that the search finds are compared with a claim: the likeliest to speak to it, first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from operator import mul

from verifier.ports import Candidate, Index, Vector

TERM_WEIGHT = 0.05
"""What one shared term adds to the likeness of two vectors.

Most of a rank comes from the vectors, but a name, a country or a number that both have says more than they can tell.
"""

MOST_TERMS = 6
"""How many shared terms count: the statements that a claim's index is expanded by share all of theirs with it."""

NEAREST = 2
"""How many statements a claim's index is expanded by."""


def expand(index: Index, nearest: Sequence[Index]) -> Index:
    """A claim's index, with what the statements nearest to it are found by (pseudo-relevance feedback, Rocchio 1971).

    Sources speak of one matter in words that the claim does not have. Whoever is nearest to it has some of them.
    """
    vectors = [one.vector for one in nearest if one.vector is not None and one.encoder == index.encoder]
    return replace(
        index,
        terms=index.terms.union(*(one.terms for one in nearest)),
        vector=_add(index.vector, vectors) if index.vector and vectors else index.vector,
    )


def _add(vector: Vector, others: Sequence[Vector]) -> Vector:
    """The direction between a vector and the mean of others."""
    summed = [own + sum(parts) / len(others) for own, *parts in zip(vector, *others, strict=True)]
    length = math.hypot(*summed)
    return tuple(part / length for part in summed) if length else vector


def rank(candidates: Iterable[Candidate], *, limit: int) -> list[Candidate]:
    """The first `limit` candidates, by likeness and shared terms together; of two that are level, the newest."""
    return sorted(candidates, key=_place, reverse=True)[:limit]


def find_reach(ranked: Sequence[Candidate], *, limit: int) -> float | None:
    """The score that a statement has to have to be among a claim's candidates; None where there is room for any."""
    return score(ranked[-1]) if len(ranked) >= limit else None


def score(candidate: Candidate) -> float:
    """What a candidate is ranked by."""
    return _weigh(candidate.shared, candidate.likeness)


def score_by(index: Index, candidate: Candidate) -> float:
    """What it would be ranked by in a search by another index."""
    return _weigh(len(index.terms & candidate.index.terms), measure_likeness(index, candidate.index))


def measure_likeness(one: Index, other: Index) -> float:
    """The cosine of two vectors; 0 where there are not two of one encoder."""
    if one.vector is None or other.vector is None or one.encoder != other.encoder:
        return 0.0
    products: list[float] = list(map(mul, one.vector, other.vector))
    return sum(products)


def _weigh(shared: int, likeness: float) -> float:
    return likeness + TERM_WEIGHT * min(shared, MOST_TERMS)


def _place(candidate: Candidate) -> tuple[float, date, int]:
    return score(candidate), candidate.statement.stated_on, candidate.statement.sequence
