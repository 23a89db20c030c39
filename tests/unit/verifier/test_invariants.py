"""What holds of a verdict whatever is on record."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.verifier.fakes import DAY, FakeRecord, FakeRelation, by_id, make_source, make_statement
from verifier.entities import Act, Claim, Content, Label, Statement, Verdict
from verifier.policy import read_policy
from verifier.verifier import Verifier

SPEAKERS = ["alpha", "beta", "gamma", "ministry", "spokesman"]
SOURCES = by_id(
    *(make_source(speaker) for speaker in SPEAKERS[:4]),
    make_source("spokesman", parent="ministry"),
    make_source("wire"),
)
CLAIM = "Acme closes its factory"


@st.composite
def records(draw: st.DrawFn) -> list[Statement]:
    count = draw(st.integers(min_value=0, max_value=6))
    return [
        make_statement(
            f"s{number}",
            draw(st.sampled_from(SPEAKERS)),
            draw(st.sampled_from(Act)),
            draw(st.sampled_from(Content)),
            origin=draw(st.sampled_from(["", "wire", None])),
            day=DAY + timedelta(days=draw(st.integers(min_value=0, max_value=2))),
            text=draw(
                st.sampled_from(
                    ["", "Nothing of the sort.", "One longer sentence that two of them may well both carry."]
                )
            ),
            sequence=number,
        )
        for number in range(count)
    ]


def verify(statements: list[Statement], claim: str = CLAIM) -> Verdict:
    verifier = Verifier(relation=FakeRelation(), policy=read_policy())
    return verifier.verify(Claim(text=claim, language="en"), FakeRecord(statements=statements, known=SOURCES))


@given(records(), st.randoms(use_true_random=False))
def test_the_order_in_which_search_finds_statements_does_not_matter(
    statements: list[Statement], chance: random.Random
) -> None:
    shuffled = [*statements]
    chance.shuffle(shuffled)
    assert verify(shuffled) == verify(statements)


@given(records(), st.data())
def test_a_repeated_wire_story_changes_no_verdict(statements: list[Statement], data: st.DataObject) -> None:
    if not statements:
        return
    story = data.draw(st.sampled_from(statements))
    copy = replace(story, id="copy", sequence=len(statements), publisher="another")
    assert verify([*statements, copy]).label is verify(statements).label


@given(records(), st.sampled_from(SPEAKERS), st.sampled_from(Content))
def test_another_report_never_corroborates(statements: list[Statement], speaker: str, content: Content) -> None:
    report = make_statement("more", speaker, Act.REPORT, content, sequence=99, day=DAY + timedelta(days=9))
    before, after = verify(statements).label, verify([*statements, report]).label
    assert after is before or (before is Label.NO_EVIDENCE and after is Label.UNCONFIRMED)


@given(records())
def test_negating_the_claim_swaps_who_affirms_and_who_denies(statements: list[Statement]) -> None:
    plain, negated = verify(statements), verify(statements, f"not {CLAIM}")
    assert (negated.affirming, negated.denying) == (plain.denying, plain.affirming)


@given(records())
def test_a_verdict_rests_on_what_it_shows(statements: list[Statement]) -> None:
    verdict = verify(statements)
    assert 0 <= verdict.confidence <= 1
    assert 1 <= verdict.credibility <= 6
    shown = {item.statement.id for item in verdict.evidence}
    assert {statement for collapse in verdict.collapsed for statement in collapse.statements} <= shown
    assert (verdict.label is Label.NO_EVIDENCE) == (not shown)
