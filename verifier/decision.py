"""The verdict table: from standing positions to a label, its credibility and its confidence."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from verifier.entities import Evidence, Label, Relation
from verifier.independence import Positions
from verifier.policy import ConfidenceRules, CredibilityTable, Policy

# The log-odds of 0 are infinite.
_LEAST = 0.001


def decide(positions: Positions, evidence: Sequence[Evidence], policy: Policy) -> Label:
    """The label that the verdict table gives.

    A denial whose origin is unclear is not counted, but it stands: it bars corroboration, and the claim is disputed.
    """
    if len(positions.affirming) >= policy.origins.needed:
        unclear_denial = any(item.relation is Relation.REFUTES for item in positions.unclear)
        return Label.DISPUTED if positions.denying or unclear_denial else Label.CORROBORATED
    if positions.denying:
        return Label.DENIED
    if any(item.relation is not Relation.UNRELATED for item in evidence):
        return Label.UNCONFIRMED
    return Label.NO_EVIDENCE


def grade(label: Label, positions: Positions, table: CredibilityTable) -> int:
    """Credibility of the claim on the Admiralty scale, 1 to 6."""
    if label is Label.UNCONFIRMED:
        return table.unconfirmed_asserted if positions.affirming else table.unconfirmed_raised
    if label is Label.DENIED:
        return table.denied_asserted if positions.affirming else table.denied
    return int(getattr(table, label.value))


def weigh(label: Label, positions: Positions, evidence: Sequence[Evidence], policy: Policy) -> float:
    """The score that the label hangs on, 0 to 1: how sure the weakest relation is that it could not do without."""
    affirming = _scores(positions.affirming.values())
    denying = _scores([*positions.denying.values(), *positions.unclear])
    related = _scores(item for item in evidence if item.relation is not Relation.UNRELATED)
    unrelated = [item.score for item in evidence if item.relation is Relation.UNRELATED]
    if label is Label.CORROBORATED:
        return affirming[policy.origins.needed - 1]
    if label is Label.DISPUTED:
        return min(affirming[policy.origins.needed - 1], denying[0])
    if label is Label.DENIED:
        return denying[0]
    if label is Label.UNCONFIRMED:
        return related[0]
    return min(unrelated, default=1.0)


def calibrate(label: Label, score: float, rules: ConfidenceRules) -> float:
    """How often a verdict of this label that hangs on this score is right, 0 to 1 (Platt 1999).

    A score of 1 comes from no model: a position recorded on the claim itself, what a person has judged, or nothing on
    record at all.
    """
    if score >= 1:
        return 1.0
    bounded = max(score, _LEAST)
    logit = rules.slope * math.log(bounded / (1 - bounded)) + float(getattr(rules, label.value))
    return 1 / (1 + math.exp(-logit))


def _scores(evidence: Iterable[Evidence]) -> list[float]:
    return sorted((item.score for item in evidence), reverse=True)
