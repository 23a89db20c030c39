"""What people judged, as labelled pairs of sentences that a relation model can learn from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from cli.client import Client, Collection, Resource

_AFFIRMING = {"supports": "supports", "refutes": "refutes", "discusses": "neutral"}
_LABELS = {
    "assert": _AFFIRMING,
    "confirm": _AFFIRMING,
    # Who denies what contradicts a claim supports it: the label is of the words, and not of the denial.
    "deny": {"supports": "refutes", "refutes": "supports", "discusses": "neutral"},
}
"""The label of a pair, by the act of the statement and the relation that a person saw.

Who relays, speculates or declines takes no side whatever the words say, so that a relation tells nothing of these.
"""
_UNRELATED = "unrelated"


def export_pairs(client: Client) -> Iterator[dict[str, Any] | None]:
    """A pair for each judgement that stands on a claim and a statement, None for one that gives no label."""

    def get(collection: Collection) -> Callable[[str], Resource]:
        return cache(lambda id: client.get(collection, id))

    claims, statements = get(Collection.CLAIMS), get(Collection.STATEMENTS)
    for judgement in _find_standing(client):
        yield _make_pair(judgement, claims(judgement["claim"]), statements(judgement["statement"]))


def _find_standing(client: Client) -> list[Resource]:
    """The latest judgement on each claim and statement, less those that were taken back."""
    latest: dict[tuple[str, str], Resource] = {}
    for judgement in client.walk(Collection.JUDGEMENTS):
        if judgement["claim"]:
            latest[judgement["claim"], judgement["statement"]] = judgement
    return [judgement for judgement in latest.values() if judgement["value"]]


def _make_pair(judgement: Resource, claim: Resource, said: Resource) -> dict[str, Any] | None:
    relation, act = judgement["value"], said["act"]
    label = _UNRELATED if relation == _UNRELATED else _LABELS.get(act, {}).get(relation)
    evidence = said["proposition"] or said["text"]
    if label is None or not evidence or said["retraction"]:
        return None
    # Who judged is in the history, and nobody's business in a training set.
    return {
        "claim": claim["text"],
        "evidence": evidence,
        "label": label,
        "source": "judgements",
        "relation": relation,
        "act": act,
        "claim_language": claim["language"],
        "language": said["language"],
        "engine_said": (judgement["engine_said"] or {}).get("relation"),
        "claim_id": claim["id"],
        "statement_id": said["id"],
    }
