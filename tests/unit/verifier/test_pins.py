"""A person's judgement stands over the engine's."""

from __future__ import annotations

from datetime import date

from tests.unit.verifier.fakes import (
    DAY,
    FakeRecord,
    FakeRelation,
    by_id,
    make_confirmation,
    make_source,
    make_statement,
)
from verifier.entities import Act, Claim, Content, Label, Pin, Position, Relation, Statement, Verdict
from verifier.policy import read_policy
from verifier.verifier import Verifier

CLAIM = Claim(text="Acme closes its plant", language="en")
SOURCES = by_id(make_source("src-1", name="Ann Lee"), make_source("src-2", name="Bo Dahl"), make_source("src-3"))
SAID = make_statement("s1", "src-1")
RELAYED = make_statement("s2", "src-2", Act.REPORT, text="It closes")
ALONE = FakeRecord(known=SOURCES)


def pin(statement: Statement, relation: Relation, by: str = "anna") -> Pin:
    return Pin(statement=statement, relation=relation, by=by)


def verify(record: FakeRecord, claim: Claim = CLAIM, *, confidence_below: float = 0.6) -> Verdict:
    policy = read_policy()
    review = policy.review.model_copy(update={"confidence_below": confidence_below})
    return Verifier(relation=FakeRelation(), policy=policy.model_copy(update={"review": review})).verify(claim, record)


def judgements(verdict: Verdict) -> list[str]:
    return [reason for reason in verdict.reasons if reason.startswith("Judged by")]


def test_a_pin_stands_over_what_the_engine_finds_and_says_who_judged() -> None:
    inferred = verify(FakeRecord(known=SOURCES, statements=[SAID, RELAYED]))
    assert (inferred.label, judgements(inferred)) == (Label.UNCONFIRMED, [])

    pinned = verify(FakeRecord(known=SOURCES, statements=[SAID, RELAYED], judged=[pin(RELAYED, Relation.SUPPORTS)]))

    assert (pinned.label, pinned.affirming) == (Label.CORROBORATED, ("src-1", "src-2"))
    assert [(item.statement.id, item.relation, item.score, item.pinned_by) for item in pinned.evidence] == [
        ("s1", Relation.SUPPORTS, 0.9, None),
        ("s2", Relation.SUPPORTS, 1.0, "anna"),
    ]
    assert judgements(pinned) == [
        "Judged by a person (anna), not by the engine: Bo Dahl on 1 May 2024 supports it.",
    ]


def test_what_is_pinned_is_in_the_evidence_whether_the_search_finds_it_or_not_but_not_before_it_was_said() -> None:
    record = FakeRecord(known=SOURCES, judged=[pin(make_statement("s1", "src-1", Act.DENY), Relation.REFUTES)])
    assert verify(record).label is Label.DENIED
    earlier = Claim(text=CLAIM.text, language="en", as_of=date(2024, 4, 30))
    assert verify(record, earlier).label is Label.NO_EVIDENCE


def test_a_pinned_unrelated_is_left_out_and_the_reasons_say_so() -> None:
    verdict = verify(FakeRecord(known=SOURCES, statements=[SAID], judged=[pin(SAID, Relation.UNRELATED)]))
    assert (verdict.label, verdict.evidence) == (Label.NO_EVIDENCE, ())
    assert judgements(verdict) == [
        "Judged by a person (anna), not by the engine: Ann Lee on 1 May 2024 has nothing to do with it and is left out."
    ]


def test_a_pin_stands_over_a_position_on_the_claim_itself() -> None:
    direct = make_confirmation(SAID, Position.DENIES)
    record = FakeRecord(known=SOURCES, positions=[direct], judged=[pin(SAID, Relation.DISCUSSES)])
    verdict = verify(record)
    assert verdict.label is Label.UNCONFIRMED
    assert [(item.relation, item.pinned_by) for item in verdict.evidence] == [(Relation.DISCUSSES, "anna")]


def test_a_verdict_needs_no_review_where_people_judged_all_that_it_hangs_on() -> None:
    other = make_statement("s3", "src-3")
    inferred = FakeRecord(known=SOURCES, statements=[SAID, other])
    assert verify(inferred, confidence_below=0.99).needs_review
    half = FakeRecord(known=SOURCES, statements=[SAID, other], judged=[pin(SAID, Relation.SUPPORTS)])
    assert verify(half, confidence_below=0.99).needs_review
    both = [pin(SAID, Relation.SUPPORTS), pin(other, Relation.SUPPORTS)]
    verdict = verify(FakeRecord(known=SOURCES, statements=[SAID, other], judged=both), confidence_below=0.99)
    assert (verdict.label, verdict.confidence, verdict.needs_review) == (Label.CORROBORATED, 1.0, False)


def test_the_statement_that_was_judged_speaks_for_its_origin() -> None:
    earlier, later = make_statement("s1", "src-1"), make_statement("s4", "src-1", day=date(2024, 6, 1))
    copy = make_statement("s5", "src-1", text=earlier.text)
    judged = [pin(copy, Relation.SUPPORTS), pin(make_statement("s3", "src-3"), Relation.SUPPORTS)]
    verdict = verify(FakeRecord(known=SOURCES, statements=[earlier, later, copy], judged=judged))
    assert (verdict.label, verdict.confidence) == (Label.CORROBORATED, 1.0)


def test_each_who_judged_is_named_once_for_each_relation() -> None:
    statements = [make_statement(f"s{number}", "src-1", text=f"So {number}") for number in range(1, 5)]
    relations = [Relation.SUPPORTS, Relation.SUPPORTS, Relation.DISCUSSES, Relation.DISCUSSES]
    names = ["anna", "anna", "anna", "bert"]
    pins = [pin(*each) for each in zip(statements, relations, names, strict=True)]
    assert judgements(verify(FakeRecord(known=SOURCES, judged=pins))) == [
        "Judged by a person (anna), not by the engine: Ann Lee on 1 May 2024 and Ann Lee on 1 May 2024 support it.",
        "Judged by a person (anna), not by the engine: Ann Lee on 1 May 2024 takes no side.",
        "Judged by a person (bert), not by the engine: Ann Lee on 1 May 2024 takes no side.",
    ]


def test_the_timeline_rests_on_pins_too() -> None:
    verifier = Verifier(relation=FakeRelation(), policy=read_policy())
    later = make_statement("s2", "src-2", Act.DENY, Content.UNRELATED, day=date(2024, 6, 1))
    record = FakeRecord(known=SOURCES, statements=[SAID, later], judged=[pin(later, Relation.REFUTES)])
    turns = verifier.trace(CLAIM, verifier.assess(CLAIM, record))
    assert [(turn.day, turn.label) for turn in turns] == [
        (DAY, Label.UNCONFIRMED),
        (date(2024, 6, 1), Label.DENIED),
    ]


def test_a_proposition_that_is_given_is_kept_and_found_by_and_quoted_where_it_is_said() -> None:
    verifier = Verifier(relation=FakeRelation(), policy=read_policy())
    text, given = "Rated false: Acme closes its mine", "Acme closes its mine"
    read = verifier.interpret(text, language="en", speaker=SOURCES["src-1"], act=Act.DENY, proposition=given)
    assert (read.proposition, text[read.quote_start : read.quote_end]) == (given, given)
    other = verifier.interpret(text, language="en", speaker=SOURCES["src-1"], proposition="The reactor closes")
    assert (other.proposition, other.quote_end > other.quote_start) == ("The reactor closes", True)
    assert other.index.terms > read.index.terms
