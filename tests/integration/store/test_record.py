"""Statements, claims and verdicts as they are kept, and the search between them."""

from __future__ import annotations

import math
import random
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from store.claims import NewClaim, add_claim, begin_check, end_check, expand_search, get_claim, touched_claims
from store.database import Sessions
from store.errors import ConflictError, FieldError
from store.queue import Task, TaskName
from store.search import SqlRecord
from store.sources import NewSource, add_source
from store.statements import (
    NewConfirmation,
    NewStatement,
    add_confirmation,
    add_statement,
    get_statement,
    retract_statement,
)
from store.verdicts import list_verdicts, record_verdict
from verifier.candidates import find_reach, rank
from verifier.entities import Act, Label, Position, Turn, Verdict
from verifier.lexical import LexicalRelation
from verifier.policy import read_policy
from verifier.ports import Candidate, Index, Query, Vector
from verifier.verifier import Verifier

DAY = date(2024, 7, 1)


def put(
    sessions: Sessions,
    id: str,
    *terms: str,
    speaker: str = "Anna",
    day: date = DAY,
    vector: Vector | None = None,
    encoder: str = "e",
) -> None:
    """A statement as it is after a worker has interpreted it."""
    with sessions.begin() as session:
        row, _ = add_statement(session, NewStatement(id=id, speaker=speaker, text=f"Text of {id}.", stated_on=day))
        row.status, row.act, row.language, row.origin = "interpreted", "assert", "en", row.speaker
        row.proposition, row.quote_start, row.quote_end, row.terms = row.text, 0, 4, sorted(terms)
        row.vector, row.encoder = vector, encoder


def put_claim(sessions: Sessions, id: str, *terms: str, vector: Vector | None = None, encoder: str = "e") -> None:
    with sessions.begin() as session:
        row, _ = add_claim(session, NewClaim(id=id, text=f"Text of {id}"))
        begin_check(row, language="en", index=index(*terms, vector=vector, encoder=encoder))


def index(*terms: str, vector: Vector | None = None, encoder: str = "e") -> Index:
    return Index(terms=frozenset(terms), vector=vector, encoder=encoder if vector else None)


def search(sessions: Sessions, *terms: str, shared: int = 1, limit: int = 10) -> list[str]:
    with sessions.begin() as session:
        found = SqlRecord(session, "c").search(index(*terms), shared=shared, likeness=0.5, limit=limit)
        return [one.statement.id for one in rank(found, limit=limit)]


def verdict(label: Label = Label.UNCONFIRMED, confidence: float = 0.9) -> Verdict:
    return Verdict(
        label=label, confidence=confidence, credibility=3, reasons=("Because.",), as_of=None, engine="e", policy="1"
    )


def test_those_that_share_most_come_first_then_the_newest(sessions: Sessions) -> None:
    put(sessions, "one", "a", "x")
    put(sessions, "two", "a", "b")
    put(sessions, "newer", "a", "b", day=date(2024, 8, 1))
    put(sessions, "none", "x", "y")
    assert search(sessions, "a", "b", "c") == ["newer", "two", "one"]
    assert search(sessions, "a", "b", "c", shared=2) == ["newer", "two"]
    assert search(sessions, "a", "b", "c", limit=1) == ["newer"]
    assert search(sessions) == []


def test_only_interpreted_statements_that_were_not_retracted_are_found(sessions: Sessions) -> None:
    put(sessions, "kept", "a")
    put(sessions, "retracted", "a")
    put(sessions, "failed", "a")
    with sessions.begin() as session:
        retract_statement(session, "retracted", "a misprint")
        get_statement(session, "failed").status = "failed"
    assert search(sessions, "a") == ["kept"]


def test_the_record_names_every_source_of_what_it_found_and_those_above_them(sessions: Sessions) -> None:
    with sessions.begin() as session:
        add_source(session, NewSource(name="Body", id="body"))
        add_source(session, NewSource(name="Anna", id="anna", parent="body"))
    put(sessions, "s", "a")
    put(sessions, "other", "b", speaker="Bert")
    with sessions.begin() as session:
        record = SqlRecord(session, "c")
        record.search(index("a"), shared=1, likeness=0.5, limit=5)
        assert set(record.sources()) == {"anna", "body"}


