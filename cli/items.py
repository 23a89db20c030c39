"""What is in a file of records: item by item, so that a file may be larger than the memory."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import IO, Any

_FIRST = 1 << 20
"""Characters by which the three kinds of files are told apart."""
_CHUNK = 1 << 16
_LONGEST_TOKEN = 16
"""More characters than an escape or a literal has, which may be cut anywhere."""
_BLANK = re.compile(r"\s*")


def _refuse(name: str) -> None:
    raise json.JSONDecodeError(f"{name} is no value", name, 0)


_DECODER = json.JSONDecoder(parse_constant=_refuse)


class Kind(StrEnum):
    """What an item is: the value of its field `type`, which a statement need not have."""

    SOURCE = "source"
    STATEMENT = "statement"
    CONFIRMATION = "confirmation"
    DOCUMENT = "document"
    CLAIM = "claim"
    CLAIMREVIEW = "claimreview"
    RETRACTION = "retraction"


_LISTS = {
    "sources": Kind.SOURCE,
    "statements": Kind.STATEMENT,
    "confirmations": Kind.CONFIRMATION,
    "documents": Kind.DOCUMENT,
    "claims": Kind.CLAIM,
    "dataFeedElement": Kind.CLAIMREVIEW,
}
"""The lists of a record in one JSON object, and that of schema.org's DataFeed."""

_CLAIM_REVIEW = "ClaimReview"
_FEED_ITEM = "DataFeedItem"


@dataclass(frozen=True, slots=True)
class Item:
    """Something to be stored, and the line on which it begins."""

    line: int
    kind: Kind
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rejection:
    """Something that is not stored, and why; `message` follows `field` in a sentence."""

    line: int
    field: str
    message: str


def read_items(file: IO[str]) -> Iterator[Item | Rejection]:
    """The items in a file: a record as one JSON object, a JSON array, or NDJSON, told apart by how it begins.

    A line of NDJSON that is no JSON is a rejection like any other; elsewhere it is the last one of the file.
    """
    line = 1
    try:
        while (text := file.readline(_FIRST)) and not text.strip():
            line += text.endswith("\n")
        if text.lstrip().startswith("["):
            scanner = _Scanner(file, text, line)
            yield from _read_array(scanner, kind=None)
            scanner.end()
        elif _begins_object(text):
            yield from _read_record(_Scanner(file, text, line))
        else:
            yield from _read_lines(file, text, line)
    except _MalformedError as error:
        yield Rejection(error.line, "", f"{error}; the file is read up to here")
    except UnicodeDecodeError:
        yield Rejection(line, "", "the file is not in UTF-8; it is read up to here")


def _begins_object(text: str) -> bool:
    """Whether a file that begins so is one JSON object: its first line does not end it, or has the lists in it."""
    try:
        content = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        unfinished = error.pos >= len(text.rstrip()) or not text.endswith("\n")
        return text.lstrip().startswith("{") and unfinished
    return isinstance(content, dict) and any(isinstance(content.get(name), list) for name in _LISTS)


def _read_lines(file: IO[str], text: str, line: int) -> Iterator[Item | Rejection]:
    if not text.endswith("\n"):
        text += file.readline()
    while text:
        if text.strip():
            yield _parse_line(text, line)
        text, line = file.readline(), line + 1


def _parse_line(text: str, line: int) -> Item | Rejection:
    try:
        return _as_item(_DECODER.decode(text), line, kind=None)
    except json.JSONDecodeError as error:
        return Rejection(line, "", f"is not JSON: {error.msg} at column {error.colno}")


def _read_record(scanner: _Scanner) -> Iterator[Item | Rejection]:
    """The items of a record's lists, in the order of the file; what else describes the record is passed over."""
    line, empty = scanner.line, True
    for _ in scanner.members("{", "}"):
        name = scanner.take_value()
        scanner.take(":")
        if name in _LISTS and scanner.peek() == "[":
            empty = False
            yield from _read_array(scanner, kind=_LISTS[name])
        else:
            scanner.take_value()
    scanner.end()
    if empty:
        yield Rejection(line, "", f"has none of the lists {', '.join(_LISTS)}; a single item must be on one line")


