from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import requests

import secondsource
from secondsource.connection import Connection, read_retry_after
from tests.scripted import Answer, Script, serving

QUEUED = {"id": "c", "status": "queued", "verdict": None}
DONE = {"id": "c", "status": "verified", "verdict": {"label": "denied"}}
BUSY = {"title": "Busy", "status": 503, "detail": "Try again."}


@pytest.fixture
def script() -> Iterator[Script]:
    with serving() as script:
        yield script


@pytest.fixture
def client(script: Script) -> Iterator[secondsource.Client]:
    with secondsource.Client(f"{script.url}/", key="ss_1_x") as client:
        yield client


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def connection(script: Script, pauses: list[float]) -> Iterator[Connection]:
    with requests.Session() as session:
        yield Connection(script.url, session=session, sleep=pauses.append)


def test_verify_submits_and_waits(client: secondsource.Client, script: Script) -> None:
    script.answers = [
        Answer(202, QUEUED),
        Answer(200, QUEUED, {"ETag": '"1"', "Preference-Applied": "wait=20"}),
        Answer(304, b"", {"Preference-Applied": "wait=20"}),
        Answer(200, DONE),
    ]

    claim = client.verify("It is open", as_of=date(2024, 7, 1), language="en")

    assert claim["verdict"]
    assert claim["verdict"]["label"] == "denied"
    assert script.asked[0] == (
        "POST",
        "/v1/claims",
        {"text": "It is open", "language": "en", "as_of": "2024-07-01"},
    )
    assert [path for _, path, _ in script.asked[1:]] == ["/v1/claims/c"] * 3
    assert [sent.get("If-None-Match") for sent in script.headers[1:]] == [None, '"1"', '"1"']
    assert all(sent["Prefer"] == "wait=20" for sent in script.headers[1:])
    assert all(sent["Authorization"] == "Bearer ss_1_x" for sent in script.headers)


def test_a_check_that_failed_is_no_verdict(client: secondsource.Client, script: Script) -> None:
    script.answers = [Answer(200, {"id": "c", "status": "failed", "error": "no model", "verdict": None})]

    with pytest.raises(secondsource.CheckFailedError, match="no model") as caught:
        client.wait("c")

    assert caught.value.claim["id"] == "c"


def test_a_verdict_that_does_not_come_in_time_is_a_timeout(client: secondsource.Client, script: Script) -> None:
    script.answers = [Answer(200, QUEUED, {"Retry-After": "60"})] * 2
    began = time.monotonic()

    with pytest.raises(TimeoutError, match=r"claim c has no verdict after 0\.2 s \(it is queued\)"):
        client.wait("c", timeout=0.2)

    assert time.monotonic() - began < 5
    assert "Prefer" not in script.headers[0]


def test_what_reads_is_asked_again_and_the_service_names_the_pause(
    connection: Connection, script: Script, pauses: list[float]
) -> None:
    script.answers = [
        Answer(503, BUSY, {"Retry-After": "7"}),
        Answer(502, b"<html>"),
        Answer(504, b""),
        Answer(429, {"title": "Slow down", "status": 429}, {"Retry-After": "3"}),
        Answer(200, {"id": "c"}),
    ]

    assert connection.call("GET", "/v1/claims/c").body == {"id": "c"}

    assert (pauses[0], pauses[3]) == (7.0, 3.0)
    assert 0.5 <= pauses[1] <= 1.0 <= pauses[2] <= 2.0


def test_it_gives_up_and_says_why(connection: Connection, script: Script, pauses: list[float]) -> None:
    script.answers = [Answer(503, BUSY)] * 5

    with pytest.raises(secondsource.ProblemError, match=r"^Try again\.$") as caught:
        connection.call("GET", "/v1/claims/c")

    assert (caught.value.status, len(pauses), script.answers) == (503, 4, [])


def test_what_writes_is_sent_again_only_where_nothing_is_done_twice(
    connection: Connection, script: Script, pauses: list[float]
) -> None:
    script.answers = [Answer(503, BUSY)]
    with pytest.raises(secondsource.ProblemError):
        connection.call("POST", "/v1/statements", body={})
    assert pauses == []

    script.answers = [Answer(429, {"title": "Slow down", "status": 429}), Answer(201, {"id": "s"})]
    assert connection.call("POST", "/v1/statements", body={}).status == 201

    script.answers = [Answer(503, BUSY), Answer(200, {"id": "s"})]
    assert connection.call("POST", "/v1/statements", body={}, repeatable=True).status == 200


