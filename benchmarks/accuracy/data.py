"""The folder of labelled data; docs/benchmarks.md says how it is laid out."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from benchmarks.dossiers import read_dossiers

Row = dict[str, Any]

LAYOUT = """Name the folder that holds the data, as `make bench-accuracy DATA=path` or in SECONDSOURCE_DATA_SETS.
It has, each where you have it:
  pairs/       dev_en.jsonl, dev_de.jsonl, train_en.jsonl (its headlines alone)
  similarity/  stsb_en_dev.jsonl, stsb_de_dev.jsonl
  parallel/    en_de.jsonl (statements that have nothing to do with any claim)
  claims/      climate_fever_dev.jsonl
  events/      *.jsonl
  dossiers/    *.json
docs/benchmarks.md describes each."""

_HELD_OUT_OF = 5


class DataError(Exception):
    """There is no data to measure on. The message says what is expected."""


class DataFolder:
    """Reads the sets of a folder; one that is not there is empty."""

    def __init__(self, path: Path) -> None:
        """Raises `DataError` where the folder has none of the sets."""
        if not any((path / name).is_dir() for name in ("pairs", "claims", "events", "dossiers")):
            raise DataError(f"{path} holds none of the data sets.\n{LAYOUT}")
        self._path = path

    def read_dossiers(self) -> list[Row]:
        """See `benchmarks.dossiers`."""
        return read_dossiers(self._path / "dossiers")

    def read_events(self) -> list[Row]:
        """News events that are held out of training: how each statement's proposition stands to each claim."""
        rows = [row for path in sorted((self._path / "events").glob("*.jsonl")) for row in _read_lines(path)]
        return [row for row in rows if is_held_out(row["id"])]

    def read_pairs(self, name: str) -> list[Row]:
        """Sentence pairs: `claim`, `evidence`, `label`, `lang`, `source`."""
        return _read_lines(self._path / "pairs" / f"{name}.jsonl")

    def read_headlines(self) -> list[Row]:
        """Headlines about claims (Emergent), those that are held out of training."""
        rows = self.read_pairs("train_en")
        return [row for row in rows if row["source"].startswith("emergent/") and is_held_out(row["claim"])]

    def read_similarity(self, language: str) -> list[Row]:
        """Pairs of sentences with a score of their likeness (STS benchmark); row n is the same in every language."""
        return _read_lines(self._path / "similarity" / f"stsb_{language}_dev.jsonl")

    def read_distractors(self, count: int) -> list[tuple[str, str]]:
        """So many sentences that are about something else, each with its language: both sides of translations."""
        rows = _read_lines(self._path / "parallel" / "en_de.jsonl")
        texts = dict.fromkeys((row[language], language) for row in rows for language in ("en", "de"))
        pairs = dict.fromkeys((row["evidence"], "en") for row in self.read_pairs("train_en"))
        return list(dict.fromkeys([*texts, *pairs]))[:count]

    def read_climate(self) -> list[Row]:
        """Claims of Climate-FEVER, with evidence and a verdict."""
        return _read_lines(self._path / "claims" / "climate_fever_dev.jsonl")


def is_held_out(key: str) -> bool:
    """Whether a claim or an event is in the fifth that no engine may be trained on.

    It is decided by the SHA-256 of the claim's text or of the event's id alone.
    """
    return hashlib.sha256(key.encode()).digest()[0] % _HELD_OUT_OF == 0


def _read_lines(path: Path) -> list[Row]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]
