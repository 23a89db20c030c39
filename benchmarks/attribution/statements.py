"""How often the act of a statement is read as labellers read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from benchmarks.accuracy.progress import follow
from benchmarks.accuracy.scores import Counts
from benchmarks.attribution.data import Said
from verifier.attribution import attribute
from verifier.ports import ActModel


def measure_acts(statements: Sequence[Said], acts: ActModel | None, what: str) -> Counts:
    """How often each labelled act was taken for which; `acts` helps to tell."""
    return Counter((said.act, _read(said, acts)) for said in follow(statements, what))


def _read(said: Said, acts: ActModel | None) -> str:
    names = [said.speaker]
    return attribute(said.text, said.language, speaker_names=names, is_outlet=said.is_outlet, acts=acts).act.value
