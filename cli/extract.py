"""Gets the whole record out of a running service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cli.client import Client, Collection, Resource
from cli.items import Item, Kind, parents_first

_SOURCE = ("id", "name", "aliases", "kind", "country", "parent", "reliability", "provisional")
_STATEMENT = (
    "id",
    "speaker",
    "publisher",
    "origin",
    "text",
    "language",
    "stated_on",
    "published_on",
    "act",
    "proposition",
    "url",
)
_CONFIRMATION = ("id", "stated_on", "text", "url")
_CLAIM = ("id", "text", "language", "as_of", "reference")
"""The fields that a submitter gives, of each kind."""


def export_items(client: Client) -> Iterator[Item]:
    """The whole record, each item after those that it names, and otherwise in the order of recording."""
    sources = [_make_item(Kind.SOURCE, source, _SOURCE) for source in client.walk(Collection.SOURCES)]
    yield from parents_first(sources)
    claims = _Claims(client)
    retractions = []
    for statement in client.walk(Collection.STATEMENTS):
        if statement.get("status") in ("proposed", "rejected"):  # it has never counted
            continue
        target = statement["target"]
        if target and target.get("claim"):
            yield from claims.walk_to(target["claim"])
        yield _make_confirmation(statement, target) if target else _make_statement(statement)
        if statement["retraction"]:
            retractions.append({"statement": statement["id"], "reason": statement["retraction"]["reason"]})
    # Not before: what was retracted can no longer be confirmed.
    yield from (Item(0, Kind.RETRACTION, retraction) for retraction in retractions)
    # As late as may be: a claim is verified when it arrives, and again for each statement that comes after it.
    yield from claims.walk_to(None)


class _Claims:
    """The claims on record, each given out once."""

    def __init__(self, client: Client) -> None:
        self._rest = client.walk(Collection.CLAIMS)
        self._given: set[str] = set()

    def walk_to(self, id: str | None) -> Iterator[Item]:
        """Those not given out yet, up to and with the one of an id, or all of them."""
        if id in self._given:
            return
        for claim in self._rest:
            self._given.add(claim["id"])
            yield _make_item(Kind.CLAIM, claim, _CLAIM)
            if claim["id"] == id:
                return


def _make_item(kind: Kind, resource: Resource, fields: Sequence[str]) -> Item:
    """A resource as it is submitted: without what the service inferred, and what has no value."""
    inferred = resource.get("inferred", ())
    given = {name: resource.get(name) for name in fields if name not in inferred}
    return Item(0, kind, {name: value for name, value in given.items() if value not in (None, "", [], False)})


def _make_statement(statement: Resource) -> Item:
    """A statement as it is submitted; what was found in a document is all given then, for the document is not there."""
    whole = {**statement, "inferred": ()} if statement.get("extracted") else statement
    return _make_item(Kind.STATEMENT, whole, _STATEMENT)


def _make_confirmation(statement: Resource, target: Resource) -> Item:
    item = _make_item(Kind.CONFIRMATION, statement, _CONFIRMATION)
    about = {name: target[name] for name in ("claim", "statement") if target.get(name)}
    return Item(0, item.kind, {**item.content, "source": statement["speaker"], "position": target["position"], **about})
