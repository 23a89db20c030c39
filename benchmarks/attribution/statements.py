"""How often the act of a statement is read as labellers read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from benchmarks.accuracy.progress import follow
from benchmarks.accuracy.scores import Counts
from benchmarks.attribution.data import Said
from verifier.attribution import attribute
from verifier.ports import SpeechModel


def measure_acts(statements: Sequence[Said], speech: SpeechModel | None, what: str) -> Counts:
    """How often each labelled act was taken for which; `speech` helps to tell."""
    return Counter((said.act, _read(said, speech)) for said in follow(statements, what))


def _read(said: Said, speech: SpeechModel | None) -> str:
    names = [said.speaker]
    return attribute(said.text, said.language, speaker_names=names, is_outlet=said.is_outlet, speech=speech).act.value
