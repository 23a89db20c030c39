"""What a person judged is kept through everything that an engine does afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from store.claims import NewClaim, add_claim, get_claim, touched_claims
from store.database import Sessions
from store.errors import ConflictError, FieldError, NotFoundError
from store.judgements import list_judgements, pinned_claims
from store.pinning import pin_fields, pin_relation, unpin_relation
from store.queue import Task, TaskName, enqueue
from store.renewal import renew
from store.statements import (
    NewConfirmation,
    NewStatement,
    add_confirmation,
    add_statement,
    get_statement,
    retract_statement,
)
from store.tables import StatementRow, TaskRow, VerdictRow
from store.verdicts import list_verdicts
from tests.integration.worker.conftest import FakeRelation
from verifier.entities import Act, Position, Relation
from verifier.ports import Index
from verifier.verifier import Verifier
from worker.app import WORK
from worker.context import Context
from worker.execution import execute

Run = Callable[[], None]
DAY = date(2024, 7, 1)
BRIDGE = "The bridge in Norstad is closed"


def say(sessions: Sessions, id: str, words: str, *, speaker: str = "Anna Berg", **more: Any) -> None:
    with sessions.begin() as session:
        fields = {"language": "en", "act": Act.ASSERT, "origin": speaker} | more
        add_statement(session, NewStatement(id=id, speaker=speaker, text=words, stated_on=DAY, **fields))


def claim(sessions: Sessions, words: str = BRIDGE, *, id: str = "c") -> None:
    with sessions.begin() as session:
        add_claim(session, NewClaim(id=id, text=words, language="en"))


def pin(sessions: Sessions, statement: str, relation: Relation, *, claim: str = "c", by: str = "anna") -> None:
    with sessions.begin() as session:
        pin_relation(session, claim, statement, relation, reason="I asked her.", by=by)


def pin_field(sessions: Sessions, id: str, **changes: str | None) -> None:
    with sessions.begin() as session:
        pin_fields(session, id, changes, reason="I asked her.", by="anna")


def row_of(sessions: Sessions, id: str) -> StatementRow:
    with sessions.begin() as session:
        return get_statement(session, id)


def standing(sessions: Sessions, id: str = "c") -> VerdictRow:
    with sessions.begin() as session:
        return session.get_one(VerdictRow, get_claim(session, id).verdict)


def evidence(sessions: Sessions, id: str = "c") -> list[tuple[str, str, str | None]]:
    found = standing(sessions, id).shown["evidence"]
    return [(item["statement"], item["relation"], item["pinned_by"]) for item in found]


def test_a_pinned_statement_bears_on_its_claim_though_the_search_would_not_find_it(
    sessions: Sessions, work: Run
) -> None:
    say(sessions, "far", "Nothing of the kind was said about fishing.")
    claim(sessions)
    work()
    assert standing(sessions).label == "no_evidence"

    pin(sessions, "far", Relation.REFUTES)
    work()
    row = standing(sessions)
    assert (row.label, row.causes) == ("denied", ["pin:far"])
    assert evidence(sessions) == [("far", "refutes", "anna")]

    with sessions.begin() as session:
        # Read again, it finds by itself no claim, and has this one verified all the same.
        assert touched_claims(session, Index(terms=frozenset({"fish"})), shared=2, likeness=0.9) == []
        assert pinned_claims(session, "far") == ["c"]
        retract_statement(session, "far", "a misprint")
    work()
    assert standing(sessions).label == "no_evidence"


def test_a_statement_that_the_engine_cannot_read_can_still_be_judged(sessions: Sessions, work: Run) -> None:
    say(sessions, "fr", "Le pont de Norstad a été fermé lundi matin par la police.", language=None, act=None)
    claim(sessions)
    pin(sessions, "fr", Relation.SUPPORTS)
    work()
    assert row_of(sessions, "fr").status == "failed"
    assert (standing(sessions).label, evidence(sessions)) == ("unconfirmed", [("fr", "supports", "anna")])
    assert standing(sessions).shown["origins"]["affirming"] == ["anna-berg"]


def test_a_pin_is_kept_by_every_later_check_and_by_another_engine(
    sessions: Sessions, work: Run, context: Context
) -> None:
    say(sessions, "s1", "The bridge in Norstad is closed.")
    claim(sessions)
    work()
    assert evidence(sessions) == [("s1", "supports", None)]
    pin(sessions, "s1", Relation.DISCUSSES)
    say(sessions, "s2", "The bridge in Norstad is closed for cars.", speaker="Bo Dahl")
    work()
    assert evidence(sessions) == [("s1", "discusses", "anna"), ("s2", "supports", None)]

    other = Verifier(relation=FakeRelation(name="another 2"), policy=context.verifier.policy)
    with sessions.begin() as session:
        assert renew(session, encoder=None, engine="another 2", policy=context.verifier.policy.version)
    work_with(replace(context, verifier=other))
    assert standing(sessions).shown["engine"] == "another 2"
    assert ("s1", "discusses", "anna") in evidence(sessions)


def work_with(context: Context) -> None:
    """Does what is due with another worker's context."""
    with context.sessions.begin() as session:
        rows = session.scalars(select(TaskRow).order_by(TaskRow.place)).all()
    for row in rows:
        execute(context, Task(TaskName(row.name), row.subject), WORK[TaskName(row.name)])


