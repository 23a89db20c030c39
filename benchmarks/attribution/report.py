"""The results, as a table for the terminal and as the file that is kept. Neither has a word of the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.accuracy.scores import Counts, accuracy
from benchmarks.attribution.scoring import Scores
from benchmarks.attribution.speed import WORDS

Row = tuple[str, int | None, str, str, str]
"""Measure, items, the engine's figure, the baseline's, and what is aimed at."""

_LANGUAGES = {"de": "German", "en": "English"}
_AIMS = {"de": "0.850", "en": "0.800"}
_SEEN = "* in view when rules were written: a check, no forecast."


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What was measured, when and on what."""

    date: str
    commit: str
    processor: str
    cores: int
    part: str
    engine: Mapping[str, Scores]
    baseline: Mapping[str, Scores]
    acts: Mapping[str, Counts]
    seconds: Mapping[str, float]


def show_table(run: Run) -> list[str]:
    """The table, in lines of at most 80 characters."""
    lines = [f"{'measure':<44}{'items':>7}{'engine':>9}{'baseline':>10}{'aim':>8}"]
    for title, size, engine, baseline, aim in _rows(run):
        lines.append(f"{title:<44}{size if size is not None else '':>7}{engine:>9}{baseline:>10}{aim:>8}".rstrip())
    return [*lines, _SEEN]


def write_results(run: Run, folder: Path) -> Path:
    """Writes the file, named for the day and the commit; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{run.date}-attribution-{run.commit[:8]}.md"
    path.write_text("\n".join(_write_markdown(run)) + "\n", encoding="utf-8")
    return path


def _rows(run: Run) -> Iterator[Row]:
    for language, scores in run.engine.items():
        other, name = run.baseline[language], _LANGUAGES[language]
        yield f"quotations, {name}: token F1", scores.size, *_pair(scores.token_f1, other.token_f1), _AIMS[language]
        yield "  word for word", scores.size, *_pair(scores.exact, other.exact), ""
        for kind, (size, value) in scores.kinds.items():
            yield f"  {kind}: mean token F1", size, *_pair(value, other.kinds[kind][1]), ""
        yield "  speaker, the quotation given", scores.speakers, *_pair(scores.speaker, other.speaker), "0.850"
        found = _pair(scores.speaker_found, other.speaker_found)
        yield "  speaker, where the quotation is found", None, *found, ""
    for name, counts in run.acts.items():
        aim = "0.900" if name == "dossiers" else ""
        yield f"acts, {name}: accuracy *", counts.total(), f"{accuracy(counts):.3f}", "", aim
    for language, seconds in run.seconds.items():
        yield f"{WORDS:,} words, {_LANGUAGES[language]}: seconds of a core", None, f"{seconds:.2f}", "", "2.00"


def _pair(engine: float, baseline: float) -> tuple[str, str]:
    return f"{engine:.3f}", f"{baseline:.3f}"


def _write_markdown(run: Run) -> list[str]:
    lines = [
        f"# Attribution in articles, {run.date}",
        "",
        f"Commit {run.commit}; {run.processor}, {run.cores} cores; the {run.part} part of the quotations. What each"
        " figure means: [docs/benchmarks.md](../../docs/benchmarks.md).",
        "",
        "| measure | items | engine | baseline | aim |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for title, size, engine, baseline, aim in _rows(run):
        # Spaces at the start would be lost: a part of a set is marked with a dash.
        title = f"– {title.lstrip()}" if title.startswith(" ") else title  # noqa: PLW2901
        lines.append(f"| {title.replace('*', chr(92) + '*')} | {size or ''} | {engine} | {baseline} | {aim} |")
    lines += [
        "",
        _SEEN.replace("*", "\\*", 1),
        "",
        "How often a passage that was found by a kind of words is right:",
        "",
    ]
    lines += ["| words | " + " | ".join(f"{_LANGUAGES[name]} | items" for name in run.engine) + " |"]
    lines += ["| --- |" + " ---: |" * (2 * len(run.engine))]
    for kind in sorted({kind for scores in run.engine.values() for kind in scores.certainty}):
        cells = [scores.certainty.get(kind, (0, 0.0)) for scores in run.engine.values()]
        lines.append(f"| {kind} | " + " | ".join(f"{value:.2f} | {size}" for size, value in cells) + " |")
    return lines
