"""Statements: what one speaker said on one date, as one publisher printed it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from apiflask import APIBlueprint
from flask import Response
from pydantic import ValidationInfo, field_validator
from sqlalchemy.orm import Session

from api.context import get_context
from api.fields import Change, Day, Id, Language, Listing, Name, Needle, PastDay, Posted, Shown, Text, Url, wrong
from api.identity import current_actor
from api.openapi import KNOWN, problems
from api.submission import Done, Repeatable, Submission, submit_once
from store.pinning import pin_fields
from store.statements import NewStatement, add_statement, get_statement, list_statements, retract_statement
from store.tables import StatementRow
from verifier.entities import Act, Position

blueprint = APIBlueprint("statements", __name__, tag="Statements")

PATH = "/v1/statements"


class StatementIn(Posted):
    """A statement to be recorded. speaker, publisher and origin are ids or names of sources."""

    speaker: Name
    text: Text
    stated_on: PastDay
    id: Id | None = None
    publisher: Name | None = None
    published_on: PastDay | None = None
    language: Language | None = None
    act: Act | None = None
    origin: Name | None = None
    proposition: Text | None = None
    url: Url | None = None

    @field_validator("published_on")
    @classmethod
    def _check_order(cls, value: date | None, info: ValidationInfo) -> date | None:
        stated_on = info.data.get("stated_on")
        if value and stated_on and value < stated_on:
            raise wrong("must not be before stated_on")
        return value


class ClaimTarget(Shown):
    """The claim that a confirmation is about, and the position on it."""

    claim: str
    position: Position


class StatementTarget(Shown):
    """The statement that a confirmation is about, and the position on it."""

    statement: str
    position: Position


class Retraction(Shown):
    """Why a statement counts no more, and since when."""

    reason: str
    retracted_at: datetime


class Pinned(Shown):
    """Who judged a field of a statement, when and why."""

    by: str
    at: datetime
    reason: str | None


class Mention(Shown):
    """How a document names who spoke; `candidates` are ids of the sources that may be meant."""

    name: str
    role: str | None
    affiliation: str | None
    candidates: list[str]


StatementStatus = Literal["proposed", "queued", "interpreted", "failed", "rejected"]


class Statement(Shown):
    """A statement or confirmation on record. What is in `inferred` was not given, but found out by a worker.

    `pinned` has the fields that a person judged: they are never inferred again.

    One that was found in a document is `extracted`, with how sure that is as its `confidence`. It may have been said on
    any day from `stated_from` to `stated_on`; `stated_from` is null where the day was given, or where nothing more is
    known than that it was said by then. `speaker` is null where it is not clear who is meant.
    """

    id: str
    speaker: str | None
    publisher: str | None
    origin: str | None
    text: str
    language: str | None
    stated_on: date
    stated_from: date | None
    published_on: date | None
    act: Act | None
    proposition: str | None
    quote_start: int | None
    quote_end: int | None
    url: str | None
    status: StatementStatus
    error: str | None
    inferred: list[str]
    pinned: dict[str, Pinned]
    extracted: bool
    confidence: float | None
    document: str | None
    mention: Mention | None
    supersedes: str | None
    rejection_reason: str | None
    target: ClaimTarget | StatementTarget | None
    retraction: Retraction | None
    created_at: datetime
    updated_at: datetime


class Statements(Shown):
    """A page of statements."""

    items: list[Statement]
    next_cursor: str | None


class StatementQuery(Listing):
    """Which statements to list."""

    speaker: Name | None = None
    publisher: Name | None = None
    document: Id | None = None
    status: StatementStatus | None = None
    q: Needle | None = None
    since: Day | None = None
    until: Day | None = None


class StatementChange(Change):
    """The fields of a statement that a person judges; null gives one back to the submitter or the engine."""

    speaker: Name | None = None
    act: Act | None = None
    origin: Name | None = None
    proposition: Text | None = None
    reason: Text | None = None


class RetractionIn(Posted):
    """Why a statement is to count no more."""

    reason: Text


def add(session: Session, new: StatementIn) -> Done[StatementRow]:
    """Record a statement."""
    row, tasks = add_statement(session, NewStatement(**new.model_dump()))
    return row, tasks or None


_MADE = ("extracted", "mention", "target", "retraction")
"""The fields that are no columns as they are."""


def show_statement(_session: Session, row: StatementRow) -> Statement:
    """A statement as callers see it."""
    plain = {name: getattr(row, name) for name in Statement.model_fields if name not in _MADE}
    return Statement(
        **plain,
        extracted=row.document is not None,
        mention=Mention.model_validate(row.mention) if row.mention else None,
        target=_show_target(row),
        retraction=_show_retraction(row),
    )


def _show_target(row: StatementRow) -> ClaimTarget | StatementTarget | None:
    if row.position is None:
        return None
    position = Position(row.position)
    if row.target_claim:
        return ClaimTarget(claim=row.target_claim, position=position)
    return StatementTarget(statement=str(row.target_statement), position=position)


def _show_retraction(row: StatementRow) -> Retraction | None:
    if row.retracted_at is None:
        return None
    return Retraction(reason=row.retraction_reason or "", retracted_at=row.retracted_at)


SUBMISSION = Submission(model=StatementIn, add=add, show=show_statement, path=PATH)


@blueprint.post(PATH)
@blueprint.input(Repeatable, location="headers", arg_name="sent")
@blueprint.output(Statement, 201, description="Recorded.")
@blueprint.doc(responses=KNOWN | problems(400, 409, 413, 415, 422, 503))
def post_statements(sent: Repeatable) -> Response:
    """Record a statement, or several.

    What is absent is inferred by a worker, and then listed in `inferred`. An unknown name makes a source.
    """
    return submit_once(SUBMISSION, sent.idempotency_key)


@blueprint.get(PATH)
@blueprint.input(StatementQuery, location="query", arg_name="query")
@blueprint.output(Statements)
@blueprint.doc(responses=problems(422, 503))
def get_statements(query: StatementQuery) -> Statements:
    """List statements and confirmations.

    In the order of recording. `speaker`, `publisher` and `document` are ids, `q` is looked for in the texts, `since`
    and `until` are the first and the last day on which it was said. With `status=proposed` they are those that wait to
    be accepted.
    """
    with get_context().sessions.begin() as session:
        page = list_statements(session, **query.model_dump())
        items = [show_statement(session, row) for row in page.items]
    return Statements(items=items, next_cursor=page.next_cursor)


@blueprint.get(f"{PATH}/<id:id>")
@blueprint.output(Statement)
@blueprint.doc(responses=problems(404, 503))
def get_statement_by_id(id: str) -> Statement:
    """Get a statement."""
    with get_context().sessions.begin() as session:
        return show_statement(session, get_statement(session, id))


@blueprint.patch(f"{PATH}/<id:id>")
@blueprint.input(StatementChange, arg_name="change")
@blueprint.output(Statement)
@blueprint.doc(responses=problems(400, 404, 413, 415, 422, 503))
def patch_statement(id: str, change: StatementChange) -> Statement:
    """Judge what a statement is, over the engine and its submitter.

    The fields that are given are pinned and never inferred again; null takes a pin away, so that what was submitted
    stands again or the engine infers it. `speaker` and `origin` are ids or names of sources. The claims that the
    statement touches are checked anew.
    """
    context = get_context()
    changes = change.model_dump(exclude_unset=True, exclude={"reason"})
    with context.sessions.begin() as session:
        row, tasks = pin_fields(session, id, changes, reason=change.reason, by=current_actor())
        shown = show_statement(session, row)
    context.doorbell.ring(tasks)
    return shown


@blueprint.post(f"{PATH}/<id:id>/retraction")
@blueprint.input(RetractionIn, arg_name="retraction")
@blueprint.output(Statement)
@blueprint.doc(responses=problems(400, 404, 413, 415, 422, 503))
def post_retraction(id: str, retraction: RetractionIn) -> Statement:
    """Retract a statement.

    It stays on record and counts no more; the claims that it touched are checked again. Once retracted, it stays so:
    a second retraction changes nothing.
    """
    context = get_context()
    with context.sessions.begin() as session:
        row, tasks = retract_statement(session, id, retraction.reason)
        shown = show_statement(session, row)
    context.doorbell.ring(tasks)
    return shown
