"""What the bundled engine must get right, whatever its scores: each case from the words alone."""

from __future__ import annotations

from datetime import date

import pytest

from benchmarks.memory import MemoryRecord
from tests.unit.verifier.fakes import by_id, make_source
from verifier.cross_encoder import CrossEncoderRelation
from verifier.entities import Claim, Label, Relation, Statement, Verdict
from verifier.policy import read_policy
from verifier.sentence_encoder import SentenceEncoder
from verifier.verifier import LanguageError, Verifier

SPEAKER = make_source("lee", name="Ann Lee", kind="person")


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    return Verifier(relation=CrossEncoderRelation(), encoder=SentenceEncoder(), policy=read_policy())


def verify(verifier: Verifier, claim: str, text: str) -> Verdict:
    """The verdict on a claim from one statement of Ann Lee's."""
    read = verifier.interpret(text, language=None, speaker=SPEAKER)
    statement = Statement(
        id="s",
        sequence=0,
        speaker=SPEAKER.id,
        text=text,
        language=read.language,
        stated_on=date(2024, 5, 1),
        act=read.act,
        origin=SPEAKER.id,
        proposition=read.proposition,
        quote_start=read.quote_start,
        quote_end=read.quote_end,
    )
    record = MemoryRecord(known=by_id(SPEAKER))
    record.add(statement, read.index)
    return verifier.verify(Claim(text=claim, language="de" if _is_german(claim) else "en"), record)


def relation(verifier: Verifier, claim: str, text: str) -> Relation:
    evidence = verify(verifier, claim, text).evidence
    return evidence[0].relation if evidence else Relation.UNRELATED


def _is_german(text: str) -> bool:
    return bool({"der", "die", "das", "hat", "nicht", "wird", "ist"} & set(text.lower().split()))


NOT_SUPPORTS = {Relation.REFUTES, Relation.DISCUSSES, Relation.UNRELATED}

