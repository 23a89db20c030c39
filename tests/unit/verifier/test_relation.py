from __future__ import annotations

import pytest

from verifier.entities import Act, Content, Position, Relation
from verifier.policy import RelationRules
from verifier.ports import Scores
from verifier.relation import act_towards, judge_content, relate

RULES = RelationRules(takes_side=0.5, speaks_to=0.5)


@pytest.mark.parametrize(
    ("scores", "content"),
    [
        (Scores(0.8, 0.1, 0.05, 0.05), Content.ENTAILS),
        (Scores(0.1, 0.8, 0.05, 0.05), Content.CONTRADICTS),
        (Scores(0.49, 0.3, 0.2, 0.01), Content.NEUTRAL),
        (Scores(0.2, 0.1, 0.25, 0.45), Content.NEUTRAL),
        (Scores(0.1, 0.1, 0.1, 0.7), Content.UNRELATED),
    ],
)
def test_a_side_is_taken_only_when_the_model_is_sure_enough(scores: Scores, content: Content) -> None:
    assert judge_content(scores, RULES)[0] is content


@pytest.mark.parametrize("act", Act)
def test_what_is_about_another_matter_is_unrelated_whatever_the_act(act: Act) -> None:
    assert relate(act, Content.UNRELATED) is Relation.UNRELATED


@pytest.mark.parametrize(
    ("act", "content", "relation"),
    [
        (Act.ASSERT, Content.ENTAILS, Relation.SUPPORTS),
        (Act.CONFIRM, Content.ENTAILS, Relation.SUPPORTS),
        (Act.ASSERT, Content.CONTRADICTS, Relation.REFUTES),
        (Act.DENY, Content.ENTAILS, Relation.REFUTES),
        (Act.DENY, Content.CONTRADICTS, Relation.SUPPORTS),
        (Act.REPORT, Content.ENTAILS, Relation.DISCUSSES),
        (Act.SPECULATE, Content.ENTAILS, Relation.DISCUSSES),
        (Act.DECLINE, Content.CONTRADICTS, Relation.DISCUSSES),
        (Act.ASSERT, Content.NEUTRAL, Relation.DISCUSSES),
        (Act.DENY, Content.NEUTRAL, Relation.DISCUSSES),
    ],
)
def test_act_and_content_make_the_relation(act: Act, content: Content, relation: Relation) -> None:
    assert relate(act, content) is relation


@pytest.mark.parametrize(
    ("position", "target", "act"),
    [
        (Position.CONFIRMS, Act.ASSERT, Act.CONFIRM),
        (Position.CONFIRMS, Act.REPORT, Act.CONFIRM),
        (Position.CONFIRMS, Act.DENY, Act.DENY),
        (Position.CONFIRMS, Act.SPECULATE, Act.SPECULATE),
        (Position.CONFIRMS, Act.DECLINE, Act.DECLINE),
        (Position.DENIES, Act.ASSERT, Act.DENY),
        (Position.DENIES, Act.DENY, Act.DECLINE),
        (Position.DECLINES, Act.CONFIRM, Act.DECLINE),
    ],
)
def test_a_position_on_a_statement_is_an_act_towards_its_content(position: Position, target: Act, act: Act) -> None:
    assert act_towards(position, target) is act
