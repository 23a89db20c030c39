from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from store.database import Sessions
from store.deliveries import Attempt, lease_webhooks, next_message, plan, record_failed
from store.settings import Settings
from tests.integration.api.caller import Answer, Caller
from tests.verdicts import change_verdict

PATH = "/v1/webhooks"
URL = "https://newsroom.example/second-source"
FAILED = Attempt(at="2026-11-27T08:00:00Z", seconds=0.1, status=500, error="the receiver answered 500")

PRIVATE = [
    "http://127.0.0.1/",
    "https://10.1.2.3/x",
    "http://[::1]/",
    "http://169.254.169.254/latest",
    "http://[64:ff9b::7f00:1]/",
]


def make(client: Caller, **fields: Any) -> dict[str, Any]:
    answer = client.post(PATH, json={"url": URL} | fields)
    assert answer.status_code == 201
    made: dict[str, Any] = answer.json
    return made


def one_error(answer: Answer) -> dict[str, str]:
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    [error] = answer.json["errors"]
    return dict(error)


def test_a_webhook_is_made_and_shows_its_secret_once(client: Caller) -> None:
    answer = client.post(PATH, json={"url": URL, "events": ["verdict.changed"], "description": "The desk"})

    made = answer.json
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{PATH}/{made['id']}"
    secret = made.pop("secret")
    assert secret.startswith("whsec_")
    assert made | {"id": "", "created_at": ""} == {
        "id": "",
        "url": URL,
        "description": "The desk",
        "events": ["verdict.changed"],
        "enabled": True,
        "disabled_at": None,
        "disabled_reason": None,
        "failures": 0,
        "delivered_at": None,
        "previous_secret_until": None,
        "created_at": "",
    }
    assert client.get(f"{PATH}/{made['id']}").json == made
    assert client.get(PATH).json == {"items": [made], "next_cursor": None}
    assert make(client)["secret"] != secret
    assert make(client)["events"] == ["verdict.changed"]


@pytest.mark.parametrize(
    ("field", "values", "message"),
    [
        ("url", ["", "newsroom.example", "ftp://newsroom.example/", None, 7], ""),
        ("url", PRIVATE, "cannot be called: the address is not on the public internet"),
        ("url", ["http://newsroom.example:8080/"], "cannot be called: port 8080 is not allowed: only 80 and 443 are"),
        ("url", ["https://me:word@newsroom.example/"], "must not have a user or a password in it"),
        ("events", [[]], "must have at least 1 item"),
        ("events", ["verdict.changed", None], "must be an array"),
        ("description", ["", "a\nb", 7], ""),
        ("secret", ["whsec_eA=="], "is not a field that is known here"),
    ],
)
def test_what_is_wrong_is_refused_by_the_name_of_its_field(
    client: Caller, field: str, values: list[object], message: str
) -> None:
    id = make(client)["id"]
    for value in values:
        for answer in (
            client.post(PATH, json={"url": URL} | {field: value}),
            client.patch(f"{PATH}/{id}", json={field: value}),
        ):
            error = one_error(answer)
            assert error["field"] == field, value
            assert error["message"].startswith(message), value


def test_an_event_that_is_none_is_refused(client: Caller) -> None:
    error = one_error(client.post(PATH, json={"url": URL, "events": ["verdict.changed", "claim.made"]}))
    assert error == {"field": "events.1", "message": "must be one of verdict.changed"}
    assert one_error(client.post(PATH, json={})) == {"field": "url", "message": "is required"}
    for wrong in ("yes", 1, None):
        answer = client.patch(f"{PATH}/{make(client)['id']}", json={"enabled": wrong})
        assert one_error(answer) == {"field": "enabled", "message": "must be true or false"}


@pytest.fixture
def allowing(settings: Settings) -> Iterator[Caller]:
    caller = Caller(replace(settings, webhook_allow=frozenset({"10.1.2.3", "localhost:5000"})))
    yield caller
    caller.context.close()


def test_a_host_that_the_operator_allows_is_taken(allowing: Caller) -> None:
    for url in ("http://10.1.2.3/", "https://10.1.2.3/x", "http://localhost:5000/"):
        assert allowing.post(PATH, json={"url": url}).status_code == 201
    for url in ("http://10.1.2.4/", "http://10.1.2.3:5000/", "http://localhost:5001/"):
        assert one_error(allowing.post(PATH, json={"url": url}))["field"] == "url"


