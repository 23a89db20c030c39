"""Articles are taken in and shown; what a worker makes of them is in tests/integration/worker."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from store.database import Sessions
from store.documents import get_document
from store.tables import StatementRow
from tests.integration.api.caller import Caller

POSTED = {"publisher": "Norstad Post", "text": "“The bridge is open,” said Anna Berg."}
TOMORROW = (datetime.now(UTC).date() + timedelta(days=2)).isoformat()


@pytest.fixture
def extract(sessions: Sessions) -> Any:
    """Gives a document one proposed statement, as a worker would."""

    def run(id: str, **fields: Any) -> str:
        with sessions.begin() as session:
            document = get_document(session, id)
            document.text, document.language, document.status = f"News. {POSTED['text']}", "en", "extracted"
            mention = {"name": "Anna Berg", "role": "mayor", "affiliation": None, "candidates": ["a-1", "a-2"]}
            values: dict[str, Any] = {
                "speaker": None,
                "act": "assert",
                "proposition": "The bridge is open",
                "confidence": 0.4,
            }
            values |= {"stated_on": "2024-07-01", "document": id, "document_start": 6, "document_end": 43}
            values |= {"text": POSTED["text"], "quote_start": 1, "quote_end": 20, "inferred": ["speaker", "origin"]}
            values |= {"status": "proposed", "mention": mention | {"own_knowledge": True}, "id": "found"}
            session.add(StatementRow(**values | fields))
        return "found"

    return run


def test_an_article_is_taken_in_and_will_be_read(client: Caller) -> None:
    answer = client.post(
        "/v1/documents", json=POSTED | {"text": f" {POSTED['text']}\r\n", "published_on": "2024-07-01"}
    )

    shown = answer.json
    assert (answer.status_code, answer.headers["Retry-After"]) == (202, "1")
    assert answer.headers["Location"] == f"/v1/documents/{shown['id']}"
    found = client.get(answer.headers["Location"])
    assert (found.json, found.headers["Retry-After"]) == (shown, "1")
    assert (shown.pop("created_at"), shown.pop("updated_at"), shown.pop("id")) > ("2024", "2024", "document-")
    assert shown == {
        "status": "queued",
        "error": None,
        "title": None,
        "language": None,
        "publisher": "norstad-post",
        "published_on": "2024-07-01",
        "url": None,
        "agencies": [],
        "inferred": ["title", "language"],
        "same_as": None,
        "text": None,
        "statements": [],
    }


def test_the_same_document_again_is_the_one_on_record_and_another_version_is_read(client: Caller) -> None:
    named = POSTED | {"id": "d"}
    codes = [
        client.post("/v1/documents", json=body).status_code
        for body in (named, named, named | {"text": "Closed."}, named | {"text": "Closed.", "title": "Bridge"})
    ]
    other = client.post("/v1/documents", json=named | {"publisher": "Elmtal Bote"})
    assert codes == [202, 200, 202, 202]
    assert (other.status_code, other.json["type"]) == (409, "urn:secondsource:problem:conflict")

    address = {"publisher": "Norstad Post", "url": "https://example.org/a"}
    first, again = (client.post("/v1/documents", json=address) for _ in range(2))
    assert (first.status_code, again.status_code, again.json["id"]) == (202, 202, first.json["id"])
    assert client.post("/v1/documents", json=address | {"id": "e"}).status_code == 409

    keyed = {"headers": {"Idempotency-Key": "k"}, "json": POSTED}
    one, same = (client.post("/v1/documents", **keyed) for _ in range(2))
    assert (same.status_code, same.data) == (202, one.data)


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({"publisher": "P"}, "url", "must be given where text and html are not, and only then: none given"),
        (POSTED | {"html": "<p>x"}, "url", "must be given where text and html are not, and only then: text and html"),
        (POSTED | {"url": "https://example.org"}, "url", "must be given where text and html are not"),
        ({"text": "x"}, "publisher", "is required"),
        (POSTED | {"text": " "}, "text", "must not be empty"),
        (POSTED | {"text": "x" * 200_001}, "text", "must have at most 200,000 characters; it has 200,001"),
        (POSTED | {"text": "a\0"}, "text", "must not contain control characters"),
        ({"publisher": "P", "html": " \n"}, "html", "must not be empty"),
        ({"publisher": "P", "html": "x" * 5_000_001}, "html", "must have at most 5,000,000 bytes in UTF-8; it has"),
        ({"publisher": "P", "html": "\ud800"}, "html", "must not contain half of a surrogate pair"),
        ({"publisher": "P", "url": "file:///etc/passwd"}, "url", "must be an address with its host that begins with"),
        (POSTED | {"published_on": TOMORROW}, "published_on", "must not lie in the future"),
        (POSTED | {"language": "xx"}, "language", "must be the two letters of ISO 639-1"),
        (POSTED | {"title": "a\nb"}, "title", "must not contain control characters"),
        (POSTED | {"id": "a b"}, "id", "must be 1 to 100 of the characters"),
        (POSTED | {"statements": []}, "statements", "is not a field that is known here"),
    ],
)
def test_what_is_wrong_is_said_by_the_name_of_its_field(
    client: Caller, body: dict[str, Any], field: str, message: str
) -> None:
    answer = client.post("/v1/documents", json=body)

    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)
    assert answer.json["errors"][0]["message"].startswith(message)


def test_several_are_taken_at_once_and_found_again(client: Caller) -> None:
    several = [POSTED | {"id": "a", "title": "Bridge"}, {"publisher": "P"}, POSTED | {"id": "b", "publisher": "Blatt"}]

    answer = client.post("/v1/documents", json=several)

    def found(**query: str) -> str:
        items = client.get("/v1/documents", query_string=query).json["items"]
        assert all("text" not in item for item in items)
        return "".join(item["id"] for item in items)

    assert (answer.status_code, answer.json["added"]) == (207, 2)
    assert (found(), found(publisher="blatt"), found(q="BRIDGE"), found(status="failed")) == ("ab", "b", "a", "")
    assert client.get("/v1/documents", query_string={"status": "open"}).status_code == 422
    assert client.get("/v1/documents/none").status_code == 404


def test_a_proposed_statement_is_shown_with_its_document_and_accepted_by_naming_who_spoke(
    client: Caller, extract: Any
) -> None:
    client.post("/v1/documents", json=POSTED | {"id": "d"})
    id = extract("d")

    shown = client.get("/v1/documents/d").json
    [statement] = shown["statements"]
    assert shown["text"][statement["quote_start"] : statement["quote_end"]] == "The bridge is open,"
    plain = client.get(f"/v1/statements/{id}").json
    assert (plain["quote_start"], plain["extracted"], plain["confidence"], plain["document"]) == (1, True, 0.4, "d")
    assert plain["mention"] == {"name": "Anna Berg", "role": "mayor", "affiliation": None, "candidates": ["a-1", "a-2"]}
    for query in ({"status": "proposed"}, {"document": "d"}):
        assert [item["id"] for item in client.get("/v1/statements", query_string=query).json["items"]] == [id]

    unclear = client.post(f"/v1/statements/{id}/acceptance", json={})
    assert (unclear.status_code, unclear.json["errors"]) == (
        422,
        [{"field": "speaker", "message": "must be given, for it may be any of a-1, a-2"}],
    )
    accepted = client.post(f"/v1/statements/{id}/acceptance", json={"speaker": "Anna Berg"})
    assert accepted.status_code == 200
    assert accepted.json.items() >= {"speaker": "anna-berg", "origin": "anna-berg", "status": "queued"}.items()
    assert client.post(f"/v1/statements/{id}/acceptance", json={}).json == accepted.json
    assert client.post(f"/v1/statements/{id}/rejection", json={"reason": "No."}).status_code == 409


def test_a_proposed_statement_is_rejected_with_a_reason(client: Caller, extract: Any) -> None:
    client.post("/v1/documents", json=POSTED | {"id": "d"})
    id = extract("d")

    assert client.post(f"/v1/statements/{id}/rejection", json={}).json["errors"][0]["field"] == "reason"
    rejected = client.post(f"/v1/statements/{id}/rejection", json={"reason": "Not her words."}).json
    assert (rejected["status"], rejected["rejection_reason"]) == ("rejected", "Not her words.")
    after_all = client.post(f"/v1/statements/{id}/acceptance", json={"speaker": "anna"}).json
    assert (after_all["status"], after_all["rejection_reason"]) == ("queued", None)


def test_only_what_was_found_in_a_document_can_be_accepted(client: Caller) -> None:
    said = {"id": "s", "speaker": "Anna", "text": "The bridge is open.", "stated_on": "2024-07-01"}
    client.post("/v1/statements", json=said)

    assert client.post("/v1/statements/s/acceptance", json={}).status_code == 409
    assert client.post("/v1/statements/s/rejection", json={"reason": "No."}).status_code == 409
    assert client.post("/v1/statements/none/acceptance", json={}).status_code == 404


def test_a_source_that_only_a_document_has_named_is_provisional_until_a_person_has_looked_at_it(client: Caller) -> None:
    posted = client.post("/v1/sources", json={"name": "Anna Berg", "provisional": True})
    assert posted.json["provisional"] is True
    assert client.patch("/v1/sources/anna-berg", json={}).json["provisional"] is False
