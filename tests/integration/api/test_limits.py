"""How many requests a key may make."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from store.broker import connect_redis
from store.database import Sessions
from store.keys import Scope, add_key
from store.settings import Settings
from tests.integration.api.caller import Answer, Caller

Limited = Callable[..., Caller]


@pytest.fixture
def limited(settings: Settings) -> Iterator[Limited]:
    """Makes an app that lets each key make three requests a minute."""
    callers = []

    def run(redis_url: str = settings.redis_url) -> Caller:
        own = replace(settings, keys_required=True, rate_limit="3/minute", redis_url=redis_url)
        callers.append(Caller(own))
        return callers[-1]

    yield run
    for caller in callers:
        caller.context.close()


@pytest.fixture
def keys(sessions: Sessions) -> dict[str, str]:
    with sessions.begin() as session:
        return {
            name: add_key(session, name=name, scope=Scope.WRITE, rate=rate)[1]
            for name, rate in (("plain", None), ("other", None), ("own", "5/hour"))
        }


def get(caller: Caller, key: str, path: str = "/v1/claims") -> Answer:
    return caller.get(path, headers={"Authorization": f"Bearer {key}"})


def test_a_key_is_told_what_is_left_and_then_when_to_come_again(limited: Limited, keys: dict[str, str]) -> None:
    one, two = limited(), limited()  # as two processes
    answers = [get(caller, keys["plain"], path) for caller, path in ((one, "/v1/claims"), (two, "/v1/sources"))]
    answers.append(one.post("/v1/claims", json={"text": "x"}, headers={"Authorization": f"Bearer {keys['plain']}"}))

    assert [answer.status_code for answer in answers] == [200, 200, 202]
    assert [answer.headers["RateLimit"][:9] for answer in answers] == ['"key";r=2', '"key";r=1', '"key";r=0']
    assert answers[0].headers["RateLimit-Policy"] == '"key";q=3;w=60'
    assert "Retry-After" not in answers[0].headers
    assert answers[2].headers["Retry-After"] == "1"  # when the verdict may be there

    refused = get(two, keys["plain"])
    assert (refused.status_code, refused.json["type"]) == (429, "urn:secondsource:problem:too-many-requests")
    assert re.fullmatch(r'"key";r=0;t=(5\d|60)', refused.headers["RateLimit"])
    assert 50 <= int(refused.headers["Retry-After"]) <= 60
    assert get(one, keys["other"]).status_code == 200
    assert one.get("/livez").status_code == 200
    assert "RateLimit" not in one.get("/livez").headers


def test_a_key_may_have_a_rate_of_its_own(limited: Limited, keys: dict[str, str]) -> None:
    caller = limited()

    assert [get(caller, keys["own"]).status_code for _ in range(6)] == [200] * 5 + [429]
    assert get(caller, keys["own"]).headers["RateLimit-Policy"] == '"key";q=5;w=3600'


def test_without_keys_nothing_is_counted(client: Caller, settings: Settings) -> None:
    assert "RateLimit" not in client.get("/v1/claims").headers
    with connect_redis(settings.redis_url) as redis:
        assert redis.keys("LIMITS*") == []


@pytest.mark.parametrize(
    "stop",
    [lambda server: (server.kill(), server.wait()), lambda server: server.send_signal(signal.SIGSTOP)],
    ids=["killed", "frozen"],
)
def test_without_redis_a_process_counts_by_itself_and_nobody_waits(
    limited: Limited,
    keys: dict[str, str],
    redis_server: tuple[subprocess.Popen[bytes], str],
    stop: Callable[[subprocess.Popen[bytes]], object],
    capfd: pytest.CaptureFixture[str],
) -> None:
    server, address = redis_server
    caller = limited(address)
    assert get(caller, keys["own"]).status_code == 200
    stop(server)

    began = time.monotonic()
    statuses = [get(caller, keys["plain"]).status_code for _ in range(4)]
    statuses += [get(caller, keys["other"]).status_code for _ in range(2)]
    assert time.monotonic() - began < 1
    assert statuses == [200, 200, 200, 429, 200, 200]
    assert capfd.readouterr().err.count("falling back to in-memory storage") == 1
    server.send_signal(signal.SIGCONT)
