"""What the readers of sentences hand to each other: by which words something is attributed, to whom, and what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from verifier.reading import QUOTES, Phrase, Reading, quotation_start

NEAR = 9
"""Tokens within which what belongs to a word of saying is looked for."""

SHORTEST = 2
"""Words that a content has at least."""

ALL_QUOTES = "".join(QUOTES)


class Cue(StrEnum):
    """By which kind of words something is attributed."""

    QUOTED = "quoted"
    """Words in quotation marks, beside a verb of saying."""
    CLAUSE = "clause"
    """As in "X said that", "X said:"."""
    INVERTED = "inverted"
    """As in "…, said X"."""
    ACCORDING = "according"
    """As in "according to X", "wie X berichtet"."""
    OBJECT = "object"
    """As in "X rejected the plan"."""
    NOUN = "noun"
    """As in "the claim that …"."""
    CONTINUED = "continued"
    """The speech of the sentence before goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An attribution in one sentence, counted in its tokens.

    `pieces` are what is said, `left` and `right` bound the words of attribution, `verb` is the base form of the word of
    saying. `speaker` is None where nobody is named.
    """

    pieces: tuple[Phrase, ...]
    speaker: Phrase | None
    cue: Cue
    verb: str
    left: int
    right: int


def find_around(reading: Reading, left: int, right: int, speaker: Phrase | None, verb: str) -> Found:
    """All of a sentence but its attribution, which stands in it like "according to X"."""
    pieces = tuple(
        (start, end) for start, end in ((0, left), (right, reading.size)) if reading.count_words(start, end) >= 1
    )
    return Found(pieces=pieces, speaker=speaker, cue=Cue.ACCORDING, verb=verb, left=left, right=right)


def find_before(reading: Reading, left: int, right: int, speaker: Phrase | None, verb: str) -> Found:
    """What stands before an attribution ("…, said X"); and behind it, where the speech goes on."""
    pieces = []
    if reading.count_words(0, left) >= 1:
        pieces.append((_last_quotation(reading, left), left))
    rest = right
    while rest < reading.size and reading.is_mark(rest, ",:.–—;"):
        rest += 1
    if rest < reading.size and reading.count_words(rest, reading.size) >= SHORTEST:
        word = reading.lower(rest)
        others = reading.words("other_clauses") | reading.words("prepositions")
        goes_on = reading.quoted[rest] or (reading.is_mark(right, ",") and word not in others)
        is_participle = reading.language == "en" and word.endswith("ing")
        if goes_on and not (pieces and is_participle):
            pieces.append((rest, reading.size))
    return Found(pieces=tuple(pieces), speaker=speaker, cue=Cue.INVERTED, verb=verb, left=left, right=right)


def _last_quotation(reading: Reading, end: int) -> int:
    """Where a quotation begins that ends before the attribution and stands by itself; else 0."""
    close = end - 1
    while close > 0 and reading.is_mark(close, ",–—") and not reading.quoted[close]:
        close -= 1
    if close < 0 or not reading.quoted[close]:
        return 0
    opened = quotation_start(reading, close)
    stands_alone = opened == 0 or reading.is_mark(opened - 1, ":,;–—.?!") or reading.quoted[opened - 1]
    return opened if stands_alone and reading.count_words(opened, end) > 2 * SHORTEST - 1 else 0