# What is shown, the claim, what Ann Lee is on record with, and what that may be to the claim.
CASES = [
    (
        "an inversion refutes",
        "Norway has closed the bridge to Sweden",
        "Ann Lee said that Norway has closed the bridge to Sweden.",
        {Relation.SUPPORTS},
    ),
    (
        "an inversion refutes",
        "Norway has not closed the bridge to Sweden",
        "Ann Lee said that Norway has closed the bridge to Sweden.",
        {Relation.REFUTES},
    ),
    (
        "an inversion refutes",
        "Norway has closed the bridge to Sweden",
        "Ann Lee said that the bridge to Sweden remains open.",
        {Relation.REFUTES},
    ),
    (
        "numbers are compared",
        "Acme dismisses 300 workers",
        "Ann Lee said that Acme will dismiss 200 workers.",
        NOT_SUPPORTS,
    ),
    (
        "numbers are compared",
        "Acme dismisses more than 150 workers",
        "Ann Lee said that Acme will dismiss 200 workers.",
        {Relation.SUPPORTS},
    ),
    ("who acts on whom matters", "Peru attacked Chile", "Ann Lee said that Chile attacked Peru.", NOT_SUPPORTS),
    ("who acts on whom matters", "Chile attacked Peru", "Ann Lee said that Chile attacked Peru.", {Relation.SUPPORTS}),
    (
        "a hedge affirms nothing",
        "Acme closes its plant in Dresden",
        "Acme may close its plant in Dresden, said Ann Lee.",
        NOT_SUPPORTS,
    ),
    (
        "a hedge affirms nothing",
        "Acme schließt das Werk in Dresden",
        "Acme könnte sein Werk in Dresden schließen, sagte Ann Lee.",
        NOT_SUPPORTS,
    ),
    (
        "a hedge affirms nothing",
        "Acme closes its plant in Dresden",
        "If Acme closes its plant in Dresden, 300 people lose their jobs, Ann Lee said.",
        NOT_SUPPORTS,
    ),
    (
        "a denial refutes, however it is worded",
        "Acme closes its plant in Dresden",
        "Ann Lee denied that Acme will close its plant in Dresden.",
        {Relation.REFUTES},
    ),
    (
        "a denial refutes, however it is worded",
        "Acme closes its plant in Dresden",
        "Ann Lee rejected reports of a closure of the Acme plant in Dresden as fabricated.",
        {Relation.REFUTES},
    ),
    (
        "a denial refutes, however it is worded",
        "Acme closes its plant in Dresden",
        "There is no truth to reports that Acme will close its plant in Dresden, Ann Lee said.",
        {Relation.REFUTES},
    ),
    (
        "a denial refutes, however it is worded",
        "Acme schließt das Werk in Dresden",
        "Ann Lee wies Berichte über eine Schließung des Acme-Werks in Dresden als haltlose Gerüchte zurück.",
        {Relation.REFUTES},
    ),
    (
        "a denial refutes, however it is worded",
        "Acme schließt das Werk in Dresden",
        "Dass Acme das Werk in Dresden schließt, sei frei erfunden, sagte Ann Lee.",
        {Relation.REFUTES},
    ),
    (
        "a denial refutes, however it is worded",
        "Acme closes its plant in Dresden",
        "Ann Lee wies Berichte über eine Schließung des Acme-Werks in Dresden als haltlose Gerüchte zurück.",
        {Relation.REFUTES},
    ),
    (
        "the same actors in another event are no evidence",
        "Acme closes its plant in Dresden",
        "Ann Lee said that Acme has hired a new head of finance.",
        {Relation.UNRELATED},
    ),
    (
        "the same actors in another event are no evidence",
        "Norway has closed the bridge to Sweden",
        "Ann Lee said that Norway and Sweden signed an agreement on fishing.",
        {Relation.UNRELATED},
    ),
    (
        "the other language says the same",
        "Norway sends soldiers to the border",
        "Norwegen entsendet Truppen an die Grenze, sagte Ann Lee.",
        {Relation.SUPPORTS},
    ),
    (
        "the other language says the same",
        "Der Minister tritt zurück",
        "The minister is stepping down, Ann Lee said.",
        {Relation.SUPPORTS},
    ),
    (
        "what will be has not been, but what has been bears out what will be",
        "Norway has sent soldiers to Chile",
        "Ann Lee said that Norway will send soldiers to Chile.",
        NOT_SUPPORTS,
    ),
    (
        "what will be has not been, but what has been bears out what will be",
        "Norway will send soldiers to Chile",
        "Ann Lee said that Norway has sent soldiers to Chile.",
        {Relation.SUPPORTS},
    ),
    (
        "no comment affirms nothing",
        "Acme closes its plant in Dresden",
        "Ann Lee declined to comment on whether Acme will close its plant in Dresden.",
        NOT_SUPPORTS,
    ),
]


@pytest.mark.parametrize(("shown", "claim", "text", "allowed"), CASES, ids=[f"{case[0]}: {case[2]}" for case in CASES])
def test_the_engine_gets_right_that(
    verifier: Verifier, shown: str, claim: str, text: str, allowed: set[Relation]
) -> None:
    assert relation(verifier, claim, text) in allowed, shown


def test_another_event_is_no_evidence(verifier: Verifier) -> None:
    verdict = verify(
        verifier, "Acme closes its plant in Dresden", "Ann Lee said that Acme has hired a new head of finance."
    )
    assert verdict.label is Label.NO_EVIDENCE


def test_a_language_that_it_does_not_know_is_said_to_be_so(verifier: Verifier) -> None:
    with pytest.raises(LanguageError, match="'fr' is not supported"):
        verifier.interpret("La Corée du Nord enverra des troupes", language=None, speaker=SPEAKER)
    with pytest.raises(LanguageError, match="'fr' is not supported"):
        verifier.verify(Claim(text="La Corée du Nord enverra des troupes", language="fr"), MemoryRecord())
