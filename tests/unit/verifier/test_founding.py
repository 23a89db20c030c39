"""The founding record, verified by the lexical engine from the words up."""

from __future__ import annotations

import pytest

from benchmarks.dossiers import TRACKS, Outcome, measure
from seeds import read_seeds
from verifier.lexical import LexicalRelation
from verifier.policy import read_policy
from verifier.verifier import Verifier


def outcomes(track: str) -> list[Outcome]:
    verifier = Verifier(relation=LexicalRelation(), policy=read_policy())
    return list(measure([read_seeds()], verifier, track))


@pytest.mark.parametrize("track", TRACKS)
def test_every_claim_of_the_founding_record_has_the_verdict_it_should(track: str) -> None:
    found = [(outcome.claim.text, outcome.claim.as_of, outcome.verdict.label) for outcome in outcomes(track)]
    assert found == [(outcome.claim.text, outcome.claim.as_of, outcome.expected) for outcome in outcomes(track)]


@pytest.mark.parametrize("track", TRACKS)
def test_every_quote_is_verbatim(track: str) -> None:
    evidence = [item for outcome in outcomes(track) for item in outcome.verdict.evidence]
    assert evidence
    assert all(item.quote and item.quote in item.statement.text for item in evidence)
