from __future__ import annotations

import pytest

from verifier.folding import fold_name, fold_word


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zaluzhnyi", "Saluschnyj"),
        ("Bashar", "Baschar"),
        ("Peskov", "Peskow"),
        ("Vladimir", "Wladimir"),
        ("Müllers", "Müller"),
    ],
)
def test_romanizations_of_one_name_fold_together(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other)


@pytest.mark.parametrize(("one", "other"), [("Peskov", "Petrov"), ("Merz", "Marx"), ("Kim", "Lim")])
def test_other_names_stay_apart(one: str, other: str) -> None:
    assert fold_name(one) != fold_name(other)


@pytest.mark.parametrize(("one", "other"), [("phosphine", "phosphin"), ("größe", "grosse"), ("café", "cafe")])
def test_words_fold_without_accents_and_final_e(one: str, other: str) -> None:
    assert fold_word(one) == fold_word(other)


@pytest.mark.parametrize("word", ["Пекин", "北京"])
def test_what_has_no_latin_letters_is_kept(word: str) -> None:
    assert fold_name(word)
    assert fold_word(word) == word
