from __future__ import annotations

import pytest

from verifier.language import SUPPORTED, identify


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("North Korea will send troops", "en"),
        ("MH17 was shot down", "en"),
        ("The minister is dead", "en"),
        ("Nordkorea schickt Soldaten in die Ukraine", "de"),
        ("VW schließt Werke", "de"),
        ("Der Minister ist tot", "de"),
        ("Elon Musk kauft Twitter.", "de"),
        ("La Corée du Nord enverra des troupes", "fr"),
        ("Noord-Korea stuurt soldaten naar Rusland", "nl"),
        ("Nordkorea skickar trupper till Ryssland", "sv"),
        ("Corea del Norte enviará tropas a Rusia", "es"),
        ("Северная Корея отправит войска в Россию", "ru"),
    ],
)
def test_a_text_is_in_its_language(text: str, language: str) -> None:
    assert identify(text) == language


@pytest.mark.parametrize("text", ["", "1234", "!?"])
def test_a_text_without_words_is_in_none(text: str) -> None:
    assert identify(text) is None


def test_german_and_english_are_supported() -> None:
    assert {"de", "en"} == SUPPORTED