def test_a_statement_finds_the_claims_that_would_find_it(sessions: Sessions) -> None:
    put_claim(sessions, "two-of-three", "a", "b", "c")
    put_claim(sessions, "one-of-three", "a", "y", "z")
    put_claim(sessions, "short", "a")
    put_claim(sessions, "none", "x")
    with sessions.begin() as session:
        touched = touched_claims(session, index("a", "b"), shared=2, likeness=0.5)
        assert sorted(touched) == ["short", "two-of-three"]
        assert touched_claims(session, index(), shared=2, likeness=0.5) == []


def test_what_means_the_like_is_found_by_its_meaning(sessions: Sessions) -> None:
    vectors = {"same": (1.0, 0.0), "near": (0.8, 0.6), "far": (0.0, 1.0), "none": None}
    for id, vector in vectors.items():
        put(sessions, id, "z", vector=vector)
        put_claim(sessions, f"claim-{id}", "z", vector=vector)
    put(sessions, "alien", "z", vector=(1.0, 0.0), encoder="another")
    put_claim(sessions, "claim-alien", "z", vector=(1.0, 0.0), encoder="another")
    wanted = index("a", vector=(1.0, 0.0))
    with sessions.begin() as session:
        found = SqlRecord(session, "c").search(wanted, shared=1, likeness=0.7, limit=10)
        assert [(one.statement.id, one.shared) for one in sorted(found, key=lambda one: -one.likeness)] == [
            ("same", 0),
            ("near", 0),
        ]
        assert [one.likeness for one in found] == pytest.approx([1.0, 0.8])
        best = SqlRecord(session, "c").search(wanted, shared=1, likeness=0.7, limit=1)
        assert [one.statement.id for one in best] == ["same"]
        touched = touched_claims(session, wanted, shared=1, likeness=0.7)
        assert sorted(touched) == ["claim-near", "claim-same"]


def test_a_statement_that_ranks_below_all_that_a_claim_is_compared_with_does_not_touch_it(sessions: Sessions) -> None:
    vectors = {"open": None, "low": 0.9, "exact": 0.9 + 0.05, "high": 1.2}
    own = index("a", vector=(0.8, 0.6))
    for id, reach in vectors.items():
        put_claim(sessions, id, "a", vector=own.vector)
        with sessions.begin() as session:
            expand_search(get_claim(session, id), Query(own=own, expanded=own, near=1.2))
            end_check(get_claim(session, id), again=False, reach=reach)
    near = index("a", vector=(0.96, 0.28))  # likeness 0.936, and one term
    with sessions.begin() as session:
        assert sorted(touched_claims(session, near, shared=1, likeness=0.5)) == ["exact", "low", "open"]
        begin_check(get_claim(session, "high"), language="en", index=index("a"))
        assert "high" in touched_claims(session, near, shared=1, likeness=0.5)


def test_a_statement_finds_a_claim_by_what_its_search_was_expanded_by(sessions: Sessions) -> None:
    put_claim(sessions, "c", "a", vector=(1.0, 0.0))
    with sessions.begin() as session:
        by_terms, by_meaning = index("b"), index("z", vector=(0.0, 1.0))
        assert not touched_claims(session, by_terms, shared=1, likeness=0.5)
        own, expanded = index("a", vector=(1.0, 0.0)), index("a", "b", vector=(0.8, 0.6))
        expand_search(get_claim(session, "c"), Query(own=own, expanded=expanded))
        session.flush()
        assert touched_claims(session, by_terms, shared=1, likeness=0.5) == ["c"]
        assert touched_claims(session, by_meaning, shared=1, likeness=0.5) == ["c"]
        begin_check(get_claim(session, "c"), language="en", index=own)
        session.flush()
        assert not touched_claims(session, by_meaning, shared=1, likeness=0.5)


def test_a_statement_that_is_as_near_as_the_nearest_touches_a_claim_that_would_not_be_compared_with_it(
    sessions: Sessions,
) -> None:
    put_claim(sessions, "c", "a", vector=(1.0, 0.0))
    with sessions.begin() as session:
        row, own = get_claim(session, "c"), index("a", vector=(1.0, 0.0))
        expand_search(row, Query(own=own, expanded=index("a", "b", "c", "d", vector=(0.0, 1.0)), near=0.8))
        end_check(row, again=False, reach=1.1)
        session.flush()
        near, far = index("a", vector=(0.8, 0.6)), index("a", vector=(0.7, 0.714))
        assert touched_claims(session, near, shared=1, likeness=0.5) == ["c"]
        assert touched_claims(session, far, shared=1, likeness=0.5) == []


