from __future__ import annotations

import pytest

from tests.unit.verifier.fakes import by_id, make_source
from verifier.entities import Claim
from verifier.parties import find_parties

SOURCES = by_id(
    make_source("acme", name="Acme Steel", aliases=("Acme",), kind="company"),
    make_source("boss", name="Ann Lee", parent="acme"),
    make_source("norway", name="Norwegian government", kind="government", country="NO"),
    make_source("envoy", name="Ole Berg", kind="government", country="NO", parent="norway"),
    make_source("paper", name="Aftenblad", kind="news_outlet", country="NO"),
)


@pytest.mark.parametrize(
    ("claim", "parties"),
    [
        ("Acme closes its plant", {"acme", "boss"}),
        ("Ann Lee is leaving", {"acme", "boss"}),
        ("Norway has sold ships", {"norway", "envoy"}),
        ("A bomb went off in Oslo", set()),
        ("Acmeville is flooded", set()),
        ("It rains", set()),
    ],
)
def test_parties_are_those_a_claim_is_about_and_who_speaks_for_them(claim: str, parties: set[str]) -> None:
    assert find_parties(Claim(text=claim, language="en"), SOURCES) == parties
