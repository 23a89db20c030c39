"""A real worker process, started with nothing but the two addresses."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text, update

from store import heartbeats
from store.broker import Bell, make_celery
from store.claims import NewClaim, add_claim, get_claim
from store.database import Sessions
from store.settings import Settings
from store.statements import NewStatement, add_statement
from store.tables import TaskRow, VerdictRow
from tests.processes import wait_until


def test_a_worker_with_only_the_two_addresses_takes_work(
    elsewhere: subprocess.Popen[bytes], settings: Settings, sessions: Sessions
) -> None:
    bell = Bell(make_celery(settings.redis_url))
    with sessions.begin() as session:
        new = NewStatement(speaker="Clerk", text="Norstad has opened the new bridge.", stated_on=date(2024, 5, 1))
        _, about_statement = add_statement(session, new)
        claim, about_claim = add_claim(session, NewClaim(text="Norstad has opened the new bridge", language="en"))
    bell.ring([*about_statement, *about_claim])

    def verified() -> bool:
        with sessions.begin() as session:
            # Whatever order the rings came in: what the relay does when a ring came too early.
            session.execute(update(TaskRow).values(publish_at=text("now()")))
            bell.ring(about_claim)
            return get_claim(session, claim.id).status == "verified"

    wait_until(verified, seconds=30)
    with sessions.begin() as session:
        row = get_claim(session, claim.id)
        assert session.get_one(VerdictRow, row.verdict).label == "unconfirmed"
    assert elsewhere.poll() is None


def test_a_worker_that_is_told_to_stop_says_so_and_ends_well(
    elsewhere: subprocess.Popen[bytes], sessions: Sessions
) -> None:
    elsewhere.send_signal(signal.SIGTERM)
    assert elsewhere.wait(20) == 0
    assert not alive(sessions)


@pytest.fixture
def elsewhere(settings: Settings, sessions: Sessions, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker in an empty folder and an environment that names the two addresses and nothing else."""
    environ = {"DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url, "PATH": os.defpath}
    command = [str(Path(sys.executable).with_name("secondsource")), "worker"]
    process = subprocess.Popen(command, cwd=tmp_path, env=environ, start_new_session=True)
    try:
        wait_until(lambda: alive(sessions), seconds=30)
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def alive(sessions: Sessions) -> bool:
    with sessions.begin() as session:
        return heartbeats.seen_since(session, "worker")
