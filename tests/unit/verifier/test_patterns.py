from __future__ import annotations

import pytest

from verifier.patterns import find_first
from verifier.tokens import tokenize


@pytest.mark.parametrize(
    ("pattern", "text", "matched"),
    [
        ("decline to", "The ministry declined to answer", "declined to"),
        ("decline|refuse to", "The ministry refuses to answer", "refuses to"),
        ("dismiss * as", "He dismissed the report as invented", "dismissed the report as"),
        ("dismiss * as", "He dismissed it. They see it as invented", None),
        ("dismiss * as", "He dismissed one and two and three and four things as invented", None),
        ("no comment", "It had a comment", None),
    ],
)
def test_words_forms_alternatives_and_gaps(pattern: str, text: str, matched: str | None) -> None:
    tokens = tokenize(text, "en")
    found = find_first([pattern], tokens)
    assert (None if found is None else " ".join(token.surface for token in tokens[slice(*found)])) == matched


def test_the_earliest_match_counts_and_of_several_the_longest() -> None:
    tokens = tokenize("They said no, no comment at all", "en")
    assert find_first(["no comment", "said", "said no"], tokens) == (1, 3)
