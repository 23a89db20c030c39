"""Asking again, and waiting for an answer that is worth it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import requests
from sqlalchemy import text

from cli.api import make_options
from cli.embedded import Services
from store.claims import fail_claim, request_check
from store.database import Sessions
from tests.integration.api.caller import Answer, Caller
from tests.processes import free_port, wait_until
from verifier.entities import Label

Give = Callable[..., None]

CLAIM = {"id": "c", "text": "The bridge is open"}
LISTENS = "FROM pg_stat_activity WHERE query = 'LISTEN secondsource_claim'"


class Asked:
    """A request that is made in a thread of its own, and begun when this is made."""

    def __init__(self, client: Caller, path: str, **headers: str) -> None:
        self._answers: list[Answer] = []
        self._thread = threading.Thread(
            target=lambda: self._answers.append(client.get(path, headers=headers)), daemon=True
        )
        self._begun = time.monotonic()
        self._thread.start()
        # It has looked at the record, found nothing, and waits.
        wait_until(lambda: client.context.waiting._seats != set(), seconds=5)

    @property
    def waits(self) -> bool:
        self._thread.join(0.3)
        return self._thread.is_alive()

    def answer(self) -> Answer:
        """The answer, which must come long before the wait would have ended."""
        self._thread.join(5)
        assert self._answers, "it still waits"
        return self._answers[0]


def count(sessions: Sessions, query: str) -> int:
    with sessions.begin() as session:
        return int(session.scalar(text(query)) or 0)


def test_a_claim_is_waited_for_until_its_first_verdict(client: Caller, give_verdict: Give, sessions: Sessions) -> None:
    client.post("/v1/claims", json=CLAIM)
    client.post("/v1/claims", json=CLAIM | {"id": "other"})
    asked = Asked(client, "/v1/claims/c", Prefer="wait=20")
    give_verdict("other")
    assert asked.waits
    assert client.context._engine.pool.checkedout() == 0  # type: ignore[attr-defined]

    give_verdict("c")

    answer = asked.answer()
    assert (answer.status_code, answer.json["verdict"]["label"]) == (200, "unconfirmed")
    assert answer.headers["Preference-Applied"] == "wait=20"
    at_once = client.get("/v1/claims/c", headers={"Prefer": "wait=20"})
    assert (at_once.data, at_once.headers["Preference-Applied"]) == (answer.data, "wait=20")
    # One process, one connection that listens.
    assert count(sessions, f"SELECT count(*) {LISTENS}") == 1


def test_with_a_tag_it_is_waited_for_a_verdict_that_is_newer(
    client: Caller, give_verdict: Give, sessions: Sessions
) -> None:
    client.post("/v1/claims", json=CLAIM)
    give_verdict("c", Label.UNCONFIRMED)
    etag = client.get("/v1/claims/c").headers["ETag"]
    asked = Asked(client, "/v1/claims/c", **{"Prefer": "wait=20", "If-None-Match": etag})
    with sessions.begin() as session:
        request_check(session, "c")
    give_verdict("c", Label.UNCONFIRMED)  # says the same again, which is no new verdict
    assert asked.waits

    give_verdict("c", Label.DENIED)

    assert asked.answer().json["verdict"]["label"] == "denied"
    # The verdict of an older tag is not the one that stands: nothing to wait for.
    again = client.get("/v1/claims/c", headers={"Prefer": "wait=20", "If-None-Match": etag})
    assert again.json["verdict"]["label"] == "denied"


def test_whatever_is_written_about_a_claim_changes_its_tag(
    client: Caller, give_verdict: Give, sessions: Sessions
) -> None:
    client.post("/v1/claims", json=CLAIM)
    give_verdict("c")
    tags = [client.get("/v1/claims/c").headers["ETag"]]
    # Also what is changed by hand, past the code that keeps `updated_at`; and what is shown, but in another table.
    by_hand = text("UPDATE claim SET reference = 'desk 7'")
    kept = text("UPDATE claim SET updated_at = clock_timestamp()")
    for change in (by_hand, kept):
        with sessions.begin() as session:
            session.execute(change)
        fresh = client.get("/v1/claims/c", headers={"If-None-Match": tags[-1]})
        assert fresh.status_code == 200
        tags.append(fresh.headers["ETag"])

    assert len(set(tags)) == 3
    # The verdict is the same, so nothing has come that is worth a wait.
    assert len({tag[:17] for tag in tags}) == 1
    assert client.get("/v1/claims/c", headers={"If-None-Match": tags[-1]}).status_code == 304


def test_a_check_that_fails_ends_the_wait(client: Caller, sessions: Sessions) -> None:
    client.post("/v1/claims", json=CLAIM)
    etag = client.get("/v1/claims/c").headers["ETag"]
    asked = Asked(client, "/v1/claims/c", **{"Prefer": "wait=20", "If-None-Match": etag})

    with sessions.begin() as session:
        fail_claim(session, "c", "no model")

    assert asked.answer().json["status"] == "failed"


def test_a_wait_without_news_ends_when_its_time_is_up(client: Caller, give_verdict: Give) -> None:
    client.post("/v1/claims", json=CLAIM)
    give_verdict("c")
    etag = client.get("/v1/claims/c").headers["ETag"]
    begun = time.monotonic()

    answer = client.get("/v1/claims/c", headers={"Prefer": "wait=1", "If-None-Match": etag})

    assert (answer.status_code, answer.headers["Preference-Applied"]) == (304, "wait=1")
    assert time.monotonic() - begun >= 1
    assert client.get("/v1/claims/none", headers={"Prefer": "wait=20"}).status_code == 404
    unasked = client.get("/v1/claims/c", headers={"If-None-Match": etag})
    assert (unasked.status_code, unasked.headers.get("Preference-Applied")) == (304, None)


def test_where_all_seats_are_taken_the_answer_comes_at_once(client: Caller) -> None:
    client.post("/v1/claims", json=CLAIM)
    client.context.waiting.share(2)
    assert client.context.waiting.take_seat(None)

    claim = client.get("/v1/claims/c", headers={"Prefer": "wait=20"})
    feed = client.get("/v1/changes", headers={"Prefer": "wait=20"})
    stream = client.get("/v1/changes/stream")

    assert (claim.status_code, claim.json["status"], "Retry-After" in claim.headers) == (200, "queued", True)
    assert (feed.status_code, feed.headers["Retry-After"], feed.json["items"]) == (200, "5", [])
    assert "Preference-Applied" not in {*claim.headers.keys(), *feed.headers.keys()}
    assert (stream.status_code, stream.json["type"]) == (503, "urn:secondsource:problem:unavailable")
    assert (stream.headers["Retry-After"], "streams are open" in stream.json["detail"]) == ("15", True)


def test_what_happens_while_nobody_listens_is_seen_afterwards(
    client: Caller, give_verdict: Give, sessions: Sessions
) -> None:
    client.post("/v1/claims", json=CLAIM)
    asked = Asked(client, "/v1/claims/c", Prefer="wait=20")
    wait_until(lambda: count(sessions, f"SELECT count(*) {LISTENS}") == 1, seconds=5)

    assert count(sessions, f"SELECT count(pg_terminate_backend(pid)) {LISTENS}") == 1
    give_verdict("c")  # announced to nobody

    assert asked.answer().json["verdict"]["label"] == "unconfirmed"


def test_when_to_ask_again_follows_the_queue(client: Caller, give_verdict: Give) -> None:
    def retry_after(answer: Answer) -> str | None:
        return answer.headers.get("Retry-After")

    claims = [{"id": f"c{number}", "text": "The bridge is open"} for number in range(40)]
    assert retry_after(client.post("/v1/claims", json=claims)) == "20"  # half a second for each, until the pace shows
    assert retry_after(client.post("/v1/claims", json=claims[0])) is None
    assert int(retry_after(client.get("/v1/claims/c0")) or 0) in range(1, 20)
    assert 20 <= int(retry_after(client.get("/v1/claims/c39")) or 0) <= 60
    assert retry_after(client.post("/v1/claims", json={"text": "x"}, headers={"Idempotency-Key": "k"})) not in (
        None,
        "1",
    )
    give_verdict("c0")
    assert retry_after(client.get("/v1/claims/c0")) is None
    assert retry_after(client.post("/v1/claims", json=[{"id": f"d{n}", "text": "x"} for n in range(400)])) == "60"
    assert retry_after(client.post("/v1/claims/d399/verification")) == "60"


def test_a_server_that_stops_lets_nobody_wait(services: Services, client: Caller) -> None:
    client.post("/v1/claims", json=CLAIM)
    port = free_port()
    options = make_options(host="127.0.0.1", port=port, processes=1, threads=4)
    addresses = {"DATABASE_URL": services.database_url, "REDIS_URL": services.redis_url}
    environ = os.environ | addresses | {"SECONDSOURCE_KEYS": "off"}
    process = subprocess.Popen([sys.executable, "-m", "gunicorn", *options, "api.wsgi:app"], env=environ)
    url = f"http://127.0.0.1:{port}"
    answers: list[Any] = []

    def wait() -> None:
        while not answers or "Preference-Applied" not in answers[-1].headers:  # until it may wait
            answers.append(requests.get(f"{url}/v1/claims/c", headers={"Prefer": "wait=20"}, timeout=30))

    try:
        wait_until(lambda: answers_at(url), seconds=60)
        with requests.get(f"{url}/v1/changes/stream", stream=True, timeout=30) as stream:
            lines = stream.iter_lines(chunk_size=1)
            assert [next(lines), next(lines)] == [b"retry: 2000", b"id: start"]
            # Of four threads two may wait, one of them for a stream.
            assert requests.get(f"{url}/v1/changes/stream", timeout=30).status_code == 503
            thread = threading.Thread(target=wait)
            thread.start()
            wait_until(lambda: not may_wait(url), seconds=10)
            process.send_signal(signal.SIGTERM)
            assert list(lines)[-1] == b""  # to its proper end
        thread.join(10)
        assert process.wait(30) == 0
        assert (answers[-1].status_code, answers[-1].json()["status"]) == (200, "queued")
    finally:
        process.kill()
        process.wait(10)


def may_wait(url: str) -> bool:
    asked = requests.get(f"{url}/v1/changes", headers={"Prefer": "wait=1"}, timeout=5)
    return "Preference-Applied" in asked.headers


def answers_at(url: str) -> bool:
    try:
        return requests.get(f"{url}/livez", timeout=5).ok
    except requests.RequestException:
        return False
