# ruff: noqa: T201 - a benchmark prints what it measured
"""Accuracy of attribution and relation on labelled events: `python -m benchmarks.events DIR [--files NAME ...]`.

`acts`: the act inferred from the words, against the labelled one. `content`: how the labelled proposition stands to
each claim, against the labelled cell; `neutral` and `unrelated` are one class, because annotators drew that line
differently.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from verifier.attribution import attribute
from verifier.entities import Act, Content
from verifier.lexical import LexicalRelation
from verifier.policy import read_policy
from verifier.ports import Pair, RelationModel
from verifier.relation import judge_content

Counts = Counter[tuple[str, str]]

_CLASSES = (Content.ENTAILS.value, Content.CONTRADICTS.value, "other")


def read_events(folder: Path, files: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The events of a folder of JSON lines, or of some of its files, named without their ending."""
    for path in sorted(folder.glob("*.jsonl")):
        if not files or path.stem in files:
            yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())


def count_acts(events: Sequence[dict[str, Any]]) -> Counts:
    """How often each labelled act was taken for which."""
    statements = [statement for event in events for statement in event["statements"]]
    found = [attribute(item["text"], item["lang"], speaker_names=[item["speaker"]]).act for item in statements]
    return Counter((item["act"], act.value) for item, act in zip(statements, found, strict=True))


def count_contents(events: Sequence[dict[str, Any]], model: RelationModel) -> Counts:
    """How often each labelled kind of content was taken for which."""
    cells = [cell for event in events for cell in _cells(event)]
    rules = read_policy().relation
    found = [judge_content(scores, rules)[0] for scores in model.compare([pair for pair, _ in cells])]
    return Counter((_class(label), _class(content)) for (_, label), content in zip(cells, found, strict=True))


def accuracy(counts: Counts) -> float:
    """Share of the cells that are right."""
    return sum(count for (label, given), count in counts.items() if label == given) / counts.total()


def macro_f1(counts: Counts, classes: Sequence[str]) -> float:
    """Mean over the classes of the harmonic mean of precision and recall."""
    return sum(_f1(counts, name) for name in classes) / len(classes)


def _f1(counts: Counts, name: str) -> float:
    labelled = sum(count for (label, _), count in counts.items() if label == name)
    given = sum(count for (_, given), count in counts.items() if given == name)
    return 2 * counts[name, name] / (labelled + given) if labelled + given else 0.0


def _cells(event: dict[str, Any]) -> Iterator[tuple[Pair, str]]:
    statements = {statement["id"]: statement for statement in event["statements"]}
    for claim in event["claims"]:
        for id, label in event["content"][claim["id"]].items():
            said = statements[id]
            yield (
                Pair(
                    claim=claim["text"],
                    claim_language=claim["lang"],
                    proposition=said["proposition"],
                    language=said["lang"],
                ),
                label,
            )


def _class(content: str) -> str:
    return content if content in _CLASSES else "other"


def _print(title: str, counts: Counts, classes: Sequence[str]) -> None:
    _, most = Counter(label for label, _ in counts.elements()).most_common(1)[0]
    print(f"{title}: accuracy {accuracy(counts):.3f} of {counts.total()}, macro-F1 {macro_f1(counts, classes):.3f}")
    print(f"  always the commonest: accuracy {most / counts.total():.3f}")
    print("  labelled \\ given".ljust(18), *(name.rjust(12) for name in classes))
    for label in classes:
        print(f"  {label}".ljust(18), *(str(counts[label, given]).rjust(12) for given in classes))


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="folder of events, one JSON object a line")
    parser.add_argument("--files", nargs="*", default=(), help="some files alone, named without their ending")
    arguments = parser.parse_args()
    events = list(read_events(arguments.folder, arguments.files))
    model = LexicalRelation()
    print(f"{len(events)} events, engine {model.name}")
    _print("acts", count_acts(events), [act.value for act in Act])
    _print("content", count_contents(events, model), _CLASSES)


if __name__ == "__main__":
    main()
