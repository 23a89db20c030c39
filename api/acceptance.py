"""Proposed statements: those that were found in a document and count for nothing until a person accepts them."""

from __future__ import annotations

from apiflask import APIBlueprint

from api.context import get_context
from api.fields import Name, Posted, Text
from api.openapi import problems
from api.statements import PATH, Statement, show_statement
from store.acceptance import accept_statement, reject_statement

blueprint = APIBlueprint("acceptance", __name__, tag="Acceptance")


class AcceptanceIn(Posted):
    """Who spoke, as an id or a name, where that is not clear from the document or wrong."""

    speaker: Name | None = None


class RejectionIn(Posted):
    """Why a statement is not to count."""

    reason: Text


@blueprint.post(f"{PATH}/<id:id>/acceptance")
@blueprint.input(AcceptanceIn, arg_name="acceptance")
@blueprint.output(Statement)
@blueprint.doc(responses=problems(400, 404, 409, 413, 415, 422, 503))
def post_acceptance(id: str, acceptance: AcceptanceIn) -> Statement:
    """Accept a proposed statement.

    It counts from now on, and the claims that it touches are checked again. A statement that was rejected may be
    accepted after all; to accept one that counts already changes nothing.
    """
    context = get_context()
    with context.sessions.begin() as session:
        row, tasks = accept_statement(session, id, speaker=acceptance.speaker)
        shown = show_statement(session, row)
    context.doorbell.ring(tasks)
    return shown


@blueprint.post(f"{PATH}/<id:id>/rejection")
@blueprint.input(RejectionIn, arg_name="rejection")
@blueprint.output(Statement)
@blueprint.doc(responses=problems(400, 404, 409, 413, 415, 422, 503))
def post_rejection(id: str, rejection: RejectionIn) -> Statement:
    """Reject a proposed statement.

    It stays on record, and counts for nothing. One that counts already is retracted instead.
    """
    with get_context().sessions.begin() as session:
        return show_statement(session, reject_statement(session, id, rejection.reason))