def test_an_unpinned_statement_is_the_engines_again_and_the_history_says_all(sessions: Sessions, work: Run) -> None:
    say(sessions, "s1", "The bridge in Norstad is closed.")
    claim(sessions)
    work()
    pin(sessions, "s1", Relation.UNRELATED)
    pin(sessions, "s1", Relation.UNRELATED)  # the same again
    work()
    assert standing(sessions).label == "no_evidence"
    assert "left out" in standing(sessions).shown["reasons"][-1]
    pin(sessions, "s1", Relation.REFUTES, by="bert")
    with sessions.begin() as session:
        unpin_relation(session, "c", "s1", reason="Mixed up.", by="bert")
        with pytest.raises(NotFoundError, match="no judgement of a person on statement 's1'"):
            unpin_relation(session, "c", "s1", reason=None, by="bert")
    work()
    assert evidence(sessions) == [("s1", "supports", None)]
    assert standing(sessions).causes == ["pin:s1", "unpin:s1"]

    said = {"relation": "supports", "score": 0.9, "engine": "fake 1"}
    with sessions.begin() as session:
        found = list_judgements(session, claim="c").items
        assert [(row.by, row.value, row.reason, row.engine_said) for row in found] == [
            ("anna", "unrelated", "I asked her.", said),
            ("bert", "refutes", "I asked her.", said),
            ("bert", None, "Mixed up.", said),
        ]
        assert list_judgements(session, statement="s2").items == []


@pytest.mark.parametrize("command", ["UPDATE judgement SET value = 'x'", "DELETE FROM judgement", "TRUNCATE judgement"])
def test_nobody_can_change_or_delete_a_judgement(sessions: Sessions, command: str) -> None:
    say(sessions, "s1", "The bridge is closed.")
    claim(sessions)
    pin(sessions, "s1", Relation.UNRELATED)
    with sessions.begin() as session, pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(command))


def test_the_engine_said_nothing_of_what_it_has_not_seen(sessions: Sessions, work: Run) -> None:
    claim(sessions)
    say(sessions, "early", "The bridge in Norstad is closed.")
    with sessions.begin() as session:
        early, _ = pin_relation(session, "c", "early", Relation.DISCUSSES, reason="So.", by="anna")
        assert early.engine_said is None
    work()
    say(sessions, "late", "The bridge in Norstad is closed.")
    new = NewConfirmation(id="k", source="Bo", position=Position.DENIES, claim="c", stated_on=DAY)
    with sessions.begin() as session:
        add_confirmation(session, new)
        late, _ = pin_relation(session, "c", "late", Relation.DISCUSSES, reason="So.", by="anna")
        direct, _ = pin_relation(session, "c", "k", Relation.DISCUSSES, reason="So.", by="anna")
        assert (late.engine_said, direct.engine_said) == (None, None)
    work()
    assert {entry[0]: entry[1:] for entry in evidence(sessions)}["k"] == ("discusses", "anna")


def test_a_pin_needs_a_claim_and_a_statement_that_counts(sessions: Sessions) -> None:
    say(sessions, "s1", "The bridge is closed.")
    claim(sessions)
    with sessions.begin() as session:
        retract_statement(session, "s1", "a misprint")
    with sessions.begin() as session:
        for claim_id, statement, error in (
            ("c", "s1", ConflictError),
            ("c", "none", NotFoundError),
            ("none", "s1", NotFoundError),
        ):
            with pytest.raises(error):
                pin_relation(session, claim_id, statement, Relation.SUPPORTS, reason="So.", by="anna")


