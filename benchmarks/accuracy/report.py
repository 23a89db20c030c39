"""The results, as a table for the terminal and as the two files that are kept. None of them has a word of the data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.accuracy.catalogue import ENTRIES, Entry, Unit
from benchmarks.accuracy.scores import Counts, Value
from benchmarks.accuracy.verdicts import show_confusion

BASELINE = "lexical-1"

_TITLE, _SIZE, _FIGURE = 34, 6, 9
_SEEN = "* in view when rules or thresholds were written: a check, no forecast."


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What was measured, when, of what and on what. `confusions` has the verdicts of each track of the dossiers."""

    date: str
    commit: str
    processor: str
    cores: int
    engine: str
    policy: str
    values: Mapping[str, Value]
    baseline: Mapping[str, Value] = field(default_factory=dict)
    confusions: Mapping[str, Counts] = field(default_factory=dict)
    through: str = "HTTP, workers, PostgreSQL and Redis"

    @property
    def columns(self) -> tuple[str, ...]:
        """The heads of the figures: the baseline has a column of its own beside another engine."""
        return (self.engine, *([BASELINE] if self.baseline else []), "majority", "published")


def show_table(run: Run) -> list[str]:
    """The table, in lines of at most 80 characters."""
    heads = [head[:_FIGURE].rjust(_FIGURE + 1) for head in run.columns[:-1]]
    lines = ["measure".ljust(_TITLE) + "items".rjust(_SIZE) + "".join(heads) + "published".rjust(_FIGURE + 1)]
    for entry in ENTRIES:
        size, *figures = _read_cells(entry, run)
        cells = [figure.rjust(_FIGURE + 1) for figure in figures[:-1]]
        line = _title(entry).ljust(_TITLE) + size.rjust(_SIZE) + "".join(cells) + figures[-1].rjust(_FIGURE + 1)
        lines.append(line.rstrip())
    return [*lines, _SEEN]


def write_results(run: Run, folder: Path) -> tuple[Path, Path]:
    """Writes both files, named for the day and the engine; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{run.date}-{_short(run.engine)}"
    markdown, data = folder / f"{name}.md", folder / f"{name}.json"
    markdown.write_text("\n".join(_write_markdown(run)) + "\n", encoding="utf-8")
    data.write_text(json.dumps(_to_json(run), indent=2) + "\n", encoding="utf-8")
    return markdown, data


def _write_markdown(run: Run) -> list[str]:
    heads = ["measure", "items", *run.columns]
    lines = [
        f"# Accuracy of {run.engine}, {run.date}",
        "",
        f"Commit {run.commit}; policy {run.policy}; {run.processor}, {run.cores} cores. Dossiers and founding record"
        f" through {run.through}. What each figure means: [docs/benchmarks.md](../../docs/benchmarks.md).",
        "",
        f"| {' | '.join(heads)} |",
        f"| --- | {' | '.join('---:' for _ in heads[1:])} |",
    ]
    for entry in ENTRIES:
        # Spaces at the start would be lost: a part of a set is marked with a dash.
        title = _title(entry)
        cells = [f"– {title.lstrip()}" if title.startswith(" ") else title, *_read_cells(entry, run)]
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", _SEEN.replace("*", "\\*", 1)]
    for track, counts in run.confusions.items():
        lines += ["", f"Verdicts on the dossiers, track `{track}`:", "", "```", *show_confusion(counts), "```"]
    return lines


def _to_json(run: Run) -> dict[str, Any]:
    about = ("date", "commit", "processor", "cores", "engine", "policy", "through")
    measures = [
        {
            "key": entry.key,
            "title": entry.title.strip(),
            "in_view_of_lexical": entry.seen,
            "published": entry.published,
            "measured": asdict(run.values[entry.key]) if entry.key in run.values else None,
            "baseline": asdict(run.baseline[entry.key]) if entry.key in run.baseline else None,
        }
        for entry in ENTRIES
    ]
    confusions = {
        track: [{"labelled": label, "given": given, "count": count} for (label, given), count in sorted(counts.items())]
        for track, counts in run.confusions.items()
    }
    return {name: getattr(run, name) for name in about} | {"measures": measures, "confusions": confusions}


def _read_cells(entry: Entry, run: Run) -> list[str]:
    """The size, then a figure for each column."""
    value = run.values.get(entry.key)
    other = run.baseline.get(entry.key)
    figures = [_write(entry, value.value) if value else "no data"]
    if run.baseline:
        figures.append(_write(entry, other.value if other else None))
    figures += [_write(entry, value.majority if value else None), _write(entry, entry.published)]
    return [str(value.size) if value else "", *figures]


def _write(entry: Entry, figure: float | None) -> str:
    if figure is None:
        return ""
    return f"{figure:.3f}" if entry.unit is Unit.SHARE else f"{figure:,.1f}"


def _title(entry: Entry) -> str:
    return entry.title + (" *" if entry.seen else "")


def _short(engine: str) -> str:
    """An engine's name as it fits into the name of a file."""
    return "".join(letter if letter.isalnum() or letter in "-._" else "-" for letter in engine)
