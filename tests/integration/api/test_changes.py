"""The feed of changes: every verdict once, in order."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

from benchmarks.polling.feed import Exactness, compare, follow_feed, list_recorded, write_verdicts
from store.database import Sessions, make_engine, make_sessions
from store.settings import Settings
from tests.integration.api.caller import Caller
from tests.integration.api.test_polling import Asked
from verifier.entities import Label

Give = Callable[..., None]

UNCONFIRMED, DENIED, DISPUTED = Label.UNCONFIRMED, Label.DENIED, Label.DISPUTED


def submit(client: Caller, *ids: str) -> None:
    client.post("/v1/claims", json=[{"id": id, "text": f"The bridge {id} is open"} for id in ids])


def read(client: Caller, **query: str) -> dict[str, Any]:
    page: dict[str, Any] = client.get("/v1/changes", query_string=query).json
    return page


def test_every_verdict_is_a_change_with_what_it_took_the_place_of(client: Caller, give_verdict: Give) -> None:
    submit(client, "a", "b")
    for claim, label in (("a", UNCONFIRMED), ("b", UNCONFIRMED), ("a", DENIED), ("a", DENIED), ("b", DISPUTED)):
        give_verdict(claim, label)

    items = read(client)["items"]

    assert [(item["claim"], item["previous"], item["verdict"]["label"]) for item in items] == [
        ("a", None, "unconfirmed"),
        ("b", None, "unconfirmed"),
        ("a", "unconfirmed", "denied"),
        ("b", "unconfirmed", "disputed"),
    ]
    last = items[-1]
    assert last.keys() == {"id", "claim", "text", "previous", "verdict", "causes", "changed_at"}
    assert last["verdict"] == client.get("/v1/claims/b").json["verdict"]
    assert (last["text"], last["causes"]) == ("The bridge b is open", [{"kind": "submitted", "id": "b"}])
    assert (last["id"], last["changed_at"]) == (last["verdict"]["id"], last["verdict"]["verified_at"])
    assert [item["claim"] for item in read(client, claim="b")["items"]] == ["b", "b"]


def test_there_is_always_a_cursor_to_go_on_from(client: Caller, give_verdict: Give) -> None:
    empty = read(client)
    assert empty["items"] == []
    assert read(client, cursor="now") == empty == read(client, cursor=empty["next_cursor"])
    submit(client, "a")
    for label in (UNCONFIRMED, DENIED, DISPUTED):
        give_verdict("a", label)

    first = read(client, cursor=empty["next_cursor"], limit="2")
    second = read(client, cursor=first["next_cursor"], limit="2")
    third = read(client, cursor=second["next_cursor"], limit="2")

    labels = [[item["verdict"]["label"] for item in page["items"]] for page in (first, second, third)]
    assert labels == [["unconfirmed", "denied"], ["disputed"], []]
    assert third["next_cursor"] == second["next_cursor"] == read(client, cursor="now")["next_cursor"]
    give_verdict("a", UNCONFIRMED)
    assert len(read(client, cursor=third["next_cursor"])["items"]) == 1


def test_a_cursor_of_another_record_is_refused(client: Caller) -> None:
    answer = client.get("/v1/changes?cursor=verdict-0123456789abcdef")
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "cursor")
    assert answer.json["errors"][0]["message"] == "must be a next_cursor that this service gave, or now"
    for path, headers, field in (
        ("/v1/changes/stream?cursor=none", {}, "cursor"),
        ("/v1/changes/stream", {"Last-Event-ID": "none"}, "Last-Event-ID"),
        ("/v1/changes?limit=0", {}, "limit"),
        ("/v1/changes?claim=a%20b", {}, "claim"),
    ):
        refused = client.get(path, headers=headers)
        assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, field), path
    assert len(client.context.waiting._seats) == 0


def test_a_page_that_is_as_it_was_answers_304(client: Caller, give_verdict: Give) -> None:
    submit(client, "a")
    etag = client.get("/v1/changes").headers["ETag"]
    assert client.get("/v1/changes", headers={"If-None-Match": etag}).status_code == 304
    give_verdict("a")
    assert client.get("/v1/changes", headers={"If-None-Match": etag}).status_code == 200


def test_the_next_change_can_be_waited_for(client: Caller, give_verdict: Give) -> None:
    submit(client, "a", "b")
    give_verdict("a")
    known = client.get("/v1/changes")
    of_any = Asked(client, "/v1/changes?cursor=now", Prefer="wait=20")
    of_one = Asked(client, "/v1/changes?cursor=now&claim=b", Prefer="wait=20")
    of_page = Asked(client, "/v1/changes", **{"Prefer": "wait=20", "If-None-Match": known.headers["ETag"]})

    give_verdict("a", DENIED)
    assert [item["claim"] for item in of_any.answer().json["items"]] == ["a"]
    assert len(of_page.answer().json["items"]) == 2
    assert of_one.waits
    give_verdict("b")
    assert [item["claim"] for item in of_one.answer().json["items"]] == ["b"]


def test_a_stream_has_the_changes_as_events_and_goes_on_where_it_was_cut_off(
    client: Caller, give_verdict: Give
) -> None:
    client.app.config.update(STREAM_SECONDS=0.5, HEARTBEAT_SECONDS=0.1)
    submit(client, "a", "b")
    give_verdict("a", UNCONFIRMED)
    give_verdict("b", DENIED)
    known = read(client)["items"]
    late = threading.Timer(0.2, give_verdict, ["b", DISPUTED])
    late.start()

    answer = client.get("/v1/changes/stream", buffered=True)

    late.join()
    assert (answer.status_code, answer.mimetype) == (200, "text/event-stream")
    assert answer.headers["Cache-Control"] == "no-store"
    opening, *events = answer.data.decode().split("\n\n")
    assert opening == "retry: 2000\nid: start"
    assert events.count(":") >= 2  # a heartbeat
    changes = [event for event in events if event not in (":", "")]
    id, name, data = changes[0].split("\n")
    assert (id, name) == (f"id: {known[0]['id']}", "event: verdict.changed")
    assert json.loads(data.removeprefix("data: ")) == known[0]
    assert [json.loads(change.split("data: ")[1])["verdict"]["label"] for change in changes] == [
        "unconfirmed",
        "denied",
        "disputed",
    ]

    def claims(path: str, **headers: str) -> str:
        text = client.get(path, headers=headers, buffered=True).data.decode()
        return "".join(json.loads(line[6:])["claim"] for line in text.split("\n") if line.startswith("data: "))

    client.app.config.update(STREAM_SECONDS=0.0)
    assert claims("/v1/changes/stream?cursor=start", **{"Last-Event-ID": known[0]["id"]}) == "bb"
    assert claims("/v1/changes/stream?claim=a") == "a"
    opening = client.get("/v1/changes/stream?cursor=now", buffered=True).data.decode()
    assert opening == f"retry: 2000\nid: {read(client, cursor='now')['next_cursor']}\n\n"
    assert client.call("HEAD", "/v1/changes/stream", buffered=True).status_code == 200
    assert len(client.context.waiting._seats) == 0


def test_nothing_is_skipped_or_repeated_while_twenty_write(settings: Settings, client: Caller) -> None:
    engine = make_engine(settings.database_url, connections=21)
    sessions: Sessions = make_sessions(engine)
    done = threading.Event()
    found: list[list[str]] = []

    def follow(limit: int) -> None:
        def ask(cursor: str | None) -> dict[str, Any]:
            place = {"cursor": cursor} if cursor else {}
            answer = client.get("/v1/changes", query_string={"limit": str(limit)} | place, headers={"Prefer": "wait=1"})
            page: dict[str, Any] = answer.json
            return page

        found.append(follow_feed(ask, done))

    readers = [threading.Thread(target=follow, args=(limit,)) for limit in (1, 7, 200)]
    for reader in readers:
        reader.start()
    write_verdicts(sessions, writers=20, seconds=2)
    done.set()
    for reader in readers:
        reader.join(30)
    recorded = list_recorded(sessions)
    engine.dispose()

    assert len(recorded) > 20
    exact = Exactness(recorded=len(recorded), skipped=0, repeated=0, out_of_order=0)
    assert [compare(read, recorded) for read in found] == [exact] * 3
