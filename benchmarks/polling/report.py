"""The results, as a table for the terminal and as the file that is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.polling.feed import Exactness


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Milliseconds that answers took, how many there were a second, and what each cost of the processor's time."""

    rate: float
    cpu: float
    p50: float
    p99: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What was measured, when, of what and on what. `pace` is how often each poller asks; the first row is Flask's."""

    date: str
    commit: str
    processor: str
    cores: int
    load: float
    pollers: int
    paces: Mapping[str, tuple[Latency, Latency]]
    writers: int
    seconds: float
    readers: Mapping[str, tuple[Exactness, Latency]]


def summarise(took: Sequence[float], *, seconds: float, cpu: float = 0.0) -> Latency:
    """The latency of answers that came in so many seconds and cost so many seconds of the processors' time."""
    ordered = sorted(took)
    return Latency(
        rate=len(ordered) / seconds,
        cpu=cpu * 1000 / len(ordered),
        p50=median(ordered),
        p99=ordered[min(int(len(ordered) * 0.99), len(ordered) - 1)],
    )


def write_results(run: Run, folder: Path) -> Path:
    """Writes the file, named for the day and the commit; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{run.date}-polling-{run.commit.split(',', 1)[0]}.md"
    lines = [
        f"# Polling, {run.date}",
        "",
        f"Commit {run.commit}; {run.processor}, {run.cores} cores, load {run.load:.1f} before the run. Two processes of"
        " 16 threads; servers and pollers on one machine. What each figure means:"
        " [docs/benchmarks.md](../../docs/benchmarks.md).",
        "",
        *_write_table(_polling_rows(run)),
        "",
        *_write_table(_feed_rows(run)),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def show_tables(run: Run) -> list[str]:
    """Both tables, for the terminal."""
    lines: list[str] = []
    for rows in (_polling_rows(run), _feed_rows(run)):
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        for head, *cells in rows:
            figures = "".join(cell.rjust(width + 2) for cell, width in zip(cells, widths[1:], strict=True))
            lines.append(head.ljust(widths[0]) + figures)
        lines.append("")
    return lines


def _polling_rows(run: Run) -> list[list[str]]:
    rows = [[f"{run.pollers} pollers", "answers a second", "CPU ms", "p50 ms", "p99 ms"]]
    for pace, (hello, unchanged) in run.paces.items():
        rows += [
            [f"{pace}: Flask's hello", *_cells(hello)],
            [f"{pace}: 304 of a claim", *_cells(unchanged)],
            [
                f"{pace}: ratio",
                f"{unchanged.rate / hello.rate:.2f}",
                f"{unchanged.cpu / hello.cpu:.2f}",
                f"{unchanged.p50 / hello.p50:.2f}",
                f"{unchanged.p99 / hello.p99:.2f}",
            ],
        ]
    return rows


def _feed_rows(run: Run) -> list[list[str]]:
    about = f"{run.writers} writers, {run.seconds:g} s"
    rows = [[about, "verdicts", "skipped", "repeated", "out of order", "p50 ms", "p99 ms"]]
    for reader, (exact, latency) in run.readers.items():
        counts = (exact.recorded, exact.skipped, exact.repeated, exact.out_of_order)
        rows.append([reader, *(f"{count:,}" for count in counts), f"{latency.p50:,.1f}", f"{latency.p99:,.1f}"])
    return rows


def _cells(latency: Latency) -> list[str]:
    return [f"{latency.rate:,.0f}", f"{latency.cpu:.2f}", f"{latency.p50:,.1f}", f"{latency.p99:,.1f}"]


def _write_table(rows: list[list[str]]) -> list[str]:
    head, *others = rows
    line = f"| --- | {' | '.join('---:' for _ in head[1:])} |"
    return [f"| {' | '.join(head)} |", line, *(f"| {' | '.join(row)} |" for row in others)]
