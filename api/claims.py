"""Claims: what is to be checked, and the verdict that stands."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Literal

from apiflask import APIBlueprint
from flask import Response, current_app
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from api.bodies import JSON
from api.context import get_context
from api.fields import Day, Flag, Id, Language, Listing, Moment, Name, Needle, Posted, Shown, Text
from api.identity import current_action
from api.openapi import KNOWN, headers, problems
from api.polling import POLLED, UNCHANGED, Sent, View, Waiting, answer_poll, digest
from api.submission import Done, Repeatable, Submission, submit_once
from api.verdicts import Verdict, Verdicts, show_verdict
from store.approvals import standing_approvals
from store.audit import record_action
from store.claims import NewClaim, add_claim, get_claim, list_claims, read_state, request_check
from store.expectation import expected_wait, read_pace
from store.tables import ClaimRow
from store.verdicts import list_verdicts, standing_verdicts
from verifier.entities import Label

blueprint = APIBlueprint("claims", __name__, tag="Claims")

PATH = "/v1/claims"
_ACCEPTED = headers(202, Location="Where the claim is.", Retry_After="Seconds after which to ask for its verdict.")

Status = Literal["queued", "verifying", "verified", "failed"]
WAITING = ("queued", "verifying")


class ClaimIn(Posted):
    """A claim to be checked. `as_of` absent means: by everything on record, now and later."""

    text: Text
    id: Id | None = None
    language: Language | None = None
    as_of: Day | None = None
    reference: Name | None = None


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


# Another one when a release shows claims otherwise: then what a caller has kept is no longer what it would get.
_SHAPE = digest(json.dumps(Claim.model_json_schema()))


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
    needs_review: Flag | None = None


class Turn(Shown):
    """The verdict from a day on, and the statement that made it so."""

    date: date
    verdict: Label
    cause: str


class Timeline(Shown):
    """The verdict at each date on which the record changed."""

    items: list[Turn]


def add(session: Session, new: ClaimIn) -> Done[ClaimRow]:
    """Record a claim."""
    row, tasks = add_claim(session, NewClaim(**new.model_dump()))
    return row, tasks or None


def show_claims(session: Session, rows: Sequence[ClaimRow]) -> list[Claim]:
    """Claims as callers see them."""
    standing = standing_verdicts(session, rows)
    approvals = standing_approvals(session, standing)
    plain = [name for name in Claim.model_fields if name != "verdict"]
    return [
        Claim(
            **{name: getattr(row, name) for name in plain},
            verdict=show_verdict(standing[row.verdict], approvals.get(row.verdict)) if row.verdict else None,
        )
        for row in rows
    ]


def show_claim(session: Session, row: ClaimRow) -> Claim:
    """A claim as callers see it."""
    return show_claims(session, [row])[0]


def say_when(session: Session) -> Mapping[str, str]:
    """When it is worth asking for the verdict on the claim that was queued last."""
    return {"Retry-After": str(expected_wait(read_pace(session)))}


SUBMISSION = Submission(model=ClaimIn, add=add, show=show_claim, path=PATH, status=202, headers=say_when)


@blueprint.post(PATH)
@blueprint.input(Repeatable, location="headers", arg_name="sent")
@blueprint.output(Claim, 202, description="Recorded; it will be checked.")
@blueprint.doc(responses=KNOWN | _ACCEPTED | problems(400, 409, 413, 415, 422, 503))
def post_claims(sent: Repeatable) -> Response:
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

    In the order of recording. `verdict` is the label that stands, `q` is looked for in the texts. `needs_review=true`
    lists those whose verdict is not sure and that nobody has approved.
    """
    with get_context().sessions.begin() as session:
        page = list_claims(session, **query.model_dump())
        return Claims(items=show_claims(session, page.items), next_cursor=page.next_cursor)


@blueprint.get(f"{PATH}/<id:id>")
@blueprint.input(Waiting, location="headers", arg_name="sent")
@blueprint.output(Claim)
@blueprint.doc(responses=POLLED | UNCHANGED | problems(404, 503))
def get_claim_by_id(id: str, sent: Waiting) -> Response:
    """Get a claim and the verdict that stands.

    While it is being checked, `Retry-After` says when to ask again. With `If-None-Match`, a claim that is as it was
    answers 304. With `Prefer: wait=N`, the answer waits for a verdict that is newer than that one, or for the first.
    """

    def look() -> View:
        with get_context().looks.connect() as connection:
            return _view(connection, id)

    def show() -> View:
        with get_context().sessions.begin() as session:
            # One snapshot, so that the tag is that of what is shown.
            connection = session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            view, claim = _view(connection, id), show_claim(session, get_claim(session, id))
        return replace(view, text=current_app.json.dumps(claim.model_dump(mode="json")) + "\n")

    return answer_poll(look, show, _settled, prefer=sent.prefer, claim=id)


def _view(connection: Connection, id: str) -> View:
    state = read_state(connection, id)
    retry_after = expected_wait(read_pace(connection, id)) if state.status in WAITING else None
    return View(
        f"{_SHAPE} {state.edition}", mark=state.verdict or "", ended=state.status == "failed", retry_after=retry_after
    )


def _settled(view: View, sent: Sent) -> bool:
    """Whether there is a verdict that the caller does not know, or will be none: its check has failed since."""
    newer = not sent.knows_mark(view) if sent.tags else bool(view.mark)
    return newer or (view.ended and not sent.knows(view))


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
        headers = {"Location": f"{PATH}/{id}", **say_when(session)}
    context.doorbell.ring(tasks)
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
        approvals = standing_approvals(session, [row.id for row in page.items])
        items = [show_verdict(row, approvals.get(row.id)) for row in page.items]
        return Verdicts(items=items, next_cursor=page.next_cursor)


@blueprint.get(f"{PATH}/<id:id>/timeline")
@blueprint.output(Timeline)
@blueprint.doc(responses=problems(404, 503))
def get_timeline(id: str) -> Timeline:
    """Get the verdict at each date on which the record changed."""
    with get_context().sessions.begin() as session:
        return Timeline.model_validate({"items": get_claim(session, id).timeline})
