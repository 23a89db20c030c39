from __future__ import annotations

import pytest

from tests.unit.verifier.fakes import make_evidence, make_statement
from verifier.decision import decide, grade, weigh
from verifier.entities import Evidence, Label, Relation
from verifier.independence import Positions
from verifier.policy import read_policy

POLICY = read_policy()
FOR = [make_evidence(make_statement(f"s{at}", f"a{at}"), score=score) for at, score in enumerate([0.9, 0.7, 0.6])]
AGAINST = [make_evidence(make_statement("s8", "b"), Relation.REFUTES, 0.8)]
BESIDE = [make_evidence(make_statement("s9", "c"), Relation.DISCUSSES, 0.65)]


def stand(affirming: list[Evidence], denying: list[Evidence], unclear: tuple[Evidence, ...] = ()) -> Positions:
    return Positions(
        affirming={item.statement.speaker: item for item in affirming},
        denying={item.statement.speaker: item for item in denying},
        unclear=unclear,
        collapsed=(),
    )


@pytest.mark.parametrize(
    ("positions", "evidence", "label", "credibility", "confidence"),
    [
        (stand(FOR[:2], []), FOR[:2], Label.CORROBORATED, 1, 0.7),
        (stand(FOR, []), FOR, Label.CORROBORATED, 1, 0.7),
        (stand(FOR[:2], AGAINST), [*FOR[:2], *AGAINST], Label.DISPUTED, 3, 0.7),
        (stand(FOR[:1], AGAINST), [*FOR[:1], *AGAINST], Label.DENIED, 4, 0.8),
        (stand([], AGAINST), AGAINST, Label.DENIED, 5, 0.8),
        (stand(FOR[:1], []), FOR[:1], Label.UNCONFIRMED, 3, 0.9),
        (stand([], []), BESIDE, Label.UNCONFIRMED, 6, 0.65),
        (stand([], [], tuple(AGAINST)), AGAINST, Label.UNCONFIRMED, 6, 0.8),
        (
            stand([], []),
            [make_evidence(make_statement("s1", "a"), Relation.UNRELATED, 0.95)],
            Label.NO_EVIDENCE,
            6,
            0.95,
        ),
        (stand([], []), [], Label.NO_EVIDENCE, 6, 1.0),
    ],
)
def test_positions_make_label_credibility_and_confidence(
    positions: Positions, evidence: list[Evidence], label: Label, credibility: int, confidence: float
) -> None:
    assert decide(positions, evidence, POLICY) is label
    assert grade(label, positions, POLICY.credibility) == credibility
    assert weigh(label, positions, evidence, POLICY) == confidence
