"""/openapi.json says what there is, and what there is is in the contract."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from tests.integration.api.caller import Caller

CONTRACT = {
    "POST /v1/sources",
    "GET /v1/sources",
    "GET /v1/sources/{id}",
    "PATCH /v1/sources/{id}",
    "POST /v1/statements",
    "GET /v1/statements",
    "GET /v1/statements/{id}",
    "PATCH /v1/statements/{id}",
    "POST /v1/statements/{id}/retraction",
    "POST /v1/statements/{id}/acceptance",
    "POST /v1/statements/{id}/rejection",
    "POST /v1/documents",
    "GET /v1/documents",
    "GET /v1/documents/{id}",
    "POST /v1/confirmations",
    "POST /v1/claims",
    "GET /v1/claims",
    "GET /v1/claims/{id}",
    "POST /v1/claims/{id}/verification",
    "GET /v1/claims/{id}/verdicts",
    "GET /v1/claims/{id}/timeline",
    "POST /v1/webhooks",
    "GET /v1/webhooks",
    "GET /v1/webhooks/{id}",
    "PATCH /v1/webhooks/{id}",
    "DELETE /v1/webhooks/{id}",
    "POST /v1/webhooks/{id}/secret",
    "POST /v1/webhooks/{id}/test",
    "GET /v1/webhooks/{id}/deliveries",
    "POST /v1/webhooks/{id}/deliveries/{delivery}/retry",
    "PUT /v1/claims/{id}/evidence/{statement}",
    "DELETE /v1/claims/{id}/evidence/{statement}",
    "GET /v1/claims/{id}/judgements",
    "GET /v1/judgements",
    "POST /v1/claims/{id}/approval",
    "DELETE /v1/claims/{id}/approval",
    "GET /v1/claims/{id}/claimreview",
    "POST /v1/claimreviews",
    "GET /v1/claimreviews.atom",
    "GET /v1alpha1/claims:search",
    "GET /v1/changes",
    "GET /v1/changes/stream",
    "GET /v1/audit",
    "GET /v1/claims/{id}/similar",
    "GET /v1/similar",
    "GET /v1/search",
    "GET /livez",
    "GET /readyz",
    "GET /metrics",
}

BODILESS = ("/verification", "/secret", "/test", "/retry")


@pytest.fixture
def document(client: Caller) -> dict[str, Any]:
    answer = client.get("/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    found: dict[str, Any] = answer.json
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_every_route_of_the_contract_is_there_and_no_other(document: dict[str, Any], client: Caller) -> None:
    assert {name for name, _ in operations(document)} == CONTRACT
    routes = {
        f"{method} {rule.rule.replace('<id:', '{').replace('>', '}')}"
        for rule in client.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint != "static"
    }
    assert routes == CONTRACT | {"GET /openapi.json", "GET /docs"}


def test_it_is_openapi_3_1_with_what_every_document_needs(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    assert document["info"].keys() >= {"title", "version"}
    assert "servers" not in document  # it would be whatever host the first caller named
    names = [tag["name"] for tag in document["tags"]]
    assert len(set(names)) == len(names)
    ids = [operation["operationId"] for _, operation in operations(document)]
    assert len(set(ids)) == len(ids)
    for name, operation in operations(document):
        assert set(operation["tags"]) <= set(names), name
        assert operation["summary"], name
        in_path = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", name)), name
        assert all(parameter.get("required") for parameter in operation["parameters"] if parameter["in"] == "path")


def test_every_schema_is_one_and_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    referred = set(re.findall(r'"\$ref": "#/components/schemas/([^"]+)"', json.dumps(document)))
    assert referred <= set(schemas)
    assert document["components"].keys() == {"schemas"}


def test_every_answer_is_described_and_every_error_is_a_problem(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        for status, response in operation["responses"].items():
            assert response["description"], (name, status)
            if status >= "400" and "/v1alpha1/" in name:  # another's errors, by contract
                assert "error" in response["content"]["application/json"]["schema"]["required"]
            elif status >= "400":
                assert list(response["content"]) == ["application/problem+json"], (name, status)
            elif status not in ("204", "304"):
                assert all(media["schema"] for media in response["content"].values()), (name, status)
                assert response["content"], (name, status)
        if "/v1/" in name:
            assert {"500", "503"} <= operation["responses"].keys(), name
        if "{id}" in name:
            assert "404" in operation["responses"], name
        if name.startswith(("POST", "PATCH", "PUT")) and not name.endswith(BODILESS):
            assert {"400", "413", "415", "422"} <= operation["responses"].keys(), name
            assert operation["requestBody"]["required"], name


def test_what_may_be_posted_several_at_once_says_so(document: dict[str, Any]) -> None:
    for path in (
        "/v1/sources",
        "/v1/statements",
        "/v1/confirmations",
        "/v1/documents",
        "/v1/claims",
        "/v1/claimreviews",
    ):
        operation = document["paths"][path]["post"]
        assert set(operation["requestBody"]["content"]) == {"application/json", "application/x-ndjson"}
        assert {"200", "207"} < operation["responses"].keys()


def test_what_is_answered_is_as_it_is_described(document: dict[str, Any], client: Caller, give_verdict: Any) -> None:
    said = {"id": "s", "speaker": "Anna", "text": "The bridge is open.", "stated_on": "2024-07-01"}
    taken = {"source": "Bo", "position": "denies", "claim": "c", "stated_on": "2024-07-01"}
    check = Checker(document, client)

    check("POST", "/v1/claims", json={"id": "c", "text": "The bridge is open"})
    check("POST", "/v1/claims", json={"id": "c", "text": "The bridge is open"})
    check("POST", "/v1/claims", json=[{"text": "The bridge is open"}])
    check("POST", "/v1/claims", json=[{"text": "The bridge is open"}, {}])
    check("POST", "/v1/claims", json={"id": "c", "text": "Another"})
    check("POST", "/v1/statements", json=said)
    check("POST", "/v1/confirmations", json=taken)
    check("POST", "/v1/confirmations", json={})
    check("GET", "/v1/statements")
    check("POST", "/v1/statements/{id}/retraction", id="s", json={"reason": "A misprint."})
    check("GET", "/v1/statements/{id}", id="s")
    check("POST", "/v1/claims/{id}/approval", id="c", json={})
    give_verdict("c")
    review = {"claimReviewed": "The bridge is open", "author": {"name": "Checks"}, "datePublished": "2024-07-01"}
    check("POST", "/v1/claimreviews", json=review | {"@type": "ClaimReview", "reviewRating": {"alternateName": "Fake"}})
    check("POST", "/v1/claimreviews", json=review)
    check("PATCH", "/v1/statements/{id}", id="s", json={"act": "deny", "reason": "She says so."})
    check("GET", "/v1/claims/{id}/claimreview", id="c")
    check("POST", "/v1/claims/{id}/approval", id="c", json={"note": "Two calls."})
    check("POST", "/v1/claims/{id}/approval", id="c", json={"note": "Two calls."})
    check("GET", "/v1/claims/{id}/claimreview", id="c")
    check("GET", "/v1alpha1/claims:search", query_string={"query": "bridge"})
    check("GET", "/v1alpha1/claims:search")
    check("DELETE", "/v1/claims/{id}/approval", id="c")
    check("DELETE", "/v1/claims/{id}/approval", id="c")
    said = client.get("/v1/statements").json["items"][-1]["id"]
    evidence = "/v1/claims/{id}/evidence/{statement}"
    check("PUT", evidence, id="c", statement=said, json={"relation": "discusses", "reason": "Another bridge."})
    check("PUT", evidence, id="c", statement="s", json={"relation": "refutes", "reason": "So."})
    check("DELETE", evidence, id="c", statement=said)
    check("DELETE", evidence, id="c", statement=said)
    check("GET", "/v1/claims/{id}/judgements", id="c")
    check("GET", "/v1/judgements")
    for path in ("/v1/claims/{id}", "/v1/claims/{id}/verdicts", "/v1/claims/{id}/timeline"):
        check("GET", path, id="c")
        check("GET", path, id="none")
    check("GET", "/v1/claims")
    check("GET", "/v1/claims", query_string={"limit": "0"})
    check("GET", "/v1/search", query_string={"q": "bridge"})
    check("GET", "/v1/search", query_string={"q": ""})
    check("GET", "/v1/similar", query_string={"text": "the bridge is open"})
    check("GET", "/v1/claims/{id}/similar", id="c")
    check("GET", "/livez")
    check("GET", "/readyz")


def test_what_is_answered_about_sources_is_as_it_is_described(document: dict[str, Any], client: Caller) -> None:
    check = Checker(document, client)

    check("POST", "/v1/sources", json={"name": "Bureau", "id": "bureau"})
    check("POST", "/v1/sources", json={"name": "Bureau", "id": "bureau"})
    check("GET", "/v1/sources")
    check("GET", "/v1/sources/{id}", id="bureau")
    check("PATCH", "/v1/sources/{id}", id="bureau", json={"kind": "agency"})


def test_what_is_answered_about_documents_is_as_it_is_described(document: dict[str, Any], client: Caller) -> None:
    check = Checker(document, client)

    check("POST", "/v1/statements", json={"id": "s", "speaker": "Anna", "text": "So.", "stated_on": "2024-07-01"})
    check("POST", "/v1/documents", json={"id": "d", "text": "The bridge is open.", "publisher": "Blatt"})
    check("POST", "/v1/documents", json={"id": "d", "text": "The bridge is open.", "publisher": "Blatt"})
    check("POST", "/v1/documents", json={"publisher": "Blatt"})
    check("GET", "/v1/documents")
    check("GET", "/v1/documents/{id}", id="d")
    check("POST", "/v1/statements/{id}/acceptance", id="s", json={})
    check("POST", "/v1/statements/{id}/rejection", id="s", json={"reason": "A misprint."})


def test_what_is_answered_about_changes_is_as_it_is_described(
    document: dict[str, Any], client: Caller, give_verdict: Any
) -> None:
    check = Checker(document, client)

    check("POST", "/v1/claims", json={"id": "c", "text": "The bridge is open"})
    give_verdict("c")
    check("GET", "/v1/changes")
    check("GET", "/v1/changes", query_string={"cursor": "none"})
    check("GET", "/v1/changes/stream", query_string={"cursor": "none"})
    check("GET", "/v1/audit")
    check("GET", "/v1/audit", query_string={"since": "today"})


def test_what_is_answered_about_webhooks_is_as_it_is_described(document: dict[str, Any], client: Caller) -> None:
    check = Checker(document, client)

    check("POST", "/v1/webhooks", json={"url": "https://newsroom.example/"})
    check("POST", "/v1/webhooks", json={"url": "http://127.0.0.1/"})
    webhook = client.get("/v1/webhooks").json["items"][0]["id"]
    check("GET", "/v1/webhooks")
    check("PATCH", "/v1/webhooks/{id}", id=webhook, json={"enabled": False})
    check("GET", "/v1/webhooks/{id}", id=webhook)
    check("POST", "/v1/webhooks/{id}/secret", id=webhook)
    check("POST", "/v1/webhooks/{id}/test", id=webhook)
    check("GET", "/v1/webhooks/{id}/deliveries", id=webhook)


class Checker:
    """Calls, and holds the answer and what was sent against the document."""

    def __init__(self, document: dict[str, Any], client: Caller) -> None:
        self._document = document
        self._client = client

    def __call__(self, method: str, path: str, id: str = "", statement: str = "", **options: Any) -> None:
        operation = self._document["paths"][path][method.lower()]
        answer = self._client.call(method, path.format(id=id, statement=statement), **options)
        described = operation["responses"][str(answer.status_code)]["content"][answer.mimetype]["schema"]
        self._validate(answer.json, described)
        if "json" in options and answer.status_code in (200, 201, 202):
            self._validate(options["json"], operation["requestBody"]["content"]["application/json"]["schema"])

    def _validate(self, value: object, schema: dict[str, Any]) -> None:
        Draft202012Validator(schema | {"components": self._document["components"]}).validate(value)
