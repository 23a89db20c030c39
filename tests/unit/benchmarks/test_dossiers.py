from __future__ import annotations

from typing import Any

import pytest

from benchmarks.dossiers import TRACKS, load_record, measure, pool_dossiers
from verifier.lexical import LexicalRelation
from verifier.policy import read_policy
from verifier.verifier import Verifier


def dossier(id: str) -> dict[str, Any]:
    return {
        "id": id,
        "sources": [{"id": "agency", "name": "The Agency", "kind": "news_agency"}],
        "statements": [
            {
                "id": "s1",
                "speaker": "agency",
                "text": "The bridge in Norwick collapsed on Monday.",
                "language": "en",
                "stated_on": "2024-01-02",
                "act": "assert",
                "origin": "witness",
            }
        ],
        "claims": [
            {
                "id": "c1",
                "text": "The bridge in Norwick collapsed",
                "language": "en",
                "as_of": "2024-01-01",
                "verdict": "no_evidence",
                "relations": {},
            }
        ],
    }


@pytest.fixture
def verifier() -> Verifier:
    return Verifier(relation=LexicalRelation(), policy=read_policy())


def test_dossiers_that_use_the_same_ids_stay_apart() -> None:
    pool = pool_dossiers([dossier("one"), dossier("two")], "acts")

    assert [item["id"] for item in pool.statements] == ["one:s1", "two:s1"]
    assert {item["id"] for item in pool.sources} == {"one:agency", "one:witness", "two:agency", "two:witness"}
    assert pool.statements[1]["origin"] == "two:witness"


def test_the_track_text_gives_neither_act_nor_origin_away(verifier: Verifier) -> None:
    pool = pool_dossiers([dossier("one")], "text")

    assert not {"act", "origin"} & pool.statements[0].keys()
    assert load_record(pool, verifier).indexed[0][1].origin == "one:agency"


@pytest.mark.parametrize("track", TRACKS)
def test_what_was_said_after_the_date_of_a_claim_does_not_count(verifier: Verifier, track: str) -> None:
    (outcome,) = measure([dossier("one")], verifier, track)

    assert outcome.verdict.label is outcome.expected
