"""English sentences with their German translations, from the data folder and from a dictionary."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_WORD = re.compile(r"\w+")
_REMARK = re.compile(r"\{[^}]*\}|\[[^\]]*\]|\([^)]*\)|/[^/]*/|<[^>]*>")
_SHORT = {
    "jd.": "jemand",
    "jdn.": "jemanden",
    "jdm.": "jemandem",
    "jds.": "jemandes",
    "etw.": "etwas",
    "sb.": "somebody",
    "sb.'s": "somebody's",
    "sb.’s": "somebody's",
    "sth.": "something",
}


@dataclass(frozen=True, slots=True)
class Translation:
    """One meaning in both languages, and the set it comes from."""

    english: str
    german: str
    source: str


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file with one JSON object a line."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def read_translations(data: Path, *, held_out: frozenset[str], without: frozenset[str]) -> list[Translation]:
    """The parallel sentences, less those that are held out in either language and those of sets left out by name."""
    found = []
    for row in read_rows(data / "parallel" / "en_de.jsonl"):
        one = Translation(str(row["en"]).strip(), str(row["de"]).strip(), str(row["source"]).split("/")[0])
        if one.source not in without and not {fold(one.english), fold(one.german)} & held_out:
            found.append(one)
    return list(dict.fromkeys(found))


def read_dictionary(path: Path, known: frozenset[str]) -> list[Translation]:
    """Words and phrases of a dictionary in the "Ding" format, whose German words are all known.

    A line reads `Haus {n}; Heim {n} | Häuser {pl} :: house; home | houses`: bars align, semicolons part
    synonyms, of which the first is the plainest.
    Known words only, because most of a dictionary is botany and screws.
    """
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        german, bar, english = line.partition(" :: ")
        if not bar or line.startswith("#"):
            continue
        for left, right in zip(german.split("|"), english.split("|"), strict=False):
            one = Translation(_clean(right.split(";")[0]), _clean(left.split(";")[0]), "dictionary")
            if _is_useful(one.german, known) and 0 < len(one.english.split()) <= 16:
                found.append(one)
    return list(dict.fromkeys(found))


def read_german(data: Path) -> list[str]:
    """German text to learn word pieces from."""
    texts = [str(row["de"]) for row in read_rows(data / "parallel" / "en_de.jsonl")]
    for row in read_rows(data / "pairs" / "train_de.jsonl"):
        texts += [str(row["claim"]), str(row["evidence"])]
    texts += [str(row["text"]) for row in read_rows(data / "quotes" / "de_train.jsonl")]
    for path in sorted((data / "events").glob("*.jsonl")):
        for event in read_rows(path):
            texts += _german_of(event["statements"]) + _german_of(event["claims"])
    return list(dict.fromkeys(texts))


def count_words(texts: Iterable[str]) -> dict[str, int]:
    """How often each word occurs, in lower case."""
    counts: dict[str, int] = {}
    for text in texts:
        for word in _WORD.findall(text.lower()):
            counts[word] = counts.get(word, 0) + 1
    return counts


def fold(text: str) -> str:
    """A sentence by its words alone, to tell the same sentence in another spelling."""
    return " ".join(_WORD.findall(text.lower()))


def _german_of(items: object) -> list[str]:
    return [str(item["text"]) for item in items if item["lang"] == "de"] if isinstance(items, list) else []


def _clean(text: str) -> str:
    return " ".join(_SHORT.get(word, word) for word in _REMARK.sub(" ", text).split())


def _is_useful(german: str, known: frozenset[str]) -> bool:
    words = _WORD.findall(german.lower())
    return 0 < len(words) <= 14 and all(word in known for word in words)
