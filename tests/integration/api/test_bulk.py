from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import text

from store.broker import QUEUE, connect_redis
from store.database import Sessions
from store.settings import Settings
from tests.integration.api.caller import Answer, Caller

SAID = {"speaker": "Anna", "text": "The bridge is open.", "stated_on": "2024-07-01"}


def as_lines(items: list[Any]) -> dict[str, Any]:
    """The items as NDJSON; what is bytes already stays as it is."""
    lines = [item if isinstance(item, bytes) else json.dumps(item).encode() for item in items]
    return {"data": b"\n".join(lines), "content_type": "application/x-ndjson"}


def stored(client: Caller, path: str = "/v1/statements") -> list[str]:
    return [item["text"] for item in client.get(f"{path}?limit=200").json["items"]]


@pytest.mark.parametrize("encode", [lambda items: {"json": items}, as_lines], ids=["array", "lines"])
def test_several_are_recorded_in_their_order(client: Caller, encode: Any) -> None:
    texts = [f"Bridge {number} is open." for number in range(7)]

    answer = client.post("/v1/statements", **encode([SAID | {"text": text} for text in texts]))

    assert answer.status_code == 201
    assert [item["text"] for item in answer.json["items"]] == stored(client) == texts
    assert answer.json["added"] == 7
    assert all(item == client.get(f"/v1/statements/{item['id']}").json for item in answer.json["items"])


def test_the_good_ones_are_kept_and_each_bad_one_has_its_problem(client: Caller) -> None:
    client.post("/v1/statements", json=SAID | {"id": "known", "text": "zero"})
    items: list[Any] = [
        SAID | {"text": "one"},
        SAID | {"text": ""},
        SAID | {"text": "two", "id": "known"},
        7,
        b"{nonsense",
        SAID | {"text": "three"},
        SAID | {"txt": "x"},
        b"  ",
        SAID | {"text": "zero", "id": "known"},
        SAID | {"text": "four"},
    ]

    answer = client.post("/v1/statements", **as_lines(items))

    assert answer.status_code == 207
    assert [summary(item) for item in answer.json["items"]] == [
        "one",
        (422, "text must not be empty."),
        (409, "There is another statement 'known': retract it, or give this one an id of its own."),
        (422, "body must be a JSON object."),
        (400, "Line 5 is not valid JSON."),
        "three",
        (422, "txt is not a field that is known here: check how it is spelled."),
        "zero",
        "four",
    ]
    assert answer.json["added"] == 3
    assert answer.json["items"][1]["errors"] == [{"field": "text", "message": "must not be empty"}]
    assert stored(client) == ["zero", "one", "three", "four"]


def summary(item: dict[str, Any]) -> object:
    return (item["status"], item["detail"]) if isinstance(item["status"], int) else item["text"]


def test_a_bad_one_takes_no_source_with_it(client: Caller) -> None:
    client.post("/v1/statements", json=SAID | {"id": "known"})

    client.post("/v1/statements", json=[SAID | {"id": "known", "speaker": "Nobody"}, SAID])

    assert [item["id"] for item in client.get("/v1/sources").json["items"]] == ["anna"]


def test_sources_are_recorded_several_at_once_with_those_above_them_first(client: Caller) -> None:
    sent = [{"name": "Port"}, {"name": "Pier", "parent": "port"}, {"name": "Quay", "parent": "no"}, {"name": "Port"}]

    answer = client.post("/v1/sources", json=sent)

    assert answer.status_code == 207
    assert [item.get("id") or item["detail"][:6] for item in answer.json["items"]] == ["port", "pier", "parent", "port"]
    assert answer.json["added"] == 2
    assert client.post("/v1/sources", json=sent[:2]).json["added"] == 0
    assert [item["id"] for item in client.get("/v1/sources").json["items"]] == ["port", "pier"]


def test_one_that_comes_twice_is_recorded_once(client: Caller) -> None:
    answer = client.post("/v1/claims", json=[{"id": "c", "text": "The bridge is open"}] * 3)

    assert answer.status_code == 202
    assert answer.headers["Retry-After"] == "1"
    assert [item["id"] for item in answer.json["items"]] == ["c"] * 3
    assert answer.json["added"] == 1
    assert stored(client, "/v1/claims") == ["The bridge is open"]


def test_several_confirmations_may_be_of_what_was_posted_before_them(client: Caller) -> None:
    client.post("/v1/claims", json={"id": "c", "text": "The bridge is open"})
    taken = {"source": "Ministry", "stated_on": "2024-07-02", "position": "denies"}

    answer = client.post("/v1/confirmations", json=[taken | {"claim": "c"}, taken | {"claim": "none"}])

    assert answer.status_code == 207
    assert answer.json["items"][0]["target"] == {"claim": "c", "position": "denies"}
    assert answer.json["items"][1]["errors"][0]["field"] == "claim"


def test_several_batches_are_taken_in_their_order_and_the_bell_rings_for_a_few(
    client: Caller, settings: Settings
) -> None:
    items = [{"text": f"Bridge {number} is open"} for number in range(401)]

    answer = client.post("/v1/claims", **as_lines(items))
    client.context.doorbell.close()

    assert (answer.status_code, answer.json["added"]) == (202, 401)
    assert [item["text"] for item in answer.json["items"]] == [item["text"] for item in items]
    with connect_redis(settings.redis_url) as redis:
        assert redis.llen(QUEUE) == 50


def test_where_the_database_fails_on_the_way_what_was_kept_is_said(client: Caller, sessions: Sessions) -> None:
    items = [{"text": f"Bridge {number} is open"} for number in range(500)]
    items[300]["text"] = "poison"
    with failing_on_poison(sessions):
        answer = client.post("/v1/claims", json=items)

    expect_first_batch_alone(answer)
    assert len(stored(client, "/v1/claims")) == 200
    assert client.get("/v1/claims?q=Bridge 200 ").json["items"] == []


def test_where_the_database_fails_at_once_nothing_was_kept(client: Caller, sessions: Sessions) -> None:
    with failing_on_poison(sessions):
        answer = client.post("/v1/claims", json=[{"text": "good"}, {"text": "poison"}])

    assert (answer.status_code, answer.json["type"]) == (503, "urn:secondsource:problem:unavailable")
    assert answer.headers["Retry-After"] == "2"
    assert stored(client, "/v1/claims") == []


def expect_first_batch_alone(answer: Answer) -> None:
    assert (answer.status_code, answer.json["added"]) == (207, 200)
    statuses = [item["status"] for item in answer.json["items"]]
    assert statuses == ["queued"] * 200 + [503] * 300


class failing_on_poison:  # noqa: N801  reads as a sentence where it is used
    """While it lasts, PostgreSQL gives up on a claim whose text is `poison`, as it does on a deadlock."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __enter__(self) -> None:
        self._run(
            "CREATE FUNCTION give_up() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$",
            "CREATE TRIGGER poison BEFORE INSERT ON claim FOR EACH ROW WHEN (NEW.text = 'poison')"
            " EXECUTE FUNCTION give_up()",
        )

    def __exit__(self, *_: object) -> None:
        self._run("DROP TRIGGER poison ON claim", "DROP FUNCTION give_up")

    def _run(self, *statements: str) -> None:
        with self._sessions.begin() as session:
            for statement in statements:
                session.execute(text(statement))
