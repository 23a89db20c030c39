from __future__ import annotations

from collections.abc import Callable

from tests.integration.api.caller import Caller

SAID = {"speaker": "Anna Berg", "text": "The bridge is open.", "stated_on": "2024-07-01"}


def test_a_statement_is_recorded_word_for_word_and_what_is_absent_is_left_to_a_worker(client: Caller) -> None:
    answer = client.post("/v1/statements", json=SAID | {"text": " „Die Brücke\nist offen“ \n", "publisher": "Blatt"})

    assert answer.status_code == 201
    shown = answer.json
    assert answer.headers["Location"] == f"/v1/statements/{shown['id']}"
    assert client.get(answer.headers["Location"]).json == shown
    assert (shown.pop("created_at"), shown.pop("updated_at"), shown.pop("id")) > ("2024", "2024", "statement-")
    assert shown == {
        "speaker": "anna-berg",
        "publisher": "blatt",
        "origin": None,
        "text": "„Die Brücke\nist offen“",
        "language": None,
        "stated_on": "2024-07-01",
        "stated_from": None,
        "published_on": None,
        "act": None,
        "proposition": None,
        "quote_start": None,
        "quote_end": None,
        "url": None,
        "status": "queued",
        "error": None,
        "inferred": ["language", "act", "origin", "proposition"],
        "pinned": {},
        "extracted": False,
        "confidence": None,
        "document": None,
        "mention": None,
        "supersedes": None,
        "rejection_reason": None,
        "target": None,
        "retraction": None,
    }


def test_what_is_given_is_not_inferred(client: Caller) -> None:
    given = {
        "language": "de-AT",
        "act": "report",
        "origin": "Agentur",
        "published_on": "2024-07-02",
        "url": "https://example.org/a?b=ü",
    }
    shown = client.post("/v1/statements", json=SAID | given).json

    assert shown.items() >= (given | {"language": "de", "origin": "agentur"}).items()
    assert shown["inferred"] == ["proposition"]


def test_an_unknown_name_makes_a_source_and_a_known_one_is_found_by_any_of_its_names(client: Caller) -> None:
    client.post("/v1/sources", json={"name": "Bureau of Bridges", "id": "bureau", "aliases": ["BB"]})

    speakers = [
        client.post("/v1/statements", json=SAID | {"speaker": name}).json["speaker"]
        for name in ("bureau", "bb", "BUREAU  OF BRIDGES", "New Name", "new name")
    ]

    assert speakers == ["bureau", "bureau", "bureau", "new-name", "new-name"]
    assert [item["id"] for item in client.get("/v1/sources").json["items"]] == ["bureau", "new-name"]


def test_the_same_statement_again_is_the_one_on_record_even_after_it_was_interpreted(
    client: Caller, interpret: Callable[[str], None]
) -> None:
    assert client.post("/v1/statements", json=SAID | {"id": "s"}).status_code == 201
    interpret("s")

    again = client.post("/v1/statements", json=SAID | {"id": "s"})
    other = client.post("/v1/statements", json=SAID | {"id": "s", "text": "The bridge is closed."})

    assert (again.status_code, again.json["status"], again.json["act"]) == (200, "interpreted", "assert")
    assert (other.status_code, other.json["type"]) == (409, "urn:secondsource:problem:conflict")
    assert [item["text"] for item in client.get("/v1/statements").json["items"]] == [SAID["text"]]


def test_statements_are_found_by_who_where_what_and_when(client: Caller) -> None:
    rows = [
        {"id": "a", "stated_on": "2024-07-01", "publisher": "blatt"},
        {"id": "b", "stated_on": "2024-07-02", "speaker": "Bo"},
        {"id": "c", "stated_on": "2024-07-03", "text": "100 % offen_"},
    ]
    client.post("/v1/statements", json=[SAID | row for row in rows])

    def found(**query: str) -> str:
        items = client.get("/v1/statements", query_string=query).json["items"]
        return "".join(item["id"] for item in items)

    assert found() == "abc"
    assert found(speaker="anna-berg") == "ac"
    assert found(publisher="blatt") == "a"
    assert found(q="BRIDGE") == "ab"
    assert found(q="% offen_") == "c"
    assert found(since="2024-07-02") == "bc"
    assert found(until="2024-07-02") == "ab"
    assert found(since="2024-07-02", until="2024-07-02", speaker="bo") == "b"
    assert found(speaker="nobody") == ""


def test_a_retracted_statement_stays_on_record_with_the_reason(client: Caller) -> None:
    client.post("/v1/statements", json=SAID | {"id": "s"})

    first = client.post("/v1/statements/s/retraction", json={"reason": "A misprint."})
    second = client.post("/v1/statements/s/retraction", json={"reason": "Another reason."})

    assert (first.status_code, first.json["retraction"]["reason"]) == (200, "A misprint.")
    assert first.json["retraction"]["retracted_at"].endswith("Z")
    assert second.json == first.json == client.get("/v1/statements/s").json


def test_a_confirmation_is_a_statement_with_a_target(client: Caller) -> None:
    client.post("/v1/claims", json={"id": "c", "text": "The bridge is open"})
    client.post("/v1/statements", json=SAID | {"id": "s"})
    taken = {"source": "Ministry", "stated_on": "2024-07-02"}

    on_claim = client.post("/v1/confirmations", json=taken | {"claim": "c", "position": "denies", "text": "No."})
    on_statement = client.post("/v1/confirmations", json=taken | {"statement": "s", "position": "declines", "text": ""})

    assert (on_claim.status_code, on_statement.status_code) == (201, 201)
    assert on_claim.headers["Location"] == f"/v1/statements/{on_claim.json['id']}"
    assert client.get(on_claim.headers["Location"]).json == on_claim.json
    assert on_claim.json["target"] == {"claim": "c", "position": "denies"}
    assert on_statement.json["target"] == {"statement": "s", "position": "declines"}
    assert (on_claim.json["speaker"], on_claim.json["origin"], on_claim.json["text"]) == ("ministry", "ministry", "No.")
    assert on_statement.json["text"] == ""


def test_the_same_confirmation_again_is_the_one_on_record(client: Caller) -> None:
    client.post("/v1/claims", json={"id": "c", "text": "The bridge is open"})
    taken = {"id": "k", "source": "Ministry", "stated_on": "2024-07-02", "claim": "c", "position": "denies"}

    codes = [client.post("/v1/confirmations", json=taken | change).status_code for change in ({}, {}, {"text": "No."})]

    assert codes == [201, 200, 409]


def test_a_retracted_statement_cannot_be_confirmed(client: Caller) -> None:
    client.post("/v1/statements", json=SAID | {"id": "s"})
    client.post("/v1/statements/s/retraction", json={"reason": "A misprint."})

    answer = client.post(
        "/v1/confirmations",
        json={"source": "Ministry", "stated_on": "2024-07-02", "statement": "s", "position": "confirms"},
    )

    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "statement")
