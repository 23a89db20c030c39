from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.quotations import find_quotations

CASES = [
    ("Sie sagte: „Der Damm hält.“", ["Der Damm hält."]),
    ("Sie sagte: »Der Damm hält.«", ["Der Damm hält."]),
    ("Sie sagte: «Der Damm hält.»", ["Der Damm hält."]),
    ("She said, “The dam is holding.”", ["The dam is holding."]),
    ('She said, "The dam is holding."', ["The dam is holding."]),
    ("She said, 'The dam is holding.'", ["The dam is holding."]),
    ("She said, ''The dam is holding.''", ["The dam is holding."]),
    ("Der „Bote“ und die „Post“ melden es.", ["Bote", "Post"]),
    ("“He called it ‘a lie’, nothing else,” she said.", ["He called it ‘a lie’, nothing else,"]),
    # Apostrophes and inches are no quotation marks.
    ("The mayor's dogs' bowl isn't 'n' inch wide.", ["n"]),
    ("It doesn't matter, it's the ministers' plan.", []),
    # A mark that nothing closes opens nothing, but where the next paragraph goes on with it.
    ("Sie sagte: „Der Damm hält.", []),
    ("“One paragraph.\n\n“And another,” she said.", ["One paragraph.", "And another,"]),
]


@pytest.mark.parametrize(("text", "inner"), CASES, ids=[text for text, _ in CASES])
def test_what_stands_between_quotation_marks(text: str, inner: list[str]) -> None:
    assert [text[item.inner_start : item.inner_end] for item in find_quotations(text)] == inner


def test_speech_that_goes_on_in_the_next_paragraph_is_marked() -> None:
    first, second = find_quotations("“One paragraph.\n\n“And another,” she said.")
    assert (first.is_open, second.is_open) == (True, False)


@given(st.text(alphabet="„“”»«\"'’ab .\n", max_size=80))
def test_quotations_follow_each_other_within_the_text(text: str) -> None:
    cursor = 0
    for item in find_quotations(text):
        assert cursor <= item.start < item.inner_start <= item.inner_end <= item.end <= len(text)
        cursor = item.end
