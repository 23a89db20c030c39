from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from store import heartbeats
from store.broker import connect_redis
from store.database import Sessions
from store.settings import Settings
from tests.integration.api.caller import Answer, Caller
from tests.processes import wait_until
from tests.verdicts import change_verdict

NOWHERE = "postgresql://postgres@/nothing?host=/nonexistent"


def measures(answer: Answer) -> dict[str, float]:
    lines = [line for line in answer.data.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


@contextmanager
def calling(settings: Settings) -> Iterator[Caller]:
    caller = Caller(settings)
    try:
        yield caller
    finally:
        caller.context.close()


def beat(sessions: Sessions, *kinds: str) -> None:
    with sessions.begin() as session:
        for kind in kinds:
            heartbeats.beat(session, kind, "host:1")


def test_alive_is_whoever_answers(client: Caller) -> None:
    assert (client.get("/livez").status_code, client.get("/livez").json) == (200, {"status": "alive"})


def test_ready_once_a_worker_has_been_seen(client: Caller, sessions: Sessions) -> None:
    before = client.get("/readyz")
    beat(sessions, "worker", "relay")
    after = client.get("/readyz")

    assert (before.status_code, before.json["type"]) == (503, "urn:secondsource:problem:not-ready")
    assert before.json["detail"] == "No worker has been seen in the last 30 seconds."
    assert (after.status_code, after.json) == (200, {"status": "ready", "redis": "up", "relay": "up"})


def test_a_worker_that_was_not_seen_of_late_is_none(client: Caller, sessions: Sessions) -> None:
    beat(sessions, "worker")
    with sessions.begin() as session:
        session.execute(text("UPDATE heartbeat SET seen_at = now() - interval '31 seconds'"))

    assert client.get("/readyz").status_code == 503
    assert measures(client.get("/metrics"))["secondsource_workers"] == 0


def test_degraded_without_a_relay(client: Caller, sessions: Sessions) -> None:
    beat(sessions, "worker")

    assert client.get("/readyz").json == {"status": "degraded", "redis": "up", "relay": "down"}


def test_the_metrics_are_those_of_the_queue_and_of_the_processes(client: Caller, sessions: Sessions) -> None:
    client.post("/v1/claims", json=[{"text": "The bridge is open"}] * 2)
    client.post("/v1/statements", json={"speaker": "Anna", "text": "Open.", "stated_on": "2024-07-01"})
    with sessions.begin() as session:
        session.execute(text("UPDATE task SET created_at = now() - interval '1 minute' WHERE name = 'verify_claim'"))
    client.post("/v1/webhooks", json={"url": "https://newsroom.example/"})
    with sessions.begin() as session:
        change_verdict(session, "told")
    beat(sessions, "worker", "deliver")

    answer = client.get("/metrics")

    found = measures(answer)
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    assert found['secondsource_queue_depth{task="verify_claim"}'] == 2
    assert found['secondsource_queue_depth{task="interpret_statement"}'] == 1
    assert 60 <= found['secondsource_queue_oldest_seconds{task="verify_claim"}'] < 70
    assert found["secondsource_workers"] == 1
    assert found["secondsource_relays"] == 0
    assert found["secondsource_deliverers"] == 1
    assert found["secondsource_deliveries_pending"] == 1
    assert 0 < found["secondsource_deliveries_oldest_seconds"] < 10
    assert found["secondsource_webhooks_disabled"] == 0
    assert found["secondsource_database_up"] == found["secondsource_redis_up"] == 1


@pytest.mark.parametrize(
    "stop",
    [lambda server: (server.kill(), server.wait()), lambda server: server.send_signal(signal.SIGSTOP)],
    ids=["killed", "frozen"],
)
def test_without_redis_everything_is_taken_at_once_and_the_service_says_that_it_is_degraded(
    settings: Settings,
    sessions: Sessions,
    redis_server: tuple[subprocess.Popen[bytes], str],
    stop: Callable[[subprocess.Popen[bytes]], object],
) -> None:
    server, address = redis_server
    beat(sessions, "worker", "relay")
    with calling(replace(settings, redis_url=address)) as client:
        client.post("/v1/claims", json={"text": "The bridge is open"})
        with connect_redis(address) as redis:
            wait_until(lambda: redis.llen("secondsource") == 1, seconds=10)
        assert client.get("/readyz").json["status"] == "ready"
        stop(server)

        started = time.monotonic()
        answers = [client.post("/v1/claims", json={"text": "The bridge is open"}) for _ in range(20)]
        assert time.monotonic() - started < 2
        assert {answer.status_code for answer in answers} == {202}
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json["status"], ready.json["redis"]) == (200, "degraded", "down")
        found = measures(client.get("/metrics"))
        assert found["secondsource_redis_up"] == 0
        assert found['secondsource_queue_depth{task="verify_claim"}'] == 21
        server.send_signal(signal.SIGCONT)


def test_without_postgresql_every_call_says_so(settings: Settings) -> None:
    with calling(replace(settings, database_url=NOWHERE)) as client:
        answers = [
            client.get("/v1/claims"),
            client.post("/v1/claims", json={"text": "The bridge is open"}),
            client.post("/v1/claims", json=[{"text": "The bridge is open"}], headers={"Idempotency-Key": "k"}),
            client.post("/v1/statements", json=[{"speaker": "A", "text": "Open.", "stated_on": "2024-07-01"}]),
        ]
        for answer in answers:
            assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
            assert answer.json["type"] == "urn:secondsource:problem:unavailable"
            assert answer.headers["Retry-After"] == "2"
            assert "nonexistent" not in answer.data.decode()
        assert client.get("/livez").status_code == 200
        assert client.get("/readyz").json["detail"] == "PostgreSQL cannot be reached."
        assert measures(client.get("/metrics")) == {"secondsource_database_up": 0, "secondsource_redis_up": 1}


def test_a_database_that_is_not_migrated_is_no_database_yet_and_its_errors_stay_inside(settings: Settings) -> None:
    empty = make_url(settings.database_url).set(database="postgres").render_as_string(hide_password=False)
    with calling(replace(settings, database_url=empty)) as client:
        ready = client.get("/readyz")
        assert ready.json["detail"] == "The database is not migrated: run `secondsource migrate`."

        answer = client.get("/v1/claims")
        assert (answer.status_code, answer.json["type"]) == (500, "urn:secondsource:problem:internal")
        assert "relation" not in answer.data.decode()
        assert measures(client.get("/metrics"))["secondsource_redis_up"] == 1
