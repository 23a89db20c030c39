from __future__ import annotations

import pytest

from verifier.phrases import concept_phrases, phrases_at, place_phrases
from verifier.tokens import tokenize


def test_the_longest_phrase_comes_first() -> None:
    tokens = tokenize("South Korea and more", "en")
    found = [phrase for _, phrase in phrases_at(tokens, 0, {("south",): 1, ("south", "korea"): 2}, "en")]
    assert found == [("south", "korea"), ("south",)]


@pytest.mark.parametrize(
    ("text", "language", "phrase"),
    [("Russian", "en", ("russian",)), ("russischen", "de", ("russisch",)), ("Russlands", "de", ("russland",))],
)
def test_places_are_found_in_all_their_forms(text: str, language: str, phrase: tuple[str, ...]) -> None:
    known = place_phrases(language)
    assert [known[found][0] for _, found in phrases_at(tokenize(text, language), 0, known, language)] == ["country:RU"]
    assert phrase in known


def test_a_word_may_stand_for_several_concepts() -> None:
    assert {"attack", "strike_work"} <= concept_phrases("en")[("strike",)]
