from __future__ import annotations

import json
from typing import Any

import pytest

from cli.client import Collection
from cli.pairs import export_pairs
from training.examples import allow, read_pairs
from verifier.entities import Content

SAID = {"id": "s", "text": "He said it is open.", "proposition": "it is open", "language": "en", "retraction": None}
CLAIM = {"id": "c", "text": "The bridge is open", "language": "en"}


class FakeClient:
    """A service with one claim, one statement and these judgements."""

    def __init__(self, *judgements: dict[str, Any], **said: Any) -> None:
        self.judgements = [{"claim": "c", "statement": "s", "engine_said": None} | one for one in judgements]
        self.said = SAID | said

    def walk(self, collection: Collection) -> Any:
        assert collection is Collection.JUDGEMENTS
        return iter(self.judgements)

    def get(self, collection: Collection, id: str) -> Any:
        assert id in ("c", "s")
        return {Collection.CLAIMS: CLAIM, Collection.STATEMENTS: self.said}[collection]


def pairs(*judgements: dict[str, Any], **said: Any) -> list[Any]:
    return list(export_pairs(FakeClient(*judgements, **said)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("act", "relation", "label"),
    [
        ("assert", "supports", "supports"),
        ("confirm", "refutes", "refutes"),
        ("assert", "discusses", "neutral"),
        ("deny", "supports", "refutes"),
        ("deny", "refutes", "supports"),
        ("deny", "discusses", "neutral"),
        ("report", "unrelated", "unrelated"),
        ("report", "supports", None),
        ("speculate", "discusses", None),
        ("decline", "refutes", None),
        (None, "supports", None),
    ],
)
def test_a_relation_and_an_act_give_a_label_or_none(act: str | None, relation: str, label: str | None) -> None:
    [pair] = pairs({"value": relation}, act=act)
    assert (pair["label"] if pair else None) == label


def test_a_pair_has_what_training_reads_and_not_who_judged() -> None:
    said = {"relation": "discusses", "score": 0.5}
    [pair] = pairs({"value": "supports", "by": "anna", "reason": "So.", "engine_said": said}, act="assert")
    assert pair == {
        "claim": "The bridge is open",
        "evidence": "it is open",
        "label": "supports",
        "source": "judgements",
        "relation": "supports",
        "act": "assert",
        "claim_language": "en",
        "language": "en",
        "engine_said": "discusses",
        "claim_id": "c",
        "statement_id": "s",
    }


def test_the_latest_judgement_counts_and_one_that_was_taken_back_does_not() -> None:
    first, second = {"value": "supports"}, {"value": "refutes"}
    assert [pair["label"] for pair in pairs(first, second, act="assert")] == ["refutes"]
    assert pairs(first, {"value": None}, act="assert") == []
    assert pairs({"claim": None, "value": "deny"}, act="assert") == []
    assert pairs(first, act="assert", retraction={"reason": "a misprint"}) == [None]


def test_training_reads_them_where_they_are(tmp_path: Any) -> None:
    folder = tmp_path / "pairs"
    folder.mkdir()
    for name in ("train_en", "train_de", "train_mixed_de_evidence_en_claim", "train_two_way"):
        (folder / f"{name}.jsonl").write_text("")
    assert read_pairs(tmp_path, frozenset()) == []
    rows = [*pairs({"value": "unrelated"}, act="assert"), *pairs({"value": "refutes"}, act="deny")]
    (folder / "judgements.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = read_pairs(tmp_path, frozenset())
    assert [(one.premise, one.target, one.source) for one in found] == [
        ("it is open", allow(Content.UNRELATED), "judgements"),
        ("it is open", allow(Content.ENTAILS), "judgements"),
    ]
    assert read_pairs(tmp_path, frozenset({"judgements"})) == []
