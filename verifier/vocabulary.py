"""The lexicons of `verifier/lexicon`, read once: what the engine knows of languages, places and concepts."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).with_name("lexicon")

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """One language. What each field means is explained in its file; patterns are in `acts`, in order of precedence."""

    stop: frozenset[str]
    light: frozenset[str]
    negation: frozenset[str]
    future: tuple[str, ...]
    past: tuple[str, ...]
    passive: tuple[str, ...]
    located: frozenset[str]
    conditional: frozenset[str]
    at_least: tuple[str, ...]
    at_most: tuple[str, ...]
    clause_after_comma: bool
    cased: Mapping[str, str]
    irregular: Mapping[str, str]
    numbers: Mapping[str, int]
    scales: Mapping[str, int]
    acts: Mapping[str, tuple[str, ...]]
    attribution: Mapping[str, tuple[str, ...]]
    speech: Mapping[str, frozenset[str]]
    saying: frozenset[str]
    """Every verb by which words are attributed, in its base form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concepts:
    """The bilingual dictionary: for each language, phrases and the concepts that each may stand for."""

    phrases: Mapping[str, Mapping[str, frozenset[str]]]
    implied: Mapping[str, frozenset[str]]
    understood: frozenset[str]
    opposites: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Phrases for countries by language, each with its code; and names of cities, each with key and country."""

    countries: Mapping[str, Mapping[str, str]]
    cities: Mapping[str, tuple[str, str]]


@cache
def read_lexicon(language: str) -> Lexicon:
    """The lexicon of a language, by ISO 639-1 code. Raises `FileNotFoundError` for one that has none."""
    table = _read(f"{language}.toml")
    grammar = table["grammar"]
    return Lexicon(
        stop=frozenset(_split(grammar["stop"])),
        light=frozenset(_split(grammar["light"])),
        negation=frozenset(_split(grammar["negation"])),
        future=tuple(_split(grammar["future"])),
        past=tuple(_split(grammar["past"])),
        passive=tuple(_split(grammar["passive"])),
        located=frozenset(_split(grammar["located"])),
        conditional=frozenset(_split(grammar["conditional"])),
        at_least=tuple(_split(grammar["at_least"])),
        at_most=tuple(_split(grammar["at_most"])),
        clause_after_comma=grammar["clause_after_comma"],
        cased=grammar["cased"],
        irregular=grammar["irregular"],
        numbers=grammar["numbers"],
        scales=grammar["scales"],
        acts={act: tuple(patterns) for act, patterns in table["acts"].items()},
        attribution={name: tuple(_split(words)) for name, words in table["attribution"].items()},
        speech={name: frozenset(_split(words)) for name, words in table["speech"].items()},
        saying=frozenset(_split(table["speech"]["verbs"])).union(_split(table["attribution"]["saying"])),
    )


@cache
def read_concepts() -> Concepts:
    """The bilingual dictionary."""
    table = _read("concepts.toml")
    phrases: dict[str, dict[str, frozenset[str]]] = {"en": {}, "de": {}}
    for concept, entry in table["concepts"].items():
        for language, known in phrases.items():
            for phrase in _split(entry[language]):
                known[phrase] = known.get(phrase, frozenset()) | {concept}
    pairs = [(one, other) for one, other in table["opposites"]["pairs"]]
    return Concepts(
        phrases=phrases,
        implied={name: frozenset(entry["implies"]) for name, entry in table["concepts"].items() if "implies" in entry},
        understood=frozenset(table["understood"]["concepts"]),
        opposites=frozenset(pairs + [(other, one) for one, other in pairs]),
    )


@cache
def read_places() -> Places:
    """Countries by their names in the CLDR and in `places.toml`, and the cities of the latter."""
    from babel import Locale  # noqa: PLC0415 - it costs more than the rest of the package; a text without terms needs none

    table = _read("places.toml")
    countries: dict[str, dict[str, str]] = {}
    for language in ("en", "de"):
        territories = Locale(language).territories
        countries[language] = {name.split(" (")[0]: code for code, name in territories.items() if len(code) == 2}
        for code, entry in table.items():
            countries[language].update(dict.fromkeys(entry["names"][language], code))
    cities: dict[str, tuple[str, str]] = {}
    for code, entry in table.items():
        for city in entry.get("cities", ()):
            names = [name.strip() for name in city.split("/")]
            cities.update(dict.fromkeys(names, (names[0], code)))
    return Places(countries=countries, cities=cities)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))


def _split(words: str) -> Iterable[str]:
    return (" ".join(word.split()).lower() for word in words.split(",") if word.strip())
