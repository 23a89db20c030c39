"""A person stands by a verdict, for as long as it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.api.caller import Caller
from verifier.entities import Label

Give = Callable[..., None]

APPROVAL = "/v1/claims/c/approval"


@pytest.fixture(autouse=True)
def record(client: Caller) -> None:
    for id in ("c", "sure", "new"):
        client.post("/v1/claims", json={"id": id, "text": "The bridge is open"})


def needing(client: Caller, flag: str) -> list[str]:
    return [item["id"] for item in client.get(f"/v1/claims?needs_review={flag}").json["items"]]


def test_an_approval_belongs_to_the_verdict_and_takes_the_claim_off_the_work_list(
    client: Caller, give_verdict: Give
) -> None:
    give_verdict("c", Label.UNCONFIRMED, needs_review=True)
    give_verdict("sure", Label.DENIED)
    assert (needing(client, "true"), needing(client, "false")) == (["c"], ["sure"])
    first = client.get("/v1/claims/c")
    assert (first.json["verdict"]["approval"], first.json["verdict"]["needs_review"]) == (None, True)

    body = {"reviewer": "Ida Holm", "note": "Two calls.", "url": "https://example.org/bridge"}
    answer = client.post(APPROVAL, json=body | {"verdict": first.json["verdict"]["id"]})

    assert answer.status_code == 201
    shown = client.get("/v1/claims/c")
    approval = shown.json["verdict"]["approval"]
    assert approval == answer.json
    assert approval["id"].startswith("approval-")
    assert approval["approved_at"].endswith("Z")
    assert approval | body | {"withdrawn_at": None, "withdrawn_by": None} == approval
    assert shown.json["verdict"]["needs_review"] is False
    assert shown.headers["ETag"] != first.headers["ETag"]
    assert shown.json["updated_at"] > first.json["updated_at"]
    assert (needing(client, "true"), needing(client, "false")) == ([], ["c", "sure"])
    assert client.post(APPROVAL, json=body).status_code == 200  # the same again

    give_verdict("c", Label.DENIED, needs_review=True)

    verdicts = client.get("/v1/claims/c/verdicts").json["items"]
    assert [verdict["approval"] for verdict in verdicts] == [None, approval]
    assert client.get("/v1/claims/c").json["verdict"]["approval"] is None
    assert needing(client, "true") == ["c"]


def test_an_approval_is_withdrawn_or_takes_the_place_of_another(client: Caller, give_verdict: Give) -> None:
    give_verdict("c", needs_review=True)
    assert client.post(APPROVAL, json={}).json["reviewer"] == "local"
    other = client.post(APPROVAL, json={"url": "https://example.org/bridge"})
    assert (other.status_code, client.get("/v1/claims/c").json["verdict"]["approval"]) == (201, other.json)

    gone = client.delete(APPROVAL)

    assert (gone.status_code, gone.json["id"], gone.json["withdrawn_by"]) == (200, other.json["id"], "local")
    assert gone.json["withdrawn_at"] >= gone.json["approved_at"]
    assert client.get("/v1/claims/c").json["verdict"]["needs_review"] is True
    assert needing(client, "true") == ["c"]
    assert client.delete(APPROVAL).status_code == 404


def test_only_the_verdict_that_stands_can_be_approved(client: Caller, give_verdict: Give) -> None:
    assert client.post("/v1/claims/none/approval", json={}).status_code == 404
    assert client.delete("/v1/claims/none/approval").status_code == 404
    early = client.post(APPROVAL, json={})
    assert (early.status_code, early.json["detail"]) == (409, "There is no verdict on claim 'c' yet.")
    give_verdict("c")
    seen = client.get("/v1/claims/c").json["verdict"]["id"]
    give_verdict("c", Label.DENIED)
    late = client.post(APPROVAL, json={"verdict": seen})
    assert (late.status_code, late.json["type"]) == (409, "urn:secondsource:problem:conflict")
    assert "another verdict stands" in late.json["detail"].lower()
    assert client.get("/v1/claims/c").json["verdict"]["approval"] is None


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("reviewer", {"reviewer": ""}),
        ("note", {"note": 7}),
        ("url", {"url": "example.org"}),
        ("verdict", {"verdict": "a b"}),
        ("reviwer", {"reviwer": "Ida"}),
    ],
)
def test_a_bad_approval_is_refused_by_the_name_of_its_field(
    client: Caller, give_verdict: Give, field: str, body: Any
) -> None:
    give_verdict("c")
    answer = client.post(APPROVAL, json=body)
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)


def test_the_work_list_takes_true_or_false(client: Caller) -> None:
    answer = client.get("/v1/claims?needs_review=yes")
    assert answer.json["errors"] == [{"field": "needs_review", "message": "must be true or false"}]
