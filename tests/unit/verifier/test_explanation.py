from __future__ import annotations

from datetime import date

from tests.unit.verifier.fakes import FakeRecord, FakeRelation, by_id, make_source, make_statement
from verifier.entities import Act, Claim, Content, Statement
from verifier.policy import read_policy
from verifier.verifier import Verifier

SOURCES = by_id(
    make_source("src-1", name="Ann Lee"),
    make_source("src-2", name="The Herald"),
    make_source("src-3", name="Acme"),
    make_source("src-4", name="Bo Dahl", parent="src-3"),
    make_source("src-5", name="Wire"),
)
JUNE = date(2024, 6, 3)


def reasons(*statements: Statement, as_of: date | None = None) -> list[str]:
    verifier = Verifier(relation=FakeRelation(), policy=read_policy())
    record = FakeRecord(statements=statements, known=SOURCES)
    return [*verifier.verify(Claim(text="Acme closes its plant", language="en", as_of=as_of), record).reasons]


def test_nothing_on_record() -> None:
    assert reasons(as_of=JUNE) == ["No evidence: nothing on record up to 3 June 2024 speaks to it."]


def test_one_origin_is_one_too_few() -> None:
    assert reasons(make_statement("s1", "src-1", text="It closes")) == [
        "Unconfirmed: only Ann Lee affirms it, where two independent origins are needed. Nobody denies it.",
        "Ann Lee affirmed it on 1 May 2024: “It closes”",
    ]


def test_raised_by_those_who_take_no_side() -> None:
    assert reasons(
        make_statement("s1", "src-1", Act.SPECULATE),
        make_statement("s2", "src-2", Act.REPORT),
        make_statement("s3", "src-5", Act.REPORT),
        make_statement("s4", "src-3", Act.DECLINE),
    ) == [
        "Unconfirmed: it has been raised, but nobody affirms or denies it from knowledge that counts.",
        "The Herald and Wire only pass on what others say, which counts for neither side.",
        "Ann Lee only speculates about it, which counts for neither side.",
        "Acme neither confirms nor denies it, which counts for neither side.",
    ]


def test_two_origins_against_a_party_that_speaks_through_its_spokesman() -> None:
    assert reasons(
        make_statement("s1", "src-1", text="It closes"),
        make_statement("s2", "src-2", Act.CONFIRM, text="Indeed", origin="src-5"),
        make_statement("s3", "src-4", Act.DENY, text="Nonsense", origin="src-3"),
    ) == [
        "Disputed: two independent origins affirm it, and Acme denies it.",
        "Ann Lee affirmed it on 1 May 2024: “It closes”",
        "Wire confirmed it on 1 May 2024, as relayed by The Herald: “Indeed”",
        "Acme, whose own conduct it is about, denied it on 1 May 2024, through Bo Dahl: “Nonsense”",
    ]


def test_who_says_the_contrary_is_not_said_to_deny() -> None:
    told = reasons(make_statement("s1", "src-1", Act.ASSERT, Content.CONTRADICTS, text="It stays open"))
    assert told[1] == "Ann Lee said the contrary on 1 May 2024: “It stays open”"
    told = reasons(make_statement("s1", "src-1", Act.DENY, Content.CONTRADICTS, text="It does not stay open"))
    assert told[1] == "Ann Lee bore it out by denying the contrary on 1 May 2024: “It does not stay open”"


def test_what_was_merged_and_what_was_replaced_is_told_with_names_and_days() -> None:
    told = reasons(
        make_statement("s1", "src-3", Act.DENY),
        make_statement("s2", "src-3", Act.CONFIRM, day=JUNE, publisher="src-2"),
        make_statement("s3", "src-1", origin="src-5"),
        make_statement("s4", "src-2", origin="src-5"),
    )
    assert "Not counted: Acme on 1 May 2024, because a later position, of 3 June 2024, replaced it." in told
    assert (
        "Counted as one: Ann Lee on 1 May 2024 and The Herald on 1 May 2024, because they go back to one origin."
        in told
    )


def test_no_id_is_shown_where_there_is_a_name() -> None:
    told = reasons(
        make_statement("s1", "src-1"),
        make_statement("s2", "src-2", origin=None),
        make_statement("s3", "src-4", Act.DENY),
    )
    quoted = [sentence.split("“")[0] for sentence in told]
    assert not any("src-" in sentence or "s1" in sentence for sentence in quoted)
