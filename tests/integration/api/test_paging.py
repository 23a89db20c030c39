from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.api.caller import Caller

SAID = {"speaker": "Anna", "text": "The bridge is open.", "stated_on": "2024-07-01"}
BODIES = {
    "/v1/sources": lambda number: {"name": f"Source {number}", "id": f"i{number}"},
    "/v1/statements": lambda number: SAID | {"id": f"i{number}"},
    "/v1/claims": lambda number: {"id": f"i{number}", "text": "The bridge is open"},
}


def pages(client: Caller, path: str, limit: int) -> Iterator[list[str]]:
    cursor: dict[str, str] = {}
    while True:
        page = client.get(path, query_string={"limit": str(limit)} | cursor).json
        yield [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            return
        cursor = {"cursor": page["next_cursor"]}


@pytest.mark.parametrize("path", BODIES)
def test_every_page_has_what_follows_on_the_one_before_while_more_is_added(client: Caller, path: str) -> None:
    numbers = iter(range(100))

    def add(count: int) -> None:
        for _ in range(count):
            client.post(path, json=BODIES[path](next(numbers)))

    add(5)
    walked = []
    for page in pages(client, path, 2):
        walked.append(page)
        if len(walked) <= 2:
            add(1)

    assert walked == [["i0", "i1"], ["i2", "i3"], ["i4", "i5"], ["i6"]]


def test_a_full_last_page_has_no_next_one_and_an_empty_list_has_one_page(client: Caller) -> None:
    assert list(pages(client, "/v1/claims", 2)) == [[]]
    client.post("/v1/claims", json=[BODIES["/v1/claims"](number) for number in range(4)])
    assert [len(page) for page in pages(client, "/v1/claims", 2)] == [2, 2]


def test_a_page_has_fifty_items_unless_more_or_fewer_are_wanted(client: Caller) -> None:
    client.post("/v1/claims", json=[BODIES["/v1/claims"](number) for number in range(201)])

    assert [len(client.get(f"/v1/claims{q}").json["items"]) for q in ("", "?limit=1", "?limit=200")] == [50, 1, 200]
