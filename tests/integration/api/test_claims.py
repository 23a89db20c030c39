from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from store.broker import QUEUE, connect_redis
from store.claims import begin_check, fail_claim, get_claim
from store.database import Sessions
from store.queue import measure
from store.settings import Settings
from tests.integration.api.caller import Caller
from verifier.entities import Label
from verifier.ports import Index

Give = Callable[..., None]

CLAIM = {"text": "The bridge is open"}
SAID = {"speaker": "Anna Berg", "text": "The bridge is open.", "stated_on": "2024-07-01"}


def test_a_claim_is_taken_and_queued(client: Caller, sessions: Sessions) -> None:
    answer = client.post("/v1/claims", json=CLAIM | {"language": "en-GB", "as_of": "2024-07-01", "reference": "desk 7"})

    assert (answer.status_code, answer.headers["Retry-After"]) == (202, "1")
    shown = answer.json
    assert answer.headers["Location"] == f"/v1/claims/{shown['id']}"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", shown.pop("created_at"))
    assert shown.pop("updated_at") > "2024"
    assert shown == CLAIM | {
        "id": shown["id"],
        "language": "en",
        "as_of": "2024-07-01",
        "reference": "desk 7",
        "status": "queued",
        "error": None,
        "verdict": None,
    }
    with sessions.begin() as session:
        assert measure(session)["verify_claim"]["depth"] == 1


def test_the_bell_rings_for_a_new_claim_and_not_for_a_known_one(client: Caller, settings: Settings) -> None:
    client.post("/v1/claims", json=CLAIM | {"id": "c"})
    client.post("/v1/claims", json=CLAIM | {"id": "c"})
    client.context.doorbell.close()  # when it has rung for what waits

    with connect_redis(settings.redis_url) as redis:
        messages = [json.loads(message) for message in redis.lrange(QUEUE, 0, -1)]
    assert [message["headers"]["task"] for message in messages] == ["verify_claim"]


def test_the_same_claim_again_is_the_one_on_record(client: Caller) -> None:
    first = client.post("/v1/claims", json=CLAIM | {"id": "c"})
    again = client.post("/v1/claims", json=CLAIM | {"id": "c"})
    other = client.post("/v1/claims", json=CLAIM | {"id": "c", "as_of": "2024-07-01"})

    assert (again.status_code, again.json, again.headers["Location"]) == (200, first.json, "/v1/claims/c")
    assert (other.status_code, other.json["type"]) == (409, "urn:secondsource:problem:conflict")


def test_the_verdict_is_shown_with_all_that_it_rests_on(
    client: Caller, interpret: Callable[[str], None], give_verdict: Give
) -> None:
    client.post("/v1/claims", json=CLAIM | {"id": "c"})
    client.post("/v1/statements", json=SAID | {"id": "s", "publisher": "Blatt"})
    interpret("s")
    give_verdict("c", Label.UNCONFIRMED, "s", affirming=("anna-berg",))

    shown = client.get("/v1/claims/c").json

    verdict = shown["verdict"]
    assert (shown["status"], shown["language"]) == ("verified", "en")
    assert verdict.pop("id").startswith("verdict-")
    assert verdict.pop("verified_at").endswith("Z")
    assert verdict == {
        "label": "unconfirmed",
        "confidence": 0.8,
        "credibility": 3,
        "reasons": ["Because."],
        "as_of": None,
        "engine": "engine 1",
        "policy": "policy 1",
        "needs_review": False,
        "origins": {"affirming": ["anna-berg"], "denying": []},
        "collapsed": [{"origin": "anna-berg", "statements": ["s"], "why": "Once."}],
        "evidence": [
            {
                "statement": "s",
                "relation": "supports",
                "score": 0.9,
                "act": "assert",
                "speaker": "anna-berg",
                "publisher": "blatt",
                "origin": "anna-berg",
                "stated_on": "2024-07-01",
                "url": None,
                "quote": "The ",
                "quote_start": 0,
                "quote_end": 4,
                "language": "en",
                "pinned_by": None,
            }
        ],
        "causes": [{"kind": "submitted", "id": "c"}],
        "approval": None,
    }


def test_a_claim_that_waits_says_when_to_ask_again_and_a_verified_one_does_not(
    client: Caller, sessions: Sessions, give_verdict: Give
) -> None:
    client.post("/v1/claims", json=CLAIM | {"id": "c"})
    assert 1 <= int(client.get("/v1/claims/c").headers["Retry-After"]) <= 60
    with sessions.begin() as session:
        begin_check(get_claim(session, "c"), language="en", index=Index(terms=frozenset()))
    assert 1 <= int(client.get("/v1/claims/c").headers["Retry-After"]) <= 60
    give_verdict("c")
    assert "Retry-After" not in client.get("/v1/claims/c").headers


