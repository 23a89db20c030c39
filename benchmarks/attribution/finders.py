"""What is measured: the engine, and a plain baseline of quotation marks and the nearest name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from benchmarks.attribution.data import Span
from verifier.discourse import Discourse, find_speaker, find_speeches
from verifier.pointing import point_at_speaker, point_at_speakers
from verifier.ports import SpeechModel
from verifier.quotations import find_quotations
from verifier.speech import Speech

_NAME = re.compile(r"[A-ZÄÖÜ][\w'’.-]+(?:\s+[A-ZÄÖÜ][\w'’.-]+)*")


@dataclass(frozen=True, slots=True)
class Finding:
    """A quotation that was found, in pieces, with its speaker if any; `kind` says by which words."""

    pieces: tuple[Span, ...]
    speaker: Span | None
    kind: str


Finder: TypeAlias = Callable[[str, str], Sequence[Finding]]
"""Everything that is found in a text of a language."""

Namer: TypeAlias = Callable[[str, str, Sequence[Span]], Span | None]
"""Who says given words of a text of a language."""


def find_by_engine(text: str, language: str, model: SpeechModel | None = None) -> list[Finding]:
    """What the engine finds: each speech, those that go on as one, and the words in quotation marks within each."""
    discourse = find_speeches(text, language)
    if model is not None:
        discourse = point_at_speakers(text, discourse, model)
    found = [Finding(speech.pieces, speech.speaker, speech.cue.value) for speech in discourse.speeches]
    return [*found, *_joined(discourse), *_quoted_within(discourse)]


def name_by_engine(text: str, language: str, spans: Sequence[Span], model: SpeechModel | None = None) -> Span | None:
    """Who says given words, by the engine."""
    longest = max(spans, key=lambda span: span[1] - span[0])
    discourse = find_speeches(text, language)
    return point_at_speaker(text, discourse, longest, model) if model else find_speaker(discourse, *longest)


def _joined(discourse: Discourse) -> Iterator[Finding]:
    """Speech that goes on from sentence to sentence with one attribution, which annotators mark as one."""
    run: list[Speech] = []
    for speech in (*discourse.speeches, None):
        goes_on = run and speech is not None and not speech.verb and speech.speaker == run[-1].speaker
        if goes_on and speech is not None and speech.sentence <= run[-1].sentence + 1:
            run.append(speech)
            continue
        if len(run) > 1:
            pieces = tuple(piece for one in run for piece in one.pieces)
            yield Finding(pieces, run[0].speaker, run[0].cue.value)
        run = [speech] if speech is not None else []


def _quoted_within(discourse: Discourse) -> list[Finding]:
    """Words in quotation marks inside reported speech, which annotators mark by themselves."""
    found = []
    for speech in discourse.speeches:
        for quotation in discourse.readings[speech.sentence].sentence.quotations:
            span = (quotation.start, quotation.end)
            if any(start < span[1] and span[0] < end for start, end in speech.pieces):
                found.append(Finding((span,), speech.speaker, "within"))
    return found


def find_by_marks(text: str, language: str) -> list[Finding]:
    """The baseline: what stands in quotation marks, said by the nearest name outside of them."""
    spans = [(item.start, item.end) for item in find_quotations(text)]
    return [Finding((span,), name_nearest(text, language, [span]), "") for span in spans]


def name_nearest(text: str, language: str, spans: Sequence[Span]) -> Span | None:  # noqa: ARG001 - one of two namers
    """The name that stands nearest to given words, outside of quotation marks and of the words."""
    taken = [*spans, *((item.start, item.end) for item in find_quotations(text))]
    names = [
        match.span() for match in _NAME.finditer(text) if not any(start <= match.start() < end for start, end in taken)
    ]
    return min(names, key=lambda name: min(_distance(name, span) for span in spans), default=None)


def _distance(name: Span, span: Span) -> int:
    return max(name[0] - span[1], span[0] - name[1], 0)
