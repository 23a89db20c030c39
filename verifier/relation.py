"""From what a proposition says to how the whole statement stands to the claim."""

from __future__ import annotations

from verifier.entities import Act, Content, Position, Relation
from verifier.policy import RelationRules
from verifier.ports import Scores

_AFFIRMING = {Content.ENTAILS: Relation.SUPPORTS, Content.CONTRADICTS: Relation.REFUTES}
_DENYING = {Content.ENTAILS: Relation.REFUTES, Content.CONTRADICTS: Relation.SUPPORTS}


def judge_content(scores: Scores, rules: RelationRules) -> tuple[Content, float]:
    """The kind of content that the scores are sure enough of, and how sure they are.

    A proposition takes a side only from `takes_side` upwards; short of that it is neutral if it speaks to the claim
    at all, and unrelated if it does not.
    """
    side, probability = max((Content.ENTAILS, scores.entails), (Content.CONTRADICTS, scores.contradicts), key=_second)
    if probability >= rules.takes_side:
        return side, probability
    related = 1 - scores.unrelated
    if related >= rules.speaks_to:
        return Content.NEUTRAL, related
    return Content.UNRELATED, scores.unrelated


def relate(act: Act, content: Content) -> Relation:
    """How a statement stands to a claim: assert and confirm keep the side of the content, deny turns it round.

    Report, speculate and decline take no side, whatever they are about.
    """
    if content is Content.UNRELATED:
        return Relation.UNRELATED
    if act in (Act.ASSERT, Act.CONFIRM):
        return _AFFIRMING.get(content, Relation.DISCUSSES)
    if act is Act.DENY:
        return _DENYING.get(content, Relation.DISCUSSES)
    return Relation.DISCUSSES


def act_towards(position: Position, target: Act) -> Act:
    """The act that a position on a statement amounts to, towards that statement's proposition.

    To confirm a denial is to deny; to confirm that something may happen is still to speculate. To deny a denial, or a
    refusal to comment, affirms nothing: it fails closed to `decline`.
    """
    if position is Position.DECLINES or target is Act.DECLINE:
        return Act.DECLINE
    if position is Position.CONFIRMS:
        return target if target in (Act.DENY, Act.SPECULATE) else Act.CONFIRM
    return Act.DECLINE if target is Act.DENY else Act.DENY


def _second(item: tuple[Content, float]) -> float:
    return item[1]
