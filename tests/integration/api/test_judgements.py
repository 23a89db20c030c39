"""A person's word over the engine's: on how a statement stands to a claim, and on what a statement is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from store.claims import get_claim
from store.database import Sessions
from store.queue import measure
from tests.integration.api.caller import Caller
from verifier.entities import Label

Give = Callable[..., None]

CLAIM = {"id": "c", "text": "The bridge is open"}
SAID = {"id": "s", "speaker": "Anna Berg", "text": "The bridge is open.", "stated_on": "2024-07-01"}
PIN = {"relation": "refutes", "reason": "She meant the other bridge."}
EVIDENCE = "/v1/claims/c/evidence/s"


@pytest.fixture(autouse=True)
def record(client: Caller) -> None:
    client.post("/v1/claims", json=CLAIM)
    client.post("/v1/statements", json=SAID)


def queued(sessions: Sessions) -> list[tuple[str, float]]:
    with sessions.begin() as session:
        return [(name, task["depth"]) for name, task in measure(session).items()]


def test_a_judgement_is_kept_with_who_made_it_and_what_the_engine_had_said(
    client: Caller, sessions: Sessions, interpret: Callable[[str], None], give_verdict: Give
) -> None:
    interpret("s")
    give_verdict("c", Label.UNCONFIRMED, "s")
    with sessions.begin() as session:
        assert get_claim(session, "c").status == "verified"

    answer = client.put(EVIDENCE, json=PIN)

    assert answer.status_code == 200
    shown = dict(answer.json)
    assert shown.pop("id").startswith("judgement-")
    assert shown.pop("made_at").endswith("Z")
    assert shown == {
        "claim": "c",
        "statement": "s",
        "field": "relation",
        "value": "refutes",
        "reason": PIN["reason"],
        "by": "local",
        "engine_said": {"relation": "supports", "score": 0.9, "engine": "engine 1", "value": None},
    }
    assert client.get("/v1/claims/c").json["status"] == "queued"
    assert client.put(EVIDENCE, json=PIN).json == answer.json  # the same again changes nothing

    taken = client.delete(f"{EVIDENCE}?reason=A+mix-up.")
    assert (taken.status_code, taken.json["value"], taken.json["reason"]) == (200, None, "A mix-up.")
    assert client.delete(EVIDENCE).status_code == 404

    history = client.get("/v1/claims/c/judgements").json
    assert [item["value"] for item in history["items"]] == ["refutes", None]
    first = client.get("/v1/judgements?statement=s&limit=1").json
    assert first["items"] == history["items"][:1]
    rest = client.get(f"/v1/judgements?claim=c&cursor={first['next_cursor']}").json
    assert (rest["items"], rest["next_cursor"]) == (history["items"][1:], None)
    assert client.get("/v1/judgements?claim=other").json["items"] == []


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("relation", {"reason": "So."}),
        ("relation", PIN | {"relation": "denies"}),
        ("reason", {"relation": "refutes"}),
        ("reason", PIN | {"reason": " "}),
        ("because", PIN | {"because": "So."}),
    ],
)
def test_a_bad_judgement_is_refused_by_the_name_of_its_field(client: Caller, field: str, body: Any) -> None:
    answer = client.put(EVIDENCE, json=body)
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)


def test_a_judgement_is_on_a_claim_and_a_statement_that_counts(client: Caller) -> None:
    for path in ("/v1/claims/c/evidence/none", "/v1/claims/none/evidence/s"):
        assert client.put(path, json=PIN).status_code == 404
        assert client.delete(path).status_code == 404
    assert client.get("/v1/claims/none/judgements").status_code == 404
    assert client.put(EVIDENCE, data=b"x").status_code == 415
    client.post("/v1/statements/s/retraction", json={"reason": "A misprint."})
    refused = client.put(EVIDENCE, json=PIN)
    assert (refused.status_code, refused.json["detail"]) == (
        409,
        "Statement 's' was retracted and counts no more.",
    )
    assert client.delete(f"{EVIDENCE}?why=x").json["errors"][0]["field"] == "why"


def test_the_fields_of_a_statement_are_pinned_and_given_back(client: Caller, sessions: Sessions) -> None:
    assert client.get("/v1/statements/s").json["pinned"] == {}
    body = {"act": "deny", "origin": "Police", "proposition": "the bridge is shut", "reason": "I asked her."}

    shown = client.patch("/v1/statements/s", json=body).json

    assert (shown["act"], shown["origin"], shown["proposition"]) == ("deny", "police", "the bridge is shut")
    assert shown["inferred"] == ["language"]
    pinned = shown["pinned"]
    assert set(pinned) == {"act", "origin", "proposition"}
    assert pinned["act"].pop("at").endswith("Z")
    assert pinned["act"] == {"by": "local", "reason": "I asked her."}
    with sessions.begin() as session:
        assert measure(session)["interpret_statement"]["depth"] == 1

    assert client.patch("/v1/statements/s", json={"speaker": "Bo Dahl"}).json["speaker"] == "bo-dahl"
    back = client.patch("/v1/statements/s", json={"act": None, "speaker": None, "origin": None}).json
    assert (back["speaker"], back["inferred"], set(back["pinned"])) == (
        "anna-berg",
        ["language", "act", "origin"],
        {"proposition"},
    )
    assert client.patch("/v1/statements/s", json={}).json == client.get("/v1/statements/s").json
    made = client.get("/v1/judgements?statement=s").json["items"]
    assert [(item["field"], item["value"]) for item in made if item["field"] == "act"] == [
        ("act", "deny"),
        ("act", None),
    ]


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("act", {"act": "denies"}),
        ("origin", {"origin": ""}),
        ("speaker", {"speaker": 7}),
        ("proposition", {"proposition": " "}),
        ("reason", {"act": "deny", "reason": ""}),
        ("text", {"text": "Another."}),
    ],
)
def test_a_bad_change_of_a_statement_is_refused_by_the_name_of_its_field(client: Caller, field: str, body: Any) -> None:
    answer = client.patch("/v1/statements/s", json=body)
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)
    assert client.get("/v1/statements/s").json["pinned"] == {}


def test_a_confirmation_and_a_name_of_two_are_refused_too(client: Caller) -> None:
    new = {"id": "k", "source": "Bo", "position": "denies", "claim": "c", "stated_on": "2024-07-01"}
    client.post("/v1/confirmations", json=new)
    answer = client.patch("/v1/statements/k", json={"act": "assert"})
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "act")
    for id in ("a", "b"):
        client.post("/v1/sources", json={"id": id, "name": "The Office"})
    answer = client.patch("/v1/statements/s", json={"origin": "The Office"})
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "origin")
    assert client.patch("/v1/statements/none", json={"act": "deny"}).status_code == 404


def test_a_proposition_that_is_submitted_is_not_inferred(client: Caller) -> None:
    said = SAID | {"id": "p", "proposition": "the bridge is open"}
    shown = client.post("/v1/statements", json=said).json
    assert (shown["proposition"], shown["inferred"]) == ("the bridge is open", ["language", "act", "origin"])
    assert client.post("/v1/statements", json=said).status_code == 200
    assert client.post("/v1/statements", json=said | {"proposition": "it is shut"}).status_code == 409
