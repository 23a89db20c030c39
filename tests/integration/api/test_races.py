"""Requests that come at the same time: one is recorded, none fails without a reason."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import text

from store.database import Sessions
from tests.integration.api.caller import Answer, Caller
from tests.processes import wait_until

AT_ONCE = 6
CLAIM = {"id": "c", "text": "The bridge is open"}
SAID = {"id": "s", "speaker": "Anna", "text": "The bridge is open.", "stated_on": "2024-07-01"}
SOURCE = {"id": "bureau", "name": "Bureau"}


def send_at_once(client: Caller, sessions: Sessions, path: str, bodies: list[Any]) -> list[Answer]:
    """Hold all requests at the point where they would write, then let them go together."""
    table = {"/v1/claims": "claim", "/v1/statements": "statement", "/v1/sources": "source"}[path]
    answers: list[Answer] = []
    threads = [
        threading.Thread(target=lambda body=body: answers.append(client.post(path, json=body))) for body in bodies
    ]
    with sessions.begin() as session:
        session.execute(text(f"LOCK TABLE {table} IN SHARE MODE"))
        for thread in threads:
            thread.start()
        wait_until(lambda: waiting(sessions) == len(threads), seconds=10)
    for thread in threads:
        thread.join(15)
    assert len(answers) == len(bodies)
    return answers


def waiting(sessions: Sessions) -> int:
    with sessions.begin() as session:
        query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        return int(session.scalar(text(query)) or 0)


@pytest.mark.parametrize(
    ("path", "body", "created"),
    [("/v1/claims", CLAIM, 202), ("/v1/statements", SAID, 201), ("/v1/sources", SOURCE, 201)],
)
def test_the_same_thing_at_once_is_recorded_once(
    client: Caller, sessions: Sessions, path: str, body: dict[str, Any], created: int
) -> None:
    answers = send_at_once(client, sessions, path, [body] * AT_ONCE)

    assert Counter(answer.status_code for answer in answers) == {created: 1, 200: AT_ONCE - 1}
    assert len({answer.json["created_at"] for answer in answers}) == 1
    assert len(client.get(path).json["items"]) == 1


@pytest.mark.parametrize(
    ("path", "body", "field", "created"),
    [
        ("/v1/claims", CLAIM, "text", 202),
        ("/v1/statements", SAID, "text", 201),
        ("/v1/sources", SOURCE, "name", 201),
    ],
)
def test_different_things_of_one_id_at_once_are_one_and_a_conflict(
    client: Caller, sessions: Sessions, path: str, body: dict[str, Any], field: str, created: int
) -> None:
    bodies = [body | {field: f"Another {number}"} for number in range(AT_ONCE)]

    answers = send_at_once(client, sessions, path, bodies)

    assert Counter(answer.status_code for answer in answers) == {created: 1, 409: AT_ONCE - 1}
    kept = next(answer.json for answer in answers if answer.status_code == created)
    assert client.get(path).json["items"] == [kept]


def test_one_new_name_at_once_is_one_source(client: Caller, sessions: Sessions) -> None:
    bodies = [{name: value for name, value in SAID.items() if name != "id"}] * AT_ONCE

    answers = send_at_once(client, sessions, "/v1/statements", bodies)

    assert [answer.status_code for answer in answers] == [201] * AT_ONCE
    assert [item["id"] for item in client.get("/v1/sources").json["items"]] == ["anna"]


def test_several_at_once_in_opposite_orders_are_recorded_or_to_be_sent_again(client: Caller) -> None:
    items = [{"id": f"c{number}", "text": "The bridge is open"} for number in range(150)]
    answers: list[Answer] = []
    orders = [items, items[::-1], items, items[::-1]]
    threads = [
        threading.Thread(target=lambda order=order: answers.append(client.post("/v1/claims", json=order)))
        for order in orders
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(answers) == len(orders)
    assert {answer.status_code for answer in answers} <= {202, 503}
    assert all("Retry-After" in answer.headers for answer in answers)
    assert 202 in {answer.status_code for answer in answers}
    assert len(client.get("/v1/claims?limit=200").json["items"]) == len(items)
