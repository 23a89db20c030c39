from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.unit.verifier.fakes import by_id, make_evidence, make_source, make_statement
from verifier.entities import Evidence, Relation, Reliability, Source
from verifier.independence import Positions, body_of, find_positions
from verifier.policy import read_policy

SOURCES = by_id(
    make_source("group"),
    make_source("outlet", parent="group"),
    make_source("sister", parent="group"),
    make_source("agency"),
    make_source("liar", reliability=Reliability.E),
)
LONG = "Two officials familiar with the matter said that the plant will close in June."


def find(*evidence: Evidence, parties: frozenset[str] = frozenset(), sources: dict[str, Source] = SOURCES) -> Positions:
    return find_positions(evidence, sources, parties=parties, rules=read_policy().origins)


def test_the_body_of_a_source_is_at_the_top_of_its_parents() -> None:
    assert body_of("outlet", SOURCES) == "group"
    assert body_of("stranger", SOURCES) == "stranger"


def test_parents_in_a_circle_end_the_search() -> None:
    circle = by_id(make_source("one", parent="two"), make_source("two", parent="one"))
    assert body_of("one", circle) == "two"


def test_outlets_of_one_group_are_one_origin() -> None:
    found = find(make_evidence(make_statement("s1", "outlet")), make_evidence(make_statement("s2", "sister")))
    assert list(found.affirming) == ["group"]
    assert [item.why for item in found.collapsed] == ["they go back to one origin"]


def test_a_longer_text_in_two_outlets_is_one_origin_whoever_prints_it() -> None:
    found = find(
        make_evidence(make_statement("s1", "outlet", text=LONG)),
        make_evidence(make_statement("s2", "agency", text=LONG.upper())),
    )
    assert list(found.affirming) == ["group"]


def test_a_short_denial_that_two_give_in_the_same_words_is_each_ones_own() -> None:
    found = find(
        make_evidence(make_statement("s1", "outlet", text="That is not true."), Relation.REFUTES),
        make_evidence(make_statement("s2", "agency", text="That is not true."), Relation.REFUTES),
    )
    assert set(found.denying) == {"group", "agency"}


def test_a_copy_recorded_later_does_not_become_the_latest_word_of_the_day() -> None:
    affirmed = make_evidence(make_statement("s1", "agency", text=LONG))
    denied = make_evidence(make_statement("s2", "agency"), Relation.REFUTES)
    copy = make_evidence(make_statement("s3", "agency", text=LONG, publisher="sister"))
    assert list(find(affirmed, denied, copy).denying) == ["agency"]


def test_an_origin_speaks_in_its_own_words_before_those_that_relay_it() -> None:
    own = make_evidence(make_statement("s1", "agency"))
    relayed = make_evidence(make_statement("s2", "outlet", origin="agency"))
    assert find(own, relayed).affirming["agency"] is own


def test_an_earlier_position_says_what_replaced_it() -> None:
    found = find(
        make_evidence(make_statement("s1", "agency")),
        make_evidence(make_statement("s2", "agency", day=date(2024, 6, 2)), Relation.REFUTES),
    )
    assert [item.why for item in found.collapsed] == ["a later position, of 2 June 2024, replaced it"]


def test_a_party_counts_whatever_its_reliability() -> None:
    lie = make_evidence(make_statement("s1", "liar"), Relation.REFUTES)
    assert not find(lie).denying
    assert list(find(lie, parties=frozenset({"liar"})).denying) == ["liar"]


def test_an_origin_nobody_knows_is_not_counted() -> None:
    assert not find(make_evidence(make_statement("s1", "stranger"))).affirming


def test_what_takes_no_side_is_no_position() -> None:
    found = find(make_evidence(make_statement("s1", "agency"), Relation.DISCUSSES))
    assert (found.affirming, found.denying, found.unclear, found.collapsed) == ({}, {}, (), ())


def test_copies_of_one_text_say_so() -> None:
    first = replace(make_statement("s1", "outlet", publisher="outlet"), shared_text="text-1")
    other = replace(make_statement("s2", "sister", origin="outlet", publisher="sister"), shared_text="text-1")
    [found] = find(make_evidence(first), make_evidence(other)).collapsed
    assert found.why == "they go back to one origin, for they stand in copies of one text"
    [own] = find(make_evidence(first), make_evidence(replace(first, id="s3", text="another sentence in it"))).collapsed
    assert own.why == "they go back to one origin"
