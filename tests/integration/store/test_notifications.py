from __future__ import annotations

import queue
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import text

from store.claims import NewClaim, add_claim, end_check, fail_claim, get_claim, request_check
from store.database import Sessions
from store.notifications import Listener
from store.settings import Settings
from store.verdicts import record_verdict
from verifier.entities import Label, Verdict

Heard = queue.Queue[str | None]


@pytest.fixture
def heard(settings: Settings) -> Iterator[Heard]:
    """What a listener passes on, from when it has connected."""
    passed_on: Heard = queue.Queue()
    listener = Listener(settings.database_url, passed_on.put)
    listener.start()
    listener.start()
    assert passed_on.get(timeout=10) is None
    yield passed_on
    listener.close()
    listener.close()


def submit(sessions: Sessions, id: str) -> None:
    with sessions.begin() as session:
        add_claim(session, NewClaim(id=id, text="The bridge is open"))


def verify(sessions: Sessions, id: str, label: Label = Label.UNCONFIRMED) -> None:
    verdict = Verdict(
        label=label,
        confidence=0.5,
        credibility=3,
        reasons=("Because.",),
        as_of=date(2024, 7, 1),
        engine="e",
        policy="p",
    )
    with sessions.begin() as session:
        row = get_claim(session, id)
        record_verdict(session, row, verdict, [], causes=[f"submitted:{id}"])
        end_check(row, again=False)


def test_a_new_verdict_and_a_failed_check_are_announced_and_nothing_else(sessions: Sessions, heard: Heard) -> None:
    for id in ("a", "b", "c"):
        submit(sessions, id)
    verify(sessions, "a")
    verify(sessions, "a")  # says the same again
    with sessions.begin() as session:
        request_check(session, "a")
    with sessions.begin() as session:
        fail_claim(session, "b", "no model")
    with sessions.begin() as session:
        fail_claim(session, "c", "no model")
        session.rollback()
    verify(sessions, "a", Label.DENIED)

    assert [heard.get(timeout=5) for _ in range(3)] == ["a", "b", "a"]
    assert heard.empty()


def test_a_lost_connection_is_made_again_and_said(sessions: Sessions, heard: Heard) -> None:
    submit(sessions, "a")
    with sessions.begin() as session:
        cut = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN secondsource_claim'")
        assert all(session.scalars(cut).all())  # that of the server of other tests, too

    assert heard.get(timeout=10) is None
    verify(sessions, "a")
    assert heard.get(timeout=5) == "a"


def test_it_can_be_closed_before_it_is_started_and_while_there_is_no_database() -> None:
    nowhere = "postgresql://127.0.0.1:1/nowhere"
    Listener(nowhere, lambda _: None).close()
    listener = Listener(nowhere, lambda _: None)
    listener.start()
    listener.close()