def _read_array(scanner: _Scanner, *, kind: Kind | None) -> Iterator[Item | Rejection]:
    for _ in scanner.members("[", "]"):
        line = scanner.line
        for content in _unwrap(scanner.take_value()):
            yield _as_item(content, line, kind=kind)


def _unwrap(content: Any) -> list[Any]:
    """What is in an element of a DataFeed, one or several; anything else is itself."""
    if not isinstance(content, dict) or content.get("@type") != _FEED_ITEM:
        return [content]
    inside = content.get("item")
    return inside if isinstance(inside, list) else [inside]


def _as_item(content: Any, line: int, *, kind: Kind | None) -> Item | Rejection:
    if not isinstance(content, dict):
        return Rejection(line, "", "is not a JSON object")
    if kind is None and content.get("@type") == _CLAIM_REVIEW:
        kind = Kind.CLAIMREVIEW
    if kind is None:
        given = content.pop("type", Kind.STATEMENT)
        if given not in list(Kind):
            return Rejection(line, "type", f"must be one of {', '.join(Kind)}")
        kind = Kind(given)
    return Item(line, kind, content)


def parents_first(sources: Iterable[Item]) -> list[Item]:
    """Sources in an order in which each comes after its parent, where that is among them, and else stays in place."""
    sources = list(sources)
    named = {str(source.content.get(field)): source for field in ("name", "id") for source in sources}
    placed: dict[int, Item] = {}
    for source in sources:
        chain: dict[int, Item] = {}
        above: Item | None = source
        while above and id(above) not in placed and id(above) not in chain:
            chain[id(above)] = above
            above = named.get(str(above.content.get("parent", "")))
        placed.update(reversed(chain.items()))
    return list(placed.values())


class _MalformedError(Exception):
    """A file that is no JSON from a line on."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class _Scanner:
    """Takes one value after the other out of a JSON text, with little more than that one in memory.

    `line` is that of what comes next, after `peek`.
    """

    def __init__(self, file: IO[str], begun: str, line: int) -> None:
        self._file = file
        self._buffer = begun
        self._at = 0
        self.line = line

    def peek(self) -> str:
        """The next character that is not blank; none at the end of the text."""
        while True:
            blank = _BLANK.match(self._buffer, self._at)
            self._advance(blank.end() if blank else self._at)
            if self._at < len(self._buffer) or not self._read_on():
                return self._buffer[self._at : self._at + 1]

    def take(self, expected: str) -> None:
        """Passes over the next character, which must be this one."""
        if (found := self.peek()) != expected:
            raise _MalformedError(self.line, f"is not JSON: {expected} expected, and not {found or 'the end'}")
        self._advance(self._at + 1)

    def members(self, opening: str, closing: str) -> Iterator[None]:
        """Stops before each member of an array or object, for the caller to take it."""
        self.take(opening)
        while self.peek() != closing:
            yield
            if self.peek() != closing:
                self.take(",")
        self.take(closing)

    def take_value(self) -> Any:
        """The next value, whole."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._buffer, self._at)
            except json.JSONDecodeError as error:
                if not self._may_go_on(error) or not self._read_on():
                    raise _MalformedError(self.line, f"is not JSON: {error.msg}") from error
                continue
            # A number that ends with the buffer may have more digits to come.
            if end == len(self._buffer) and self._read_on():
                continue
            self._advance(end)
            return value

    def end(self) -> None:
        """Makes sure that there is nothing more."""
        if found := self.peek():
            raise _MalformedError(self.line, f"is not JSON: the end expected, and not {found}")

    def _may_go_on(self, error: json.JSONDecodeError) -> bool:
        """Whether it is the end of the buffer that is wrong, so that a bad file is not read to its end for nothing."""
        return error.msg.startswith("Unterminated string") or error.pos >= len(self._buffer) - _LONGEST_TOKEN

    def _advance(self, end: int) -> None:
        self.line += self._buffer.count("\n", self._at, end)
        self._at = end

    def _read_on(self) -> bool:
        """Reads as much again as there is: so a long value is decoded a few times, not once for each piece."""
        more = self._file.read(max(_CHUNK, len(self._buffer) - self._at))
        self._buffer, self._at = self._buffer[self._at :] + more, 0
        return bool(more)
