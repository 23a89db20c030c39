"""The labelled data; docs/benchmarks.md says how it is laid out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.accuracy.data import is_held_out
from benchmarks.dossiers import read_dossiers
from verifier.origin import RELAYS

LANGUAGES = ("de", "en")

LAYOUT = """Name the folder that holds the data, as `make bench-attribution DATA=path` or in SECONDSOURCE_DATA_SETS.
It has, each where you have it:
  quotes/      de_dev.jsonl, en_dev.jsonl
  dossiers/    *.json
  events/      *.jsonl
docs/benchmarks.md describes each."""

Span = tuple[int, int]


class DataError(Exception):
    """There is no data to measure on. The message says what is expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A passage of a text that somebody is said to say, as annotators marked it; `speaker` is empty for nobody."""

    text: str
    kind: str
    spans: tuple[Span, ...]
    speaker: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A statement with the act that labellers gave it."""

    text: str
    language: str
    speaker: str
    is_outlet: bool
    act: str


def read_quotes(folder: Path, language: str, part: str = "dev") -> list[Quote]:
    """The quotations of one language; none where the file is not there."""
    return [
        Quote(
            text=row["text"],
            kind=row["type"],
            spans=tuple((start, end) for start, end in sorted(row["quote_spans"])),
            speaker=tuple((start, end) for start, end in row["speaker_spans"]),
        )
        for row in _read_lines(folder / "quotes" / f"{language}_{part}.jsonl")
    ]


def read_statements(folder: Path) -> dict[str, list[Said]]:
    """The statements of the dossiers, and those of the events that are held out of training."""
    return {
        "dossiers": [said for dossier in read_dossiers(folder / "dossiers") for said in _read_dossier(dossier)],
        "events": [
            Said(text=item["text"], language=item["lang"], speaker=item["speaker"], is_outlet=False, act=item["act"])
            for path in sorted((folder / "events").glob("*.jsonl"))
            for event in _read_lines(path)
            if is_held_out(event["id"])
            for item in event["statements"]
        ],
    }


def _read_dossier(dossier: dict[str, Any]) -> list[Said]:
    sources = {item["id"]: item for item in dossier["sources"]}
    return [
        Said(
            text=item["text"],
            language=item["language"],
            speaker=sources[item["speaker"]]["name"],
            is_outlet=sources[item["speaker"]].get("kind") in RELAYS,
            act=item["act"],
        )
        for item in dossier["statements"]
    ]


def _read_lines(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]
