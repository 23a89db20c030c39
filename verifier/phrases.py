"""The phrases of places and concepts, and where they are found in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from verifier.tokens import Token
from verifier.vocabulary import Phrase, read_concepts, read_places


def phrases_at(
    tokens: Sequence[Token], index: int, known: Mapping[Phrase, object], language: str
) -> Iterator[tuple[int, Phrase]]:
    """Known phrases that begin at a token, the longest first: by the words as written, then by their base forms."""
    longest = _longest(language)
    for size in range(min(longest, len(tokens) - index), 0, -1):
        span = tokens[index : index + size]
        if not all(token.is_word or token.surface in "-%" for token in span):
            continue
        for phrase in _readings(span, language):
            if phrase in known:
                yield index + size, phrase
                break


def _readings(span: Sequence[Token], language: str) -> Iterator[Phrase]:
    words = [token for token in span if token.surface != "-"]
    if not words:
        return
    yield tuple(token.lower for token in words)
    yield tuple(token.lemma for token in words)
    if language == "de":
        yield tuple(_bare(token.lower) for token in words)


def _bare(word: str) -> str:
    """A German adjective or name without its ending."""
    return re.sub(r"(?:en|em|er|es|e|s)$", "", word) if len(word) > 4 else word


@cache
def place_phrases(language: str) -> dict[Phrase, tuple[str, str | None]]:
    """The key of each place and, for a city, that of its country."""
    places = read_places()
    table: dict[Phrase, tuple[str, str | None]] = {}
    for name, (city, country) in places.cities.items():
        table[_phrase(name)] = (f"city:{city.casefold()}", f"country:{country}")
    for name, country in places.countries[language].items():
        table[_phrase(name)] = (f"country:{country}", None)
    if language == "de":
        for phrase in [*table]:
            table.setdefault(tuple(_bare(word) for word in phrase), table[phrase])
    return table


@cache
def concept_phrases(language: str) -> dict[Phrase, frozenset[str]]:
    """The concepts that each phrase of a language may stand for."""
    return {_phrase(phrase): concepts for phrase, concepts in read_concepts().phrases[language].items()}


@cache
def _longest(language: str) -> int:
    return max(len(phrase) for phrase in (*place_phrases(language), *concept_phrases(language)))


@cache
def _phrase(text: str) -> Phrase:
    return tuple(word for word in re.split(r"[\s\-]+", text.lower().replace("’", "'")) if word)
