"""A running service, as the commands talk to it over HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import quote

import requests

from cli.errors import CommandError, UnreachableError

Resource = Mapping[str, Any]
"""A resource as the HTTP interface gives or takes it."""

_TIMEOUT = (5.0, 60.0)
"""Seconds to connect, and seconds between two bytes of an answer: storing many items takes a moment."""
_PAUSE = 0.5
"""Seconds between two questions where the service does not say `Retry-After`."""
_LARGEST_PAGE = 200


class Collection(StrEnum):
    """What can be listed and added to, by its path."""

    SOURCES = "sources"
    STATEMENTS = "statements"
    CONFIRMATIONS = "confirmations"
    DOCUMENTS = "documents"
    CLAIMS = "claims"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field: the message follows its name in a sentence."""

    field: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why something was not done: a problem document (RFC 9457), as it says it itself."""

    status: int
    title: str
    detail: str = ""
    errors: tuple[FieldProblem, ...] = ()

    def __str__(self) -> str:
        fields = "; ".join(f"{error.field} {error.message}" for error in self.errors)
        return fields or self.detail or self.title


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

    Every method raises `UnreachableError` where no service answers there, and `ServiceError` where it refuses.
    """

    def __init__(self, base_url: str, session: requests.Session | None = None) -> None:
        self.base_url = base_url.rstrip("/")
        self._session = session or requests.Session()

    def check_ready(self) -> Resource:
        """How the service is. Raises `ServiceError`, saying what is missing, unless it is ready to work."""
        return self._read(self._send("GET", "/readyz"))

    def add(self, collection: Collection, item: Resource) -> Added:
        """Store one item. One that is stored already, by its id, stays as it is."""
        answer = self._send("POST", f"/v1/{collection}", item)
        return Added(self._read(answer), new=answer.status_code != requests.codes.ok)

    def add_many(self, collection: Collection, items: Sequence[Resource]) -> Batch:
        """Store many items in one request; the good ones are kept, whatever is wrong with the others."""
        answer = self._send("POST", f"/v1/{collection}", items)
        content = self._read(answer, "items", "added")
        results: list[Resource | Problem] = [_as_problem(result) or result for result in content["items"]]
        if len(results) != len(items):
            raise self._confused(f"it gives {len(results)} results for {len(items)} items")
        return Batch(results, added=content["added"])

    def retract(self, statement: str, reason: str) -> Resource:
        """Retract a statement; doing so again changes nothing. Returns the statement."""
        return self._read(
            self._send("POST", f"/v1/statements/{quote(statement, safe='')}/retraction", {"reason": reason})
        )

    def get(self, collection: Collection, id: str) -> Resource:
        """What has an id."""
        return self._read(self._send("GET", _path(collection, id)))

    def get_timeline(self, claim: str) -> Sequence[Resource]:
        """The verdict on a claim at each date on which the record changed, oldest first."""
        items: Sequence[Resource] = self._read(
            self._send("GET", f"{_path(Collection.CLAIMS, claim)}/timeline"), "items"
        )["items"]
        return items

    def walk(self, collection: Collection, **filters: str) -> Iterator[Resource]:
        """Everything in a collection in the order of recording, page by page."""
        query: dict[str, str] = {"limit": str(_LARGEST_PAGE), **filters}
        while True:
            page = self._read(self._send("GET", f"/v1/{collection}", query=query), "items", "next_cursor")
            yield from page["items"]
            if page["next_cursor"] is None:
                return
            query["cursor"] = page["next_cursor"]

    def await_claim(self, id: str, *, patience: float, sleep: Callable[[float], None] = time.sleep) -> Resource:
        """The claim, `verified` or `failed`, asked for as often as its `Retry-After` allows.

        Raises `ClaimPendingError` where it is neither after `patience` seconds.
        """
        claim = self._await(Collection.CLAIMS, id, ("verified", "failed"), patience=patience, sleep=sleep)
        if claim["status"] not in ("verified", "failed"):
            raise ClaimPendingError(
                f"Claim {id} has no verdict after {patience:g} s (it is {claim['status']}):"
                " see that a worker is running, then ask again."
            )
        return claim

    def await_document(self, id: str, *, patience: float, sleep: Callable[[float], None] = time.sleep) -> Resource:
        """The document, `extracted` or `failed`. Raises `DocumentPendingError` as `await_claim` does its own."""
        document = self._await(Collection.DOCUMENTS, id, ("extracted", "failed"), patience=patience, sleep=sleep)
        if document["status"] not in ("extracted", "failed"):
            raise DocumentPendingError(
                f"Document {id} has not been read after {patience:g} s (it is {document['status']}):"
                " see that a worker is running, then ask again."
            )
        return document

    def _await(
        self, collection: Collection, id: str, ends: Sequence[str], *, patience: float, sleep: Callable[[float], None]
    ) -> Resource:
        """What has an id, when its status is one of `ends` or patience has come to its end."""
        deadline = time.monotonic() + patience
        while True:
            answer = self._send("GET", _path(collection, id))
            found = self._read(answer, "status")
            left = deadline - time.monotonic()
            if found["status"] in ends or left <= 0:
                return found
            sleep(min(_read_pause(answer), left))

    def _send(
        self, method: str, path: str, body: object = None, *, query: Mapping[str, str] | None = None
    ) -> requests.Response:
        try:
            return self._session.request(method, self.base_url + path, json=body, params=query, timeout=_TIMEOUT)
        except requests.RequestException as error:
            raise UnreachableError(
                f"No service answers at {self.base_url}: start one with `secondsource up`, or say where it is with"
                " --server."
            ) from error

    def _read(self, answer: requests.Response, *fields: str) -> dict[str, Any]:
        """The JSON object with these fields that an answer carries. Raises where it is a problem, or none of ours."""
        try:
            content = answer.json()
        except ValueError:
            content = None
        if answer.ok and isinstance(content, dict) and all(field in content for field in fields):
            return content
        if problem := _as_problem(content):
            raise ServiceError(problem)
        raise self._confused(f"it answers {answer.status_code} {answer.reason}")

    def _confused(self, what: str) -> UnreachableError:
        return UnreachableError(
            f"What answers at {self.base_url} does not seem to be Second Source ({what}):"
            " say where that is with --server."
        )


def _path(collection: Collection, id: str) -> str:
    return f"/v1/{collection}/{quote(id, safe='')}"


def _as_problem(content: Any) -> Problem | None:
    """The problem that a JSON value describes; None where it is no problem document.

    It is told from a resource by its numeric `status`: that of a statement or a claim is a word.
    """
    if not isinstance(content, dict) or not isinstance(content.get("status"), int):
        return None
    errors = [
        FieldProblem(str(error.get("field", "")), str(error.get("message", "")))
        for error in content.get("errors") or ()
        if isinstance(error, dict)
    ]
    return Problem(
        status=content["status"],
        title=str(content.get("title", "")),
        detail=str(content.get("detail") or ""),
        errors=tuple(errors),
    )


def _read_pause(answer: requests.Response) -> float:
    """Seconds to wait before asking again; the form with a date is not used by this service."""
    given = answer.headers.get("Retry-After", "")
    return float(given) if given.isdecimal() else _PAUSE
