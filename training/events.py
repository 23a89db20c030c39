"""News events written for training: statements, claims and how the content of each stands to each.

`python -m training.events FILE...` checks files and says what is wrong with them, and how their cells are shared out.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from benchmarks.accuracy.data import is_held_out
from training.parallel import read_rows
from verifier.entities import Act, Content

OWN = Path(__file__).with_name("data") / "events"
"""The events that are part of the project."""

KINDS = frozenset(
    [
        "direct",
        "paraphrase",
        "inverted",
        "number",
        "actor_swap",
        "role_swap",
        "place",
        "time",
        "tense",
        "stronger",
        "weaker",
        "other_event",
    ]
)
LANGUAGES = frozenset({"en", "de"})

Event: TypeAlias = Mapping[str, Any]


def read_events(folders: Sequence[Path]) -> list[Event]:
    """Every event of these folders, by file and line. Raises `ValueError`, naming the event, for one that is wrong."""
    paths = [path for folder in folders for path in sorted(folder.glob("*.jsonl"))]
    events: list[Event] = [event for path in paths for event in read_rows(path)]
    seen: set[str] = set()
    for event in events:
        problems = list(find_problems(event))
        if event.get("id") in seen:
            problems.append("another event has this id")
        if problems:
            raise ValueError(f"event {event.get('id')}: {problems[0]}")
        seen.add(str(event["id"]))
    return events


def split_events(data: Path) -> tuple[list[Event], list[Event]]:
    """Events of the data folder and of the project: those to learn from, and those that are held out."""
    events = read_events([folder for folder in (data / "events", OWN) if folder.is_dir()])
    kept = [event for event in events if not is_held_out(str(event["id"]))]
    return kept, [event for event in events if is_held_out(str(event["id"]))]


def find_problems(event: Event) -> Iterator[str]:
    """What is wrong with an event, in words."""
    statements, claims = event.get("statements", []), event.get("claims", [])
    if not event.get("id") or not statements or not claims:
        yield "needs an id, statements and claims"
    for item in statements:
        absent = {"id", "lang", "text", "speaker", "act", "proposition", "origin"} - {key for key in item if item[key]}
        if absent:
            yield f"statement {item.get('id')} lacks {', '.join(sorted(absent))}"
        elif item["act"] not in set(Act) or item["lang"] not in LANGUAGES:
            yield f"statement {item['id']}: act {item['act']}, language {item['lang']}"
    for item in claims:
        absent = {"id", "lang", "text", "kind"} - {key for key in item if item[key]}
        if absent:
            yield f"claim {item.get('id')} lacks {', '.join(sorted(absent))}"
        elif item["kind"] not in KINDS or item["lang"] not in LANGUAGES:
            yield f"claim {item['id']}: kind {item['kind']}, language {item['lang']}"
    content = event.get("content", {})
    for claim in claims:
        for statement in statements:
            found = content.get(claim.get("id"), {}).get(statement.get("id"))
            if found not in set(Content):
                named = f"{claim.get('id')} and {statement.get('id')}"
                yield f"content of {named} is {found!r}: one of {', '.join(Content)}"


def main(paths: Sequence[str]) -> int:
    """Prints the problems of files and what is in them; 1 where there are any."""
    wrong = 0
    for path in paths:
        counts: Counter[str] = Counter()
        for event in read_rows(Path(path)):
            for problem in find_problems(event):
                print(f"{path}: {event.get('id')}: {problem}")  # noqa: T201 - the report
                wrong += 1
            counts.update(kind for row in event.get("content", {}).values() for kind in row.values())
            counts.update(item.get("act", "") for item in event.get("statements", []))
            counts.update(item.get("kind", "") for item in event.get("claims", []))
            counts["events"] += 1
        print(path, dict(counts))  # noqa: T201 - the report
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
