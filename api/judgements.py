"""Judgements: a person's word over the engine's on how a statement stands to a claim, and the history of them all."""

from __future__ import annotations

from datetime import datetime

from apiflask import APIBlueprint

from api.context import get_context
from api.fields import Id, Listing, Posted, Shown, Text
from api.identity import current_actor
from api.openapi import problems
from store.claims import get_claim
from store.judgements import list_judgements
from store.pinning import pin_relation, unpin_relation
from store.tables import JudgementRow
from verifier.entities import Relation

blueprint = APIBlueprint("judgements", __name__, tag="Judgements")

PATH = "/v1/judgements"
_EVIDENCE = "/v1/claims/<id:id>/evidence/<id:statement>"


class PinIn(Posted):
    """How a statement stands to a claim by a person's judgement, and why."""

    relation: Relation
    reason: Text


class UnpinQuery(Posted):
    """Why a judgement is taken back."""

    reason: Text | None = None


class EngineSaid(Shown):
    """What the engine had found: a relation, how sure it was and which engine, or the value of a field."""

    relation: Relation | None = None
    score: float | None = None
    engine: str | None = None
    value: str | None = None


class Judgement(Shown):
    """What a person judged: `field` is `relation`, on a claim, or a field of the statement; null takes it back."""

    id: str
    claim: str | None
    statement: str
    field: str
    value: str | None
    reason: str | None
    by: str
    engine_said: EngineSaid | None
    made_at: datetime


class Judgements(Shown):
    """A page of judgements."""

    items: list[Judgement]
    next_cursor: str | None


class JudgementQuery(Listing):
    """Which judgements to list."""

    claim: Id | None = None
    statement: Id | None = None


def show_judgement(row: JudgementRow) -> Judgement:
    """A judgement as callers see it."""
    return Judgement.model_validate(row, from_attributes=True)


@blueprint.put(_EVIDENCE)
@blueprint.input(PinIn, arg_name="pin")
@blueprint.output(Judgement, description="Judged; the claim will be checked anew.")
@blueprint.doc(responses=problems(400, 404, 409, 413, 415, 422, 503))
def put_evidence(id: str, statement: str, pin: PinIn) -> Judgement:
    """Judge how a statement stands to a claim, over the engine.

    The claim is checked anew, and the judgement kept by every later check, also where a search would not find the
    statement. `unrelated` leaves it out. The same judgement again changes nothing.
    """
    context = get_context()
    with context.sessions.begin() as session:
        row, tasks = pin_relation(session, id, statement, pin.relation, reason=pin.reason, by=current_actor())
        shown = show_judgement(row)
    context.doorbell.ring(tasks)
    return shown


@blueprint.delete(_EVIDENCE)
@blueprint.input(UnpinQuery, location="query", arg_name="query")
@blueprint.output(Judgement, description="Taken back; the claim will be checked anew.")
@blueprint.doc(responses=problems(404, 422, 503))
def delete_evidence(id: str, statement: str, query: UnpinQuery) -> Judgement:
    """Take a judgement back, so that the engine decides again.

    It stays in the history, followed by the one that is answered here.
    """
    context = get_context()
    with context.sessions.begin() as session:
        row, tasks = unpin_relation(session, id, statement, reason=query.reason, by=current_actor())
        shown = show_judgement(row)
    context.doorbell.ring(tasks)
    return shown


@blueprint.get("/v1/claims/<id:id>/judgements")
@blueprint.input(Listing, location="query", arg_name="query")
@blueprint.output(Judgements)
@blueprint.doc(responses=problems(404, 422, 503))
def get_claim_judgements(id: str, query: Listing) -> Judgements:
    """List every judgement ever made on a claim.

    In the order of making. The latest on each statement counts.
    """
    with get_context().sessions.begin() as session:
        get_claim(session, id)
        page = list_judgements(session, claim=id, **query.model_dump())
        return Judgements(items=[show_judgement(row) for row in page.items], next_cursor=page.next_cursor)


@blueprint.get(PATH)
@blueprint.input(JudgementQuery, location="query", arg_name="query")
@blueprint.output(Judgements)
@blueprint.doc(responses=problems(422, 503))
def get_judgements(query: JudgementQuery) -> Judgements:
    """List every judgement ever made, on claims and on the fields of statements.

    In the order of making; those of one `claim` or one `statement` where it is given.
    """
    with get_context().sessions.begin() as session:
        page = list_judgements(session, **query.model_dump())
        return Judgements(items=[show_judgement(row) for row in page.items], next_cursor=page.next_cursor)
