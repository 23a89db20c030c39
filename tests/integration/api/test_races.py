"""Requests that come at the same time: one is recorded, none fails without a reason."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest

from tests.integration.api.caller import Answer, Caller

AtOnce = Callable[[str, Sequence[Callable[[], Answer]]], list[Answer]]

AT_ONCE = 6
CLAIM = {"id": "c", "text": "The bridge is open"}
SAID = {"id": "s", "speaker": "Anna", "text": "The bridge is open.", "stated_on": "2024-07-01"}
SOURCE = {"id": "bureau", "name": "Bureau"}


def post(client: Caller, path: str, bodies: list[Any]) -> list[Callable[[], Answer]]:
    return [partial(client.post, path, json=body) for body in bodies]


@pytest.mark.parametrize(
    ("table", "body", "created"), [("claim", CLAIM, 202), ("statement", SAID, 201), ("source", SOURCE, 201)]
)
def test_the_same_thing_at_once_is_recorded_once(
    client: Caller, at_once: AtOnce, table: str, body: dict[str, Any], created: int
) -> None:
    path = f"/v1/{table}s"

    answers = at_once(table, post(client, path, [body] * AT_ONCE))

    assert Counter(answer.status_code for answer in answers) == {created: 1, 200: AT_ONCE - 1}
    assert len({answer.json["created_at"] for answer in answers}) == 1
    assert len(client.get(path).json["items"]) == 1


@pytest.mark.parametrize(
    ("table", "body", "field"), [("claim", CLAIM, "text"), ("statement", SAID, "text"), ("source", SOURCE, "name")]
)
def test_different_things_of_one_id_at_once_are_one_and_a_conflict(
    client: Caller, at_once: AtOnce, table: str, body: dict[str, Any], field: str
) -> None:
    path = f"/v1/{table}s"
    bodies = [body | {field: f"Another {number}"} for number in range(AT_ONCE)]

    answers = at_once(table, post(client, path, bodies))

    conflicts = [answer for answer in answers if answer.status_code == 409]
    (kept,) = (answer.json for answer in answers if answer.status_code in (201, 202))
    assert len(conflicts) == AT_ONCE - 1
    assert [item["id"] for item in client.get(path).json["items"]] == [kept["id"]]
    assert client.get(path).json["items"][0][field] == kept[field]


def test_one_new_name_at_once_is_one_source(client: Caller, at_once: AtOnce) -> None:
    bodies = [{name: value for name, value in SAID.items() if name != "id"}] * AT_ONCE

    answers = at_once("source", post(client, "/v1/statements", bodies))

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