def test_what_another_encoder_read_is_not_out_of_reach(sessions: Sessions) -> None:
    put_claim(sessions, "c", "a", vector=(1.0, 0.0), encoder="another")
    with sessions.begin() as session:
        row = get_claim(session, "c")
        expand_search(row, Query(own=index("a"), expanded=index("a"), near=0.9))
        end_check(row, again=False, reach=0.9)
        session.flush()
        assert touched_claims(session, index("a", vector=(1.0, 0.0)), shared=1, likeness=0.5) == ["c"]


def test_a_new_statement_touches_exactly_the_claims_whose_search_it_changes(sessions: Sessions) -> None:
    """The search in reverse is the search: over random terms and directions, with more statements than are compared."""
    dice = random.Random(1)  # noqa: S311 - no secret
    rules = read_policy().candidates.model_copy(update={"limit": 5, "likeness": 0.5})
    verifier = Verifier(relation=LexicalRelation(), policy=read_policy().model_copy(update={"candidates": rules}))

    def draw() -> Index:
        angle = dice.uniform(0, 3)
        return index(*dice.sample("abcdefghijklmnop", dice.randint(1, 10)), vector=(math.cos(angle), math.sin(angle)))

    def compared(session: Session, own: Index) -> tuple[Query, list[Candidate]]:
        record = SqlRecord(session, "c")
        query = verifier.expand(own, record)
        return query, verifier.search(query, record)

    own = {f"claim-{number}": draw() for number in range(10)}
    for id, one in own.items():
        put_claim(sessions, id, *one.terms, vector=one.vector)
    missed = touched_in_vain = 0
    for number in range(40):
        with sessions.begin() as session:
            before = {id: compared(session, one) for id, one in own.items()}
            for id, (query, candidates) in before.items():
                expand_search(get_claim(session, id), query)
                end_check(get_claim(session, id), again=False, reach=find_reach(candidates, limit=rules.limit))
        new = draw()
        put(sessions, f"s{number}", *new.terms, vector=new.vector)
        with sessions.begin() as session:
            touched = touched_claims(session, new, shared=rules.shared_terms, likeness=rules.likeness)
            changed = {id for id, one in own.items() if compared(session, one) != before[id]}
        missed += len(changed - set(touched))
        touched_in_vain += len(set(touched) - changed)
    assert missed == 0
    assert touched_in_vain < 20  # of 400


def test_what_is_found_by_terms_and_by_meaning_comes_once(sessions: Sessions) -> None:
    put(sessions, "both", "a", vector=(1.0, 0.0))
    put(sessions, "terms", "a")
    put(sessions, "vectors", "z", vector=(0.8, 0.6))
    with sessions.begin() as session:
        found = SqlRecord(session, "c").search(index("a", vector=(1.0, 0.0)), shared=1, likeness=0.7, limit=10)
    assert sorted((one.statement.id, one.shared, round(one.likeness, 3)) for one in found) == [
        ("both", 1, 1.0),
        ("terms", 1, 0.0),
        ("vectors", 0, 0.8),
    ]


def test_a_position_on_the_claim_is_a_confirmation_and_no_candidate(sessions: Sessions) -> None:
    put_claim(sessions, "c", "a")
    with sessions.begin() as session:
        new = NewConfirmation(id="k", source="Ministry", position=Position.DENIES, claim="c", stated_on=DAY)
        row, tasks = add_confirmation(session, new)
        row.status, row.act, row.terms = "interpreted", "deny", ["a"]
        assert tasks == [Task(TaskName.INTERPRET_STATEMENT, "k")]
    assert search(sessions, "a") == []
    with sessions.begin() as session:
        record = SqlRecord(session, "c")
        [found] = record.confirmations()
        assert (found.position, found.statement.id, found.statement.act) == (Position.DENIES, "k", Act.DENY)
        assert set(record.sources()) == {"ministry"}
        assert SqlRecord(session, "another").confirmations() == []


