from __future__ import annotations

import pytest

from verifier.entities import Content
from verifier.lexical import LexicalRelation
from verifier.policy import read_policy
from verifier.ports import Pair
from verifier.relation import judge_content

ENTAILS, CONTRADICTS, NEUTRAL, UNRELATED = Content.ENTAILS, Content.CONTRADICTS, Content.NEUTRAL, Content.UNRELATED

# Rule 4 of the product, and what else a lexical engine can be asked: name, claim, proposition, what is expected.
CASES = [
    ("the same words", "Norway sends troops to Chile", "Norway sends troops to Chile", ENTAILS),
    ("synonyms", "Norway will send troops to Chile", "Norway will deploy soldiers to Chile", ENTAILS),
    ("a noun for the verb", "Norway sends troops to Chile", "a deployment of Norwegian soldiers to Chile", ENTAILS),
    ("the passive", "Norway sent troops to Chile", "Norwegian troops were sent to Chile", ENTAILS),
    (
        "where they are tells that they were sent",
        "Norway has sent troops to Chile",
        "Norwegian troops are in Chile",
        ENTAILS,
    ),
    ("German", "Norway has sent troops to Chile", "de:Norwegen hat Soldaten nach Chile geschickt", ENTAILS),
    ("a city is in its country", "Norway sent troops to Chile", "Norway sent troops to Santiago de Chile", ENTAILS),
    (
        "a later sent bears out will send",
        "Norway will send troops to Chile",
        "Norway has sent troops to Chile",
        ENTAILS,
    ),
    ("will send is not sent", "Norway has sent troops to Chile", "Norway will send troops to Chile", NEUTRAL),
    (
        "plans to send is not sent",
        "de:Norwegen hat Truppen nach Chile geschickt",
        "Norway plans to send troops to Chile",
        NEUTRAL,
    ),
    ("not", "Norway has sent troops to Chile", "Norway has not sent troops to Chile", CONTRADICTS),
    ("a negated claim", "Norway has not sent troops to Chile", "Norway has sent troops to Chile", CONTRADICTS),
    ("kein", "Norway has sent troops to Chile", "de:Norwegen hat keine Truppen nach Chile geschickt", CONTRADICTS),
    ("both negated", "Norway has not sent troops to Chile", "Norway has never sent troops to Chile", ENTAILS),
    ("the opposite word", "Acme will close its plant in Chile", "Acme will open its plant in Chile", CONTRADICTS),
    ("another number", "Acme will close three plants in Chile", "Acme will close five plants in Chile", CONTRADICTS),
    ("a number in the range", "Acme fires more than 300 workers", "Acme fires 450 workers", ENTAILS),
    ("a number out of the range", "Acme fires more than 300 workers", "Acme fires 200 workers", CONTRADICTS),
    ("a number not spoken to", "Acme will close three plants in Chile", "Acme will close plants in Chile", NEUTRAL),
    (
        "a number more than was asked",
        "Acme will close plants in Chile",
        "Acme will close three plants in Chile",
        ENTAILS,
    ),
    ("a place not spoken to", "Norway has sent troops to Chile", "Norway has sent troops", NEUTRAL),
    ("a country is not its city", "A bridge collapsed in Oslo", "A bridge collapsed in Norway", NEUTRAL),
    ("another actor", "Chile will send troops to Peru", "Norway will send troops to Peru", UNRELATED),
    ("roles swapped", "Norway sold ships to Chile", "Chile sold ships to Norway", CONTRADICTS),
    ("another event", "Norway has carried out a nuclear test", "Norway has sent troops to Chile", UNRELATED),
    ("another object", "Norway sends troops to Chile", "Norway sends containers to Chile", UNRELATED),
    ("nothing shared", "Norway has sent troops to Chile", "It rained all day", UNRELATED),
    ("an empty proposition", "Norway has sent troops to Chile", "", UNRELATED),
]


def read(text: str) -> tuple[str, str]:
    return (text.removeprefix("de:"), "de") if text.startswith("de:") else (text, "en")


@pytest.mark.parametrize(
    ("claim", "proposition", "content"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_content(claim: str, proposition: str, content: Content) -> None:
    (said, language), (asked, claim_language) = read(proposition), read(claim)
    pair = Pair(claim=asked, claim_language=claim_language, proposition=said, language=language)
    (scores,) = LexicalRelation().compare([pair])
    assert judge_content(scores, read_policy().relation)[0] is content
    assert scores.entails + scores.contradicts + scores.neutral + scores.unrelated == pytest.approx(1)


def test_each_pair_is_answered_in_order() -> None:
    same = Pair(claim="Acme is closing", claim_language="en", proposition="Acme is closing", language="en")
    other = Pair(claim="Acme is closing", claim_language="en", proposition="It rains", language="en")
    assert [scores.best()[0] for scores in LexicalRelation().compare([same, other, same])] == [
        ENTAILS,
        UNRELATED,
        ENTAILS,
    ]
