from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.sentences import LONGEST, split_sentences

CASES = [
    ("de", "Der Damm hält. Das Amt prüft ihn.", ["Der Damm hält.", "Das Amt prüft ihn."]),
    ("de", "Am 3. Mai kam Dr. Kern, z. B. mit dem Zug.", ["Am 3. Mai kam Dr. Kern, z. B. mit dem Zug."]),
    ("en", "Mr. Lee met the U.S. envoy. He left.", ["Mr. Lee met the U.S. envoy.", "He left."]),
    # Speech is one sentence with its attribution, however many it has inside.
    ("de", "„Er hält. Ganz sicher“, sagte Kern. Das war es.", ["„Er hält. Ganz sicher“, sagte Kern.", "Das war es."]),
    ("de", "Kern sagte: „Er hält.“ Das Amt schweigt.", ["Kern sagte: „Er hält.“", "Das Amt schweigt."]),
    ("en", '"Is it safe?" asked Lee. Nobody knew.', ['"Is it safe?" asked Lee.', "Nobody knew."]),
    # A headline has no full stop; a line that was wrapped goes on.
    ("en", "Dam is holding\nThe operator says so.", ["Dam is holding", "The operator says so."]),
    (
        "en",
        "The operator of the dam says that it has looked at every\nsingle part of it.",
        ["The operator of the dam says that it has looked at every\nsingle part of it."],
    ),
]


@pytest.mark.parametrize(("language", "text", "sentences"), CASES, ids=[text for _, text, _ in CASES])
def test_where_sentences_end(language: str, text: str, sentences: list[str]) -> None:
    assert [text[item.start : item.end] for item in split_sentences(text, language)] == sentences


def test_paragraphs_are_counted() -> None:
    found = split_sentences("Eins ist da. Zwei ist da.\n\nDrei ist da.", "de")
    assert [item.paragraph for item in found] == [0, 0, 1]


@given(st.text(alphabet="„“\"' ab.!?\nÄ1", max_size=120), st.sampled_from(["de", "en"]))
def test_sentences_hold_every_word_in_order(text: str, language: str) -> None:
    found = split_sentences(text, language)
    assert "".join("".join(text[item.start : item.end].split()) for item in found) == "".join(text.split())
    for item in found:
        assert item.end - item.start <= LONGEST
        assert all(item.start <= quote.start < quote.end <= item.end for quote in item.quotations)


def test_a_text_without_any_stop_is_cut() -> None:
    assert len(split_sentences("wort " * 2000, "de")) == -(-10000 // LONGEST)
