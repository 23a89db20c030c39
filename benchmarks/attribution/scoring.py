"""How well quotations and their speakers were found."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.accuracy.progress import follow
from benchmarks.attribution.data import Quote, Span
from benchmarks.attribution.finders import Finder, Namer

_WORD = re.compile(r"\w+")
_FOUND = 0.5
"""Token F1 from which a quotation counts as found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Of one finder on one set. `speaker` is over the quotations with a named speaker, the quotation given.

    `kinds` has the share of quotations that were found by the kind of the annotators; `certainty` how often what was
    found by a kind of words has the right words and the right speaker.
    """

    size: int
    token_f1: float
    exact: float
    speakers: int
    speaker: float
    speaker_found: float
    kinds: dict[str, tuple[int, float]]
    certainty: dict[str, tuple[int, float]]


def score(quotes: Sequence[Quote], find: Finder, name: Namer, language: str, *, what: str) -> Scores:
    """Scores over all quotations. Other quotations of a text are other rows: of what is found, the nearest is taken."""
    hits = predicted = labelled = exact = right = named = right_found = named_found = 0
    kinds: dict[str, list[float]] = defaultdict(list)
    sure: dict[str, list[bool]] = defaultdict(list)
    for quote in follow(quotes, what):
        found = find(quote.text, language)
        words = _words(quote.text, quote.spans)
        best = max(found, key=lambda item: _f1(_words(quote.text, item.pieces), words), default=None)
        mine = _words(quote.text, best.pieces) if best else set()
        value = _f1(mine, words)
        mine = mine if value else set()
        hits, predicted, labelled = hits + len(mine & words), predicted + len(mine), labelled + len(words)
        exact += mine == words
        kinds[quote.kind].append(value)
        if quote.speaker:
            is_right = _is_right(quote, name(quote.text, language, quote.spans))
            named, right = named + 1, right + is_right
            if value >= _FOUND and best is not None:
                named_found, right_found = named_found + 1, right_found + _is_right(quote, best.speaker)
        if best is not None and value > 0:
            sure[best.kind].append(value >= _FOUND and (not quote.speaker or _is_right(quote, best.speaker)))
    return Scores(
        size=len(quotes),
        token_f1=2 * hits / (predicted + labelled),
        exact=exact / len(quotes),
        speakers=named,
        speaker=right / max(1, named),
        speaker_found=right_found / max(1, named_found),
        kinds={kind: (len(values), sum(values) / len(values)) for kind, values in sorted(kinds.items())},
        certainty={kind: (len(values), sum(values) / len(values)) for kind, values in sorted(sure.items())},
    )


def _is_right(quote: Quote, speaker: Span | None) -> bool:
    return speaker is not None and any(start < speaker[1] and speaker[0] < end for start, end in quote.speaker)


def _words(text: str, spans: Iterable[Span]) -> set[int]:
    return {match.start() for start, end in spans for match in _WORD.finditer(text, start, end)}


def _f1(mine: set[int], words: set[int]) -> float:
    return 2 * len(mine & words) / (len(mine) + len(words)) if mine or words else 0.0
