"""Patterns of words, as the lexicons write them, and where they are found in a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from verifier.tokens import Token

_GAP = 6
_STOPS = frozenset(".!?;")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Words in order: each a set of alternatives, or None for a gap of up to six words within the clause."""

    parts: tuple[frozenset[str] | None, ...]

    def match_at(self, tokens: Sequence[Token], index: int) -> int | None:
        """The end of a match that begins at a token, None where there is none."""
        return _match(self.parts, 0, tokens, index)


@lru_cache(maxsize=4096)
def compile_pattern(text: str) -> Pattern:
    """A pattern from its spelling: words, `a|b` for either, `=a` for this form alone, `*` for a gap."""
    words = text.lower().split()
    return Pattern(tuple(None if word == "*" else frozenset(word.split("|")) for word in words))


def find_first(patterns: Iterable[str], tokens: Sequence[Token]) -> tuple[int, int] | None:
    """First and last-but-one token of the earliest match in a text of any of these patterns; the longest of several."""
    known = _by_first_word(tuple(patterns))
    for index, token in enumerate(tokens):
        if token.lower not in known and token.lemma not in known:
            continue
        begun = (*known.get(token.lower, ()), *(known.get(token.lemma, ()) if token.lemma != token.lower else ()))
        ends = [end for pattern in begun if (end := pattern.match_at(tokens, index)) is not None]
        if ends:
            return index, max(ends)
    return None


@lru_cache(maxsize=4096)
def _by_first_word(patterns: tuple[str, ...]) -> Mapping[str, tuple[Pattern, ...]]:
    """Patterns by each word that they may begin with, so that few are tried at a token."""
    known: dict[str, tuple[Pattern, ...]] = {}
    for pattern in map(compile_pattern, patterns):
        for word in pattern.parts[0] or ():
            plain = word.removeprefix("=")
            known[plain] = (*known.get(plain, ()), pattern)
    return known


def _match(parts: Sequence[frozenset[str] | None], part: int, tokens: Sequence[Token], index: int) -> int | None:
    if part == len(parts):
        return index
    words = parts[part]
    if words is not None:
        if index < len(tokens) and _is(tokens[index], words):
            return _match(parts, part + 1, tokens, index + 1)
        return None
    for skipped in range(min(_GAP, len(tokens) - index) + 1):
        if skipped and tokens[index + skipped - 1].surface in _STOPS:
            return None
        if (end := _match(parts, part + 1, tokens, index + skipped)) is not None:
            return end
    return None


def _is(token: Token, words: frozenset[str] | None) -> bool:
    return words is not None and (token.lower in words or token.lemma in words or f"={token.lower}" in words)
