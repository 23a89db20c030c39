from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest

from seeds import read_seeds
from verifier.decision import decide
from verifier.entities import Act, Content, Evidence, Source, Statement
from verifier.independence import find_positions
from verifier.policy import read_policy
from verifier.relation import relate

RECORD = read_seeds()
SOURCES = {source["id"]: source for source in RECORD["sources"]}
CLAIMS = {claim["id"]: claim for claim in RECORD["claims"]}

# Which statements are about the event of a claim, as a person reads them, and which way the claim asks for it.
OTHER_MATTERS = {"nk-s06", "nk-s08", "nk-s18"}
DEPLOYMENT = {statement["id"] for statement in RECORD["statements"]} - OTHER_MATTERS
ABOUT: dict[str, tuple[set[str], Content]] = {
    **{f"nk-c0{number}": (DEPLOYMENT, Content.ENTAILS) for number in range(1, 7)},
    "nk-c07": (DEPLOYMENT, Content.CONTRADICTS),
    "nk-c08": ({"nk-s08"}, Content.ENTAILS),
    "nk-c09": (set(), Content.UNRELATED),
    "nk-c10": (set(), Content.UNRELATED),
}
PARTIES = frozenset(id for id, source in SOURCES.items() if source.get("country") == "KP")


def test_ids_are_unique() -> None:
    for kind in ("sources", "statements", "claims"):
        ids = Counter(item["id"] for item in RECORD[kind])

        assert [id for id, times in ids.items() if times > 1] == []


def test_a_source_comes_after_its_parent() -> None:
    seen: set[str] = set()
    for source in RECORD["sources"]:
        assert source.get("parent") in {None, *seen}, source["id"]
        seen.add(source["id"])


def test_no_alias_is_shared_by_two_sources() -> None:
    names = Counter(
        name.casefold() for source in SOURCES.values() for name in {source["name"], *source.get("aliases", ())}
    )

    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize("statement", RECORD["statements"], ids=lambda statement: statement["id"])
def test_a_statement_says_who_when_and_what(statement: dict[str, Any]) -> None:
    assert {statement["speaker"], statement["publisher"]} <= SOURCES.keys()
    assert date(2024, 6, 1) < date.fromisoformat(statement["stated_on"]) < date(2026, 1, 1)
    assert statement["act"] in list(Act)
    assert statement["language"] in RECORD["languages"]
    assert statement["text"].strip() == statement["text"]


@pytest.mark.parametrize("statement", RECORD["statements"], ids=lambda statement: statement["id"])
def test_only_a_report_has_an_origin_other_than_its_speaker_or_the_body_it_speaks_for(
    statement: dict[str, Any],
) -> None:
    own = {statement["speaker"], SOURCES[statement["speaker"]].get("parent")}

    assert statement["act"] == "report" or statement.get("origin") in own


def test_both_languages_are_well_represented() -> None:
    spoken = Counter(statement["language"] for statement in RECORD["statements"])

    assert min(spoken[language] for language in RECORD["languages"]) >= 10


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=lambda claim: claim["id"])
def test_the_verdict_table_gives_what_a_claim_expects(claim: dict[str, Any]) -> None:
    about, content = ABOUT[claim["id"]]
    policy = read_policy()
    evidence = [
        Evidence(statement=statement, relation=relate(statement.act, content), score=1.0)
        for statement in _statements()
        if statement.id in about and statement.stated_on <= date.fromisoformat(claim["as_of"])
    ]

    positions = find_positions(evidence, _sources(), parties=PARTIES, rules=policy.origins)

    assert decide(positions, evidence, policy).value == claim["verdict"]


def _statements() -> list[Statement]:
    return [
        Statement(
            id=statement["id"],
            sequence=sequence,
            speaker=statement["speaker"],
            text=statement["text"],
            language=statement["language"],
            stated_on=date.fromisoformat(statement["stated_on"]),
            act=Act(statement["act"]),
            origin=statement.get("origin"),
            proposition=statement["text"],
            quote_start=0,
            quote_end=len(statement["text"]),
        )
        for sequence, statement in enumerate(RECORD["statements"])
    ]


def _sources() -> dict[str, Source]:
    return {id: Source(id=id, name=source["name"], parent=source.get("parent")) for id, source in SOURCES.items()}
