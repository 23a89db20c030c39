from __future__ import annotations

import pytest

from verifier.frames import are_swapped, clash, read_frame


@pytest.mark.parametrize(
    ("text", "language", "negated"),
    [
        ("Acme has closed its plant", "en", False),
        ("Acme has not closed its plant", "en", True),
        ("Acme hasn't closed its plant", "en", True),
        ("Nobody closed the plant", "en", True),
        ("Acme hat das Werk nicht geschlossen", "de", True),
        ("Acme hat kein Werk geschlossen", "de", True),
        ("Es ist nicht wahr, dass Acme kein Werk schließt", "de", False),
    ],
)
def test_polarity(text: str, language: str, negated: bool) -> None:
    assert read_frame(text, language).is_negated is negated


@pytest.mark.parametrize(
    ("text", "language", "future", "past"),
    [
        ("Acme will close its plant", "en", True, False),
        ("Acme has closed its plant", "en", False, True),
        ("Acme wird das Werk schließen", "de", True, False),
        ("Acme hat das Werk geschlossen", "de", False, True),
    ],
)
def test_time(text: str, language: str, future: bool, past: bool) -> None:
    frame = read_frame(text, language)
    assert (frame.is_future, frame.is_past) == (future, past)


@pytest.mark.parametrize(
    ("claim", "proposition", "swapped"),
    [
        ("Norway sold ships to Chile", "Norway sold the ships to Chile", False),
        ("Norway sold ships to Chile", "Chile sold ships to Norway", True),
        ("Norway attacked Chile", "Chile was attacked by Norway", False),
        ("Norway attacked Chile", "Norway was attacked by Chile", True),
        ("Norway sold ships", "Chile sold ships", False),
        ("Norway repaired ships in Chile", "In Chile Norway repaired ships", False),
        ("Norway attacked Chile", "Oslo attacked Chile, Norway's minister admitted", False),
    ],
)
def test_who_acts_on_whom(claim: str, proposition: str, swapped: bool) -> None:
    assert are_swapped(read_frame(claim, "en"), read_frame(proposition, "en")) is swapped


def test_opposites_clash_across_languages() -> None:
    assert clash(read_frame("The plant will close", "en"), read_frame("Das Werk wird eröffnet", "de"))
    assert not clash(read_frame("The plant will close", "en"), read_frame("Das Werk wird geschlossen", "de"))


def test_a_number_counts_the_word_after_it() -> None:
    frame = read_frame("Acme closes three plants and fires 500 workers", "en")
    numbers = [term for term in frame.terms if term.value is not None]
    assert [sorted(thing.keys) for number in numbers if (thing := frame.counted_by(number))] == [
        ["concept:plant"],
        ["concept:worker"],
    ]
