from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text, update

from store.claims import NewClaim, add_claim, get_claim, request_check
from store.database import Sessions
from store.queue import Task, TaskName, enqueue
from store.sources import NewSource, add_source, change_source
from store.statements import (
    NewConfirmation,
    NewStatement,
    add_confirmation,
    add_statement,
    get_statement,
    retract_statement,
)
from store.tables import ClaimRow, StatementRow, TaskRow, VerdictRow
from store.verdicts import list_verdicts
from tests.integration.worker.conftest import FakeRelation
from verifier.entities import Act, Position
from worker.app import WORK
from worker.context import Context
from worker.execution import execute

Run = Callable[[], None]
DAY = date(2024, 7, 1)


def say(
    sessions: Sessions, id: str, words: str, *, speaker: str = "Anna Berg", day: date = DAY, **more: object
) -> None:
    with sessions.begin() as session:
        add_statement(
            session,
            NewStatement(id=id, speaker=speaker, text=words, stated_on=day, **more),  # type: ignore[arg-type]
        )


def claim(sessions: Sessions, words: str, *, id: str = "c", language: str | None = "en") -> None:
    with sessions.begin() as session:
        add_claim(session, NewClaim(id=id, text=words, language=language))


def statement_of(sessions: Sessions, id: str) -> StatementRow:
    with sessions.begin() as session:
        return get_statement(session, id)


def claim_of(sessions: Sessions, id: str = "c") -> ClaimRow:
    with sessions.begin() as session:
        return get_claim(session, id)


def history(sessions: Sessions, id: str = "c") -> list[tuple[str, list[str]]]:
    with sessions.begin() as session:
        return [(row.label, row.causes) for row in reversed(list_verdicts(session, id).items)]


def standing(sessions: Sessions, id: str = "c") -> VerdictRow:
    with sessions.begin() as session:
        row = get_claim(session, id)
        assert row.verdict is not None
        return session.get_one(VerdictRow, row.verdict)


def test_what_the_submitter_left_out_is_inferred_and_what_was_given_is_kept(sessions: Sessions, work: Run) -> None:
    say(sessions, "s1", "The minister said that the bridge in Norstad was closed on Monday.", speaker="minister")
    say(sessions, "s2", "The bridge may be closed.", language="en", act=Act.CONFIRM, origin="Police")
    work()
    inferred, given = statement_of(sessions, "s1"), statement_of(sessions, "s2")
    assert (inferred.status, inferred.language, inferred.act, inferred.origin) == (
        "interpreted",
        "en",
        "assert",
        "minister",
    )
    assert inferred.inferred == ["language", "act", "origin", "proposition"]
    assert (given.status, given.act, given.origin, given.inferred) == (
        "interpreted",
        "confirm",
        "police",
        ["proposition"],
    )
    assert inferred.proposition is not None
    assert "bridge" in inferred.proposition
    assert "minister" not in inferred.proposition


def test_the_origin_of_what_another_is_cited_for_is_that_other_and_unclear_where_it_is_unknown(
    sessions: Sessions, work: Run
) -> None:
    with sessions.begin() as session:
        add_source(session, NewSource(name="Reuters", id="reuters"))
    say(
        sessions,
        "known",
        "According to Reuters, the bridge in Norstad was closed.",
        speaker="Daily Post",
        language="en",
    )
    say(sessions, "unknown", "According to Gazeta Nova, the bridge was closed.", speaker="Daily Post", language="en")
    work()
    assert statement_of(sessions, "known").origin == "reuters"
    assert statement_of(sessions, "unknown").origin is None


def test_a_statement_in_a_language_that_is_not_known_fails_with_its_reason_and_is_not_tried_again(
    sessions: Sessions, work: Run
) -> None:
    say(sessions, "s", "Le pont de Norstad a été fermé lundi matin par la police.")
    work()
    row = statement_of(sessions, "s")
    assert row.status == "failed"
    assert row.error is not None
    assert "de and en" in row.error