def test_a_claim_is_sent_again_with_the_same_key_and_another_one_with_another(script: Script) -> None:
    script.answers = [Answer(503, BUSY, {"Retry-After": "0"}), Answer(202, QUEUED), Answer(202, QUEUED)]

    with secondsource.Client(script.url) as client:
        client.submit("a")
        client.submit("a")

    first, again, other = (sent["Idempotency-Key"] for sent in script.headers)
    assert first == again != other


def test_where_nothing_listens_it_tries_until_the_deadline(pauses: list[float]) -> None:
    with requests.Session() as session:
        nowhere = Connection("http://127.0.0.1:1", session=session, sleep=pauses.append)
        with pytest.raises(secondsource.UnreachableError, match="No service answers"):
            nowhere.call("GET", "/readyz")
        assert len(pauses) == 4
        with pytest.raises(secondsource.UnreachableError):
            nowhere.call("GET", "/readyz", deadline=time.monotonic())
        assert len(pauses) == 4


@pytest.mark.parametrize(("status", "body"), [(200, b"hello"), (200, b"[]"), (200, b"{}"), (404, b"<html>")])
def test_another_server_is_told_from_the_service(
    client: secondsource.Client, script: Script, status: int, body: bytes
) -> None:
    script.answers = [Answer(status, body)]

    with pytest.raises(secondsource.UnexpectedAnswerError, match="does not seem to be Second Source"):
        list(client.list_claims())


def test_a_refusal_names_the_fields(client: secondsource.Client, script: Script) -> None:
    errors = [{"field": "stated_on", "message": "must be a date"}]
    problem = {"type": "urn:x", "title": "Invalid", "status": 422, "detail": "one is wrong", "errors": errors}
    script.answers = [Answer(422, problem)]

    with pytest.raises(secondsource.SecondSourceError, match=r"^stated_on must be a date$") as caught:
        client.add_statement("Anna", "It is open.", "soon")

    assert isinstance(caught.value, secondsource.ProblemError)
    assert caught.value.problem.errors == (secondsource.FieldProblem("stated_on", "must be a date"),)
    assert caught.value.problem.type == "urn:x"


def test_many_are_sent_in_batches_and_each_has_its_result(client: secondsource.Client, script: Script) -> None:
    bad = {"title": "Invalid", "status": 422, "errors": [{"field": "text", "message": "is missing"}]}
    script.answers = [
        Answer(201, {"items": [{"id": "s", "status": "queued"}] * 100, "added": 100}),
        Answer(207, {"items": [bad], "added": 0}),
    ]
    new: secondsource.NewStatement = {"speaker": "Anna", "text": "x", "stated_on": date(2024, 7, 1)}

    results = client.add_statements(new for _ in range(101))

    assert len(results) == 101
    assert isinstance(results[100], secondsource.Problem)
    assert str(results[100]) == "text is missing"
    assert [len(body) for _, _, body in script.asked] == [100, 1]
    assert script.asked[1][2] == [{"speaker": "Anna", "text": "x", "stated_on": "2024-07-01"}]


def test_too_few_results_are_not_taken_for_success(client: secondsource.Client, script: Script) -> None:
    script.answers = [Answer(202, {"items": [], "added": 0})]

    with pytest.raises(secondsource.UnexpectedAnswerError, match="0 results for 1 items"):
        client.submit_all([{"text": "a"}])


def test_a_list_is_read_to_its_end(client: secondsource.Client, script: Script) -> None:
    script.answers = [
        Answer(200, {"items": [{"id": "a"}], "next_cursor": "x+/="}),
        Answer(200, {"items": [{"id": "b"}], "next_cursor": None}),
    ]
    since = datetime(2024, 7, 1, 14, tzinfo=UTC)

    found = client.list_claims(verdict="denied", needs_review=True, updated_since=since)

    assert [claim["id"] for claim in found] == ["a", "b"]
    query = "limit=200&verdict=denied&updated_since=2024-07-01T14%3A00%3A00%2B00%3A00&needs_review=true"
    assert [path for _, path, _ in script.asked] == [f"/v1/claims?{query}", f"/v1/claims?{query}&cursor=x%2B%2F%3D"]


