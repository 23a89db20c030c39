"""The client that a newsroom's script uses."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import requests

from secondsource.connection import Connection
from secondsource.errors import CheckFailedError, Problem, read_problem
from secondsource.feed import Feed
from secondsource.resources import (
    Act,
    Approval,
    Claim,
    Day,
    Document,
    Found,
    Judgement,
    Label,
    NewClaim,
    NewConfirmation,
    NewSource,
    NewStatement,
    Relation,
    Similar,
    Source,
    Statement,
    Turn,
    Verdict,
    Webhook,
)
from secondsource.waiting import await_claim

_AT_ONCE = 100
"""Items in one request: of the longest texts they stay below what a service takes."""


class Client:
    """A service at an address such as `http://127.0.0.1:8080`, asked with a key where it wants one.

    A request that fails for the moment is sent again at most `retries` times if nothing is done twice by it: whatever
    reads, claims (each request has a key of its own), and what has an id of your choice. `timeout` is how many seconds
    of silence an answer may take. Every method raises an error of the family `SecondSourceError`: `ProblemError` where
    the service refuses, and `UnreachableError` where none answers.
    """

    def __init__(
        self,
        url: str = "http://127.0.0.1:8080",
        *,
        key: str | None = None,
        timeout: float = 60.0,
        retries: int = 4,
        session: requests.Session | None = None,
    ) -> None:
        self._connection = Connection(url, key=key, timeout=timeout, retries=retries, session=session)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._connection.close()

    # Claims

    def verify(
        self,
        text: str,
        *,
        language: str | None = None,
        as_of: Day | None = None,
        reference: str | None = None,
        timeout: float = 120.0,
    ) -> Claim:
        """Submit a claim and wait for its verdict, at most `timeout` seconds.

        Raises `CheckFailedError` where it could not be checked, `ClaimPendingError` where it takes longer.
        """
        claim = self.submit(text, language=language, as_of=as_of, reference=reference)
        return self.wait(claim["id"], timeout=timeout)

    def submit(
        self,
        text: str,
        *,
        id: str | None = None,
        language: str | None = None,
        as_of: Day | None = None,
        reference: str | None = None,
    ) -> Claim:
        """Submit a claim; the service checks it, and goes on doing so as the record changes."""
        claim = _given(text=text, id=id, language=language, as_of=as_of, reference=reference)
        made: Claim = self._post("/v1/claims", claim, headers=_new_key())
        return made

    def submit_all(self, claims: Iterable[NewClaim]) -> list[Claim | Problem]:
        """Submit many claims: for each, in order, the claim, or what is wrong with it."""
        return self._post_all("/v1/claims", claims, keyed=True)

    def wait(self, id: str, *, timeout: float = 120.0) -> Claim:
        """Wait for the verdict on a claim that was submitted. Raises as `verify` does."""
        claim = await_claim(self._connection, id, seconds=timeout)
        if claim["status"] == "failed":
            raise CheckFailedError(claim)
        return claim

    def get_claim(self, id: str) -> Claim:
        """A claim and the verdict that stands."""
        claim: Claim = self._get(f"/v1/claims/{_part(id)}")
        return claim

    def list_claims(
        self,
        *,
        verdict: Label | None = None,
        status: str | None = None,
        q: str | None = None,
        updated_since: datetime | str | None = None,
        needs_review: bool | None = None,
    ) -> Iterator[Claim]:
        """All claims that fit, in the order of recording."""
        query = _given(verdict=verdict, status=status, q=q, updated_since=updated_since, needs_review=needs_review)
        return self._connection.walk("/v1/claims", query)

    def list_verdicts(self, claim: str) -> Iterator[Verdict]:
        """Every verdict ever given on a claim, newest first."""
        return self._connection.walk(f"/v1/claims/{_part(claim)}/verdicts")

    def get_timeline(self, claim: str) -> list[Turn]:
        """The verdict at each date on which the record changed, oldest first."""
        turns: list[Turn] = self._get(f"/v1/claims/{_part(claim)}/timeline", "items")["items"]
        return turns

    def find_similar(self, *, claim: str | None = None, text: str | None = None, limit: int = 10) -> list[Similar]:
        """The claims most like a claim on record, by its id, or like a text that is to be submitted."""
        if (claim is None) == (text is None):
            raise TypeError("give either claim or text")
        path = "/v1/similar" if claim is None else f"/v1/claims/{_part(claim)}/similar"
        items: list[Similar] = self._get(path, "items", text=text, limit=limit)["items"]
        return items

    def search(
        self,
        q: str,
        *,
        kind: str | None = None,
        language: str | None = None,
        speaker: str | None = None,
        since: Day | None = None,
        until: Day | None = None,
        limit: int = 50,
    ) -> list[Found]:
        """Claims and statements by their words, the best first."""
        query = _given(q=q, kind=kind, language=language, speaker=speaker, since=since, until=until, limit=limit)
        items: list[Found] = self._get("/v1/search", "items", **query)["items"]
        return items

    # The record

    def add_source(self, name: str, **fields: Any) -> Source:
        """Record a source; `fields` are those of `NewSource`. One that is on record already stays as it is."""
        source: Source = self._post("/v1/sources", {"name": name, **fields}, repeatable=True)
        return source

    def add_sources(self, sources: Iterable[NewSource]) -> list[Source]:
        """Record many sources, those first that others have as `parent`."""
        return [self.add_source(**source) for source in sources]

    def get_source(self, id: str) -> Source:
        """A source."""
        source: Source = self._get(f"/v1/sources/{_part(id)}")
        return source

    def list_sources(self, *, q: str | None = None) -> Iterator[Source]:
        """All sources that fit, in the order of recording."""
        return self._connection.walk("/v1/sources", {"q": q})

    def add_statement(self, speaker: str, text: str, stated_on: Day, **fields: Any) -> Statement:
        """Record a statement; `fields` are those of `NewStatement`."""
        new = {"speaker": speaker, "text": text, "stated_on": stated_on, **fields}
        statement: Statement = self._post("/v1/statements", new, repeatable="id" in fields)
        return statement

    def add_statements(self, statements: Iterable[NewStatement]) -> list[Statement | Problem]:
        """Record many statements: for each, in order, the statement, or what is wrong with it.

        With an `id` for each the call can be made again, after whatever has happened, without recording anything twice.
        """
        return self._post_all("/v1/statements", statements)

    def get_statement(self, id: str) -> Statement:
        """A statement or confirmation."""
        statement: Statement = self._get(f"/v1/statements/{_part(id)}")
        return statement

    def list_statements(
        self,
        *,
        speaker: str | None = None,
        publisher: str | None = None,
        q: str | None = None,
        since: Day | None = None,
        until: Day | None = None,
    ) -> Iterator[Statement]:
        """All statements and confirmations that fit, in the order of recording."""
        query = _given(speaker=speaker, publisher=publisher, q=q, since=since, until=until)
        return self._connection.walk("/v1/statements", query)

    def retract(self, statement: str, reason: str) -> Statement:
        """Stop a statement from counting. Doing so again changes nothing."""
        path = f"/v1/statements/{_part(statement)}/retraction"
        retracted: Statement = self._post(path, {"reason": reason}, repeatable=True)
        return retracted

    def add_confirmation(self, source: str, position: str, stated_on: Day, **fields: Any) -> Statement:
        """Record what a source says of a claim or a statement; `fields` are those of `NewConfirmation`."""
        new = {"source": source, "position": position, "stated_on": stated_on, **fields}
        confirmation: Statement = self._post("/v1/confirmations", new, repeatable="id" in fields)
        return confirmation

    def add_confirmations(self, confirmations: Iterable[NewConfirmation]) -> list[Statement | Problem]:
        """Record many confirmations, as `add_statements` does statements."""
        return self._post_all("/v1/confirmations", confirmations)

    def add_document(self, publisher: str, **fields: Any) -> Document:
        """Have the statements in an article found: give one of `text`, `html` and `url`."""
        new = {"publisher": publisher, **fields}
        document: Document = self._post("/v1/documents", new, headers=_new_key())
        return document

    def get_document(self, id: str) -> Document:
        """An article, and the statements that were found in it."""
        document: Document = self._get(f"/v1/documents/{_part(id)}")
        return document

    # A person's word

    def judge(self, claim: str, statement: str, relation: Relation, reason: str) -> Judgement:
        """Judge how a statement stands to a claim, over the engine; the claim is checked anew."""
        body = {"relation": relation, "reason": reason}
        judgement: Judgement = self._connection.call("PUT", _evidence(claim, statement), body=body).body
        return judgement

    def unjudge(self, claim: str, statement: str, reason: str | None = None) -> Judgement:
        """Take a judgement back, so that the engine's holds again."""
        query = _given(reason=reason)
        judgement: Judgement = self._connection.call("DELETE", _evidence(claim, statement), query=query).body
        return judgement

    def pin(self, statement: str, *, reason: str | None = None, **fields: Act | str | None) -> Statement:
        """Judge the `act`, `origin`, `speaker` or `proposition` of a statement; None takes a judgement back."""
        body = {**fields, **_given(reason=reason)}
        pinned: Statement = self._connection.call("PATCH", f"/v1/statements/{_part(statement)}", body=body).body
        return pinned

    def approve(self, claim: str, **fields: str) -> Approval:
        """Approve the verdict that stands. `fields`: `verdict` (the one that was read), `reviewer`, `note`, `url`."""
        approval: Approval = self._post(f"/v1/claims/{_part(claim)}/approval", fields)
        return approval

    def withdraw_approval(self, claim: str) -> Approval:
        """Withdraw the approval of the verdict that stands."""
        approval: Approval = self._connection.call("DELETE", f"/v1/claims/{_part(claim)}/approval").body
        return approval

    # What changes

    def changes(self, cursor: str | None = None, *, follow: bool = False, claim: str | None = None) -> Feed:
        """Every change of a verdict since a cursor: None is from the start, `now` from here on.

        With `follow` it never ends, and waits for what is to come. Keep the `cursor` of the feed to go on from there.
        """
        return Feed(self._connection, cursor=cursor, follow=follow, claim=claim)

    def create_webhook(self, url: str, *, events: list[str] | None = None, description: str | None = None) -> Webhook:
        """Have an address called when a verdict changes. The answer has the `secret`, this once."""
        new = _given(url=url, events=events, description=description)
        webhook: Webhook = self._post("/v1/webhooks", new)
        return webhook

    def list_webhooks(self) -> Iterator[Webhook]:
        """All webhooks."""
        return self._connection.walk("/v1/webhooks")

    def remove_webhook(self, id: str) -> None:
        """Have an address called no more."""
        self._connection.call("DELETE", f"/v1/webhooks/{_part(id)}")

    def _get(self, path: str, *fields: str, **query: Any) -> Any:
        return self._connection.call("GET", path, query=query, fields=fields).body

    def _post(
        self,
        path: str,
        body: object,
        *,
        fields: tuple[str, ...] = (),
        headers: Mapping[str, str] | None = None,
        repeatable: bool = False,
    ) -> Any:
        again = repeatable or bool(headers)
        return self._connection.call("POST", path, body=body, headers=headers, fields=fields, repeatable=again).body

    def _post_all(self, path: str, items: Iterable[Any], *, keyed: bool = False) -> list[Any | Problem]:
        results: list[Any | Problem] = []
        rest = iter(items)
        while batch := list(islice(rest, _AT_ONCE)):
            headers = _new_key() if keyed else None
            again = all("id" in item for item in batch)
            found = self._post(path, batch, fields=("items",), headers=headers, repeatable=again)["items"]
            if len(found) != len(batch):
                raise self._connection.confused(f"it gives {len(found)} results for {len(batch)} items")
            results += [read_problem(result) or result for result in found]
        return results


def _new_key() -> dict[str, str]:
    """By which the service knows a request that is sent again."""
    return {"Idempotency-Key": str(uuid.uuid4())}


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _part(id: str) -> str:
    """An id as one piece of a path."""
    return quote(id, safe="")


def _evidence(claim: str, statement: str) -> str:
    return f"/v1/claims/{_part(claim)}/evidence/{_part(statement)}"