def test_a_claim_gets_its_verdict_with_its_cause_and_its_timeline(sessions: Sessions, work: Run) -> None:
    say(sessions, "s1", "The bridge in Norstad was closed.", day=date(2024, 7, 1))
    claim(sessions, "The bridge in Norstad was closed")
    work()
    row = claim_of(sessions)
    assert (row.status, row.language, row.error) == ("verified", "en", None)
    assert history(sessions) == [("unconfirmed", ["submitted:c"])]
    assert row.timeline == [{"date": "2024-07-01", "verdict": "unconfirmed", "cause": "s1"}]
    shown = standing(sessions).shown
    assert shown["origins"] == {"affirming": ["anna-berg"], "denying": []}
    [evidence] = shown["evidence"]
    assert evidence["quote"] == "The bridge in Norstad was closed."[evidence["quote_start"] : evidence["quote_end"]]


def test_a_later_statement_re_verifies_the_claims_that_it_touches_and_no_other(
    sessions: Sessions, work: Run, relation: FakeRelation
) -> None:
    claim(sessions, "The bridge in Norstad was closed")
    claim(sessions, "A comet was seen over Elmtal yesterday", id="other")
    work()
    relation.asked.clear()
    say(sessions, "s1", "The bridge in Norstad was closed.")
    say(sessions, "s2", "The bridge in Norstad was closed.", speaker="Police")
    work()
    assert [label for label, _ in history(sessions)] == ["no_evidence", "corroborated"]
    assert history(sessions)[-1][1] == ["statement:s1", "statement:s2"]
    assert history(sessions, "other") == [("no_evidence", ["submitted:other"])]
    assert relation.asked == {"The bridge in Norstad was closed"}


def test_what_only_the_nearest_statement_leads_to_is_compared_too_whichever_comes_first(
    sessions: Sessions, work: Run, relation: FakeRelation
) -> None:
    words = "The bridge in Norstad was closed"
    say(sessions, "s1", f"{words}, for inspectors had found cracks.")
    claim(sessions, words)
    work()
    relation.asked.clear()
    say(sessions, "s2", "Inspectors found cracks.", speaker="Police")
    work()
    assert relation.asked == {words}
    claim(sessions, words, id="later")
    work()
    known = [claim_of(sessions, id).terms for id in ("c", "later")]
    assert known[0] == known[1]


def test_a_retraction_re_verifies_the_claims_that_the_statement_touched(sessions: Sessions, work: Run) -> None:
    say(sessions, "s1", "The bridge in Norstad was closed.")
    claim(sessions, "The bridge in Norstad was closed")
    work()
    with sessions.begin() as session:
        retract_statement(session, "s1", "a misprint")
    work()
    assert history(sessions) == [("unconfirmed", ["submitted:c"]), ("no_evidence", ["retraction:s1"])]
    assert claim_of(sessions).timeline == []


def test_a_changed_source_re_verifies_the_claims_that_rest_on_it(sessions: Sessions, work: Run) -> None:
    with sessions.begin() as session:
        add_source(session, NewSource(name="City hall", id="city"))
    say(sessions, "s1", "The bridge in Norstad was closed.", speaker="Mayor")
    say(sessions, "s2", "The bridge in Norstad was closed.", speaker="city")
    claim(sessions, "The bridge in Norstad was closed")
    work()
    with sessions.begin() as session:
        change_source(session, "mayor", {"parent": "city"})
    work()
    assert history(sessions) == [("corroborated", ["submitted:c"]), ("unconfirmed", ["source:mayor"])]


def test_claims_that_only_an_earlier_reading_of_a_statement_touched_are_verified_again(
    sessions: Sessions, work: Run
) -> None:
    say(sessions, "s1", "The bridge in Norstad was closed.")
    claim(sessions, "A comet was seen over Elmtal yesterday")
    work()
    with sessions.begin() as session:
        get_statement(session, "s1").terms = sorted(get_claim(session, "c").terms)  # as an older engine read it
        enqueue(session, TaskName.INTERPRET_STATEMENT, ["s1"], causes=["statement:s1"])
    work()
    with sessions.begin() as session:
        assert session.scalars(select(TaskRow)).all() == []
        assert get_claim(session, "c").updated_at > get_statement(session, "s1").updated_at


