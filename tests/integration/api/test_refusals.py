"""What is wrong is refused with a problem that names the field and says what would be right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.integration.api.caller import Answer, Caller

SOURCE = {"name": "Bureau"}
STATEMENT = {"speaker": "Anna", "text": "The bridge is open.", "stated_on": "2024-07-01"}
CONFIRMATION = {"source": "Anna", "position": "confirms", "claim": "c", "stated_on": "2024-07-01"}
CLAIM = {"text": "The bridge is open"}
GOOD = {
    "/v1/sources": SOURCE,
    "/v1/statements": STATEMENT,
    "/v1/confirmations": CONFIRMATION,
    "/v1/claims": CLAIM,
}

TOMORROW = (datetime.now(UTC).date() + timedelta(days=2)).isoformat()
DATES = ["2024-13-01", "2024-02-30", "20240701", "2024-W27-1", "01.07.2024", "2024-07-01T00:00:00Z", "", 20240701]
IDS = ["", "a b", "a/b", "ä", "a" * 101, ".", "..", "a\n", 7]
TEXTS = ["", " \n\t ", "a\x00b", "a\x1bb", "a\x85b", "a\rb", "a\ud800", "x" * 10_001, 7, ["x"]]
NAMES = ["", "  ", "a\nb", "a\x00", "n" * 301, 7, {"id": "x"}]
URLS: list[Any] = ["", "example.org", "ftp://example.org", "https://", "https:///x", "http://a:b/", "http://a b/"]
URLS += ["javascript:alert(1)", "https://example.org/" + "x" * 2048, "https://example.org/\x00", "http://[::1", 7]
LANGUAGES = ["english", "xx", "e", "", "de-", "DE_", 7]
COUNTRIES = ["kr", "KOR", "K", "", "ÅÄ", 7]

BAD: list[tuple[str, str, list[Any]]] = [
    ("/v1/sources", "name", [*NAMES, None]),
    ("/v1/sources", "id", IDS),
    ("/v1/sources", "kind", NAMES),
    ("/v1/sources", "country", COUNTRIES),
    ("/v1/sources", "parent", [*NAMES, "nobody"]),
    ("/v1/sources", "reliability", ["G", "a", "", 1, None]),
    ("/v1/sources", "aliases", ["Bureau", None, {}, ["x"] * 101]),
    ("/v1/sources", "nmae", ["Bureau"]),
    ("/v1/statements", "text", [*TEXTS, None]),
    ("/v1/statements", "speaker", [*NAMES, None]),
    ("/v1/statements", "publisher", NAMES),
    ("/v1/statements", "origin", NAMES),
    ("/v1/statements", "stated_on", [*DATES, TOMORROW, "0204-07-01", None]),
    ("/v1/statements", "published_on", [*DATES, TOMORROW, "2024-06-30"]),
    ("/v1/statements", "language", LANGUAGES),
    ("/v1/statements", "act", ["says", "ASSERT", "", 1]),
    ("/v1/statements", "url", URLS),
    ("/v1/statements", "id", IDS),
    ("/v1/statements", "quote", ["x"]),
    ("/v1/confirmations", "source", [*NAMES, None]),
    ("/v1/confirmations", "position", ["confirm", "", None]),
    ("/v1/confirmations", "claim", [*IDS, "nothing"]),
    ("/v1/confirmations", "statement", ["s", *IDS]),
    ("/v1/confirmations", "stated_on", [*DATES, TOMORROW, None]),
    ("/v1/confirmations", "text", [text for text in TEXTS if not isinstance(text, str) or text.strip()]),
    ("/v1/confirmations", "url", URLS),
    ("/v1/confirmations", "id", IDS),
    ("/v1/claims", "text", [*TEXTS, None]),
    ("/v1/claims", "language", LANGUAGES),
    ("/v1/claims", "as_of", DATES),
    ("/v1/claims", "reference", NAMES),
    ("/v1/claims", "id", IDS),
    ("/v1/claims", "verdict", ["denied"]),
]


@pytest.mark.parametrize(("path", "field", "values"), BAD, ids=[f"{path} {field}" for path, field, _ in BAD])
def test_a_bad_value_is_refused_by_the_name_of_its_field(
    client: Caller, path: str, field: str, values: list[Any]
) -> None:
    client.post("/v1/claims", json=CLAIM | {"id": "c"})

    for value in values:
        answer = client.post(path, json=GOOD[path] | {field: value})
        expect_invalid(answer, field, about=repr(value))


@pytest.mark.parametrize(
    ("path", "field"),
    [(path, field) for path, good in GOOD.items() for field in good if (path, field) != ("/v1/confirmations", "claim")],
)
def test_a_field_that_is_needed_is_missed(client: Caller, path: str, field: str) -> None:
    answer = client.post(path, json={name: value for name, value in GOOD[path].items() if name != field})

    expect_invalid(answer, field)
    assert answer.json["errors"] == [{"field": field, "message": "is required"}]


@pytest.mark.parametrize(
    ("path", "body", "field", "message"),
    [
        ("/v1/sources", SOURCE | {"aliases": ["ok", "", 3]}, "aliases.1", "must not be empty"),
        ("/v1/sources", SOURCE | {"country": "uk"}, "country", "must be the two capital letters of ISO 3166-1"),
        ("/v1/sources", SOURCE | {"reliability": "Z"}, "reliability", "must be one of A, B, C, D, E, F"),
        ("/v1/statements", STATEMENT | {"txt": 1}, "txt", "is not a field that is known here: check how it is spelled"),
        ("/v1/statements", STATEMENT | {"text": "x" * 10_001}, "text", "must have at most 10,000 characters; it has"),
        ("/v1/statements", STATEMENT | {"text": "a\x00"}, "text", "must not contain control characters but line feeds"),
        ("/v1/statements", STATEMENT | {"text": 5}, "text", "must be text"),
        (
            "/v1/statements",
            STATEMENT | {"stated_on": "1.7.24"},
            "stated_on",
            "must be a day of the calendar as",
        ),
        ("/v1/statements", STATEMENT | {"stated_on": TOMORROW}, "stated_on", "must not lie in the future"),
        ("/v1/statements", STATEMENT | {"published_on": "2024-06-01"}, "published_on", "must not be before stated_on"),
        ("/v1/statements", STATEMENT | {"language": "xx"}, "language", "must be the two letters of ISO 639-1"),
        ("/v1/statements", STATEMENT | {"url": "example.org"}, "url", "must be an address with its host that begins"),
        ("/v1/confirmations", CONFIRMATION | {"claim": None}, "statement", "must be given where claim is not"),
        ("/v1/confirmations", CONFIRMATION | {"claim": "nothing"}, "claim", "there is no claim 'nothing'"),
        ("/v1/claims", CLAIM | {"{x}": 1}, "{x}", "is not a field that is known here"),
        ("/v1/claims", CLAIM | {"z" * 500: 1}, "z" * 100, "is not a field that is known here"),
        ("/v1/claims", "text", "body", "must be a JSON object"),
        ("/v1/claims", None, "body", "must be a JSON object"),
        ("/v1/claims", [], "body", "must have at least one item"),
        ("/v1/sources", "text", "body", "must be a JSON object"),
    ],
)
def test_a_message_says_what_would_be_right(client: Caller, path: str, body: object, field: str, message: str) -> None:
    answer = client.post(path, json=body)

    expect_invalid(answer, field)
    messages = {error["field"]: error["message"] for error in answer.json["errors"]}
    assert messages[field].startswith(message)
    assert field in answer.json["detail"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("/v1/sources?limit=0", "limit"),
        ("/v1/sources?limit=201", "limit"),
        ("/v1/sources?limit=many", "limit"),
        ("/v1/sources?limit=1&limit=2", "limit"),
        ("/v1/sources?cursor=nonsense", "cursor"),
        ("/v1/sources?cursor=", "cursor"),
        ("/v1/sources?cursor=%C3%A4", "cursor"),
        ("/v1/sources?q=%00", "q"),
        ("/v1/sources?name=x", "name"),
        ("/v1/statements?since=yesterday", "since"),
        ("/v1/statements?until=2024-02-30", "until"),
        ("/v1/statements?speaker=%00", "speaker"),
        ("/v1/statements?publisher=", "publisher"),
        ("/v1/claims?verdict=true", "verdict"),
        ("/v1/claims?status=done", "status"),
        ("/v1/claims?updated_since=2024-07-01", "updated_since"),
        ("/v1/claims?updated_since=2024-07-01T00:00:00", "updated_since"),
        ("/v1/claims?updated_since=2024-07-01T00:00:00+02:00", "updated_since"),  # a plus that means a space
        ("/v1/claims?updated_since=1719792000", "updated_since"),
        ("/v1/claims/c/verdicts?limit=-1", "limit"),
    ],
)
def test_a_bad_query_is_refused_by_the_name_of_its_part(client: Caller, query: str, field: str) -> None:
    expect_invalid(client.get(query), field)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"name": None}, "name"), ({"id": "x"}, "id"), ({"aliases": None}, "aliases"), ({"parent": "nobody"}, "parent")],
)
def test_a_bad_change_is_refused(client: Caller, change: dict[str, Any], field: str) -> None:
    client.post("/v1/sources", json={"id": "bureau", "name": "Bureau"})

    expect_invalid(client.patch("/v1/sources/bureau", json=change), field)


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": None}, {"reason": "x", "by": "me"}])
def test_a_retraction_needs_a_reason_and_nothing_else(client: Caller, body: dict[str, Any]) -> None:
    client.post("/v1/statements", json=STATEMENT | {"id": "s"})

    assert client.post("/v1/statements/s/retraction", json=body).status_code == 422
    assert client.get("/v1/statements/s").json["retraction"] is None


@pytest.mark.parametrize(
    ("path", "change", "field", "shown"),
    [
        ("/v1/statements", {"language": "de_CH"}, "language", "de"),
        ("/v1/statements", {"language": "EN"}, "language", "en"),
        ("/v1/statements", {"text": "a\r\nb\tc"}, "text", "a\nb\tc"),
        ("/v1/statements", {"text": "x" * 10_000}, "text", "x" * 10_000),
        ("/v1/statements", {"text": "👍🏽"}, "text", "👍🏽"),
        ("/v1/statements", {"url": "http://[::1]:8080/a%20b#c"}, "url", "http://[::1]:8080/a%20b#c"),
        ("/v1/statements", {"published_on": "2024-07-01"}, "published_on", "2024-07-01"),
        ("/v1/claims", {"as_of": "9999-12-31"}, "as_of", "9999-12-31"),
        ("/v1/claims", {"as_of": "0001-01-01"}, "as_of", "0001-01-01"),
        ("/v1/claims", {"language": None}, "language", None),
        ("/v1/sources", {"country": "XX"}, "country", "XX"),
        ("/v1/sources", {"country": "INT"}, "country", "INT"),
        ("/v1/sources", {"id": "A.b_c:d-1"}, "id", "A.b_c:d-1"),
    ],
)
def test_an_unusual_value_that_is_right_is_taken(
    client: Caller, path: str, change: dict[str, Any], field: str, shown: object
) -> None:
    answer = client.post(path, json=GOOD[path] | change)

    assert answer.status_code in (201, 202)
    assert answer.json[field] == shown


@pytest.mark.parametrize(
    ("asked", "options", "status", "problem"),
    [
        ("POST /v1/claims", {"data": b"{", "content_type": "application/json"}, 400, "malformed"),
        ("POST /v1/claims", {"data": b"", "content_type": "application/json"}, 400, "malformed"),
        ("POST /v1/claims", {"data": b"\xff", "content_type": "application/json"}, 400, "malformed"),
        ("POST /v1/claims", {"data": b'{"text":NaN}', "content_type": "application/json"}, 400, "malformed"),
        ("POST /v1/claims", {"data": b"[" * 99_999, "content_type": "application/json"}, 400, "malformed"),
        ("POST /v1/claims", {"data": b"9" * 5_000, "content_type": "application/json"}, 400, "malformed"),
        ("POST /v1/sources", {"data": b"{", "content_type": "application/json"}, 400, "malformed"),
        ("GET /nowhere", {}, 404, "not-found"),
        ("POST /nowhere", {"data": b"x"}, 404, "not-found"),
        ("GET /v1/claims/none", {}, 404, "not-found"),
        ("GET /v1/claims/none/verdicts", {}, 404, "not-found"),
        ("GET /v1/claims/none/timeline", {}, 404, "not-found"),
        ("GET /v1/claims/%00", {}, 404, "not-found"),
        ("GET /v1/claims/a%20b", {}, 404, "not-found"),
        ("GET /v1/sources/none", {}, 404, "not-found"),
        ("PATCH /v1/sources/none", {"json": {"kind": "x"}}, 404, "not-found"),
        ("GET /v1/statements/none", {}, 404, "not-found"),
        ("POST /v1/statements/none/retraction", {"json": {"reason": "x"}}, 404, "not-found"),
        ("DELETE /v1/claims/none", {}, 405, "method-not-allowed"),
        ("GET /v1/confirmations", {}, 405, "method-not-allowed"),
        ("PUT /v1/sources/none", {"json": {}}, 405, "method-not-allowed"),
        ("POST /v1/claims", {"data": b"x" * 10_000_001, "content_type": "application/json"}, 413, "too-large"),
        ("POST /v1/claims", {"json": [CLAIM] * 5_001}, 413, "too-large"),
        ("POST /v1/claims", {"data": b"{}\n" * 5_001, "content_type": "application/x-ndjson"}, 413, "too-large"),
        ("POST /v1/claims", {"data": b'{"text":"x"}'}, 415, "unsupported-media-type"),
        ("POST /v1/claims", {"data": {"text": "x"}}, 415, "unsupported-media-type"),
        ("POST /v1/webhooks", {"data": b"{}", "content_type": "application/x-ndjson"}, 415, "unsupported-media-type"),
        ("PATCH /v1/sources/x", {"data": b"{}", "content_type": "text/plain"}, 415, "unsupported-media-type"),
    ],
)
def test_every_error_is_a_problem(
    client: Caller, asked: str, options: dict[str, Any], status: int, problem: str
) -> None:
    answer = client.call(*asked.split(), **options)

    expect_problem(answer, status, problem)
    assert client.get("/v1/claims").json["items"] == []


def test_a_method_that_cannot_be_used_is_answered_with_those_that_can(client: Caller) -> None:
    assert {"GET", "POST"} <= set(client.call("PUT", "/v1/claims", json={}).headers["Allow"].split(", "))


def test_a_name_that_cannot_be_written_is_refused_all_the_same(client: Caller) -> None:
    answer = client.post("/v1/claims", data=b'{"text":"x","\\ud800":1}', content_type="application/json")

    expect_problem(answer, 422, "invalid")


def expect_invalid(answer: Answer, field: str, about: str = "") -> None:
    assert answer.status_code == 422, (about, answer.json)
    expect_problem(answer, 422, "invalid")
    fields = [error["field"] for error in answer.json["errors"]]
    assert field in {name.split(".")[0] for name in fields} | set(fields), about
    assert all(error["message"] for error in answer.json["errors"])


def expect_problem(answer: Answer, status: int, problem: str) -> None:
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["type"] == f"urn:secondsource:problem:{problem}"
    assert answer.json["status"] == status
    assert answer.json["title"]
    assert answer.json["detail"].endswith(".")
