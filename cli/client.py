"""A running service, as the commands talk to it: `secondsource`'s connection, with sentences for the command line."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import quote

import requests

import secondsource
from cli.errors import CommandError, UnreachableError
from secondsource.connection import Connection
from secondsource.errors import FieldProblem, Problem, read_problem
from secondsource.waiting import await_claim

__all__ = [
    "Added",
    "Batch",
    "ClaimPendingError",
    "Client",
    "Collection",
    "FieldProblem",
    "Problem",
    "Resource",
    "ServiceError",
]

Resource = Mapping[str, Any]
"""A resource as the HTTP interface gives or takes it."""

_UNAUTHORIZED = 401
_PAUSE = 0.5


class Collection(StrEnum):
    """What can be listed and added to, by its path."""

    SOURCES = "sources"
    STATEMENTS = "statements"
    CONFIRMATIONS = "confirmations"
    DOCUMENTS = "documents"
    CLAIMS = "claims"
    CLAIMREVIEWS = "claimreviews"
    JUDGEMENTS = "judgements"


@dataclass(frozen=True, slots=True)
class Added:
    """What is stored now; `new` is False where it was stored already."""

    resource: Resource
    new: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """For each of many items, in order, what is stored now or why it is not; and how many were not stored before."""

    results: Sequence[Resource | Problem]
    added: int


class ServiceError(CommandError):
    """The service does not do what it was asked to. `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class ClaimPendingError(CommandError):
    """A claim has no verdict after the time that was given to it."""


class DocumentPendingError(CommandError):
    """A document has not been read after the time that was given to it."""


class Client:
    """A running service at an address such as `http://127.0.0.1:8080`.

    `key` is sent along where there is one. Every method raises `UnreachableError` where no service answers there or
    the key is not good, and `ServiceError` where it refuses. A request that is one too many is sent again in time;
    what else fails is said at once, to the person who waits for it.
    """

    def __init__(self, base_url: str, session: requests.Session | None = None, *, key: str | None = None) -> None:
        self._connection = Connection(base_url, key=key, session=session, insist=False)
        self.base_url = self._connection.url

    def check_ready(self) -> Resource:
        """How the service is. Raises `ServiceError`, saying what is missing, unless it is ready to work."""
        return self._get("/readyz")

    def add(self, collection: Collection, item: Resource) -> Added:
        """Store one item. One that is stored already, by its id, stays as it is."""
        with _in_words():
            reply = self._connection.call("POST", f"/v1/{collection}", body=item)
        return Added(reply.body, new=reply.status != requests.codes.ok)

    def add_many(self, collection: Collection, items: Sequence[Resource]) -> Batch:
        """Store many items in one request; the good ones are kept, whatever is wrong with the others."""
        with _in_words():
            content = self._connection.call("POST", f"/v1/{collection}", body=items, fields=("items", "added")).body
            if len(content["items"]) != len(items):
                raise self._connection.confused(f"it gives {len(content['items'])} results for {len(items)} items")
        results: list[Resource | Problem] = [read_problem(result) or result for result in content["items"]]
        return Batch(results, added=content["added"])

    def retract(self, statement: str, reason: str) -> Resource:
        """Retract a statement; doing so again changes nothing. Returns the statement."""
        path = f"{_path(Collection.STATEMENTS, statement)}/retraction"
        with _in_words():
            retracted: Resource = self._connection.call("POST", path, body={"reason": reason}).body
        return retracted

    def get(self, collection: Collection, id: str) -> Resource:
        """What has an id."""
        return self._get(_path(collection, id))

    def get_timeline(self, claim: str) -> Sequence[Resource]:
        """The verdict on a claim at each date on which the record changed, oldest first."""
        items: Sequence[Resource] = self._get(f"{_path(Collection.CLAIMS, claim)}/timeline", "items")["items"]
        return items

    def walk(self, collection: Collection, **filters: str) -> Iterator[Resource]:
        """Everything in a collection in the order of recording, page by page."""
        with _in_words():
            yield from self._connection.walk(f"/v1/{collection}", filters)

    def await_claim(self, id: str, *, patience: float, sleep: Callable[[float], None] | None = None) -> Resource:
        """The claim, `verified` or `failed`, waited for or asked for as often as its `Retry-After` allows.

        Raises `ClaimPendingError` where it is neither after `patience` seconds.
        """
        with _in_words():
            return await_claim(self._connection, id, seconds=patience, sleep=sleep)

    def await_document(self, id: str, *, patience: float, sleep: Callable[[float], None] = time.sleep) -> Resource:
        """The document, `extracted` or `failed`. Raises `DocumentPendingError` as `await_claim` does its own."""
        deadline = time.monotonic() + patience
        while True:
            document = self._get(_path(Collection.DOCUMENTS, id), "status")
            if document["status"] in ("extracted", "failed"):
                return document
            left = deadline - time.monotonic()
            if left <= 0:
                raise DocumentPendingError(
                    f"Document {id} has not been read after {patience:g} s (it is {document['status']}):"
                    " see that a worker is running, then ask again."
                )
            sleep(min(_PAUSE, left))

    def _get(self, path: str, *fields: str) -> Resource:
        with _in_words():
            content: Resource = self._connection.call("GET", path, fields=fields).body
        return content


@contextmanager
def _in_words() -> Iterator[None]:
    """Says what went wrong so that the person who typed the command knows what to do."""
    try:
        yield
    except secondsource.ProblemError as error:
        if error.status == _UNAUTHORIZED:
            raise UnreachableError(f"{error} Give a key as SECONDSOURCE_KEY, or its file with --key-file.") from error
        raise ServiceError(error.problem) from error
    except secondsource.UnexpectedAnswerError as error:
        raise UnreachableError(f"{str(error).removesuffix('.')}: say where that is with --server.") from error
    except secondsource.UnreachableError as error:
        start = "start one with `secondsource up`, or say where it is with --server."
        raise UnreachableError(f"{str(error).removesuffix('.')}: {start}") from error
    except secondsource.ClaimPendingError as error:
        message = str(error)
        raise ClaimPendingError(
            f"{message[0].upper()}{message[1:]}: see that a worker is running, then ask again."
        ) from error


def _path(collection: Collection, id: str) -> str:
    return f"/v1/{collection}/{quote(id, safe='')}"
