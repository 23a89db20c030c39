"""The founding record over HTTP, through real workers: every claim gets the verdict that its labellers expect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cli.client import Client, Collection
from seeds import read_seeds
from tests.e2e.conftest import Stack

LEFT_OUT = {"given": (), "inferred": ("act", "origin", "language")}


@pytest.mark.parametrize("acts", ["given", "inferred"])
def test_every_founding_claim_gets_its_verdict(stack: Stack, acts: str) -> None:
    client = Client(stack.url)
    record = read_seeds()
    fields = ("id", "speaker", "publisher", "text", "language", "stated_on", "published_on", "act", "origin", "url")
    kept = [field for field in fields if field not in LEFT_OUT[acts]]
    for source in record["sources"]:
        assert client.add(Collection.SOURCES, source).new
    add(client, Collection.STATEMENTS, [pick(statement, *kept) for statement in record["statements"]])
    add(client, Collection.CLAIMS, [pick(claim, "id", "text", "language", "as_of") for claim in record["claims"]])
    found = {claim["id"]: client.await_claim(claim["id"], patience=60) for claim in record["claims"]}
    expected = {claim["id"]: claim["verdict"] for claim in record["claims"]}
    assert {id: claim["verdict"]["label"] for id, claim in found.items()} == expected
    for claim in found.values():
        check_quotes(claim, {statement["id"]: statement["text"] for statement in record["statements"]})


def check_quotes(claim: Mapping[str, Any], texts: Mapping[str, str]) -> None:
    """Every quote stands in the stored text, just where the evidence says."""
    for evidence in claim["verdict"]["evidence"]:
        text = texts[evidence["statement"]]
        assert evidence["quote"] == text[evidence["quote_start"] : evidence["quote_end"]]
        assert evidence["stated_on"] <= claim["as_of"]


def add(client: Client, collection: Collection, items: list[dict[str, Any]]) -> None:
    added = client.add_many(collection, items)
    assert added.added == len(items), added.results


def pick(item: Mapping[str, Any], *fields: str) -> dict[str, Any]:
    return {field: item[field] for field in fields if field in item}
