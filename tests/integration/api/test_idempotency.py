from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest

from tests.integration.api.caller import Answer, Caller

CLAIM = {"text": "The bridge is open"}
MANY = [{"text": "The bridge is open"}, {"text": ""}, {"text": "The tunnel is open"}]


def submit(client: Caller, body: Any, key: str = "key-1") -> Answer:
    return client.post("/v1/claims", json=body, headers={"Idempotency-Key": key})


def count(client: Caller) -> int:
    return len(client.get("/v1/claims").json["items"])


@pytest.mark.parametrize(("body", "status", "number"), [(CLAIM, 202, 1), (MANY, 207, 2)], ids=["one", "several"])
def test_the_same_key_and_body_get_the_same_answer(client: Caller, body: Any, status: int, number: int) -> None:
    first, second = submit(client, body), submit(client, body)

    assert (first.status_code, second.status_code) == (status, status)
    assert first.data == second.data
    assert dict(first.headers) == dict(second.headers)
    assert first.headers["Retry-After"] == "1"
    assert count(client) == number


def test_whatever_is_posted_may_be_sent_again_under_its_key(client: Caller) -> None:
    said = {"speaker": "Anna", "text": "The bridge is open.", "stated_on": "2024-07-01"}
    review = {"@type": "ClaimReview", "claimReviewed": "x", "author": {"name": "Checks"}, "reviewRating": "False"}
    submit(client, CLAIM | {"id": "c"}, "claim")
    for path, body in (
        ("/v1/sources", [{"name": "Bureau"}]),
        ("/v1/statements", said),
        ("/v1/confirmations", {"source": "Bo", "position": "denies", "claim": "c", "stated_on": "2024-07-01"}),
        ("/v1/documents", {"publisher": "Post", "text": "The bridge is open."}),
        ("/v1/claimreviews", review | {"datePublished": "2024-07-01"}),
    ):
        answers = [client.post(path, json=body, headers={"Idempotency-Key": "k"}) for _ in (1, 2)]
        assert {answer.status_code for answer in answers} <= {201, 202}, answers[0].json
        assert answers[0].data == answers[1].data
        other = client.post(path, json=[body, body], headers={"Idempotency-Key": "k"})
        assert other.status_code == 422
    assert len(client.get("/v1/statements").json["items"]) == 3


def test_the_answer_is_that_of_the_first_request_even_when_the_claim_has_a_verdict_by_now(
    client: Caller, give_verdict: Any
) -> None:
    first = submit(client, CLAIM)
    give_verdict(first.json["id"])

    assert submit(client, CLAIM).data == first.data


@pytest.mark.parametrize("other", [{"text": "Another"}, CLAIM | {"reference": "x"}, [CLAIM]])
def test_the_same_key_with_another_body_is_refused(client: Caller, other: Any) -> None:
    submit(client, CLAIM)

    answer = submit(client, other)

    assert (answer.status_code, answer.json["type"]) == (422, "urn:secondsource:problem:key-reused")
    assert count(client) == 1


def test_the_same_bytes_as_one_line_are_another_request(client: Caller) -> None:
    headers = {"Idempotency-Key": "k"}
    body = b'{"text":"The bridge is open"}'
    client.post("/v1/claims", data=body, content_type="application/json", headers=headers)

    answer = client.post("/v1/claims", data=body, content_type="application/x-ndjson", headers=headers)

    assert answer.json["type"] == "urn:secondsource:problem:key-reused"


def test_another_key_submits_again(client: Caller) -> None:
    ids = {submit(client, CLAIM, key).json["id"] for key in ("a", "b")}

    assert len(ids) == count(client) == 2


def test_a_request_that_was_refused_may_be_corrected_under_its_key(client: Caller) -> None:
    assert submit(client, {"text": ""}).status_code == 422
    assert submit(client, CLAIM).status_code == 202


@pytest.mark.parametrize("key", ["", "a b", "ä", "x" * 256])
def test_a_key_that_is_none_is_refused(client: Caller, key: str) -> None:
    answer = submit(client, CLAIM, key)

    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "idempotency_key")
    assert count(client) == 0


def test_the_same_request_at_once_waits_for_the_first_and_gets_its_answer(
    client: Caller, at_once: Callable[[str, Sequence[Callable[[], Answer]]], list[Answer]]
) -> None:
    answers = at_once("claim", [partial(submit, client, CLAIM)] * 6)

    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.data for answer in answers}) == count(client) == 1
