"""Puts the items of a file into a running service."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from cli.client import Client, Collection, FieldProblem, Problem, ServiceError
from cli.items import Item, Kind, Rejection, parents_first

SHOWN = 20
"""Rejections that are shown: who has more than these has the same one on every line."""

_AT_ONCE = 200
"""Items in one request: enough to make a request cheap, few enough to be answered soon."""
_TOO_LARGE = 413
_FORBIDDEN = 403
_TOO_MANY = 429
_NOT_SENT = {Kind.CLAIM: ("note", "verdict")}
"""What a record says for people and tests alone; of other kinds than these it is the note."""


@dataclass(slots=True)
class Summary:
    """What became of the items of a file; `rejections` say why the first `SHOWN` were rejected."""

    stored: int = 0
    known: int = 0
    rejected: int = 0
    rejections: list[Rejection] = field(default_factory=list)

    def reject(self, *reasons: Rejection) -> None:
        """Counts one rejected item, and keeps why unless there are many already."""
        if self.rejected < SHOWN:
            self.rejections += reasons
        self.rejected += 1

    def __str__(self) -> str:
        return f"{self.stored} stored, {self.known} already there, {self.rejected} rejected"


def store_items(client: Client, items: Iterable[Item | Rejection]) -> Summary:
    """Put items into a service, in their order; one that it rejects does not keep the others from being stored.

    Raises `ServiceError` where the service itself is in trouble: what comes after would be out of order.
    """
    summary = Summary()
    for kind, batch in _gather(items, summary):
        if kind is Kind.SOURCE:
            _store_each(client, parents_first(batch), summary)
        elif kind is Kind.RETRACTION:
            _store_each(client, batch, summary)
        else:
            _store_many(client, Collection(f"{kind}s"), batch, summary)
    return summary


def _gather(items: Iterable[Item | Rejection], summary: Summary) -> Iterator[tuple[Kind, list[Item]]]:
    """Runs of items of one kind, none longer than one request takes; what is rejected already goes to the summary."""

    def keep_good() -> Iterator[Item]:
        for item in items:
            if isinstance(item, Item):
                yield item
            else:
                summary.reject(item)

    for kind, run in itertools.groupby(keep_good(), key=lambda item: item.kind):
        while batch := list(itertools.islice(run, _AT_ONCE)):
            yield kind, batch


def _store_many(client: Client, collection: Collection, items: Sequence[Item], summary: Summary) -> None:
    try:
        batch = client.add_many(collection, [_as_sent(item) for item in items])
    except ServiceError as error:
        if error.problem.status != _TOO_LARGE:
            raise
        _store_parts(client, collection, items, summary, error.problem)
        return
    good = len(items)
    for item, result in zip(items, batch.results, strict=True):
        if isinstance(result, Problem):
            _raise_trouble(result)
            summary.reject(*_explain(item, result))
            good -= 1
    summary.stored += batch.added
    summary.known += good - batch.added


def _store_parts(
    client: Client, collection: Collection, items: Sequence[Item], summary: Summary, problem: Problem
) -> None:
    """Stores in two halves what is too large for one request; an item that is so by itself is rejected."""
    if len(items) == 1:
        summary.reject(*_explain(items[0], problem))
        return
    middle = len(items) // 2
    _store_many(client, collection, items[:middle], summary)
    _store_many(client, collection, items[middle:], summary)


def _store_each(client: Client, items: Iterable[Item], summary: Summary) -> None:
    for item in items:
        try:
            new = _store(client, item)
        except ServiceError as error:
            _raise_trouble(error.problem)
            summary.reject(*_explain(item, error.problem))
        else:
            summary.stored += new
            summary.known += not new


def _store(client: Client, item: Item) -> bool:
    """Whether it was not there before."""
    if item.kind is not Kind.RETRACTION:
        return client.add(Collection(f"{item.kind}s"), _as_sent(item)).new
    statement = item.content.get("statement")
    if not statement or not isinstance(statement, str):
        wrong = FieldProblem("statement", "must be the id of a statement")
        raise ServiceError(Problem(status=422, title="Not a retraction", errors=(wrong,)))
    if client.get(Collection.STATEMENTS, statement)["retraction"]:
        return False
    client.retract(statement, str(item.content.get("reason") or ""))
    return True


def _as_sent(item: Item) -> dict[str, Any]:
    """An item as the service takes it: with an id made from its content, so that the same one again is the same one."""
    if item.kind is Kind.CLAIMREVIEW:
        return dict(item.content)  # as it was published: the service makes an id from it
    not_sent = _NOT_SENT.get(item.kind, ("note",))
    content = {name: value for name, value in item.content.items() if name not in not_sent}
    if item.kind is not Kind.SOURCE and "id" not in content:
        canonical = json.dumps(content, sort_keys=True).encode()
        content["id"] = f"{item.kind}-{hashlib.sha256(canonical).hexdigest()[:16]}"
    return content


def _raise_trouble(problem: Problem) -> None:
    """Raises a problem that is the service's own or the key's, and not the item's."""
    if problem.status >= 500 or problem.status in (_FORBIDDEN, _TOO_MANY):
        raise ServiceError(problem)


def _explain(item: Item, problem: Problem) -> list[Rejection]:
    fields = [Rejection(item.line, error.field, error.message) for error in problem.errors]
    return fields or [Rejection(item.line, "", problem.detail or problem.title)]
