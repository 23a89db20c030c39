"""An article, and what is found in it: who is on record in it, with which words, at which place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from verifier.entities import Act, Source

FindSources: TypeAlias = Callable[[str], Sequence[Source]]
"""The sources on record with a name or an alias: none, one, or several where it is not clear which is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A text as it is stored, in a language that the engine reads (ISO 639-1), and who printed it when.

    `agencies` are the names of those whose material it says that it carries, where that stands beside the text, as in
    the line above an article.
    """

    text: str
    language: str
    publisher: Source
    title: str | None = None
    published_on: date | None = None
    agencies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Whom an article means: the fullest name it gives, with the role and the body that it gives beside it.

    `source` is the id of the one source on record that is meant, None for a new one. `candidates` are ids where it may
    be any of several: then it is left for a person. `affiliation` is the name of the body that it speaks for.
    """

    name: str
    role: str | None = None
    affiliation: str | None = None
    source: str | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dating:
    """When it was said: on one day, or between two where the text says no more ("Ende Juni"); None: not known."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A statement found in an article.

    Its verbatim text is `article.text[start:end]`: the sentence or sentences with the words and their attribution.
    `quote_start` and `quote_end` are offsets into the article too, of what is said. `publisher` is another outlet that
    the article names as the one that printed it; `origin` whose knowledge it is, None where that is unclear.
    `confidence` (0 to 1) is how sure it is that the speaker, the words and the act are right.
    """

    start: int
    end: int
    quote_start: int
    quote_end: int
    speaker: Mention
    act: Act
    proposition: str
    publisher: Mention | None
    origin: Mention | None
    stated: Dating
    confidence: float
