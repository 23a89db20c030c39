"""The audit log: who changed what on record, and when."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from apiflask import APIBlueprint
from pydantic import Field

from api.context import get_context
from api.fields import Listing, Moment, Name, Shown
from api.openapi import problems
from store.audit import list_actions

blueprint = APIBlueprint("audit", __name__, tag="Audit")

PATH = "/v1/audit"


class Entry(Shown):
    """Something that was done.

    `actor` is the name of a key and `key` its id; `local` and null where none was asked for. `subject` is a kind and an
    id, `fields` are the names of those that changed, never what was in them.
    """

    at: datetime
    actor: str
    key: str | None
    action: str
    subject: str
    change: Literal["added", "changed", "removed"]
    fields: list[str]


class Entries(Shown):
    """A page of the audit log."""

    items: list[Entry]
    next_cursor: str | None


class AuditQuery(Listing):
    """Which entries to list."""

    actor: Name | None = None
    subject: Annotated[Name | None, Field(description="A kind and an id, such as claim:claim-3f9c2a7d41b6e805.")] = None
    since: Moment | None = None


@blueprint.get(PATH)
@blueprint.input(AuditQuery, location="query", arg_name="query")
@blueprint.output(Entries)
@blueprint.doc(responses=problems(422, 503))
def get_audit(query: AuditQuery) -> Entries:
    """List who changed what on record.

    Newest first. What a worker finds out by itself is not in it: a verdict says what caused it.
    """
    with get_context().sessions.begin() as session:
        page = list_actions(session, **query.model_dump())
        items = [Entry.model_validate(row, from_attributes=True) for row in page.items]
        return Entries(items=items, next_cursor=page.next_cursor)
