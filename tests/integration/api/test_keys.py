"""The app as it asks for keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from api.keyring import GOOD_FOR, KeyRing
from store.database import Sessions, make_engine
from store.keys import Scope, add_key, revoke_key, rotate_key
from store.settings import Settings
from tests.integration.api.caller import Answer, Caller
from tests.integration.api.test_operations import NOWHERE

Make = Callable[..., str]
CLAIM = {"text": "The bridge is open"}


@pytest.fixture
def closed(settings: Settings) -> Iterator[Caller]:
    """Calls the app, which asks for keys."""
    caller = Caller(replace(settings, keys_required=True))
    yield caller
    caller.context.close()


@pytest.fixture
def make(sessions: Sessions) -> Make:
    """Makes a key."""

    def run(name: str, scope: Scope = Scope.READ, **options: Any) -> str:
        with sessions.begin() as session:
            return add_key(session, name=name, scope=scope, **options)[1]

    return run


def bearer(key: str) -> dict[str, Any]:
    return {"headers": {"Authorization": f"Bearer {key}"}}


def refusal(answer: Answer) -> tuple[int, str, str]:
    assert answer.mimetype == "application/problem+json"
    return answer.status_code, answer.json["type"].rpartition(":")[2], answer.headers["WWW-Authenticate"]


def test_without_a_key_nothing_is_told_but_how_the_service_is_and_how_to_use_it(closed: Caller, make: Make) -> None:
    before = closed.get("/v1/claims")
    assert refusal(before) == (401, "unauthorized", "Bearer")
    assert before.json["detail"].startswith("There is no key yet: make one with `secondsource keys create")

    make("desk")
    after = closed.post("/v1/claims", json={})
    assert refusal(after) == (401, "unauthorized", "Bearer")
    assert after.json["detail"] == "Send a key, with the header Authorization: Bearer ss_..."
    assert closed.get("/metrics").status_code == 401

    for path, status in {"/livez": 200, "/readyz": 503, "/openapi.json": 200, "/v1/nothing": 404}.items():
        assert closed.get(path).status_code == status, path


def test_a_key_that_is_not_good_is_told_apart_from_none(closed: Caller, make: Make) -> None:
    key = make("desk", Scope.ADMIN)

    for bad in (key[:-1] + "x", "ss_1_2", "x", "ü"):
        answer = closed.get("/v1/claims", **bearer(bad))
        assert refusal(answer) == (401, "unauthorized", 'Bearer error="invalid_token"'), bad
    for header in ("", "Bearer", f"Basic {key}", key):
        assert closed.get("/v1/claims", headers={"Authorization": header}).headers["WWW-Authenticate"] == "Bearer"
    assert closed.get(f"/v1/claims?key={key}").status_code == 401  # a key in an address ends up in logs
    assert closed.get("/v1/claims", headers={"Authorization": f"bearer  {key}"}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "needed"),
    [
        ("GET", "/v1/claims", Scope.READ),
        ("HEAD", "/v1/claims", Scope.READ),
        ("GET", "/metrics", Scope.READ),
        ("POST", "/v1/claims", Scope.WRITE),
        ("PATCH", "/v1/sources/a", Scope.WRITE),
        ("POST", "/v1/statements/a/retraction", Scope.WRITE),
        ("GET", "/v1/audit", Scope.ADMIN),
    ],
)
def test_each_route_needs_a_scope_and_a_larger_one_will_do(
    closed: Caller, make: Make, method: str, path: str, needed: Scope
) -> None:
    for scope in Scope:
        answer = closed.call(method, path, **bearer(make(scope.value, scope)))
        if list(Scope).index(scope) >= list(Scope).index(needed):
            assert answer.status_code not in (401, 403), scope
        else:
            challenge = f'Bearer error="insufficient_scope", scope="{needed}"'
            assert refusal(answer) == (403, "forbidden", challenge)
            detail = f"This needs a key of the scope {needed}; the key '{scope}' has {scope}."
            assert answer.json["detail"] == detail


def test_a_revoked_or_rotated_key_is_refused_once_it_is_looked_up_again(sessions: Sessions, make: Make) -> None:
    now = 100.0
    ring = KeyRing(sessions, clock=lambda: now)
    old, lost = make("old"), make("lost")
    assert ring.find(old)
    assert ring.find(lost)
    with sessions.begin() as session:
        revoke_key(session, "lost")
        new = rotate_key(session, "old", overlap=timedelta(0))[1]

    now += GOOD_FOR - 0.1
    assert ring.find(lost)
    now += 0.2
    assert [bool(ring.find(key)) for key in (old, lost, new)] == [False, False, True]


def test_while_the_database_is_gone_a_key_that_was_good_still_gets_the_measures(closed: Caller, make: Make) -> None:
    key = make("prometheus")
    now = 0.0
    closed.context.keys = KeyRing(closed.context.sessions, clock=lambda: now)
    assert closed.get("/metrics", **bearer(key)).status_code == 200
    now = 3_600.0
    gone = make_engine(NOWHERE)
    closed.context.sessions.configure(bind=gone)

    answer = closed.get("/metrics", **bearer(key))
    assert (answer.status_code, b"secondsource_database_up 0.0" in answer.data) == (200, True)
    assert closed.get("/v1/claims", **bearer(key)).status_code == 503
    with pytest.raises(OperationalError):
        closed.context.keys.find(key)
    assert closed.get("/metrics", **bearer(f"ss_{'0' * 12}_{'0' * 64}")).status_code == 503
    gone.dispose()


def test_googles_clients_send_their_key_in_the_query(closed: Caller, make: Make) -> None:
    path, key = "/v1alpha1/claims:search?query=bridge", make("site")

    assert closed.get(path).status_code == 401
    assert closed.get(f"{path}&key=AIza").json["error"]["status"] == "UNAUTHENTICATED"
    assert closed.get(f"{path}&key={key}").status_code == 200


def test_two_holders_do_not_share_an_idempotency_key(closed: Caller, make: Make) -> None:
    answers = []
    for name in ("a", "b"):
        headers = bearer(make(name, Scope.WRITE))["headers"] | {"Idempotency-Key": "k"}
        answers.append([closed.post("/v1/claims", json=CLAIM | {"reference": name}, headers=headers) for _ in (1, 2)])

    assert {answer.status_code for pair in answers for answer in pair} == {202}
    assert all(first.data == second.data for first, second in answers)
    assert answers[0][0].json["id"] != answers[1][0].json["id"]


def test_the_document_says_which_scope_each_route_needs_where_keys_are_asked_for(
    closed: Caller, client: Caller
) -> None:
    document = closed.get("/openapi.json").json
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    paths = document["paths"]
    assert paths["/v1/claims"]["get"]["security"] == [{"key": ["read"]}]
    assert paths["/v1/claims"]["post"]["security"] == [{"key": ["write"]}]
    assert paths["/v1/audit"]["get"]["security"] == [{"key": ["admin"]}]
    assert "security" not in paths["/livez"]["get"]
    for path, operations in paths.items():
        for method, operation in operations.items():
            needs_key = "security" in operation
            assert ({"401", "403", "429"} <= operation["responses"].keys()) is needs_key, (method, path)
            for status in ("401", "403", "429") if needs_key else ():
                assert list(operation["responses"][status]["content"]) == ["application/problem+json"]
    assert "RateLimit" in paths["/v1/claims"]["post"]["responses"]["202"]["headers"]
    assert "Retry-After" in paths["/v1/claims"]["post"]["responses"]["429"]["headers"]

    opened = client.get("/openapi.json").json
    assert "securitySchemes" not in opened["components"]
    assert "401" not in opened["paths"]["/v1/claims"]["get"]["responses"]