def test_a_check_that_failed_is_an_error_and_no_verdict(client: Caller, sessions: Sessions) -> None:
    client.post("/v1/claims", json=CLAIM | {"id": "c"})
    with sessions.begin() as session:
        fail_claim(session, "c", "the model is out of memory")

    shown = client.get("/v1/claims/c").json

    assert (shown["status"], shown["error"], shown["verdict"]) == ("failed", "the model is out of memory", None)


def test_a_claim_whose_check_failed_can_be_checked_anew(client: Caller, sessions: Sessions) -> None:
    id = client.post("/v1/claims", json=CLAIM).json["id"]
    with sessions.begin() as session:
        fail_claim(session, id, "no model")
    answer = client.post(f"/v1/claims/{id}/verification")
    assert (answer.status_code, answer.headers["Location"]) == (202, f"/v1/claims/{id}")
    assert (answer.json["status"], answer.json["error"]) == ("queued", None)
    with sessions.begin() as session:
        assert measure(session)["verify_claim"]["depth"] == 1
    assert client.post("/v1/claims/nobody/verification").status_code == 404


def test_a_claim_that_is_as_it_was_answers_304_until_its_verdict_changes(client: Caller, give_verdict: Give) -> None:
    client.post("/v1/claims", json=CLAIM | {"id": "c"})
    etag = client.get("/v1/claims/c").headers["ETag"]
    assert re.fullmatch(r'"[0-9a-f]{32}"', etag)  # a strong one

    def ask(header: str) -> Any:
        return client.get("/v1/claims/c", headers={"If-None-Match": header})

    for header in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        answer = ask(header)
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", etag), header
    assert ask('"other"').status_code == 200

    give_verdict("c")
    fresh = ask(etag)
    assert (fresh.status_code, fresh.json["verdict"]["label"]) == (200, "unconfirmed")
    assert fresh.headers["ETag"] != etag


def test_every_verdict_is_listed_newest_first_page_by_page(client: Caller, give_verdict: Give) -> None:
    client.post("/v1/claims", json=CLAIM | {"id": "c"})
    labels = [Label.NO_EVIDENCE, Label.UNCONFIRMED, Label.DENIED]
    for label in labels:
        give_verdict("c", label)

    first = client.get("/v1/claims/c/verdicts?limit=2").json
    second = client.get(f"/v1/claims/c/verdicts?limit=2&cursor={first['next_cursor']}").json

    assert [item["label"] for item in first["items"] + second["items"]] == labels[::-1]
    assert second["next_cursor"] is None
    assert first["items"][0] == client.get("/v1/claims/c").json["verdict"]


def test_the_timeline_names_the_statement_behind_each_turn(
    client: Caller, interpret: Callable[[str], None], give_verdict: Give
) -> None:
    client.post("/v1/claims", json=CLAIM | {"id": "c"})
    assert client.get("/v1/claims/c/timeline").json == {"items": []}
    client.post("/v1/statements", json=SAID | {"id": "s"})
    interpret("s")
    give_verdict("c", Label.DENIED, "s")

    turns = client.get("/v1/claims/c/timeline").json

    assert turns == {"items": [{"date": "2024-07-01", "verdict": "denied", "cause": "s"}]}


def test_claims_are_found_by_verdict_status_words_and_change(client: Caller, give_verdict: Give) -> None:
    for id, text in (("a", "The bridge is open"), ("b", "The tunnel is open"), ("c", "100 % of it")):
        client.post("/v1/claims", json={"id": id, "text": text})
    give_verdict("a", Label.DENIED)
    give_verdict("b", Label.UNCONFIRMED)
    changed = client.get("/v1/claims/b").json["updated_at"]

    def found(**query: str) -> str:
        items = client.get("/v1/claims", query_string=query).json["items"]
        return "".join(item["id"] for item in items)

    assert found() == "abc"
    assert found(verdict="denied") == "a"
    assert found(verdict="no_evidence") == ""
    assert found(status="queued") == "c"
    assert found(status="verified", q="OPEN") == "ab"
    assert found(q="%") == "c"
    assert found(updated_since=changed) == "b"
    assert found(updated_since="2024-07-01T02:00:00+02:00") == "abc"
