"""After a change of engine: what has to be done anew is queued, and nothing else."""

from __future__ import annotations

from datetime import date

from store.claims import NewClaim, add_claim, get_claim
from store.database import Sessions
from store.queue import Task, TaskName
from store.renewal import renew
from store.statements import NewStatement, add_statement, retract_statement
from store.verdicts import record_verdict
from verifier.entities import Label, Verdict

DAY = date(2024, 7, 1)


def put_statement(sessions: Sessions, id: str, encoder: str | None, *, status: str = "interpreted") -> None:
    with sessions.begin() as session:
        row, _ = add_statement(session, NewStatement(id=id, speaker="Anna", text=f"Text of {id}.", stated_on=DAY))
        row.status, row.act, row.language, row.encoder = status, "assert", "en", encoder


def put_claim(sessions: Sessions, id: str, engine: str, policy: str) -> None:
    verdict = Verdict(
        label=Label.UNCONFIRMED,
        confidence=0.5,
        credibility=3,
        reasons=("Because.",),
        as_of=None,
        engine=engine,
        policy=policy,
    )
    with sessions.begin() as session:
        add_claim(session, NewClaim(id=id, text=f"Text of {id}"))
        record_verdict(session, get_claim(session, id), verdict, [], causes=[f"submitted:{id}"])
        get_claim(session, id).status = "verified"


def test_what_another_engine_or_policy_has_done_is_queued_to_be_done_anew(sessions: Sessions) -> None:
    put_statement(sessions, "current", "e2")
    put_statement(sessions, "older", "e1")
    put_statement(sessions, "oldest", None)
    put_statement(sessions, "failed", None, status="failed")
    put_statement(sessions, "retracted", "e1")
    put_claim(sessions, "same", "m2", "p2")
    put_claim(sessions, "other-engine", "m1", "p2")
    put_claim(sessions, "other-policy", "m2", "p1")
    with sessions.begin() as session:
        retract_statement(session, "retracted", "a misprint")
    with sessions.begin() as session:
        tasks = renew(session, encoder="e2", engine="m2", policy="p2")
    assert set(tasks) == {
        Task(TaskName.INTERPRET_STATEMENT, "older"),
        Task(TaskName.INTERPRET_STATEMENT, "oldest"),
        Task(TaskName.VERIFY_CLAIM, "other-engine"),
        Task(TaskName.VERIFY_CLAIM, "other-policy"),
    }
    with sessions.begin() as session:
        assert get_claim(session, "other-engine").status == "queued"
        assert get_claim(session, "same").status == "verified"
