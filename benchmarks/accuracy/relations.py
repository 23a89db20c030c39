"""How sentences stand to claims: sentence pairs, headlines, and claims with several pieces of evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from benchmarks.accuracy.progress import follow
from benchmarks.accuracy.scores import Counts
from verifier.entities import Content
from verifier.policy import RelationRules
from verifier.ports import Pair, RelationModel
from verifier.relation import judge_content

SIDES = ("supports", "refutes", "neutral")
CLIMATE = ("SUPPORTS", "REFUTES", "DISPUTED", "NOT_ENOUGH_INFO")

_AT_ONCE = 64
_SIDE = {Content.ENTAILS: "supports", Content.CONTRADICTS: "refutes"}


def judge_pairs(pairs: Sequence[Pair], model: RelationModel, rules: RelationRules, what: str) -> list[Content]:
    """The content of each pair as the verifier takes it, by the thresholds of the policy."""
    batches = [pairs[start : start + _AT_ONCE] for start in range(0, len(pairs), _AT_ONCE)]
    return [judge_content(scores, rules)[0] for batch in follow(batches, what) for scores in model.compare(list(batch))]


def count_sides(
    rows: Sequence[Mapping[str, Any]], model: RelationModel, rules: RelationRules, what: str
) -> dict[str, Counts]:
    """How often each labelled side was taken for which, by the set that a row is from (`xnli_en` of `xnli_en/dev`)."""
    contents = judge_pairs([to_pair(row, row["evidence"]) for row in rows], model, rules, what)
    found: dict[str, Counts] = {}
    for row, content in zip(rows, contents, strict=True):
        source = row["source"].split("/")[0]
        found.setdefault(source, Counter())[row["label"], _SIDE.get(content, "neutral")] += 1
    return found


def count_climate(rows: Sequence[Mapping[str, Any]], model: RelationModel, rules: RelationRules, what: str) -> Counts:
    """How often each labelled verdict was taken for which, evidence judged piece by piece, then taken together."""
    pairs = [to_pair(row, piece["text"]) for row in rows for piece in row["evidence"]]
    contents = iter(judge_pairs(pairs, model, rules, what))
    found = [{next(contents) for _ in row["evidence"]} for row in rows]
    return Counter((row["verdict"], take_together(kinds)) for row, kinds in zip(rows, found, strict=True))


def take_together(kinds: Collection[Content]) -> str:
    """The verdict of several pieces of evidence: both sides dispute, one side settles, and none leaves it open."""
    match Content.ENTAILS in kinds, Content.CONTRADICTS in kinds:
        case True, True:
            return "DISPUTED"
        case True, False:
            return "SUPPORTS"
        case False, True:
            return "REFUTES"
    return "NOT_ENOUGH_INFO"


def to_pair(row: Mapping[str, Any], evidence: str) -> Pair:
    """A row's claim and a piece of evidence, in the row's language."""
    return Pair(claim=row["claim"], claim_language=row["lang"], proposition=evidence, language=row["lang"])