@pytest.mark.parametrize(
    ("position", "label"),
    [(Position.CONFIRMS, "unconfirmed"), (Position.DENIES, "denied"), (Position.DECLINES, "unconfirmed")],
)
def test_a_confirmation_on_the_claim_counts_as_its_position(
    sessions: Sessions, work: Run, position: Position, label: str
) -> None:
    claim(sessions, "The bridge in Norstad was closed")
    work()
    with sessions.begin() as session:
        add_confirmation(
            session, NewConfirmation(id="k", source="Ministry", position=position, claim="c", stated_on=DAY)
        )
    work()
    assert history(sessions)[-1] == (label, ["statement:k"])
    assert statement_of(sessions, "k").status == "interpreted"


def test_a_confirmation_of_a_statement_counts_for_the_claims_that_the_statement_speaks_to(
    sessions: Sessions, work: Run
) -> None:
    claim(sessions, "The bridge in Norstad was closed")
    say(sessions, "s1", "The bridge in Norstad was closed.")
    with sessions.begin() as session:
        new = NewConfirmation(id="k", source="Police", position=Position.CONFIRMS, statement="s1", stated_on=DAY)
        add_confirmation(session, new)
    work()
    assert history(sessions)[-1][0] == "corroborated"
    confirmation = statement_of(sessions, "k")
    assert (confirmation.act, confirmation.proposition) == ("confirm", statement_of(sessions, "s1").proposition)


def test_a_confirmation_waits_for_its_statement_without_using_up_attempts(sessions: Sessions, context: Context) -> None:
    say(sessions, "s1", "The bridge in Norstad was closed.")
    with sessions.begin() as session:
        new = NewConfirmation(id="k", source="Police", position=Position.DENIES, statement="s1", stated_on=DAY)
        add_confirmation(session, new)
    execute(context, Task(TaskName.INTERPRET_STATEMENT, "k"), WORK[TaskName.INTERPRET_STATEMENT])
    with sessions.begin() as session:
        row = session.get_one(TaskRow, (TaskName.INTERPRET_STATEMENT, "k"))
        assert (row.attempt, row.token) == (0, None)
    assert statement_of(sessions, "k").status == "queued"


def test_a_confirmation_of_a_statement_that_could_not_be_read_fails_with_that_reason(
    sessions: Sessions, work: Run
) -> None:
    say(sessions, "s1", "Le pont de Norstad a été fermé lundi matin par la police.")
    with sessions.begin() as session:
        new = NewConfirmation(id="k", source="Police", position=Position.DENIES, statement="s1", stated_on=DAY)
        add_confirmation(session, new)
    work()
    with sessions.begin() as session:
        session.execute(update(TaskRow).values(not_before=text("now()")))
    work()
    assert "could not be interpreted" in (statement_of(sessions, "k").error or "")


def test_a_statement_that_comes_while_the_claim_is_verified_is_not_missed(
    sessions: Sessions, context: Context, work: Run, relation: FakeRelation
) -> None:
    say(sessions, "s1", "The bridge in Norstad was closed.")
    claim(sessions, "The bridge in Norstad was closed")

    def meanwhile() -> None:
        say(sessions, "s2", "The bridge in Norstad was closed.", speaker="Police")
        execute(context, Task(TaskName.INTERPRET_STATEMENT, "s2"), WORK[TaskName.INTERPRET_STATEMENT])

    relation.before = meanwhile
    work()
    assert [label for label, _ in history(sessions)] == ["unconfirmed", "corroborated"]


def test_a_worker_whose_lease_ran_out_meanwhile_writes_nothing(
    sessions: Sessions, context: Context, relation: FakeRelation
) -> None:
    claim(sessions, "The bridge in Norstad was closed")
    say(sessions, "s1", "The bridge in Norstad was closed.")
    task = Task(TaskName.VERIFY_CLAIM, "c")

    def another_takes_over() -> None:
        with sessions.begin() as session:
            session.execute(update(TaskRow).values(leased_until=text("now() - interval '1 s'")))
        execute(context, task, WORK[TaskName.VERIFY_CLAIM])

    execute(context, Task(TaskName.INTERPRET_STATEMENT, "s1"), WORK[TaskName.INTERPRET_STATEMENT])
    relation.before = another_takes_over
    execute(context, task, WORK[TaskName.VERIFY_CLAIM])
    assert len(history(sessions)) == 1