def test_a_webhook_is_changed_disabled_and_enabled(client: Caller) -> None:
    id = make(client, description="The desk")["id"]

    moved = client.patch(f"{PATH}/{id}", json={"url": "https://other.example/", "description": None}).json
    assert (moved["url"], moved["description"], moved["enabled"]) == ("https://other.example/", None, True)
    off = client.patch(f"{PATH}/{id}", json={"enabled": False}).json
    assert (off["enabled"], off["disabled_reason"]) == (False, "a request switched it off")
    assert off["disabled_at"].endswith("Z")
    assert client.patch(f"{PATH}/{id}", json={"enabled": False}).json == off
    assert client.get(f"{PATH}/{id}").json == off
    on = client.patch(f"{PATH}/{id}", json={"enabled": True}).json
    assert (on["enabled"], on["disabled_at"], on["disabled_reason"]) == (True, None, None)


def test_a_secret_rotates(client: Caller) -> None:
    made = make(client)
    answer = client.post(f"{PATH}/{made['id']}/secret")
    assert answer.status_code == 200
    assert answer.json["secret"] not in ("", made["secret"])
    shown = client.get(f"{PATH}/{made['id']}").json
    assert shown["previous_secret_until"] == answer.json["previous_secret_until"] > shown["created_at"]
    assert "secret" not in shown


def test_a_test_and_a_failure_are_in_the_log_and_can_be_sent_again(client: Caller, sessions: Sessions) -> None:
    id = make(client)["id"]
    with sessions.begin() as session:
        verdict = change_verdict(session, "c")
        plan(session)
    test = client.post(f"{PATH}/{id}/test")
    assert (test.status_code, test.json["event"], test.json["verdict"]) == (202, "webhook.test", None)
    with sessions.begin() as session:
        [held] = lease_webhooks(session, limit=1, seconds=60)
        message = next_message(session, held, seconds=60)
        assert message
        record_failed(session, held, message.id, FAILED, again_in=60, rest=0)

    [newer, older] = client.get(f"{PATH}/{id}/deliveries").json["items"]
    assert newer == test.json
    assert (older["id"], older["event"], older["verdict"]) == (message.id, "verdict.changed", verdict)
    assert (older["status"], older["attempts"]) == (
        "pending",
        [{"at": FAILED.at, "seconds": 0.1, "status": 500, "error": "the receiver answered 500"}],
    )
    assert client.get(f"{PATH}/{id}").json["failures"] == 1

    again = client.post(f"{PATH}/{id}/deliveries/{message.id}/retry")
    assert (again.status_code, again.json["id"]) == (202, message.id)
    assert again.json["next_attempt_at"] < older["next_attempt_at"]
    first = client.get(f"{PATH}/{id}/deliveries", query_string={"limit": 1}).json
    assert [item["id"] for item in first["items"]] == [newer["id"]]
    rest = client.get(f"{PATH}/{id}/deliveries", query_string={"cursor": first["next_cursor"]}).json
    assert [item["id"] for item in rest["items"]] == [message.id]
    assert client.get(f"{PATH}/{id}/deliveries", query_string={"status": "failed"}).json["items"] == []
    assert one_error(client.get(f"{PATH}/{id}/deliveries", query_string={"status": "lost"}))["field"] == "status"


def test_what_is_removed_is_gone_and_so_is_what_never_was(client: Caller) -> None:
    id = make(client)["id"]
    delivery = client.post(f"{PATH}/{id}/test").json["id"]
    other = make(client)["id"]
    assert client.post(f"{PATH}/{other}/deliveries/{delivery}/retry").status_code == 404

    removed = client.call("DELETE", f"{PATH}/{id}")

    assert (removed.status_code, removed.data) == (204, b"")
    assert [item["id"] for item in client.get(PATH).json["items"]] == [other]
    for answer in (
        client.call("DELETE", f"{PATH}/{id}"),
        client.get(f"{PATH}/{id}"),
        client.patch(f"{PATH}/{id}", json={}),
        client.post(f"{PATH}/{id}/secret"),
        client.post(f"{PATH}/{id}/test"),
        client.get(f"{PATH}/{id}/deliveries"),
        client.post(f"{PATH}/{id}/deliveries/{delivery}/retry"),
    ):
        assert (answer.status_code, answer.json["type"]) == (404, "urn:secondsource:problem:not-found")
        assert answer.json["detail"] == f"There is no webhook '{id}'."