def test_the_feed_goes_on_where_it_was_left(client: secondsource.Client, script: Script) -> None:
    def page(cursor: str, *ids: str) -> Answer:
        return Answer(200, {"items": [{"id": id} for id in ids], "next_cursor": cursor})

    script.answers = [page("p1", "a", "b"), page("p2", "c"), page("p2")]
    feed = client.changes("p0")

    kept = [(change["id"], feed.cursor) for change in feed]

    assert kept == [("a", "p0"), ("b", "p0"), ("c", "p1")]
    assert feed.cursor == "p2"
    assert script.asked[0][1] == "/v1/changes?cursor=p0&limit=200"
    assert all("Prefer" not in sent for sent in script.headers)


def test_a_feed_that_is_followed_waits_for_what_is_to_come(
    connection: Connection, script: Script, pauses: list[float]
) -> None:
    empty = {"items": [], "next_cursor": "p1"}
    script.answers = [
        Answer(200, empty, {"Preference-Applied": "wait=20"}),
        Answer(200, empty),
        Answer(200, empty, {"Retry-After": "7"}),
        Answer(200, {"items": [{"id": "a"}], "next_cursor": "p2"}),
    ]
    feed = secondsource.Feed(connection, cursor="now", follow=True, claim="c")

    assert next(feed)["id"] == "a"
    assert feed.cursor == "p1"
    assert pauses == [2.0, 7.0]
    assert script.asked[0][1] == "/v1/changes?cursor=now&claim=c&limit=200"
    assert all(sent["Prefer"] == "wait=20" for sent in script.headers)


def test_every_call_goes_to_its_route(client: secondsource.Client, script: Script) -> None:
    calls: list[tuple[Any, tuple[str, str, Any]]] = [
        (lambda: client.get_claim("a/b"), ("GET", "/v1/claims/a%2Fb", None)),
        (
            lambda: client.judge("c", "s", "refutes", "It says so."),
            ("PUT", "/v1/claims/c/evidence/s", {"relation": "refutes", "reason": "It says so."}),
        ),
        (lambda: client.unjudge("c", "s"), ("DELETE", "/v1/claims/c/evidence/s", None)),
        (
            lambda: client.pin("s", act="deny", origin=None, reason="Read."),
            ("PATCH", "/v1/statements/s", {"act": "deny", "origin": None, "reason": "Read."}),
        ),
        (lambda: client.approve("c", verdict="v"), ("POST", "/v1/claims/c/approval", {"verdict": "v"})),
        (lambda: client.withdraw_approval("c"), ("DELETE", "/v1/claims/c/approval", None)),
        (lambda: client.retract("s", "Wrong."), ("POST", "/v1/statements/s/retraction", {"reason": "Wrong."})),
        (
            lambda: client.add_confirmation("Anna", "denies", "2024-07-01", claim="c"),
            (
                "POST",
                "/v1/confirmations",
                {"source": "Anna", "position": "denies", "stated_on": "2024-07-01", "claim": "c"},
            ),
        ),
        (
            lambda: client.add_document("Daily", url="https://example.org"),
            ("POST", "/v1/documents", {"publisher": "Daily", "url": "https://example.org"}),
        ),
        (
            lambda: client.create_webhook("https://example.org/hook"),
            ("POST", "/v1/webhooks", {"url": "https://example.org/hook"}),
        ),
        (lambda: client.remove_webhook("w"), ("DELETE", "/v1/webhooks/w", None)),
    ]
    for call, asked in calls:
        script.answers = [Answer(204, b"") if "webhooks/w" in asked[1] else Answer(200, {"id": "x"})]
        call()
        assert script.asked[-1] == asked

    with pytest.raises(TypeError, match="either claim or text"):
        client.find_similar()
    with pytest.raises(TypeError, match="cannot be sent"):
        client.add_source("Anna", aliases={1})


def test_a_moment_to_ask_again_is_read_too() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)

    assert 25 < (read_retry_after({"Retry-After": soon}) or 0) <= 30
    assert read_retry_after({"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}) == 0
    assert read_retry_after({"Retry-After": "soon"}) is None
    assert read_retry_after({}) is None
