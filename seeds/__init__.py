"""The founding record: what was said about the rumour that the project began with, as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RECORD = Path(__file__).with_name("record.json")
"""The file, in the shape that `secondsource import` reads."""


def read_seeds() -> dict[str, Any]:
    """The founding record: lists of `sources`, `statements` and `claims`, and what they are about.

    Every item is as the HTTP interface takes it, but for two fields that are for people and tests: a `note`, and on a
    claim the `verdict` that is expected.
    """
    record: dict[str, Any] = json.loads(RECORD.read_text(encoding="utf-8"))
    return record
