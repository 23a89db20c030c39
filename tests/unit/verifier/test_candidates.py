from __future__ import annotations

from datetime import date

from tests.unit.verifier.fakes import make_statement
from verifier.candidates import find_reach, rank
from verifier.ports import Candidate


def candidate(id: str, *, shared: int = 0, likeness: float = 0.0, day: date = date(2024, 1, 1)) -> Candidate:
    return Candidate(statement=make_statement(id, "alpha", day=day), shared=shared, likeness=likeness)


def test_what_is_like_the_claim_and_shares_terms_with_it_comes_first() -> None:
    found = [
        candidate("s1", shared=3),
        candidate("s2", likeness=0.6),
        candidate("s3", shared=3, likeness=0.6),
        candidate("s4", shared=1, likeness=0.05),
    ]
    assert [one.statement.id for one in rank(found, limit=3)] == ["s3", "s2", "s1"]


def test_of_two_that_are_level_the_newest_comes_first() -> None:
    found = [candidate("s1"), candidate("s2", day=date(2024, 2, 1))]
    assert [one.statement.id for one in rank(found, limit=2)] == ["s2", "s1"]


def test_what_ranks_below_the_last_of_a_full_list_is_out_of_reach() -> None:
    ranked = rank([candidate("s1", likeness=0.5), candidate("s2", shared=2)], limit=2)
    assert find_reach(ranked, limit=2) == 0.1
    assert find_reach(ranked, limit=3) is None
