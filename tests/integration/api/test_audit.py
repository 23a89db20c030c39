"""Who changed what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from store.database import Sessions
from store.keys import Scope, add_key
from store.settings import Settings
from tests.integration.api.caller import Caller

SAID = {"speaker": "Anna", "text": "The bridge is open.", "stated_on": "2024-07-01"}


@pytest.fixture
def closed(settings: Settings) -> Iterator[Caller]:
    caller = Caller(replace(settings, keys_required=True))
    yield caller
    caller.context.close()


def entries(client: Caller, query: str = "", **options: Any) -> list[tuple[str, str, str, list[str]]]:
    found = client.get(f"/v1/audit{query}", **options).json["items"]
    return [(entry["action"], entry["subject"], entry["change"], entry["fields"]) for entry in found]


def test_every_change_is_noted_with_its_call_and_nothing_else_is(client: Caller) -> None:
    client.post("/v1/sources", json={"id": "a", "name": "Anna"})
    client.post("/v1/sources", json={"id": "a", "name": "Anna"})
    client.patch("/v1/sources/a", json={"kind": "person", "name": "Anna"})
    client.post("/v1/statements", json=SAID | {"id": "s", "publisher": "Bureau"})
    client.post("/v1/statements", json={})
    client.post("/v1/claims", json=[{"id": "c", "text": "It is open"}, {"id": "d"}])
    taken = {"id": "k", "source": "a", "position": "denies", "claim": "c", "stated_on": "2024-07-01"}
    client.post("/v1/confirmations", json=taken)
    client.post("/v1/statements/s/retraction", json={"reason": "A secret reason."})
    client.post("/v1/statements/s/retraction", json={"reason": "Again."})
    client.get("/v1/claims")

    assert entries(client) == [
        ("POST /v1/statements/{id}/retraction", "statement:s", "changed", ["retracted_at", "retraction_reason"]),
        ("POST /v1/confirmations", "statement:k", "added", []),
        ("POST /v1/claims", "claim:c", "added", []),
        ("POST /v1/statements", "statement:s", "added", []),
        ("POST /v1/statements", "source:bureau", "added", []),
        ("PATCH /v1/sources/{id}", "source:a", "changed", ["kind"]),
        ("POST /v1/sources", "source:a", "added", []),
    ]
    page = client.get("/v1/audit")
    assert "secret reason" not in page.data.decode()
    assert {entry["actor"] for entry in page.json["items"]} == {"local"}
    assert {entry["key"] for entry in page.json["items"]} == {None}


def test_a_claim_that_is_to_be_checked_anew_is_noted(client: Caller) -> None:
    client.post("/v1/claims", json={"id": "c", "text": "It is open"})
    client.post("/v1/claims/c/verification")

    assert entries(client)[0] == ("POST /v1/claims/{id}/verification", "claim:c", "changed", ["status"])


def test_of_several_the_bad_ones_leave_no_entry(client: Caller) -> None:
    """Each is in a savepoint of its own; that of the second makes a source before it fails."""
    lines = [SAID | {"id": "s"}, SAID | {"id": "s", "speaker": "Bo"}, SAID | {"id": "t"}]
    assert client.post("/v1/statements", json=lines).status_code == 207

    assert [subject for _, subject, _, _ in entries(client)] == ["statement:t", "statement:s", "source:anna"]


def test_it_says_whose_key_it_was_and_can_be_searched(closed: Caller, sessions: Sessions) -> None:
    with sessions.begin() as session:
        made = [add_key(session, name=name, scope=Scope.ADMIN) for name in ("Jürgen", "desk")]
        ids = {row.name: row.id for row, _ in made}
    headers = {name: {"Authorization": f"Bearer {key}"} for name, (_, key) in zip(ids, made, strict=True)}
    closed.post("/v1/claims", json={"id": "c", "text": "It is open"}, headers=headers["Jürgen"])
    closed.post("/v1/sources", json={"id": "a", "name": "Anna"}, headers=headers["desk"])

    found = closed.get("/v1/audit?limit=1", headers=headers["desk"])
    first = found.json["items"][0]
    assert (first["actor"], first["key"], first["subject"]) == ("desk", ids["desk"], "source:a")
    options = {"headers": headers["desk"]}
    following = closed.get(f"/v1/audit?limit=1&cursor={found.json['next_cursor']}", **options).json
    assert [entry["actor"] for entry in following["items"]] == ["Jürgen"]
    assert following["next_cursor"] is None
    assert [subject for _, subject, _, _ in entries(closed, "?actor=J%C3%BCrgen", **options)] == ["claim:c"]
    assert [subject for _, subject, _, _ in entries(closed, "?subject=source:a", **options)] == ["source:a"]
    since = first["at"].replace("+", "%2B")
    assert len(entries(closed, f"?since={since}", **options)) == 1
    assert entries(closed, "?since=2100-01-01T00:00:00Z", **options) == []
    bad = closed.get("/v1/audit?since=today&limit=0", **options).json["errors"]
    assert {error["field"] for error in bad} == {"since", "limit"}


def test_an_entry_goes_with_its_change(client: Caller, sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.execute(text("ALTER TABLE task ADD CONSTRAINT no_more CHECK (false) NOT VALID"))
    try:
        assert client.post("/v1/claims", json={"id": "c", "text": "It is open"}).status_code >= 400
    finally:
        with sessions.begin() as session:
            session.execute(text("ALTER TABLE task DROP CONSTRAINT no_more"))

    assert entries(client) == []


@pytest.mark.parametrize("command", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit", "TRUNCATE audit"])
def test_nobody_can_change_or_delete_an_entry(client: Caller, sessions: Sessions, command: str) -> None:
    client.post("/v1/claims", json={"text": "It is open"})
    with sessions.begin() as session, pytest.raises(DBAPIError, match="audit is append-only"):
        session.execute(text(command))
