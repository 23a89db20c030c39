"""Holds JSON-LD against schema.org's vocabulary, as far as it is in `schema_org.json`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

_VOCABULARY = json.loads(Path(__file__).with_name("schema_org.json").read_text(encoding="utf-8"))
_KEYWORDS = {"@context", "@type"}
_TEXTS = {
    "Text": r"(?s).+",
    "URL": r"https?://\S+",
    "Date": r"\d{4}-\d\d-\d\d",
    "DateTime": r"\d{4}-\d\d-\d\dT\S+",
}


def find_faults(node: dict[str, Any], expected: str = "Thing") -> list[str]:
    """What in a node is not as the vocabulary has it. A node without a type may be of any."""
    kind = node.get("@type")
    if kind is not None and not _is_a(kind, expected):
        return [f"{kind} is no {expected}"]
    faults = []
    for name, value in node.items():
        if name in _KEYWORDS:
            continue
        known = _VOCABULARY["properties"].get(name)
        if known is None:
            faults.append(f"{name} is no property")
        elif kind is not None and not any(_is_a(kind, owner) for owner in known["of"]):
            faults.append(f"{kind} has no {name}")
        else:
            for each in value if isinstance(value, list) else [value]:
                faults += _check(name, each, known["is"])
    return faults


def _check(name: str, value: Any, kinds: list[str]) -> list[str]:
    if isinstance(value, dict):
        found = [find_faults(value, kind) for kind in kinds if kind in _VOCABULARY["types"]]
        return min(found, key=len) if found else [f"{name} takes no thing"]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return [] if "Number" in kinds else [f"{name} takes no number"]
    if isinstance(value, str) and any(re.fullmatch(_TEXTS[kind], value) for kind in kinds if kind in _TEXTS):
        return []
    return [f"{name} is {value!r}"]


def _is_a(kind: str, expected: str) -> bool:
    above: str | None = kind
    while above is not None and above != expected:
        above = _VOCABULARY["types"][above]
    return above == expected
