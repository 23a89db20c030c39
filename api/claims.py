"""Claims: what is to be checked, and the verdict that stands."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from apiflask import APIBlueprint
from flask import Response, current_app, request
from pydantic import BaseModel
from sqlalchemy.orm import Session

from api.bodies import JSON
from api.context import get_context
from api.fields import Day, Id, Key, Language, Listing, Moment, Name, Needle, Posted, Shown, Text
from api.identity import current_action
from api.openapi import KNOWN, Responses, headers, problems
from api.submission import Submission, submit_once
from api.verdicts import Verdict, Verdicts, show_verdict
from store.audit import record_action
from store.claims import NewClaim, add_claim, get_claim, list_claims, request_check
from store.queue import Task
from store.tables import ClaimRow
from store.verdicts import list_verdicts, standing_verdicts
from verifier.entities import Label

blueprint = APIBlueprint("claims", __name__, tag="Claims")

PATH = "/v1/claims"
# How soon it is worth asking again for a verdict.
RETRY_AFTER = {"Retry-After": "1"}

_ACCEPTED = headers(202, Location="Where the claim is.", Retry_After="Seconds after which to ask for its verdict.")
_FOUND = headers(200, ETag="Names this state of the claim.", Retry_After="Seconds after which to ask again.")
_UNCHANGED: Responses = {304: {"description": "It is as it was."}}

Status = Literal["queued", "verifying", "verified", "failed"]


class ClaimIn(Posted):
    """A claim to be checked. `as_of` absent means: by everything on record, now and later."""

    text: Text
    id: Id | None = None
    language: Language | None = None
    as_of: Day | None = None
    reference: Name | None = None


class ClaimHeaders(BaseModel):
    """By which a request that is sent again is known."""

    idempotency_key: Key | None = None


class Claim(Shown):
    """A claim on record, and the verdict that stands."""

    id: str
    text: str
    language: str | None
    as_of: date | None
    reference: str | None
    status: Status
    error: str | None
    verdict: Verdict | None
    created_at: datetime
    updated_at: datetime


class Claims(Shown):
    """A page of claims."""

    items: list[Claim]
    next_cursor: str | None


class ClaimQuery(Listing):
    """Which claims to list."""

    verdict: Label | None = None
    status: Status | None = None
    q: Needle | None = None
    updated_since: Moment | None = None


class Turn(Shown):
    """The verdict from a day on, and the statement that made it so."""

    date: date
    verdict: Label
    cause: str


class Timeline(Shown):
    """The verdict at each date on which the record changed."""

    items: list[Turn]


def add(session: Session, new: ClaimIn) -> tuple[ClaimRow, list[Task]]:
    """Record a claim."""
    return add_claim(session, NewClaim(**new.model_dump()))


def show_claims(session: Session, rows: Sequence[ClaimRow]) -> list[Claim]:
    """Claims as callers see them."""
    standing = standing_verdicts(session, rows)
    plain = [name for name in Claim.model_fields if name != "verdict"]
    return [
        Claim(
            **{name: getattr(row, name) for name in plain},
            verdict=show_verdict(standing[row.verdict]) if row.verdict else None,
        )
        for row in rows
    ]


def show_claim(session: Session, row: ClaimRow) -> Claim:
    """A claim as callers see it."""
    return show_claims(session, [row])[0]


SUBMISSION = Submission(model=ClaimIn, add=add, show=show_claim, path=PATH, status=202, headers=RETRY_AFTER)


@blueprint.post(PATH)
@blueprint.input(ClaimHeaders, location="headers", arg_name="sent")
@blueprint.output(Claim, 202, description="Recorded; it will be checked.")
@blueprint.doc(responses=KNOWN | _ACCEPTED | problems(400, 409, 413, 415, 422, 503))
def post_claims(sent: ClaimHeaders) -> Response:
    """Submit a claim, or several.

    A worker checks it; `Location` says where to ask for the verdict, `Retry-After` when. A request with an
    `Idempotency-Key` can be sent again for a day without submitting anything twice.
    """
    return submit_once(SUBMISSION, sent.idempotency_key)


@blueprint.get(PATH)
@blueprint.input(ClaimQuery, location="query", arg_name="query")
@blueprint.output(Claims)
@blueprint.doc(responses=problems(422, 503))
def get_claims(query: ClaimQuery) -> Claims:
    """List claims.

    In the order of recording. `verdict` is the label that stands, `q` is looked for in the texts.
    """
    with get_context().sessions.begin() as session:
        page = list_claims(session, **query.model_dump())
        return Claims(items=show_claims(session, page.items), next_cursor=page.next_cursor)


@blueprint.get(f"{PATH}/<id:id>")
@blueprint.output(Claim)
@blueprint.doc(responses=_FOUND | _UNCHANGED | problems(404, 503))
def get_claim_by_id(id: str) -> Response:
    """Get a claim and the verdict that stands.

    While it is being checked, `Retry-After` says when to ask again. With `If-None-Match`, a claim that is as it was
    answers 304.
    """
    with get_context().sessions.begin() as session:
        claim = show_claim(session, get_claim(session, id))
    text = current_app.json.dumps(claim.model_dump(mode="json")) + "\n"
    waiting = claim.status in ("queued", "verifying")
    response = Response(text, headers=RETRY_AFTER if waiting else {}, mimetype=JSON)
    response.cache_control.no_cache = True  # may be kept, but must be asked about
    response.set_etag(hashlib.sha256(text.encode()).hexdigest()[:32])
    response.make_conditional(request)
    return response


@blueprint.post(f"{PATH}/<id:id>/verification")
@blueprint.output(Claim, 202, description="It will be checked.")
@blueprint.doc(responses=_ACCEPTED | problems(404, 503))
def post_verification(id: str) -> Response:
    """Have a claim checked anew.

    Nobody need ask for what the record changes: that is checked by itself. This is for a claim whose check failed.
    """
    context = get_context()
    with context.sessions.begin() as session:
        row, tasks = request_check(session, id)
        record_action(session, current_action(), f"claim:{id}", fields=["status"])
        shown = show_claim(session, row)
    context.doorbell.ring(tasks)
    headers = {"Location": f"{PATH}/{id}", **RETRY_AFTER}
    return Response(current_app.json.dumps(shown.model_dump(mode="json")) + "\n", 202, headers, mimetype=JSON)


@blueprint.get(f"{PATH}/<id:id>/verdicts")
@blueprint.input(Listing, location="query", arg_name="query")
@blueprint.output(Verdicts)
@blueprint.doc(responses=problems(404, 422, 503))
def get_verdicts(id: str, query: Listing) -> Verdicts:
    """List every verdict ever given on a claim.

    Newest first, each with what caused it.
    """
    with get_context().sessions.begin() as session:
        get_claim(session, id)
        page = list_verdicts(session, id, cursor=query.cursor, limit=query.limit)
        return Verdicts(items=[show_verdict(row) for row in page.items], next_cursor=page.next_cursor)


@blueprint.get(f"{PATH}/<id:id>/timeline")
@blueprint.output(Timeline)
@blueprint.doc(responses=problems(404, 503))
def get_timeline(id: str) -> Timeline:
    """Get the verdict at each date on which the record changed."""
    with get_context().sessions.begin() as session:
        return Timeline.model_validate({"items": get_claim(session, id).timeline})