def test_a_failing_model_fails_the_check_after_the_last_attempt_and_gives_no_verdict(
    sessions: Sessions, context: Context, relation: FakeRelation
) -> None:
    say(sessions, "s1", "The bridge in Norstad was closed.")
    claim(sessions, "The bridge in Norstad was closed")
    relation.fails = True
    patient = replace(context, settings=replace(context.settings, attempts=3))
    execute(patient, Task(TaskName.INTERPRET_STATEMENT, "s1"), WORK[TaskName.INTERPRET_STATEMENT])
    for attempt in (1, 2, 3):
        assert claim_of(sessions).status in ("queued", "verifying"), attempt
        execute(patient, Task(TaskName.VERIFY_CLAIM, "c"), WORK[TaskName.VERIFY_CLAIM])
        with sessions.begin() as session:
            session.execute(update(TaskRow).values(not_before=text("now()")))
    row = claim_of(sessions)
    assert (row.status, row.verdict) == ("failed", None)
    assert row.error == "failed in 3 attempts, the last time with ModelError: the model is out of memory"
    assert history(sessions) == []


def test_a_failed_check_leaves_the_verdict_standing_and_can_be_asked_for_anew(
    sessions: Sessions, context: Context, work: Run, relation: FakeRelation
) -> None:
    say(sessions, "s1", "The bridge in Norstad was closed.")
    claim(sessions, "The bridge in Norstad was closed")
    work()
    relation.fails = True
    with sessions.begin() as session:
        enqueue(session, TaskName.VERIFY_CLAIM, ["c"], causes=["statement:s1"])
    once = replace(context, settings=replace(context.settings, attempts=1))
    execute(once, Task(TaskName.VERIFY_CLAIM, "c"), WORK[TaskName.VERIFY_CLAIM])
    assert claim_of(sessions).status == "failed"
    assert standing(sessions).label == "unconfirmed"
    relation.fails = False
    with sessions.begin() as session:
        assert request_check(session, "c")[1] == [Task(TaskName.VERIFY_CLAIM, "c")]
    work()
    assert claim_of(sessions).status == "verified"


def test_a_task_that_kills_its_worker_each_time_is_given_up(sessions: Sessions, context: Context) -> None:
    claim(sessions, "The bridge in Norstad was closed")
    with sessions.begin() as session:
        session.execute(update(TaskRow).values(attempt=context.settings.attempts))
    execute(context, Task(TaskName.VERIFY_CLAIM, "c"), WORK[TaskName.VERIFY_CLAIM])
    assert claim_of(sessions).error == "the worker was stopped in each of 5 attempts"


def test_retries_come_later_and_later(sessions: Sessions, context: Context, relation: FakeRelation) -> None:
    claim(sessions, "The bridge in Norstad was closed")
    say(sessions, "s1", "The bridge in Norstad was closed.")
    execute(context, Task(TaskName.INTERPRET_STATEMENT, "s1"), WORK[TaskName.INTERPRET_STATEMENT])
    relation.fails = True
    delays = []
    for _ in range(3):
        execute(context, Task(TaskName.VERIFY_CLAIM, "c"), WORK[TaskName.VERIFY_CLAIM])
        with sessions.begin() as session:
            row = session.get_one(TaskRow, (TaskName.VERIFY_CLAIM, "c"))
            delays.append(row.not_before - session.scalar(text("SELECT clock_timestamp()")))
            session.execute(update(TaskRow).values(not_before=text("now()")))
    assert timedelta(0) < delays[0] < delays[1] < delays[2] < timedelta(seconds=4)


def test_a_claim_in_a_language_that_is_not_known_fails_at_once_and_says_so(sessions: Sessions, work: Run) -> None:
    claim(sessions, "Le pont de Norstad a été fermé lundi matin par la police", language=None)
    work()
    row = claim_of(sessions)
    assert (row.status, row.verdict) == ("failed", None)
    assert "not supported" in (row.error or "")
