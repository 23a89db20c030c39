"""What a rule takes from a network that is sure of the wrong thing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from verifier.entities import Act, Content
from verifier.overruling import overrule
from verifier.ports import Pair, Scores

UNRELATED = Scores(entails=0.02, contradicts=0.03, neutral=0.15, unrelated=0.8)
SURE = Scores(entails=0.9, contradicts=0.02, neutral=0.05, unrelated=0.03)


def overruled(claim: str, proposition: str, language: str = "en", *, scores: Scores = SURE) -> Scores:
    pair = Pair(claim=claim, claim_language=language, proposition=proposition, language=language)
    return overrule(pair, scores, UNRELATED)


@pytest.mark.parametrize(
    ("claim", "proposition", "language", "content"),
    [
        ("Acme dismisses 300 workers", "Acme dismisses 200 workers", "en", Content.CONTRADICTS),
        ("Acme entlässt 300 Mitarbeiter", "Acme entlässt 200 Mitarbeiter", "de", Content.CONTRADICTS),
        ("Acme dismisses more than 300 workers", "Acme dismisses 350 workers", "en", Content.ENTAILS),
        ("Acme dismisses more than 300 workers", "Acme dismisses 250 workers", "en", Content.CONTRADICTS),
        ("Acme dismisses 300 workers", "Acme dismisses workers", "en", Content.NEUTRAL),
        ("Acme dismisses 300 workers", "Acme dismisses three hundred workers", "en", Content.ENTAILS),
        ("Norway has sent ships", "Norway will send ships", "en", Content.NEUTRAL),
        ("Norway will send ships", "Norway has sent ships", "en", Content.ENTAILS),
        ("Norwegen hat Schiffe entsandt", "Norwegen wird Schiffe entsenden", "de", Content.NEUTRAL),
        ("Acme closes its plant", "Acme closes its plant in May", "en", Content.ENTAILS),
        ("Peru attacked Chile", "Chile attacked Peru", "en", Content.NEUTRAL),
        ("Peru hat Chile angegriffen", "Chile hat Peru angegriffen", "de", Content.NEUTRAL),
        ("The Arab League will send ships to Peru", "Norway will send ships to Peru", "en", Content.UNRELATED),
        ("Die Afrikanische Union schickt Schiffe", "Norwegen schickt Schiffe", "de", Content.UNRELATED),
        ("Acme closes its plant", "If Acme closes its plant, 300 people lose their jobs", "en", Content.NEUTRAL),
        ("Acme schließt ein Werk", "Sollte Acme ein Werk schließen, wird gestreikt", "de", Content.NEUTRAL),
    ],
)
def test_what_a_proposition_does_not_bear_out_it_does_not_entail(
    claim: str, proposition: str, language: str, content: Content
) -> None:
    assert overruled(claim, proposition, language).best()[0] is content


def test_what_others_do_is_about_something_else() -> None:
    found = overruled("Norway sends ships to Chile", "Sweden sends ships to Chile")
    assert found.best()[0] is Content.UNRELATED
    assert overruled("Norway sends ships to Chile", "Oslo sends ships to Chile") == SURE
    assert overruled("Norway sends ships to Chile", "The government sends ships") == SURE


def test_the_same_said_in_known_words_needs_no_network() -> None:
    same = Scores(entails=0.8, contradicts=0.05, neutral=0.1, unrelated=0.05)
    pair = Pair(claim="Norway sends ships", claim_language="en", proposition="Norway sends ships", language="en")
    assert overrule(pair, UNRELATED, same) == same


def test_no_rule_makes_a_proposition_entail_a_claim_and_probabilities_still_add_up() -> None:
    unsure = Scores(entails=0.1, contradicts=0.3, neutral=0.5, unrelated=0.1)
    assert overruled("Acme dismisses 300 workers", "Acme dismisses 200 workers", scores=unsure) == unsure
    found = overruled("Acme dismisses 300 workers", "Acme dismisses 200 workers")
    assert found.entails + found.contradicts + found.neutral + found.unrelated == pytest.approx(1)


def test_what_a_denial_puts_forward_is_the_opposite_of_what_it_denies() -> None:
    pair = Pair(
        claim="The dam is safe",
        claim_language="en",
        proposition="the dam was safe",
        language="en",
        text="Lee hit back, saying the dam was safe.",
        act=Act.DENY,
    )
    same = Scores(entails=0.8, contradicts=0.05, neutral=0.1, unrelated=0.05)
    assert overrule(pair, SURE, same).best()[0] is Content.CONTRADICTS
    denied = replace(pair, text="Lee denied that the dam was safe.")
    assert overrule(denied, SURE, same).best()[0] is Content.ENTAILS
