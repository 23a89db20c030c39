"""Sources: who can speak or publish."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field, StrictBool
from sqlalchemy.orm import Session

from api.context import get_context
from api.fields import Change, Country, Id, Listing, Name, Needle, Posted, Shown
from api.openapi import KNOWN, problems
from api.submission import Done, Repeatable, Submission, submit_once
from store.sources import NewSource, add_source, change_source, get_source, list_sources
from store.tables import SourceRow
from verifier.entities import Reliability

blueprint = APIBlueprint("sources", __name__, tag="Sources")

PATH = "/v1/sources"

Aliases = Annotated[list[Name], Field(max_length=100)]


class SourceIn(Posted):
    """A source to be recorded."""

    name: Name
    id: Id | None = None
    aliases: Aliases = Field(default_factory=list)
    kind: Name | None = None
    country: Country | None = None
    parent: Name | None = None
    reliability: Reliability = Reliability.F
    provisional: StrictBool = False


class SourceChange(Change):
    """The fields of a source that are to be changed; null takes the value away."""

    name: Name = ""
    aliases: Aliases = Field(default_factory=list)
    kind: Name | None = None
    country: Country | None = None
    parent: Name | None = None
    reliability: Reliability = Reliability.F


class Source(Shown):
    """A source on record; it is `provisional` while only a document has named it and no person has looked at it."""

    id: str
    name: str
    aliases: list[str]
    kind: str | None
    country: str | None
    parent: str | None
    reliability: Reliability
    provisional: bool
    created_at: datetime
    updated_at: datetime


class Sources(Shown):
    """A page of sources."""

    items: list[Source]
    next_cursor: str | None


class SourceQuery(Listing):
    """Which sources to list."""

    q: Needle | None = None


def show_source(row: SourceRow) -> Source:
    """A source as callers see it."""
    return Source.model_validate(row, from_attributes=True)


def add(session: Session, new: SourceIn) -> Done[SourceRow]:
    """Record a source."""
    row, is_new = add_source(session, NewSource(**new.model_dump() | {"aliases": tuple(new.aliases)}))
    return row, () if is_new else None


SUBMISSION = Submission(model=SourceIn, add=add, show=lambda _session, row: show_source(row), path=PATH)


@blueprint.post(PATH)
@blueprint.input(Repeatable, location="headers", arg_name="sent")
@blueprint.output(Source, 201, description="Recorded.")
@blueprint.doc(responses=KNOWN | problems(400, 409, 413, 415, 422, 503))
def post_source(sent: Repeatable) -> Response:
    """Record a source, or several.

    Without an id, one is made from the name. The same source again answers 200; another one with its id, 409. Of
    several, a parent comes before those that name it.
    """
    return submit_once(SUBMISSION, sent.idempotency_key)


@blueprint.get(PATH)
@blueprint.input(SourceQuery, location="query", arg_name="query")
@blueprint.output(Sources)
@blueprint.doc(responses=problems(422, 503))
def get_sources(query: SourceQuery) -> Sources:
    """List sources.

    In the order of recording. `q` is looked for in ids, names and aliases.
    """
    with get_context().sessions.begin() as session:
        page = list_sources(session, q=query.q, cursor=query.cursor, limit=query.limit)
        return Sources(items=[show_source(row) for row in page.items], next_cursor=page.next_cursor)


@blueprint.get(f"{PATH}/<id:id>")
@blueprint.output(Source)
@blueprint.doc(responses=problems(404, 503))
def get_source_by_id(id: str) -> Source:
    """Get a source."""
    with get_context().sessions.begin() as session:
        return show_source(get_source(session, id))


@blueprint.patch(f"{PATH}/<id:id>")
@blueprint.input(SourceChange, arg_name="change")
@blueprint.output(Source)
@blueprint.doc(responses=problems(400, 404, 413, 415, 422, 503))
def patch_source(id: str, change: SourceChange) -> Source:
    """Change a source.

    Fields that are absent stay as they are; null takes a kind, country or parent away. The source is no longer
    provisional. Every statement that it bears on is interpreted anew, and the claims that it touches are checked again.
    """
    context = get_context()
    with context.sessions.begin() as session:
        row, tasks = change_source(session, id, change.model_dump(exclude_unset=True))
        shown = show_source(row)
    context.doorbell.ring(tasks)
    return shown
