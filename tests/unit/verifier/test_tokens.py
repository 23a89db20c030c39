from __future__ import annotations

from decimal import Decimal

import pytest

from verifier.tokens import tokenize


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("7,500 containers", "en", "7500"),
        ("7.500 Container", "de", "7500"),
        ("7500 Container", "de", "7500"),
        ("12 000 Schuss", "de", "12000"),
        ("1.5 percent", "en", "1.5"),
        ("1,5 Prozent", "de", "1.5"),
        ("1.234,5 Euro", "de", "1234.5"),
        ("the 53rd brigade", "en", "53"),
    ],
)
def test_numbers_have_the_value_that_their_language_writes(text: str, language: str, value: str) -> None:
    assert [token.value for token in tokenize(text, language) if token.value is not None] == [Decimal(value)]


def test_offsets_are_exact() -> None:
    text = "Moscow’s “answer” wasn’t 7,500 — or LK-99."
    assert [text[token.start : token.end] for token in tokenize(text, "en")] == [
        token.surface for token in tokenize(text, "en")
    ]


def test_a_contracted_negation_is_a_word_of_its_own() -> None:
    assert [token.lemma for token in tokenize("It isn't so", "en")] == ["it", "be", "not", "so"]


@pytest.mark.parametrize(
    ("text", "lemma"),
    [
        ("Das Amt wies den Vorwurf zurück.", "zurückweisen"),
        ("Sie räumte den Fehler ein und ging.", "einräumen"),
        ("Der Chef tritt nach dem Streit zurück", "zurücktreten"),
    ],
)
def test_a_german_verb_gets_its_prefix_back(text: str, lemma: str) -> None:
    assert lemma in [token.lemma for token in tokenize(text, "de")]


def test_a_month_is_told_from_a_verb_by_its_capital() -> None:
    assert "may_month" in [token.lower for token in tokenize("They leave in May", "en")]
    assert "may" in [token.lower for token in tokenize("They may leave", "en")]


@pytest.mark.parametrize("text", ["", "   ", "…", "١٢٣"])
def test_any_text_can_be_read(text: str) -> None:
    assert all(token.surface in text for token in tokenize(text, "en"))
