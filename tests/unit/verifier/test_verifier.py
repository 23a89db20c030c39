from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.unit.verifier.fakes import FakeRecord, FakeRelation, by_id, make_source, make_statement
from verifier.entities import Act, Claim, Content, Label
from verifier.lexical import LexicalRelation
from verifier.policy import read_policy
from verifier.verifier import LanguageError, Verifier, recognise

SOURCES = by_id(make_source("alpha"), make_source("beta"))
CLAIM = Claim(text="Acme closes its plant", language="en")


def make_verifier() -> Verifier:
    return Verifier(relation=FakeRelation(), policy=read_policy())


def test_a_language_that_is_given_is_taken_and_one_that_is_not_is_recognised() -> None:
    assert recognise("whatever", "de") == "de"
    assert recognise("Nordkorea schickt Soldaten in die Ukraine", None) == "de"


@pytest.mark.parametrize(
    ("text", "language", "message"),
    [
        ("La Corée du Nord enverra des troupes", None, "'fr' is not supported"),
        ("?", None, "not clear"),
        ("x", "it", "'it'"),
    ],
)
def test_the_engine_abstains_from_a_language_it_does_not_know(text: str, language: str | None, message: str) -> None:
    with pytest.raises(LanguageError, match=message):
        recognise(text, language)


def test_a_statement_is_interpreted_by_its_words() -> None:
    found = make_verifier().interpret(
        "Ann Lee denied that Acme will close its plant.", language=None, speaker=make_source("lee", name="Ann Lee")
    )
    assert (found.language, found.act, found.proposition) == ("en", Act.DENY, "Acme will close its plant")
    assert {"concept:close", "concept:plant"} <= found.index.terms


def test_a_denial_of_what_the_claim_implies_denies_the_claim() -> None:
    """Who denies that soldiers were sent at all denies that they were sent to Chile."""
    verifier = Verifier(relation=LexicalRelation(), policy=read_policy())
    speaker = make_source("alpha", name="Alpha")
    text = "Alpha denied that Norway has sent troops."
    read = verifier.interpret(text, language="en", speaker=speaker)
    statement = replace(make_statement("s1", "alpha", Act.DENY), proposition=read.proposition)
    claim = Claim(text="Norway has sent troops to Chile", language="en")
    assert verifier.verify(claim, FakeRecord(statements=[statement], known=SOURCES)).label is Label.DENIED


def test_evidence_is_in_the_order_in_which_it_was_said_and_leaves_out_the_unrelated() -> None:
    statements = [
        make_statement("s3", "alpha", day=date(2024, 6, 1)),
        make_statement("s2", "beta"),
        make_statement("s1", "alpha", Act.ASSERT, Content.UNRELATED),
    ]
    verdict = make_verifier().verify(CLAIM, FakeRecord(statements=statements, known=SOURCES))
    assert [item.statement.id for item in verdict.evidence] == ["s2", "s3"]


def test_a_verdict_that_the_model_is_unsure_of_needs_review() -> None:
    policy = read_policy()
    careful = policy.model_copy(update={"review": policy.review.model_copy(update={"confidence_below": 0.95})})
    record = FakeRecord(statements=[make_statement("s1", "alpha")], known=SOURCES)
    assert Verifier(relation=FakeRelation(), policy=careful).verify(CLAIM, record).needs_review
    bold = policy.model_copy(update={"review": policy.review.model_copy(update={"confidence_below": 0.1})})
    assert not Verifier(relation=FakeRelation(), policy=bold).verify(CLAIM, record).needs_review


def test_the_timeline_has_a_turn_for_each_day_and_names_who_took_a_side() -> None:
    june = date(2024, 6, 1)
    statements = [
        make_statement("s1", "alpha"),
        make_statement("s2", "beta", day=june),
        make_statement("s3", "alpha", Act.REPORT, day=june),
        make_statement("s4", "beta", Act.ASSERT, Content.UNRELATED, day=date(2024, 7, 1)),
    ]
    verifier = make_verifier()
    turns = verifier.trace(CLAIM, verifier.assess(CLAIM, FakeRecord(statements=statements, known=SOURCES)))
    assert [(turn.label, turn.cause) for turn in turns] == [(Label.UNCONFIRMED, "s1"), (Label.CORROBORATED, "s2")]
    assert turns[-1].day == june
