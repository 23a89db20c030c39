"""The verdict table and the seven rules of the product, each with its named cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from tests.unit.verifier.fakes import (
    DAY,
    FakeBrokenRelation,
    FakeRecord,
    FakeRelation,
    by_id,
    make_confirmation,
    make_source,
    make_statement,
)
from verifier.entities import Act, Claim, Content, Label, Position, Reliability, Statement
from verifier.policy import Policy, read_policy
from verifier.ports import ModelError
from verifier.verifier import Verifier

A, C, D, R, S, N = Act.ASSERT, Act.CONFIRM, Act.DENY, Act.REPORT, Act.SPECULATE, Act.DECLINE
ENTAILS, CONTRADICTS, NEUTRAL, UNRELATED = Content.ENTAILS, Content.CONTRADICTS, Content.NEUTRAL, Content.UNRELATED
LATER, LATEST = date(2024, 6, 1), date(2024, 7, 1)

SOURCES = by_id(
    make_source("alpha"),
    make_source("beta"),
    make_source("gamma"),
    make_source("agency", kind="news_agency"),
    make_source("outlet", kind="news_outlet"),
    make_source("rival", kind="news_outlet"),
    make_source("ministry", kind="government", country="RU"),
    make_source("spokesman", parent="ministry"),
    make_source("liar", reliability=Reliability.E),
    make_source("accused", name="Acme", reliability=Reliability.E),
)


def check(
    *statements: Statement,
    claim: str = "Acme closes its factory",
    as_of: date | None = None,
    policy: Policy | None = None,
) -> Label:
    verifier = Verifier(relation=FakeRelation(), policy=policy or read_policy())
    record = FakeRecord(statements=statements, known=SOURCES)
    return verifier.verify(Claim(text=claim, language="en", as_of=as_of), record).label


@dataclass(frozen=True)
class Case:
    name: str
    statements: list[Statement]
    expected: Label


TABLE = [
    Case(
        "two origins affirm and nobody denies",
        [make_statement("s1", "alpha"), make_statement("s2", "beta", C)],
        Label.CORROBORATED,
    ),
    Case(
        "two origins affirm and an independent origin denies",
        [make_statement("s1", "alpha"), make_statement("s2", "beta"), make_statement("s3", "gamma", D)],
        Label.DISPUTED,
    ),
    Case(
        "two origins affirm and a party denies",
        [make_statement("s1", "alpha"), make_statement("s2", "beta"), make_statement("s3", "accused", D)],
        Label.DISPUTED,
    ),
    Case("an independent origin denies and nobody affirms", [make_statement("s1", "alpha", D)], Label.DENIED),
    Case(
        "a party denies and one origin affirms",
        [make_statement("s1", "alpha"), make_statement("s2", "accused", D)],
        Label.DENIED,
    ),
    Case(
        "an origin states what contradicts it",
        [make_statement("s1", "alpha", A, CONTRADICTS)],
        Label.DENIED,
    ),
    Case("one origin asserts it", [make_statement("s1", "alpha")], Label.UNCONFIRMED),
    Case("it is only reported", [make_statement("s1", "outlet", R)], Label.UNCONFIRMED),
    Case("it is only speculated about", [make_statement("s1", "alpha", S)], Label.UNCONFIRMED),
    Case("a source says there is no confirmation", [make_statement("s1", "ministry", N)], Label.UNCONFIRMED),
    Case("nothing is on record", [], Label.NO_EVIDENCE),
    Case(
        "the same actors in another event",
        [make_statement("s1", "alpha", A, UNRELATED), make_statement("s2", "beta", D, UNRELATED)],
        Label.NO_EVIDENCE,
    ),
]


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.name)
def test_verdict_table(case: Case) -> None:
    assert check(*case.statements) is case.expected


@pytest.mark.parametrize("act", [R, S, N])
def test_rule_1_relaying_speculating_and_declining_never_affirm_however_many(act: Act) -> None:
    many = [make_statement(f"s{number}", speaker, act) for number, speaker in enumerate(SOURCES)]
    assert check(*many) is Label.UNCONFIRMED


@pytest.mark.parametrize("act", [A, C])
def test_rule_1_asserting_and_confirming_affirm(act: Act) -> None:
    assert check(make_statement("s1", "alpha", act), make_statement("s2", "beta", act)) is Label.CORROBORATED


def test_rule_2_a_chain_that_cites_one_source_is_that_source() -> None:
    chain = [make_statement(f"s{at}", who, origin="agency") for at, who in enumerate(["agency", "outlet", "rival"])]
    assert check(*chain) is Label.UNCONFIRMED


def test_rule_2_a_wire_story_in_two_outlets_is_one_origin_though_neither_names_it() -> None:
    story = "The company is closing its only factory in the north, two people said."
    copies = [make_statement("s1", "outlet", text=story), make_statement("s2", "rival", text=story)]
    assert check(*copies) is Label.UNCONFIRMED


def test_rule_2_an_unclear_origin_is_not_counted_as_a_second_one() -> None:
    assert check(make_statement("s1", "alpha"), make_statement("s2", "outlet", origin=None)) is Label.UNCONFIRMED


def test_rule_2_an_unclear_denial_stands_in_the_way_of_corroboration() -> None:
    affirmed = [make_statement("s1", "alpha"), make_statement("s2", "beta")]
    assert check(*affirmed, make_statement("s3", "outlet", D, origin=None)) is Label.DISPUTED


def test_rule_3_the_latest_position_of_a_speaker_replaces_its_earlier_one() -> None:
    denied = make_statement("s1", "ministry", D)
    affirmed = [make_statement("s2", "ministry", C, day=LATER), make_statement("s3", "alpha")]
    assert check(denied, *affirmed) is Label.CORROBORATED


def test_rule_3_a_speaker_replaces_the_position_of_the_body_it_speaks_for() -> None:
    denied = make_statement("s1", "ministry", D)
    affirmed = [make_statement("s2", "spokesman", C, origin="ministry", day=LATER), make_statement("s3", "alpha")]
    assert check(denied, *affirmed) is Label.CORROBORATED


def test_rule_3_on_one_day_the_order_of_recording_decides() -> None:
    assert check(make_statement("s2", "ministry", D), make_statement("s1", "ministry")) is Label.DENIED
    assert check(make_statement("s1", "ministry", D), make_statement("s2", "ministry")) is Label.UNCONFIRMED


def test_rule_3_declining_later_withdraws_nothing() -> None:
    assert check(make_statement("s1", "ministry", D), make_statement("s2", "ministry", N, day=LATER)) is Label.DENIED


def test_rule_3_what_is_said_after_the_date_asked_for_does_not_count() -> None:
    statements = [make_statement("s1", "alpha"), make_statement("s2", "ministry", D, day=LATEST)]
    assert check(*statements, as_of=LATER) is Label.UNCONFIRMED
    assert check(*statements, as_of=LATEST) is Label.DENIED
    assert check(*statements) is Label.DENIED


def test_rule_4_a_negated_claim_flips_affirming_and_denying() -> None:
    affirmed = [make_statement("s1", "alpha"), make_statement("s2", "beta")]
    assert check(*affirmed, claim="not that Acme closes its factory") is Label.DENIED
    denied = [make_statement("s1", "alpha", D), make_statement("s2", "beta", D)]
    assert check(*denied, claim="not that Acme closes its factory") is Label.CORROBORATED


def test_rule_4_what_speaks_to_the_matter_without_settling_it_takes_no_side() -> None:
    assert (
        check(make_statement("s1", "alpha", A, NEUTRAL), make_statement("s2", "beta", D, NEUTRAL)) is Label.UNCONFIRMED
    )


def test_rule_5_a_party_speaking_of_itself_is_one_origin_like_any_other() -> None:
    assert check(make_statement("s1", "accused")) is Label.UNCONFIRMED
    assert check(make_statement("s1", "accused"), make_statement("s2", "alpha")) is Label.CORROBORATED


def test_rule_6_a_model_that_fails_is_an_error_and_never_a_verdict() -> None:
    verifier = Verifier(relation=FakeBrokenRelation(), policy=read_policy())
    record = FakeRecord(statements=[make_statement("s1", "alpha")], known=SOURCES)
    with pytest.raises(ModelError, match="no answer"):
        verifier.verify(Claim(text="Acme closes its factory", language="en"), record)


def test_rule_7_the_number_of_origins_is_the_policys() -> None:
    bundled = read_policy()
    strict = bundled.model_copy(update={"origins": bundled.origins.model_copy(update={"needed": 3})})
    affirmed = [make_statement("s1", "alpha"), make_statement("s2", "beta")]
    assert check(*affirmed, policy=strict) is Label.UNCONFIRMED
    assert check(*affirmed, make_statement("s3", "gamma"), policy=strict) is Label.CORROBORATED


def test_rule_7_the_policy_says_which_reliabilities_count() -> None:
    assert check(make_statement("s1", "alpha"), make_statement("s2", "liar")) is Label.UNCONFIRMED
    bundled = read_policy()
    lenient = bundled.origins.model_copy(update={"counting_reliabilities": frozenset(Reliability)})
    policy = bundled.model_copy(update={"origins": lenient})
    assert check(make_statement("s1", "alpha"), make_statement("s2", "liar"), policy=policy) is Label.CORROBORATED


def test_rule_7_a_verdict_names_engine_and_policy() -> None:
    verifier = Verifier(relation=FakeRelation(), policy=read_policy())
    verdict = verifier.verify(Claim(text="Acme closes its factory", language="en"), FakeRecord(known=SOURCES))
    assert (verdict.engine, verdict.policy) == ("fake-1", read_policy().version)


def test_a_position_on_the_claim_itself_needs_no_comparison() -> None:
    verifier = Verifier(relation=FakeRelation(), policy=read_policy())
    call = make_statement("s1", "ministry", D, UNRELATED, day=DAY)
    record = FakeRecord(known=SOURCES, positions=[make_confirmation(call, Position.DENIES)])
    verdict = verifier.verify(Claim(text="Acme closes its factory", language="en"), record)
    assert (verdict.label, verdict.confidence) == (Label.DENIED, 1.0)
