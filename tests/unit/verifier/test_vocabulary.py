from __future__ import annotations

import pytest

from verifier.entities import Act
from verifier.language import SUPPORTED
from verifier.patterns import compile_pattern
from verifier.vocabulary import read_concepts, read_lexicon, read_places


@pytest.mark.parametrize("language", sorted(SUPPORTED))
def test_every_pattern_is_for_a_known_act_and_begins_with_a_word(language: str) -> None:
    acts = read_lexicon(language).acts
    assert set(acts) == {act.value for act in Act} - {"assert"}
    for patterns in acts.values():
        assert all(compile_pattern(pattern).parts[0] for pattern in patterns)


def test_both_languages_have_the_same_sections() -> None:
    english, german = read_lexicon("en").attribution, read_lexicon("de").attribution
    assert set(german) - set(english) <= {"according_after"}
    assert set(english) <= set(german)


def test_opposites_and_implications_are_of_known_concepts() -> None:
    table = read_concepts()
    known = {concept for phrases in table.phrases.values() for found in phrases.values() for concept in found}
    assert {concept for pair in table.opposites for concept in pair} <= known
    assert set(table.implied).union(*table.implied.values()) <= known
    assert table.understood <= known


def test_opposites_go_both_ways() -> None:
    opposites = read_concepts().opposites
    assert {(other, one) for one, other in opposites} == opposites


def test_every_country_of_a_city_has_a_name_in_both_languages() -> None:
    places = read_places()
    countries = {country for _, country in places.cities.values()}
    for language in SUPPORTED:
        assert countries <= set(places.countries[language].values())


def test_a_language_without_a_lexicon_is_none() -> None:
    with pytest.raises(FileNotFoundError):
        read_lexicon("xx")