@pytest.mark.parametrize(("field", "target"), [("claim", {"claim": "x"}), ("statement", {"statement": "x"})])
def test_a_confirmation_needs_a_target_on_record(sessions: Sessions, field: str, target: dict[str, str]) -> None:
    new = NewConfirmation(source="Ministry", position=Position.DENIES, stated_on=DAY, **target)
    with sessions.begin() as session, pytest.raises(FieldError, match="'x'") as caught:
        add_confirmation(session, new)
    assert caught.value.field == field


def test_a_retracted_statement_cannot_be_confirmed(sessions: Sessions) -> None:
    put(sessions, "s", "a")
    with sessions.begin() as session:
        retract_statement(session, "s", "a misprint")
    new = NewConfirmation(source="Ministry", position=Position.CONFIRMS, statement="s", stated_on=DAY)
    with sessions.begin() as session, pytest.raises(FieldError, match="retracted"):
        add_confirmation(session, new)


def test_a_retraction_is_kept_with_its_reason_and_only_the_first_counts(sessions: Sessions) -> None:
    put(sessions, "s", "a")
    with sessions.begin() as session:
        row, tasks = retract_statement(session, "s", "a misprint")
        assert row.retracted_at is not None
        assert tasks == [Task(TaskName.INTERPRET_STATEMENT, "s")]
    with sessions.begin() as session:
        again, tasks = retract_statement(session, "s", "another reason")
        assert (again.retraction_reason, tasks) == ("a misprint", [])


def test_the_same_statement_again_is_stored_once_even_after_it_was_interpreted(sessions: Sessions) -> None:
    put(sessions, "s", "a")
    with sessions.begin() as session:
        _, tasks = add_statement(session, NewStatement(id="s", speaker="anna", text="Text of s.", stated_on=DAY))
        assert tasks == []
        for other in ({"text": "Other."}, {"act": Act.DENY}, {"publisher": "AFP"}):
            values = {"id": "s", "speaker": "anna", "text": "Text of s.", "stated_on": DAY} | other
            with pytest.raises(ConflictError):
                add_statement(session, NewStatement(**values))  # type: ignore[arg-type]


def test_the_same_claim_again_is_stored_once_and_another_of_its_id_refused(sessions: Sessions) -> None:
    put_claim(sessions, "c", "a")
    with sessions.begin() as session:
        assert add_claim(session, NewClaim(id="c", text="Text of c"))[1] == []
        with pytest.raises(ConflictError):
            add_claim(session, NewClaim(id="c", text="Text of c", as_of=DAY))


def test_a_verdict_that_says_nothing_new_adds_nothing_to_the_history(sessions: Sessions) -> None:
    put_claim(sessions, "c", "a")
    turns = [Turn(day=DAY, label=Label.UNCONFIRMED, cause="s")]
    with sessions.begin() as session:
        row = get_claim(session, "c")
        assert record_verdict(session, row, verdict(), [], causes=["submitted:c"]) is True
        assert record_verdict(session, row, verdict(), turns, causes=["statement:s"]) is False
        assert row.timeline == [{"date": "2024-07-01", "verdict": "unconfirmed", "cause": "s"}]
        assert record_verdict(session, row, verdict(confidence=0.8), turns, causes=["statement:s"]) is True
        assert record_verdict(session, row, verdict(Label.DENIED), turns, causes=["statement:t"]) is True
    with sessions.begin() as session:
        history = list_verdicts(session, "c").items
        assert [(row.label, row.causes) for row in history] == [
            ("denied", ["statement:t"]),
            ("unconfirmed", ["statement:s"]),
            ("unconfirmed", ["submitted:c"]),
        ]
        assert get_claim(session, "c").verdict == history[0].id


@pytest.mark.parametrize(
    "command", ["UPDATE verdict SET label = 'denied'", "DELETE FROM verdict", "TRUNCATE verdict CASCADE"]
)
def test_nobody_can_change_or_delete_a_verdict(sessions: Sessions, command: str) -> None:
    put_claim(sessions, "c", "a")
    with sessions.begin() as session:
        record_verdict(session, get_claim(session, "c"), verdict(), [], causes=["submitted:c"])
    with sessions.begin() as session, pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(command))
