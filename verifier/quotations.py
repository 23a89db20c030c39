"""Where a text quotes: spans between quotation marks, in every style that German and English news use."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

# What an opening mark may be closed by.
_CLOSERS = {
    "„": '“”"',
    "“": '”"',
    "»": "«",
    "«": "»",
    "‚": "‘’",
    "‘": "’",
    "›": "‹",
    "‹": "›",
    '"': '"”',
    "'": "'",
    "''": ("''", "”", '"'),
    "``": ("''", '"'),
}
_MARK = re.compile(r"''|``|[„“”»«‚‘’›‹\"']")
_PARAGRAPH = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class Quotation:
    """A span with its marks, as character offsets; `inner_start` and `inner_end` leave the marks out.

    `is_open` is set where the speech goes on in the next paragraph, which opens it anew and leaves this one unclosed.
    """

    start: int
    end: int
    inner_start: int
    inner_end: int
    is_open: bool = False


def find_quotations(text: str) -> tuple[Quotation, ...]:
    """The outermost quotations of a text in its order; one lies within a paragraph. Takes time linear in the text."""
    paragraphs = [match.span() for match in _PARAGRAPH.finditer(text) if match.group().strip()]
    found: list[Quotation] = []
    for number, (start, end) in enumerate(paragraphs):
        following = text[slice(*paragraphs[number + 1])].lstrip() if number + 1 < len(paragraphs) else ""
        found += _in_paragraph(text, start, end, following)
    return tuple(found)


def _in_paragraph(text: str, start: int, end: int, following: str) -> Iterator[Quotation]:
    marks = list(_MARK.finditer(text, start, end))
    closing: dict[str, list[int]] = {}
    for place, mark in enumerate(marks):
        if _closes(text, mark):
            closing.setdefault(mark.group(), []).append(place)
    index = 0
    while index < len(marks):
        mark = marks[index]
        if not _opens(text, mark, start):
            index += 1
            continue
        close = _find_close(mark.group(), index, closing)
        if close is not None and marks[close].start() > mark.end():
            yield Quotation(mark.start(), marks[close].end(), mark.end(), marks[close].start())
            index = close + 1
        elif close is None and mark.group() in '„“»«"' and following.startswith(mark.group()):
            yield Quotation(mark.start(), end, mark.end(), end, is_open=True)
            return
        else:
            index += 1


def _find_close(opener: str, opened: int, closing: Mapping[str, Sequence[int]]) -> int | None:
    """The place of the next mark that closes; `closing` has the places of those that may, by kind."""
    found = []
    for closer in _CLOSERS[opener]:
        places = closing.get(closer, ())
        following = bisect_right(places, opened)
        if following < len(places):
            found.append(places[following])
    return min(found, default=None)


def _opens(text: str, match: re.Match[str], start: int) -> bool:
    """Whether a mark stands where a quotation begins: before a word, and not behind one."""
    if match.group() not in _CLOSERS:
        return False
    before = text[match.start() - 1] if match.start() > start else " "
    after = text[match.end()] if match.end() < len(text) else " "
    if match.group() in "„»" and not after.isspace():
        return True
    return not before.isalnum() and before not in ".,!?" and not after.isspace()


def _closes(text: str, match: re.Match[str]) -> bool:
    """Whether a mark stands where a quotation ends; an apostrophe inside a word does not."""
    before = text[match.start() - 1] if match.start() else " "
    after = text[match.end()] if match.end() < len(text) else " "
    if match.group() in "'’‘":
        return not before.isspace() and not after.isalnum()
    return not before.isspace() or after.isspace() or after in ".,;:!?"
