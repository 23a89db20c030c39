"""Which of the statements that the search finds are compared with a claim: the likeliest to speak to it, first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from verifier.ports import Candidate

TERM_WEIGHT = 0.05
"""What one shared term adds to the likeness of two vectors.

Most of a rank comes from the vectors, but a name, a country or a number that both have says more than they can tell.
"""


def rank(candidates: Iterable[Candidate], *, limit: int) -> list[Candidate]:
    """The first `limit` candidates, by likeness and shared terms together; of two that are level, the newest."""
    return sorted(candidates, key=_place, reverse=True)[:limit]


def find_reach(ranked: Sequence[Candidate], *, limit: int) -> float | None:
    """The score that a statement has to have to be among a claim's candidates; None where there is room for any."""
    return score(ranked[-1]) if len(ranked) >= limit else None


def score(candidate: Candidate) -> float:
    """What a candidate is ranked by."""
    return candidate.likeness + TERM_WEIGHT * candidate.shared


def _place(candidate: Candidate) -> tuple[float, date, int]:
    return score(candidate), candidate.statement.stated_on, candidate.statement.sequence
