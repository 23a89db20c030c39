"""Which agencies an article says that it has its material from, by the lines beside its text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from verifier.vocabulary import read_lexicon

_BETWEEN = re.compile(r"[/,;:|()\n\u2013-]|\b(?:und|and|von|by|via|mit|with)\b", re.IGNORECASE)


def list_agencies(language: str) -> Collection[str]:
    """The names of agencies in articles of a language, in lower case."""
    return read_lexicon(language).speech["agencies"]


def find_agencies(lines: Iterable[str], language: str) -> tuple[str, ...]:
    """The agencies that stand by themselves in lines such as "Von Anna Berg, dpa/AFP", as printed, each once."""
    known = list_agencies(language)
    parts = (part.strip() for line in lines for part in _BETWEEN.split(line))
    found = {part.lower(): part for part in parts if part.lower() in known}
    return tuple(found.values())
