"""Confirmations: the position that a source takes on a claim or a statement, as a fact-checker recorded it."""

from __future__ import annotations

from typing import Annotated

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field, ValidationInfo, field_validator
from sqlalchemy.orm import Session

from api import statements
from api.fields import Id, Name, PastDay, Posted, Url, Words, wrong
from api.openapi import KNOWN, problems
from api.statements import Statement, show_statement
from api.submission import Done, Repeatable, Submission, submit_once
from store.statements import NewConfirmation, add_confirmation
from store.tables import StatementRow
from verifier.entities import Position

blueprint = APIBlueprint("confirmations", __name__, tag="Confirmations")

PATH = "/v1/confirmations"


class ConfirmationIn(Posted):
    """A confirmation to be recorded, on exactly one of a claim and a statement, which are ids."""

    source: Name
    position: Position
    stated_on: PastDay
    claim: Id | None = None
    statement: Annotated[Id | None, Field(validate_default=True)] = None
    id: Id | None = None
    text: Words | None = None
    url: Url | None = None

    @field_validator("statement")
    @classmethod
    def _check_target(cls, value: str | None, info: ValidationInfo) -> str | None:
        if "claim" in info.data and (value is None) == (info.data["claim"] is None):
            raise wrong("must be given where claim is not, and only then: a confirmation is about one of the two")
        return value


def add(session: Session, new: ConfirmationIn) -> Done[StatementRow]:
    """Record a confirmation."""
    row, tasks = add_confirmation(session, NewConfirmation(**new.model_dump() | {"text": new.text or ""}))
    return row, tasks or None


SUBMISSION = Submission(model=ConfirmationIn, add=add, show=show_statement, path=statements.PATH)


@blueprint.post(PATH)
@blueprint.input(Repeatable, location="headers", arg_name="sent")
@blueprint.output(Statement, 201, description="Recorded, as a statement with a target.")
@blueprint.doc(responses=KNOWN | problems(400, 409, 413, 415, 422, 503))
def post_confirmations(sent: Repeatable) -> Response:
    """Record a confirmation, or several.

    An unknown name makes a source.
    """
    return submit_once(SUBMISSION, sent.idempotency_key)
