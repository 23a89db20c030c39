"""Labelled news events: the act of each statement, and how its proposition stands to each claim."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.accuracy.progress import follow
from benchmarks.accuracy.relations import judge_pairs
from benchmarks.accuracy.scores import Counts
from verifier.attribution import attribute
from verifier.entities import Act, Content
from verifier.policy import RelationRules
from verifier.ports import Pair, RelationModel, SpeechModel

CONTENTS = (Content.ENTAILS.value, Content.CONTRADICTS.value, "other")
"""`neutral` and `unrelated` are one class, because annotators drew that line differently."""

Event = Mapping[str, Any]


def count_acts(events: Sequence[Event], speech: SpeechModel | None, what: str) -> Counts:
    """How often each labelled act was taken for which; `speech` helps to tell."""
    statements = [statement for event in events for statement in event["statements"]]
    return Counter(
        (item["act"], attribute(item["text"], item["lang"], speaker_names=[item["speaker"]], speech=speech).act.value)
        for item in follow(statements, what)
    )


def count_contents(
    events: Sequence[Event], model: RelationModel, rules: RelationRules, what: str
) -> tuple[Counts, Counts]:
    """How often each labelled kind of content was taken for which: within one language, and across two."""
    cells = [cell for event in events for cell in _read_cells(event)]
    contents = judge_pairs([pair for pair, _ in cells], model, rules, what)
    within: Counts = Counter()
    across: Counts = Counter()
    for (pair, label), content in zip(cells, contents, strict=True):
        counts = within if pair.claim_language == pair.language else across
        counts[_merge(label), _merge(content.value)] += 1
    return within, across


def _read_cells(event: Event) -> Iterator[tuple[Pair, str]]:
    statements = {statement["id"]: statement for statement in event["statements"]}
    for claim in event["claims"]:
        for id, label in event["content"][claim["id"]].items():
            said = statements[id]
            pair = Pair(
                claim=claim["text"],
                claim_language=claim["lang"],
                proposition=said["proposition"],
                language=said["lang"],
                text=said["text"],
                speaker=said["speaker"],
                act=Act(said["act"]),
            )
            yield pair, label


def _merge(content: str) -> str:
    return content if content in CONTENTS else "other"
