from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from verifier.entities import Act, Label
from verifier.ratings import BEST, WORST, act_of_rating, phrase_rating, print_rating, value_of


@pytest.mark.parametrize(
    ("rating", "act"),
    [
        ("True", Act.ASSERT),
        ("Das stimmt.", Act.ASSERT),
        ("Größtenteils belegt", Act.ASSERT),
        ("FALSE", Act.DENY),
        ("“False”", Act.DENY),
        ("Pants on Fire!", Act.DENY),
        ("False. The video is from 2015.", Act.DENY),
        ("Falsch – das Bild ist alt", Act.DENY),
        ("Frei erfunden", Act.DENY),
        ("Half True", Act.DECLINE),
        ("half-true", Act.DECLINE),
        ("Mostly false", Act.DECLINE),
        ("Unbelegt", Act.DECLINE),
        ("Teilweise falsch", Act.DECLINE),
        # What the table does not know takes no side, however it looks.
        ("Not entirely true", Act.REPORT),
        ("True-ish", Act.REPORT),
        ("True, but it lacks context", Act.REPORT),
        ("True. But it is old news", Act.REPORT),
        ("False, mostly", Act.REPORT),
        ("falsch verstanden", Act.REPORT),
        ("vrai", Act.REPORT),
        ("3", Act.REPORT),
        ("", Act.REPORT),
        ("…", Act.REPORT),
    ],
)
def test_a_rating_is_an_act_by_the_table_alone(rating: str, act: Act) -> None:
    assert act_of_rating(rating) is act


def test_no_rating_is_two_acts() -> None:
    table = tomllib.loads(Path("verifier/lexicon/ratings.toml").read_text(encoding="utf-8"))
    found: dict[str, str] = {}
    for acts in table["acts"].values():
        for act, ratings in acts.items():
            assert Act(act) in (Act.ASSERT, Act.DENY, Act.DECLINE)
            for rating in (" ".join(one.split()) for one in ratings.split(",")):
                assert rating, f"an empty rating in {act}"
                assert found.setdefault(rating, act) == act, rating


@pytest.mark.parametrize("language", ["en", "de", "fr", None])
def test_every_verdict_has_words_and_they_say_the_same_when_they_come_back(language: str | None) -> None:
    sides = {Label.CORROBORATED: Act.ASSERT, Label.DENIED: Act.DENY}
    for label in Label:
        assert act_of_rating(print_rating(label, language)) is sides.get(label, Act.DECLINE), label
        assert WORST < value_of(label) < BEST
    assert print_rating(Label.DENIED, language) == ("Dementiert" if language == "de" else "Denied")


def test_a_rated_claim_is_a_sentence_whatever_is_in_it() -> None:
    assert phrase_rating("{x} is up", "False", "en") == "Rating of the claim “{x} is up”: False"
    assert phrase_rating("X steigt", "Falsch", "de") == "Bewertung der Behauptung „X steigt“: Falsch"
