from __future__ import annotations

import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from cli.client import ClaimPendingError, Client, Collection, FieldProblem, Problem, ServiceError
from cli.errors import UnreachableError
from tests.scripted import Answer, Script, serving


@pytest.fixture
def script() -> Iterator[Script]:
    with serving() as script:
        yield script


@pytest.fixture
def client(script: Script) -> Iterator[Client]:
    with requests.Session() as session:
        yield Client(f"{script.url}/", session)


@pytest.mark.parametrize(("status", "new"), [(201, True), (202, True), (200, False)])
def test_add_tells_what_is_new_from_what_was_there(client: Client, script: Script, status: int, new: bool) -> None:
    script.answers = [Answer(status, {"id": "c1", "status": "queued"})]

    added = client.add(Collection.CLAIMS, {"id": "c1", "text": "Größe"})

    assert (added.resource["id"], added.new) == ("c1", new)
    assert script.asked == [("POST", "/v1/claims", {"id": "c1", "text": "Größe"})]


def test_a_refusal_carries_the_problem(client: Client, script: Script) -> None:
    errors = [{"field": "stated_on", "message": "must be a date"}]
    script.answers = [
        Answer(422, {"title": "Invalid", "status": 422, "detail": "one field is wrong", "errors": errors})
    ]

    with pytest.raises(ServiceError, match=r"^stated_on must be a date$") as caught:
        client.add(Collection.STATEMENTS, {})

    assert caught.value.problem == Problem(
        status=422,
        title="Invalid",
        detail="one field is wrong",
        errors=(FieldProblem("stated_on", "must be a date"),),
    )


def test_a_problem_without_fields_is_told_by_its_detail(client: Client, script: Script) -> None:
    script.answers = [Answer(409, {"title": "Conflict", "status": 409, "detail": "there is another source"})]

    with pytest.raises(ServiceError, match=r"^there is another source$"):
        client.add(Collection.SOURCES, {})


def test_add_many_gives_each_item_its_result(client: Client, script: Script) -> None:
    bad = {"title": "Invalid", "status": 422, "errors": [{"field": "text", "message": "is missing"}]}
    script.answers = [Answer(207, {"items": [{"id": "s1", "status": "queued"}, bad], "added": 1})]

    batch = client.add_many(Collection.STATEMENTS, [{"text": "a"}, {}])

    assert batch.results[0] == {"id": "s1", "status": "queued"}
    assert isinstance(batch.results[1], Problem)
    assert str(batch.results[1]) == "text is missing"
    assert batch.added == 1
    assert script.asked == [("POST", "/v1/statements", [{"text": "a"}, {}])]


def test_add_many_does_not_take_too_few_results_for_success(client: Client, script: Script) -> None:
    script.answers = [Answer(201, {"items": [], "added": 0})]

    with pytest.raises(UnreachableError, match="0 results for 1 items"):
        client.add_many(Collection.CLAIMS, [{"text": "a"}])


def test_walk_follows_cursors_to_the_end(client: Client, script: Script) -> None:
    script.answers = [
        Answer(200, {"items": [{"id": "a"}, {"id": "b"}], "next_cursor": "x+/="}),
        Answer(200, {"items": [{"id": "c"}], "next_cursor": None}),
    ]

    assert [source["id"] for source in client.walk(Collection.SOURCES, q="ministry")] == ["a", "b", "c"]

    queries = [parse_qs(urlsplit(path).query) for _, path, _ in script.asked]
    assert queries == [
        {"limit": ["200"], "q": ["ministry"]},
        {"limit": ["200"], "q": ["ministry"], "cursor": ["x+/="]},
    ]


def test_an_id_is_kept_in_one_piece_of_the_path(client: Client, script: Script) -> None:
    script.answers = [Answer(200, {"id": "a/b?c"}), Answer(200, {"id": "a/b?c"})]

    client.get(Collection.STATEMENTS, "a/b?c")
    client.retract("a/b?c", "a mistake")

    assert script.asked == [
        ("GET", "/v1/statements/a%2Fb%3Fc", None),
        ("POST", "/v1/statements/a%2Fb%3Fc/retraction", {"reason": "a mistake"}),
    ]


def test_await_claim_asks_as_often_as_retry_after_allows(client: Client, script: Script) -> None:
    pauses: list[float] = []
    script.answers = [
        Answer(200, {"id": "c", "status": "queued"}, {"Retry-After": "3"}),
        Answer(200, {"id": "c", "status": "verifying"}),
        Answer(200, {"id": "c", "status": "verified"}),
    ]

    claim = client.await_claim("c", patience=60, sleep=pauses.append)

    assert claim["status"] == "verified"
    assert pauses == [3.0, 0.5]


def test_await_claim_gives_back_a_failed_check(client: Client, script: Script) -> None:
    script.answers = [Answer(200, {"id": "c", "status": "failed", "error": "no model"})]

    assert client.await_claim("c", patience=60)["error"] == "no model"


def test_await_claim_ends_at_the_deadline_however_long_it_is_told_to_wait(client: Client, script: Script) -> None:
    script.answers = [Answer(200, {"id": "c", "status": "queued"}, {"Retry-After": "3600"})] * 2
    began = time.monotonic()

    with pytest.raises(ClaimPendingError, match=r"no verdict after 0\.2 s \(it is queued\)"):
        client.await_claim("c", patience=0.2)

    assert 0.2 <= time.monotonic() - began < 10


def test_check_ready_says_what_is_missing(client: Client, script: Script) -> None:
    script.answers = [
        Answer(503, {"title": "Not ready", "status": 503, "detail": "no worker has been seen"}),
        Answer(200, {"status": "ready"}),
    ]

    with pytest.raises(ServiceError, match="no worker has been seen"):
        client.check_ready()
    assert client.check_ready() == {"status": "ready"}


def test_where_nothing_listens_the_error_says_how_to_start_the_service() -> None:
    with requests.Session() as session, pytest.raises(UnreachableError, match=r"`secondsource up`.*--server"):
        Client("http://127.0.0.1:1", session).check_ready()


@pytest.mark.parametrize(
    ("status", "body"), [(502, b"<html>Bad Gateway</html>"), (200, b"hello"), (200, b"[]"), (200, b"{}")]
)
def test_another_server_is_told_from_the_service(client: Client, script: Script, status: int, body: bytes) -> None:
    script.answers = [Answer(status, body)]

    with pytest.raises(UnreachableError, match="does not seem to be Second Source"):
        list(client.walk(Collection.CLAIMS))
