from __future__ import annotations

import pytest

from verifier.terms import Bound, Kind, find_terms, index_terms


@pytest.mark.parametrize(
    ("english", "german", "key"),
    [
        ("North Korea", "Nordkorea", "country:KP"),
        ("North Korean officials", "nordkoreanische Beamte", "country:KP"),
        ("the Kremlin", "der Kreml", "country:RU"),
        ("Russia's army", "Russlands Armee", "country:RU"),
        ("the British", "die Briten", "country:GB"),
        ("U.S. officials", "US-Beamte", "country:US"),
        ("talks in Vienna", "Gespräche in Wien", "city:vienna"),
        ("talks in Vienna", "Gespräche in Wien", "country:AT"),
        ("more than 7,500 containers", "mehr als 7.500 Container", "number:7500"),
        ("1.9 billion euros", "1,9 Milliarden Euro", "number:1900000000"),
        ("three plants", "drei Werke", "number:3"),
        ("5 percent", "5 Prozent", "concept:percent"),
        ("40%", "40 %", "concept:percent"),
        ("soldiers were deployed", "Truppen wurden entsandt", "concept:soldier"),
        ("soldiers were deployed", "Truppen wurden entsandt", "concept:send"),
        ("he stepped down", "er trat zurück", "concept:resign"),
        ("a plane crash", "ein Flugzeugabsturz", "concept:crash"),
        ("Zelensky spoke", "Selenskyj sprach", "name:selensk"),
    ],
)
def test_two_languages_share_the_terms_of_one_thing(english: str, german: str, key: str) -> None:
    assert key in index_terms(english, "en")
    assert key in index_terms(german, "de")


def test_stop_words_are_no_terms() -> None:
    assert index_terms("It is not that they have been there", "en") == frozenset()
    assert index_terms("Das ist nicht, was sie dort haben", "de") == frozenset()


def test_short_names_of_countries_are_meant_only_in_capitals() -> None:
    assert "country:US" not in index_terms("they told us", "en")


def test_a_country_does_not_imply_its_cities() -> None:
    assert not any(key.startswith("city:") for key in index_terms("Russia", "en"))


def test_a_name_of_several_words_is_one_term_and_any_part_of_it_will_do() -> None:
    (name,) = [term for term in find_terms("Then Elon Musk spoke", "en") if term.kind is Kind.NAME]
    assert {"elon", "musk"} <= name.keys


def test_a_german_compound_is_about_its_parts() -> None:
    assert {"concept:soldier", "concept:withdraw"} <= index_terms("Der Truppenabzug begann", "de")


@pytest.mark.parametrize(
    ("text", "language", "bound"),
    [
        ("more than 300 people", "en", Bound.AT_LEAST),
        ("no more than 300 people", "en", Bound.AT_MOST),
        ("mindestens 300 Menschen", "de", Bound.AT_LEAST),
        ("300 people", "en", None),
    ],
)
def test_the_end_of_a_range_is_told_from_a_number(text: str, language: str, bound: Bound | None) -> None:
    assert [term.bound for term in find_terms(text, language) if term.kind is Kind.NUMBER] == [bound]


def test_an_act_implies_what_follows_from_it() -> None:
    (killed,) = find_terms("They killed him", "en")
    assert "concept:die" in killed.implied
