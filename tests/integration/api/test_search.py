"""What a person finds: words in any form, in both languages, and claims like another one."""

from __future__ import annotations

from typing import Any

import pytest

from store.claims import get_claim
from store.database import Sessions
from tests.integration.api.caller import Caller

SAID = [
    {"id": "s1", "speaker": "Council", "text": "The bridges were opened at noon.", "language": "en"},
    {"id": "s2", "speaker": "Amt", "text": "Die Brücken sind gesperrt, sagt die Übung.", "language": "de"},
    {"id": "s3", "speaker": "Council", "text": "No comment on ships & 50% tolls.", "language": "en"},
    {"id": "s4", "speaker": "Amt", "text": "Мост открыт, says bridge", "language": "ru"},
]
CLAIMS = [
    {"id": "c1", "text": "The bridge will open", "language": "en"},
    {"id": "c2", "text": "Die Brücke wird gesperrt", "language": "de"},
    {"id": "c3", "text": "Taxes will rise", "language": "en"},
    {"id": "c4", "text": "“The bridge will  OPEN.”", "language": "en"},
]


@pytest.fixture
def desk(client: Caller) -> Caller:
    """A record to look in."""
    days = (f"2024-07-0{number}" for number in range(1, 9))
    client.post("/v1/statements", json=[said | {"stated_on": day} for said, day in zip(SAID, days, strict=False)])
    client.post("/v1/claims", json=CLAIMS)
    return client


def ids(client: Caller, path: str, **query: str) -> list[str]:
    answer = client.get(path, query_string=query)
    assert answer.status_code == 200, answer.json
    return [item["id"] for item in answer.json["items"]]


def found(client: Caller, **query: str) -> list[str]:
    answer = client.get("/v1/search", query_string=query)
    assert answer.status_code == 200, answer.json
    return [(item["claim"] or item["statement"])["id"] for item in answer.json["items"]]


def similar(client: Caller, path: str, **query: str) -> list[tuple[str, str, float]]:
    items = client.get(path, query_string=query).json["items"]
    return [(item["claim"]["id"], item["by"], item["score"]) for item in items]


def test_lists_find_words_in_any_form_and_pieces_of_text(desk: Caller) -> None:
    assert ids(desk, "/v1/statements", q="bridge opening") == ["s1"]
    assert ids(desk, "/v1/statements", q="brücke") == ["s2"]
    assert ids(desk, "/v1/statements", q="gesper") == ["s2"]  # no word, but a piece of one
    assert ids(desk, "/v1/statements", q="50%") == ["s3"]
    assert ids(desk, "/v1/statements", q='"noon opened"') == []
    assert ids(desk, "/v1/claims", q="bridges -tax") == ["c1", "c4"]
    assert ids(desk, "/v1/claims", q="opened", status="verified") == []


def test_a_search_gives_the_best_first_and_says_where_the_words_are(desk: Caller) -> None:
    items = desk.get("/v1/search?q=brücke").json["items"]

    assert [item["kind"] for item in items] == ["claim", "statement"]
    assert items[0]["score"] > items[1]["score"]
    assert items[1]["snippet"] == "Die Brücken sind gesperrt, sagt die Übung."
    assert items[1]["highlights"] == [{"start": 4, "end": 11}]
    assert items[0]["highlights"] == [{"start": 4, "end": 10}]
    assert (items[0]["statement"], items[1]["claim"]) == (None, None)


def test_of_a_long_text_the_pieces_with_the_words_are_shown(desk: Caller) -> None:
    filler = "Nothing of note was said about anything else on this day. " * 20
    text = f"{filler}The mayor spoke first. {filler}The harbour was closed by the mayor. {filler}"
    desk.post("/v1/claims", json={"id": "long", "text": text, "language": "en"})

    [item] = desk.get("/v1/search?q=mayors harbours").json["items"]

    assert len(item["snippet"]) < 500 < len(item["claim"]["text"])
    words = {item["snippet"][mark["start"] : mark["end"]] for mark in item["highlights"]}
    assert words == {"mayor", "harbour"}


def test_a_search_takes_filters(desk: Caller) -> None:
    assert sorted(found(desk, q="bridge", kind="statement")) == ["s1", "s4"]
    assert found(desk, q="bridge", kind="statement", language="en") == ["s1"]
    assert found(desk, q="bridge or comment", speaker="council", until="2024-07-01") == ["s1"]
    assert found(desk, q="comment", since="2024-07-03", kind="statement") == ["s3"]
    assert found(desk, q="comment", since="2024-07-04", kind="statement") == []
    assert sorted(found(desk, q="bridge", kind="claim", since="2024-07-01")) == ["c1", "c4"]
    assert found(desk, q="bridge", kind="claim", until="2024-07-01") == []
    assert len(found(desk, q="bridge or brücke", limit="2")) == 2
    assert found(desk, q="the") == []  # what every text has finds none


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "q"),
        ({"q": " "}, "q"),
        ({"q": "a", "kind": "source"}, "kind"),
        ({"q": "a", "kind": "claim", "speaker": "council"}, "speaker"),
        ({"q": "a", "since": "yesterday"}, "since"),
        ({"q": "a", "limit": "0"}, "limit"),
    ],
)
def test_a_search_that_is_wrong_says_where(client: Caller, query: dict[str, str], field: str) -> None:
    answer = client.get("/v1/search", query_string=query)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json["errors"]] == [field]


@pytest.mark.parametrize("q", ["'", "\\", "a'b\\c <b>x</b>", '"', "- or -", "& | ! ( ) :* <->", "%_", "x" * 300])
def test_nothing_that_is_typed_breaks_a_search(desk: Caller, q: str) -> None:
    for path in ("/v1/search", "/v1/claims", "/v1/statements"):
        assert desk.get(path, query_string={"q": q}).status_code == 200
    assert desk.get("/v1/similar", query_string={"text": q}).status_code == 200


def test_the_same_text_is_found_before_it_is_submitted_again(desk: Caller) -> None:
    assert similar(desk, "/v1/similar", text="the bridge will open!") == [("c4", "text", 1.0), ("c1", "text", 1.0)]
    assert similar(desk, "/v1/similar", text="Brücken werden gesperrt", limit="1") == [("c2", "words", 1.0)]
    assert similar(desk, "/v1/similar", text="The bridge was closed for two days in May") == []


def test_claims_like_one_on_record_are_found_by_text_meaning_or_words(desk: Caller, sessions: Sessions) -> None:
    assert similar(desk, "/v1/claims/c1/similar") == [("c4", "text", 1.0)]

    def give(id: str, *vector: float) -> None:
        with sessions.begin() as session:
            row: Any = get_claim(session, id)
            row.vector, row.encoder = vector, "fake"

    give("c1", 1.0, 0.0)
    give("c2", 0.8, 0.6)
    give("c3", 0.0, 1.0)

    assert similar(desk, "/v1/claims/c1/similar") == [("c4", "text", 1.0), ("c2", "meaning", 0.8)]
    assert similar(desk, "/v1/claims/c1/similar", limit="1") == [("c4", "text", 1.0)]
    assert desk.get("/v1/claims/none/similar").status_code == 404
