"""A text as sentences. One that has speech in it goes on to where the speech ends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from verifier.quotations import Quotation, find_quotations
from verifier.vocabulary import read_lexicon

LONGEST = 1200
"""Characters; what is longer is no sentence of an article, and is cut."""

_BREAK = re.compile(r"[.!?…]+[\"”“«»’')\]‘]{0,3}(?=\s|$)|\n+")
_WORD_BEFORE = re.compile(r"[\w.]{1,12}$")
_WRAPPED = range(55, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence as character offsets into the text, with the quotations in it; `paragraph` counts from 0."""

    start: int
    end: int
    paragraph: int
    quotations: tuple[Quotation, ...]


def split_sentences(text: str, language: str) -> tuple[Sentence, ...]:
    """The sentences of a text in its order."""
    quotations = find_quotations(text)
    found: list[Sentence] = []
    first = 0
    for start, end, paragraph in _spans(text, quotations, language):
        for left, right in _pieces(text, start, end):
            while first < len(quotations) and quotations[first].end <= left:
                first += 1
            last = first
            while last < len(quotations) and quotations[last].end <= right:
                last += 1
            own = tuple(item for item in quotations[first:last] if item.start >= left)
            found.append(Sentence(start=left, end=right, paragraph=paragraph, quotations=own))
    return tuple(found)


def _spans(text: str, quotations: Sequence[Quotation], language: str) -> Iterator[tuple[int, int, int]]:
    """Start and end of each sentence, with the number of its paragraph."""
    start = paragraph = following = 0
    for match in _BREAK.finditer(text):
        while following < len(quotations) and quotations[following].end <= match.start():
            following += 1
        around = quotations[following] if following < len(quotations) else None
        end = _read_break(text, match, around, start, language)
        if end is not None and end > start:
            yield start, end, paragraph
            paragraph += "\n" in match.group()
            start = end
    yield start, len(text), paragraph


def _read_break(text: str, match: re.Match[str], around: Quotation | None, start: int, language: str) -> int | None:
    """Where the sentence ends that a mark seems to end; None where it goes on."""
    rest = text[match.end() : match.end() + 40].lstrip()
    if match.group().startswith("\n"):
        is_wrapped = "\n\n" not in match.group() and match.start() - text.rfind("\n", 0, match.start()) in _WRAPPED
        return None if is_wrapped and text[match.start() - 1] not in '.!?:“”"»«' else match.end()
    if around is not None and around.start < match.start():
        ends_speech = match.end() >= around.end
        return match.end() if ends_speech and _begins(rest) else None
    if rest[:1].islower():
        return None
    if match.group() == "." and _is_abbreviated(text, match.start(), start, language):
        return None
    return match.end()


def _begins(rest: str) -> bool:
    return not rest or not (rest[0].islower() or rest[0] in ",;:–—-)")


def _is_abbreviated(text: str, stop: int, start: int, language: str) -> bool:
    word = _WORD_BEFORE.search(text, max(start, stop - 12), stop)
    if word is None:
        return False
    lower = word.group().lower()
    if lower in read_lexicon(language).speech["abbreviations"] or (len(lower) == 1 and lower.isalpha()):
        return True
    # "am 3. Mai", and no year: "Das war 2019. Dann …".
    return language == "de" and lower.isdigit() and len(lower) <= 2


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence without space around it or, where it is too long for one, its parts."""
    while start < end:
        piece = end if end - start <= LONGEST else _cut(text, start)
        inner = text[start:piece]
        left, right = start + len(inner) - len(inner.lstrip()), piece - len(inner) + len(inner.rstrip())
        if left < right:
            yield left, right
        start = piece


def _cut(text: str, start: int) -> int:
    space = text.rfind(" ", start + 1, start + LONGEST)
    return space if space > start + LONGEST // 2 else start + LONGEST
