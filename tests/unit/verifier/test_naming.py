from __future__ import annotations

import pytest

from verifier.naming import read_naming, split_joint

# Phrase, name, role, the body that it speaks for.
CASES = [
    ("en", "Kremlin spokesman Ivan Orlov", "Ivan Orlov", "Kremlin spokesman", "Kremlin"),
    ("en", "Jo Reed, a spokeswoman for the US Department of Defense", "Jo Reed", None, "US Department of Defense"),
    ("en", "the spokesman of the Harbour Office", "Harbour Office", None, "Harbour Office"),
    ("en", "Norvik's chief executive, Dana Whitlock", "Dana Whitlock", "Norvik's chief executive", "Norvik"),
    ("en", "President Ann Lee", "Ann Lee", "President", None),
    ("en", "Mr. Lee", "Lee", None, None),
    ("en", "The Harbour Office", "Harbour Office", None, None),
    ("en", "Bob Ray, an expert at the University of Rodau", "Bob Ray", "expert at the University of Rodau", None),
    ("de", "Rolf Adler, Sprecher im US-Verteidigungsministerium", "Rolf Adler", None, "US-Verteidigungsministerium"),
    ("de", "die Sprecherin des Verkehrsministeriums, Eva Kern", "Eva Kern", None, "Verkehrsministerium"),
    ("de", "Polizeisprecherin Eva Kern", "Eva Kern", "Polizeisprecherin", "Polizei"),
    ("de", "BKA-Chef Kern", "Kern", "BKA-Chef", "BKA"),
    ("de", "Moldau-Experte Rolf Adler", "Rolf Adler", "Moldau-Experte", None),
    ("de", "ein Sprecher der Polizei", "Polizei", "Sprecher der Polizei", "Polizei"),
    # Surnames that are, or end in, a word for a role.
    ("de", "Vera Tillmann", "Vera Tillmann", None, None),
    ("de", "Hans Richter", "Hans Richter", None, None),
    ("de", "des Betreibers", "Betreiber", None, None),
    ("de", "das moldauische Außenministerium", "moldauisches Außenministerium", None, None),
    ("de", "die Nachrichtenagentur Reuters", "Reuters", None, None),
    ("de", "die dpa", "dpa", None, None),
    ("de", "der britische „Bote“", "Bote", None, None),
]


@pytest.mark.parametrize(
    ("language", "phrase", "name", "role", "affiliation"), CASES, ids=[phrase for _, phrase, *_ in CASES]
)
def test_a_phrase_for_a_speaker_is_taken_apart(
    language: str, phrase: str, name: str, role: str | None, affiliation: str | None
) -> None:
    found = read_naming(phrase, language)
    assert (found.name, found.affiliation) == (name, affiliation)
    assert role is None or found.role == role


@pytest.mark.parametrize(
    ("language", "phrase"),
    [
        ("en", "two officials"),
        ("en", "people familiar with the matter"),
        ("en", "a spokeswoman"),
        ("de", "Insidern"),
        ("de", "ein Sprecher"),
        ("de", "mehreren Augenzeugen"),
    ],
)
def test_who_cannot_be_named_has_no_name(language: str, phrase: str) -> None:
    found = read_naming(phrase, language)
    assert (found.name, found.is_unnamed) == (None, True)


@pytest.mark.parametrize(
    ("language", "phrase", "parts"),
    [
        ("de", "Weder Moldau noch Island", ["Moldau", "Island"]),
        ("en", "neither Moldova nor Iceland", ["Moldova", "Iceland"]),
        ("en", "Neither the Ministry nor the port authority", ["the Ministry", "the port authority"]),
        ("en", "Ann Lee and Bob Ray", ["Ann Lee", "Bob Ray"]),
        ("de", "Eva Kern und Rolf Adler", ["Eva Kern", "Rolf Adler"]),
        # One speaker, whatever stands beside the name.
        ("en", "Ann Lee, a spokeswoman for trade and industry", ["Ann Lee, a spokeswoman for trade and industry"]),
        ("de", "der General und Vize-Vorsitzende Rolf Adler", ["der General und Vize-Vorsitzende Rolf Adler"]),
    ],
)
def test_joint_speakers_are_told_apart(language: str, phrase: str, parts: list[str]) -> None:
    assert split_joint(phrase, language) == parts


def test_outlets_are_known_by_their_kind_and_persons_by_their_role() -> None:
    assert read_naming("das Magazin „Bote“", "de").is_outlet
    assert read_naming("the newspaper Harbour Courier", "en").is_outlet
    assert read_naming("mayor Ann Lee", "en").is_person
    assert not read_naming("Ann Lee", "en").is_outlet
