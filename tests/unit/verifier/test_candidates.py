from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.unit.verifier.fakes import make_statement
from verifier.candidates import expand, find_reach, rank, score, score_by
from verifier.ports import Candidate, Index


def candidate(id: str, *, shared: int = 0, likeness: float = 0.0, day: date = date(2024, 1, 1)) -> Candidate:
    index = Index(terms=frozenset())
    return Candidate(statement=make_statement(id, "alpha", day=day), index=index, shared=shared, likeness=likeness)


def test_what_is_like_the_claim_and_shares_terms_with_it_comes_first() -> None:
    found = [
        candidate("s1", shared=3),
        candidate("s2", likeness=0.6),
        candidate("s3", shared=3, likeness=0.6),
        candidate("s4", shared=1, likeness=0.05),
    ]
    assert [one.statement.id for one in rank(found, limit=3)] == ["s3", "s2", "s1"]


def test_more_than_six_terms_count_no_more() -> None:
    assert score(candidate("s1", shared=6)) == score(candidate("s2", shared=30)) > score(candidate("s3", shared=5))


def test_a_candidate_is_scored_by_another_index_too() -> None:
    found = replace(candidate("s1"), index=Index(terms=frozenset("abc"), vector=(0.8, 0.6), encoder="e"))
    assert score_by(Index(terms=frozenset("bcd"), vector=(1.0, 0.0), encoder="e"), found) == pytest.approx(0.9)
    assert score_by(Index(terms=frozenset("bcd"), vector=(1.0, 0.0), encoder="another"), found) == pytest.approx(0.1)


def test_of_two_that_are_level_the_newest_comes_first() -> None:
    found = [candidate("s1"), candidate("s2", day=date(2024, 2, 1))]
    assert [one.statement.id for one in rank(found, limit=2)] == ["s2", "s1"]


def test_what_ranks_below_the_last_of_a_full_list_is_out_of_reach() -> None:
    ranked = rank([candidate("s1", likeness=0.5), candidate("s2", shared=2)], limit=2)
    assert find_reach(ranked, limit=2) == 0.1
    assert find_reach(ranked, limit=3) is None


def test_a_claim_is_sought_by_what_the_statements_nearest_to_it_are_found_by_too() -> None:
    own = Index(terms=frozenset({"a"}), vector=(1.0, 0.0), encoder="e")
    near = [
        Index(terms=frozenset({"a", "b"}), vector=(0.0, 1.0), encoder="e"),
        Index(terms=frozenset({"c"}), vector=(0.0, 1.0), encoder="e"),
    ]
    expanded = expand(own, near)
    assert expanded.terms == {"a", "b", "c"}
    assert expanded.vector == pytest.approx((0.5**0.5, 0.5**0.5))
    assert expanded.encoder == "e"


def test_vectors_of_another_encoder_are_not_mixed_in() -> None:
    own = Index(terms=frozenset({"a"}), vector=(1.0, 0.0), encoder="e")
    others = [Index(terms=frozenset({"b"}), vector=(0.0, 1.0), encoder="another"), Index(terms=frozenset({"c"}))]
    assert expand(own, others) == Index(terms=frozenset({"a", "b", "c"}), vector=(1.0, 0.0), encoder="e")
    assert expand(Index(terms=frozenset({"a"})), others).vector is None
    assert expand(own, []) == own
