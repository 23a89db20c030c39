"""Measure how articles are read: what is quoted, who says it, which act. docs/benchmarks.md explains each figure."""

# ruff: noqa: T201 - a benchmark prints what it measured

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.accuracy.machine import ROOT, count_cores, read_commit, read_processor
from benchmarks.attribution.data import LANGUAGES, LAYOUT, DataError, read_quotes, read_statements
from benchmarks.attribution.finders import find_by_engine, find_by_marks, name_by_engine, name_nearest
from benchmarks.attribution.report import Run, show_table, write_results
from benchmarks.attribution.scoring import score
from benchmarks.attribution.speed import measure_seconds
from benchmarks.attribution.statements import measure_acts
from verifier.speech_model import SpeechReader


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints and keeps the results; returns the exit status."""
    options = _read_options(arguments)
    try:
        if not options.data:
            raise DataError(LAYOUT)
        run = _measure(Path(options.data), options.part)
    except DataError as error:
        print(error, file=sys.stderr)
        return 2
    print(*show_table(run), sep="\n")
    print(f"written: {os.path.relpath(write_results(run, options.results))}")
    return 0


def _measure(folder: Path, part: str) -> Run:
    quotes = {language: read_quotes(folder, language, part) for language in LANGUAGES}
    statements = read_statements(folder)
    if not any(quotes.values()) and not any(statements.values()):
        raise DataError(f"{folder} holds none of the data sets.\n{LAYOUT}")
    speech = SpeechReader()
    find, name_speaker = partial(find_by_engine, model=speech), partial(name_by_engine, model=speech)
    seconds = {
        language: measure_seconds(quotes[language], language, speech) for language in LANGUAGES if quotes[language]
    }
    return Run(
        date=datetime.now(UTC).date().isoformat(),
        commit=read_commit(),
        processor=read_processor(),
        cores=count_cores(),
        part=part,
        engine={
            name: score(rows, find, name_speaker, name, what=f"quotes, {name}") for name, rows in quotes.items() if rows
        },
        baseline={
            name: score(rows, find_by_marks, name_nearest, name, what=f"baseline, {name}")
            for name, rows in quotes.items()
            if rows
        },
        acts={name: measure_acts(rows, speech, f"acts, {name}") for name, rows in statements.items() if rows},
        seconds=seconds,
    )


def _read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.attribution", description=__doc__)
    parser.add_argument(
        "data", nargs="?", default=os.environ.get("SECONDSOURCE_DATA_SETS"), help="folder of the labelled data"
    )
    parser.add_argument("--part", choices=("dev", "train"), default="dev", help="which quotations are measured on")
    parser.add_argument(
        "--results", type=Path, default=ROOT / "benchmarks" / "results", metavar="DIR", help="where results are kept"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