def test_a_pinned_field_is_never_inferred_again_until_the_pin_is_taken_away(sessions: Sessions, work: Run) -> None:
    say(sessions, "s1", "The bridge in Norstad is closed.", act=None, origin=None)
    claim(sessions)
    work()
    assert standing(sessions).label == "unconfirmed"
    pin_field(sessions, "s1", act="deny", origin="Harbour Office", proposition="The bridge in Norstad is closed")
    work()
    row = row_of(sessions, "s1")
    assert (row.act, row.origin, row.proposition) == ("deny", "harbour-office", "The bridge in Norstad is closed")
    assert row.inferred == []
    assert set(row.pinned) == {"act", "origin", "proposition"}
    assert (standing(sessions).label, {*standing(sessions).causes}) == ("denied", {"pin:s1"})

    with sessions.begin() as session:
        enqueue(session, TaskName.INTERPRET_STATEMENT, ["s1"], causes=["renewed:x"])
    work()
    assert row_of(sessions, "s1").act == "deny"

    pin_field(sessions, "s1", act=None, origin=None, proposition=None, speaker=None)
    work()
    row = row_of(sessions, "s1")
    assert (row.act, row.origin, row.pinned) == ("assert", "anna-berg", {})
    assert row.inferred == ["act", "origin", "proposition"]
    assert standing(sessions).label == "unconfirmed"
    with sessions.begin() as session:
        found = list_judgements(session, statement="s1").items
        acts = [(row.value, row.engine_said) for row in found if row.field == "act"]
    assert acts == [("deny", {"value": "assert"}), (None, {"value": "assert"})]


def test_what_was_given_stands_again_after_a_pin_and_the_same_submission_stays_the_same(
    sessions: Sessions, work: Run
) -> None:
    say(sessions, "s1", "The bridge is closed.", act=Act.CONFIRM, origin="Police")
    work()
    pin_field(sessions, "s1", act="deny", speaker="Bo Dahl")
    pin_field(sessions, "s1", act="report")
    work()
    row = row_of(sessions, "s1")
    assert (row.act, row.speaker, row.origin) == ("report", "bo-dahl", "police")
    say(sessions, "s1", "The bridge is closed.", act=Act.CONFIRM, origin="Police")  # no conflict
    with pytest.raises(ConflictError):
        say(sessions, "s1", "The bridge is closed.", act=Act.ASSERT, origin="Police")
    pin_field(sessions, "s1", act=None, speaker=None)
    work()
    row = row_of(sessions, "s1")
    assert (row.act, row.speaker, row.inferred) == ("confirm", "anna-berg", ["proposition"])


def test_what_rests_on_a_pinned_statement_is_read_anew(sessions: Sessions, work: Run) -> None:
    say(sessions, "s1", "The bridge in Norstad is closed.", act=None)
    claim(sessions)
    new = NewConfirmation(id="k", source="Bo", position=Position.CONFIRMS, statement="s1", stated_on=DAY)
    with sessions.begin() as session:
        add_confirmation(session, new)
    work()
    assert row_of(sessions, "k").act == "confirm"
    pin_field(sessions, "s1", act="deny")
    work()
    assert row_of(sessions, "k").act == "deny"
    pin_field(sessions, "s1", proposition="The tunnel in Norstad is flooded")
    work()
    assert row_of(sessions, "k").proposition == "The tunnel in Norstad is flooded"
    assert standing(sessions).label == "no_evidence"


def test_a_confirmation_keeps_the_act_of_its_position_and_its_origin_is_its_speaker(
    sessions: Sessions, work: Run
) -> None:
    claim(sessions)
    new = NewConfirmation(id="k", source="Bo", position=Position.DENIES, claim="c", stated_on=DAY)
    with sessions.begin() as session:
        add_confirmation(session, new)
    for field in ("act", "proposition"):
        with sessions.begin() as session, pytest.raises(FieldError, match="follows from the position") as caught:
            pin_fields(session, "k", {field: "assert"}, reason=None, by="anna")
        assert caught.value.field == field
    pin_field(sessions, "k", speaker="Anna Berg")
    row = row_of(sessions, "k")
    assert (row.speaker, row.origin) == ("anna-berg", "anna-berg")
    with sessions.begin() as session:
        assert add_confirmation(session, new)[1] == []
    work()
    assert standing(sessions).shown["origins"]["denying"] == ["anna-berg"]


def test_the_history_of_verdicts_says_which_pin_changed_it(sessions: Sessions, work: Run) -> None:
    say(sessions, "s1", "The bridge in Norstad is closed.")
    claim(sessions)
    work()
    pin(sessions, "s1", Relation.REFUTES)
    work()
    with sessions.begin() as session:
        assert [row.causes for row in list_verdicts(session, "c").items] == [["pin:s1"], ["submitted:c"]]
