"""Denials and confirmations that say what they are about only by pointing at what somebody else has said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.unit.verifier.fakes import FakeRecord, FakeRelation, by_id, make_source, make_statement
from verifier.answers import find_answered, find_pointed
from verifier.entities import Act, Claim, Content, Label, Statement
from verifier.policy import read_policy
from verifier.verifier import Verifier

DAY = date(2024, 5, 7)
SOURCES = by_id(
    make_source("lee", name="Ann Lee", kind="person"),
    make_source("courier", name="Harbour Courier", kind="news_outlet"),
    make_source("ministry", name="Ministry of Transport"),
    make_source("minister", name="Ida Roth", parent="ministry"),
)
SAID = replace(make_statement("said", "lee", day=DAY), publisher="courier")


def answer(text: str, *, language: str = "en", act: Act = Act.DENY, speaker: str = "minister") -> Statement:
    return replace(
        make_statement("answer", speaker, act, Content.UNRELATED, day=DAY),
        text=text,
        language=language,
        publisher="courier",
    )


def find(statement: Statement, *said: tuple[Statement, Content]) -> Statement | None:
    return find_answered(statement, said or [(SAID, Content.ENTAILS)], SOURCES)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The minister rejected Lee's report as pure fiction.", "en"),
        ("The account given by Ann Lee is nonsense, the minister said.", "en"),
        ("The minister dismissed the Harbour Courier article in a statement.", "en"),
        ("Die Ministerin wies Lees Bericht zurück.", "de"),
        ("Die Ministerin nannte die Darstellung von Ann Lee frei erfunden.", "de"),
        ("Den Artikel des Harbour Courier wies die Ministerin zurück.", "de"),
    ],
)
def test_what_is_named_beside_its_author_is_found_whoever_published_it(text: str, language: str) -> None:
    elsewhere = replace(answer(text, language=language), publisher=None)
    assert find(elsewhere) == SAID


def test_its_author_is_found_in_the_spelling_of_the_other_language() -> None:
    sources = SOURCES | by_id(make_source("lee", name="Pawel Tschernow", kind="person"))
    denial = answer("The minister rejected Chernov's report as pure fiction.")
    assert find_answered(denial, [(SAID, Content.ENTAILS)], sources) == SAID
    other = answer("The minister rejected Chernyak's report as pure fiction.")
    assert find_answered(other, [(SAID, Content.ENTAILS)], sources) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The minister rejected the story out of hand.", "en"),
        ("The accusations are utterly baseless, the minister protested.", "en"),
        ("Die Ministerin wies den Artikel am Dienstag zurück.", "de"),
    ],
)
def test_the_story_is_what_its_own_publisher_passed_on_that_day(text: str, language: str) -> None:
    pointing = answer(text, language=language)
    assert find(pointing) == SAID
    assert find(replace(pointing, publisher="other")) is None
    assert find(replace(pointing, publisher=None)) is None
    assert find(replace(pointing, stated_on=date(2024, 5, 8))) is None
    other = replace(SAID, id="other", speaker="courier")
    assert find(pointing, (SAID, Content.ENTAILS), (other, Content.ENTAILS)) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The minister rejected reports that the ferry had sunk.", "en"),
        ("The minister rejected the report about the ferry.", "en"),
        ("The minister rejected a report.", "en"),
        ("The ferry has not sunk, the minister said.", "en"),
        ("Die Ministerin wies den Bericht über die Fähre zurück.", "de"),
        ("Die Ministerin wies den Vorwurf, dass die Fähre leck sei, zurück.", "de"),
        ("Die Ministerin wies den Vorwurf der Lüge zurück.", "de"),
    ],
)
def test_what_says_itself_what_it_is_about_points_at_nothing(text: str, language: str) -> None:
    assert find(answer(text, language=language)) is None


def test_only_what_was_said_before_by_another_and_takes_a_side_is_answered() -> None:
    pointing = answer("The minister rejected Lee's report.")
    assert find(pointing, (SAID, Content.NEUTRAL)) is None
    assert find(pointing, (replace(SAID, stated_on=date(2024, 5, 8)), Content.ENTAILS)) is None
    assert find(pointing, (replace(SAID, stated_on=date(2024, 3, 1)), Content.ENTAILS)) is None
    assert find(pointing, (replace(SAID, act=Act.DENY), Content.ENTAILS)) is None
    assert find(replace(pointing, speaker="lee")) is None
    assert find(replace(pointing, act=Act.REPORT)) is None
    earlier = replace(SAID, id="earlier", stated_on=date(2024, 5, 1))
    assert find(pointing, (SAID, Content.CONTRADICTS), (earlier, Content.ENTAILS)) == SAID


def test_each_noun_that_points_is_read_with_the_words_beside_it() -> None:
    [(near, is_bare)] = find_pointed("The minister rejected the report.", "en")
    assert "minister" in near
    assert is_bare
    assert find_pointed("", "en") == ()


@pytest.mark.parametrize(("act", "label"), [(Act.DENY, Label.DENIED), (Act.CONFIRM, Label.CORROBORATED)])
def test_a_verdict_counts_the_answer_and_says_what_it_answers(act: Act, label: Label) -> None:
    verifier = Verifier(relation=FakeRelation(), policy=read_policy())
    pointing = answer("The minister spoke of Lee's report.", act=act)
    record = FakeRecord(statements=[SAID, pointing], known=SOURCES)
    verdict = verifier.verify(Claim(text="Acme closes its plant", language="en"), record)
    assert verdict.label is label
    assert any("in answer to Ann Lee" in reason for reason in verdict.reasons)
    alone = FakeRecord(statements=[pointing], known=SOURCES)
    assert verifier.verify(Claim(text="Acme closes its plant", language="en"), alone).label is Label.NO_EVIDENCE
