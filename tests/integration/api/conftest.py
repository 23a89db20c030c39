"""The app on an empty record, and what a worker would have made of it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import text

from cli.api import make_options
from cli.embedded import Services
from cli.redis_server import find_program
from store.claims import begin_check, end_check, get_claim
from store.database import Sessions
from store.settings import Settings
from store.statements import get_statement, to_statement
from store.verdicts import record_verdict
from tests.integration.api.caller import Answer, Caller
from tests.processes import free_port, wait_until
from tests.working import make_context, work_off
from verifier.entities import Collapse, Evidence, Label, Relation, Turn, Verdict
from verifier.ports import Index

Give = Callable[..., None]
AtOnce = Callable[[str, Sequence[Callable[[], Answer]]], list[Answer]]


@pytest.fixture
def client(settings: Settings) -> Iterator[Caller]:
    """Calls the app on the empty record."""
    caller = Caller(settings)
    yield caller
    caller.context.close()


@pytest.fixture(scope="session")
def server(services: Services) -> Iterator[str]:
    """The app as it is served: by gunicorn, in two processes, at this address."""
    port = free_port()
    options = make_options(host="127.0.0.1", port=port, processes=2, threads=4)
    addresses = {"DATABASE_URL": services.database_url, "REDIS_URL": services.redis_url}
    environ = os.environ | addresses | {"SECONDSOURCE_KEYS": "off"}
    process = subprocess.Popen([sys.executable, "-m", "gunicorn", *options, "api.wsgi:app"], env=environ)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: is_alive(url), seconds=60)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def is_alive(url: str) -> bool:
    try:
        return requests.get(f"{url}/livez", timeout=5).ok
    except requests.RequestException:
        return False


@pytest.fixture
def address(server: str, settings: Settings) -> str:
    """The server's address, the record being empty."""
    assert settings
    return server


@pytest.fixture
def at_once(sessions: Sessions) -> AtOnce:
    """Holds calls at the point where they would write into a table, then lets them go together."""

    def run(table: str, calls: Sequence[Callable[[], Answer]]) -> list[Answer]:
        answers: list[Answer] = []
        threads = [threading.Thread(target=lambda call=call: answers.append(call())) for call in calls]
        with sessions.begin() as session:
            session.execute(text(f"LOCK TABLE {table} IN SHARE MODE"))
            for thread in threads:
                thread.start()
            wait_until(lambda: count_waiting(sessions) == len(threads), seconds=10)
        for thread in threads:
            thread.join(15)
        assert len(answers) == len(calls)
        return answers

    return run


def count_waiting(sessions: Sessions) -> int:
    """Connections that wait for a lock."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with sessions.begin() as session:
        return int(session.scalar(text(query)) or 0)


@pytest.fixture
def redis_server() -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A Redis of the test's own, to be killed or frozen, and its address."""
    with tempfile.TemporaryDirectory(prefix="ss-") as folder:
        socket = Path(folder) / "redis.sock"
        options = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", folder]
        server = subprocess.Popen([find_program(), *options], stdout=subprocess.DEVNULL)
        wait_until(socket.exists, seconds=10)
        yield server, f"unix://{socket}?db=0"
        server.kill()
        server.wait()


@pytest.fixture
def interpret(sessions: Sessions) -> Callable[[str], None]:
    """Gives a statement what a worker infers."""

    def run(id: str) -> None:
        with sessions.begin() as session:
            row = get_statement(session, id)
            row.status, row.language, row.act, row.origin = "interpreted", "en", "assert", row.speaker
            row.proposition, row.quote_start, row.quote_end = row.text, 0, 4

    return run


@pytest.fixture
def give_verdict(sessions: Sessions) -> Give:
    """Gives a claim a verdict, resting on a statement where one is named."""

    def run(claim: str, label: Label = Label.UNCONFIRMED, statement: str | None = None, **fields: Any) -> None:
        with sessions.begin() as session:
            row = get_claim(session, claim)
            begin_check(row, language="en", index=Index(terms=frozenset({"bridge"})))
            found = to_statement(get_statement(session, statement)) if statement else None
            evidence = (Evidence(statement=found, relation=Relation.SUPPORTS, score=0.9),) if found else ()
            collapsed = (Collapse(origin=found.speaker, statements=(found.id,), why="Once."),) if found else ()
            values: dict[str, Any] = {
                "label": label,
                "confidence": 0.8,
                "credibility": 3,
                "reasons": ("Because.",),
                "as_of": None,
                "engine": "engine 1",
                "policy": "policy 1",
                "evidence": evidence,
                "collapsed": collapsed,
            }
            turns = [Turn(day=date(2024, 7, 1), label=label, cause=statement)] if statement else []
            record_verdict(session, row, Verdict(**values | fields), turns, causes=[f"submitted:{claim}"])
            end_check(row, again=False)

    return run


@pytest.fixture
def work(settings: Settings, sessions: Sessions) -> Callable[[], None]:
    """Does what is due, as a worker would, until nothing is."""
    return partial(work_off, make_context(settings, sessions))
