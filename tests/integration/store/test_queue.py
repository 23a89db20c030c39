from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from store.claims import NewClaim, add_claim, get_claim
from store.database import Sessions
from store.errors import LeaseLostError
from store.queue import Lease, Task, TaskName, complete, due, enqueue, lease, longest_wait, measure, postpone, retry
from store.tables import TaskRow

NOW = timedelta(0)
CLAIM = Task(TaskName.VERIFY_CLAIM, "c1")
STATEMENT = Task(TaskName.INTERPRET_STATEMENT, "s1")


def ask(sessions: Sessions, *tasks: Task, cause: str = "test:1") -> None:
    with sessions.begin() as session:
        for task in tasks:
            enqueue(session, task.name, [task.subject], causes=[cause])


def take(sessions: Sessions, task: Task, seconds: int = 60) -> Lease | None:
    with sessions.begin() as session:
        return lease(session, task, seconds=seconds)


def must_take(sessions: Sessions, task: Task, seconds: int = 60) -> Lease:
    held = take(sessions, task, seconds)
    assert held is not None
    return held


def finish(sessions: Sessions, held: Lease) -> bool:
    with sessions.begin() as session:
        return complete(session, held)


def let_lease_run_out(sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.execute(update(TaskRow).values(leased_until=text("now() - interval '1 second'")))


def let_ring_come_due(sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.execute(update(TaskRow).values(publish_at=text("now()")))


def ringing(sessions: Sessions, limit: int = 100) -> list[Task]:
    with sessions.begin() as session:
        return due(session, limit=limit)


def outstanding(sessions: Sessions) -> int:
    with sessions.begin() as session:
        return len(session.scalars(select(TaskRow)).all())


def test_a_finished_task_is_gone(sessions: Sessions) -> None:
    ask(sessions, CLAIM)
    assert finish(sessions, must_take(sessions, CLAIM)) is False
    assert take(sessions, CLAIM) is None
    assert outstanding(sessions) == 0


def test_a_leased_task_is_not_given_to_another(sessions: Sessions) -> None:
    ask(sessions, CLAIM)
    must_take(sessions, CLAIM)
    assert take(sessions, CLAIM) is None


def test_of_many_workers_at_once_only_one_gets_the_task(sessions: Sessions) -> None:
    ask(sessions, CLAIM)
    barrier = threading.Barrier(8)
    got: list[Lease | None] = []

    def compete() -> None:
        barrier.wait()
        got.append(take(sessions, CLAIM))

    threads = [threading.Thread(target=compete) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([held for held in got if held]) == 1


def test_an_expired_lease_is_taken_over_and_what_the_first_worker_found_out_is_refused(sessions: Sessions) -> None:
    ask(sessions, CLAIM)
    first = must_take(sessions, CLAIM)
    let_lease_run_out(sessions)
    second = must_take(sessions, CLAIM)
    assert second.attempt == 2
    with pytest.raises(LeaseLostError):
        finish(sessions, first)
    assert finish(sessions, second) is False


def test_a_worker_whose_task_was_finished_by_another_is_refused(sessions: Sessions) -> None:
    ask(sessions, CLAIM)
    first = must_take(sessions, CLAIM)
    let_lease_run_out(sessions)
    finish(sessions, must_take(sessions, CLAIM))
    with pytest.raises(LeaseLostError):
        finish(sessions, first)


def test_asking_again_before_the_work_begins_asks_once(sessions: Sessions) -> None:
    ask(sessions, CLAIM, cause="statement:a")
    ask(sessions, CLAIM, cause="statement:b")
    held = must_take(sessions, CLAIM)
    assert held.causes == ("statement:a", "statement:b")
    assert finish(sessions, held) is False


def test_asking_again_while_the_work_runs_has_it_done_once_more_for_the_new_cause(sessions: Sessions) -> None:
    ask(sessions, CLAIM, cause="statement:a")
    held = must_take(sessions, CLAIM)
    ask(sessions, CLAIM, cause="statement:b")
    assert finish(sessions, held) is True
    again = must_take(sessions, CLAIM)
    assert (again.causes, again.attempt) == (("statement:b",), 1)
    assert finish(sessions, again) is False


def test_a_task_put_back_waits_for_its_time_and_keeps_its_attempts_and_error(sessions: Sessions) -> None:
    ask(sessions, CLAIM)
    with sessions.begin() as session:
        retry(session, must_take(sessions, CLAIM), error="no model", delay=timedelta(hours=1))
    assert take(sessions, CLAIM) is None
    assert ringing(sessions) == []
    with sessions.begin() as session:
        session.execute(update(TaskRow).values(not_before=text("now()")))
    held = must_take(sessions, CLAIM)
    assert (held.attempt, held.error) == (2, "no model")


def test_a_postponed_task_has_not_been_attempted(sessions: Sessions) -> None:
    ask(sessions, CLAIM)
    with sessions.begin() as session:
        postpone(session, must_take(sessions, CLAIM), delay=NOW)
    assert must_take(sessions, CLAIM).attempt == 1


def test_a_claim_waits_for_the_statements_accepted_before_it_and_for_no_later_one(sessions: Sessions) -> None:
    later = Task(TaskName.INTERPRET_STATEMENT, "s2")
    ask(sessions, STATEMENT, CLAIM, later)
    assert take(sessions, CLAIM) is None
    finish(sessions, must_take(sessions, STATEMENT))
    assert take(sessions, CLAIM) is not None


def test_a_claim_waits_for_the_documents_before_it_and_for_what_takes_their_place(sessions: Sessions) -> None:
    document, found = Task(TaskName.EXTRACT_DOCUMENT, "d1"), Task(TaskName.INTERPRET_STATEMENT, "s2")
    ask(sessions, document, CLAIM, STATEMENT, Task(TaskName.EXTRACT_DOCUMENT, "d2"))
    assert take(sessions, CLAIM) is None
    held = must_take(sessions, document)
    with sessions.begin() as session:
        complete(session, held)
        enqueue(session, found.name, [found.subject, STATEMENT.subject], causes=["test:1"], place=held.place)
    for task in (found, STATEMENT):
        assert take(sessions, CLAIM) is None
        finish(sessions, must_take(sessions, task))
    assert take(sessions, CLAIM) is not None


def test_a_claim_that_was_rung_for_too_early_is_rung_for_as_soon_as_it_may_begin(sessions: Sessions) -> None:
    ask(sessions, STATEMENT, CLAIM)
    let_ring_come_due(sessions)
    assert ringing(sessions) == [STATEMENT]
    assert take(sessions, CLAIM) is None
    finish(sessions, must_take(sessions, STATEMENT))
    assert ringing(sessions) == [CLAIM]


def test_the_relay_rings_in_order_of_arrival_and_not_again_at_once(sessions: Sessions) -> None:
    tasks = [Task(TaskName.INTERPRET_STATEMENT, f"s{number}") for number in (3, 1, 2)]
    ask(sessions, *tasks)
    assert ringing(sessions) == []  # left to the ring of whoever asked
    let_ring_come_due(sessions)
    assert ringing(sessions, limit=2) == tasks[:2]
    assert ringing(sessions) == tasks[2:]
    assert ringing(sessions) == []


def test_two_relays_at_once_ring_for_different_tasks(sessions: Sessions) -> None:
    ask(sessions, STATEMENT, Task(TaskName.INTERPRET_STATEMENT, "s2"))
    let_ring_come_due(sessions)
    with sessions.begin() as one, sessions.begin() as other:
        assert due(one, limit=1) == [STATEMENT]
        assert due(other, limit=5) == [Task(TaskName.INTERPRET_STATEMENT, "s2")]


def test_the_relay_does_not_ring_for_what_is_leased_until_the_lease_runs_out(sessions: Sessions) -> None:
    ask(sessions, STATEMENT)
    must_take(sessions, STATEMENT)
    let_ring_come_due(sessions)
    assert ringing(sessions) == []
    let_lease_run_out(sessions)
    assert ringing(sessions) == [STATEMENT]


def test_queued_work_that_is_rolled_back_was_never_asked_for(sessions: Sessions) -> None:
    with sessions() as session:
        enqueue(session, CLAIM.name, [CLAIM.subject], causes=["test:1"])
        session.rollback()
    assert outstanding(sessions) == 0


def test_thousands_of_subjects_are_queued_in_one_statement(sessions: Sessions) -> None:
    with sessions.begin() as session:
        enqueue(session, STATEMENT.name, (f"s{number}" for number in range(40_000)), causes=["source:x"])
    with sessions.begin() as session:
        assert measure(session)["interpret_statement"]["depth"] == 40_000


def test_asking_for_a_claim_again_shows_it_as_queued(sessions: Sessions) -> None:
    with sessions.begin() as session:
        row, tasks = add_claim(session, NewClaim(text="It rained", id="c1"))
        row.status = "verified"
    with sessions.begin() as session:
        enqueue(session, TaskName.VERIFY_CLAIM, ["c1"], causes=["statement:s1"])
    with sessions.begin() as session:
        assert get_claim(session, "c1").status == "queued"
    assert tasks == [CLAIM]


def test_depth_and_age_are_measured_and_only_ready_work_counts_as_waiting(sessions: Sessions) -> None:
    with sessions.begin() as session:
        assert measure(session)["verify_claim"] == {"depth": 0.0, "oldest": 0.0}
        assert longest_wait(session) == 0.0
    ask(sessions, CLAIM)
    with sessions.begin() as session:
        session.execute(
            update(TaskRow).values(
                created_at=text("now() - interval '90 s'"), not_before=text("now() - interval '60 s'")
            )
        )
    with sessions.begin() as session:
        assert measure(session)["verify_claim"]["oldest"] >= 90
        assert longest_wait(session) >= 60
    must_take(sessions, CLAIM)
    with sessions.begin() as session:
        assert longest_wait(session) == 0.0
