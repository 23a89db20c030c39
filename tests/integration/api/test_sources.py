from __future__ import annotations

from store.database import Sessions
from store.queue import TaskName, due
from store.tables import TaskRow
from tests.integration.api.caller import Caller

BUREAU = {
    "id": "bureau",
    "name": "Bureau of Bridges",
    "aliases": ["Brückenamt", "BB"],
    "kind": "government",
    "country": "NO",
    "reliability": "B",
}


def test_a_source_is_recorded_with_all_that_was_said_of_it(client: Caller) -> None:
    client.post("/v1/sources", json={"name": "Norstad", "id": "norstad"})

    answer = client.post("/v1/sources", json=BUREAU | {"parent": "Norstad"})

    assert answer.status_code == 201
    assert answer.headers["Location"] == "/v1/sources/bureau"
    assert answer.json.items() >= (BUREAU | {"parent": "norstad"}).items()
    assert client.get("/v1/sources/bureau").json == answer.json


def test_an_id_is_made_from_the_name_and_what_is_absent_has_its_default(client: Caller) -> None:
    answer = client.post("/v1/sources", json={"name": "  Österreichische Brückenwacht "})

    shown = answer.json
    assert (shown.pop("created_at"), shown.pop("updated_at")) > ("2024", "2024")
    assert shown == {
        "id": "osterreichische-bruckenwacht",
        "name": "Österreichische Brückenwacht",
        "aliases": [],
        "kind": None,
        "country": None,
        "parent": None,
        "reliability": "F",
        "provisional": False,
    }


def test_the_same_source_again_is_the_one_on_record_and_another_one_of_its_id_a_conflict(client: Caller) -> None:
    first = client.post("/v1/sources", json=BUREAU)
    again = client.post("/v1/sources", json=BUREAU)
    other = client.post("/v1/sources", json=BUREAU | {"country": "SE"})

    assert (again.status_code, again.json) == (200, first.json)
    assert other.status_code == 409
    assert "'bureau'" in other.json["detail"]


def test_a_change_sets_what_is_given_and_null_takes_away(client: Caller) -> None:
    client.post("/v1/sources", json=BUREAU)

    answer = client.patch("/v1/sources/bureau", json={"name": "Bridge Bureau", "country": None, "aliases": ["Amt"]})

    assert answer.status_code == 200
    expected = BUREAU | {"name": "Bridge Bureau", "country": None, "aliases": ["Amt"]}
    assert answer.json.items() >= expected.items()
    assert client.get("/v1/sources/bureau").json == answer.json
    assert client.get("/v1/sources?q=amt").json["items"] == [answer.json]


def test_a_change_has_the_statements_of_the_source_interpreted_anew(client: Caller, sessions: Sessions) -> None:
    client.post("/v1/sources", json=BUREAU)
    said = {"id": "s", "speaker": "bureau", "text": "The bridge is open.", "stated_on": "2024-07-01"}
    client.post("/v1/statements", json=said)
    with sessions.begin() as session:
        session.query(TaskRow).delete()

    client.patch("/v1/sources/bureau", json={"aliases": BUREAU["aliases"], "country": "NO"})
    with sessions.begin() as session:
        assert due(session, limit=9) == []

    client.patch("/v1/sources/bureau", json={"country": "SE"})
    with sessions.begin() as session:
        assert session.get_one(TaskRow, (TaskName.INTERPRET_STATEMENT, "s")).causes == ["source:bureau"]


def test_a_source_cannot_be_above_itself(client: Caller) -> None:
    client.post("/v1/sources", json=BUREAU)
    client.post("/v1/sources", json={"name": "Branch", "parent": "bureau"})

    answer = client.patch("/v1/sources/bureau", json={"parent": "branch"})

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json["errors"]] == ["parent"]


def test_sources_are_found_by_id_name_or_alias(client: Caller) -> None:
    client.post("/v1/sources", json=BUREAU)
    client.post("/v1/sources", json={"name": "100%_sure News"})

    def found(q: str) -> list[str]:
        return [item["id"] for item in client.get("/v1/sources", query_string={"q": q}).json["items"]]

    assert found("BRÜCKEN") == found("ureau") == ["bureau"]
    assert found("%_") == ["100-sure-news"]
    assert found("") == ["bureau", "100-sure-news"]
    assert found("nobody") == []
