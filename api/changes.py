"""The feed of changes: asked for page by page, waited for, or streamed."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated, Any

from apiflask import APIBlueprint
from flask import Response, current_app
from pydantic import BaseModel, Field
from sqlalchemy.exc import SQLAlchemyError

from api.context import get_context
from api.fields import Id, Listing, Name, Posted, Shown
from api.openapi import Responses, headers, problems
from api.polling import POLLED, UNCHANGED, Sent, View, Waiting, answer_poll
from api.problems import Kind, Problem, ProblemError, invalid
from api.verdicts import Cause, Verdict, show_verdict
from api.waiting import Seat
from store import changes as store
from store.database import Sessions
from store.errors import FieldError
from verifier.entities import Label

blueprint = APIBlueprint("changes", __name__, tag="Changes")

PATH = "/v1/changes"
# How many are read at once for a stream, and after how long its reader may connect again.
_PAGE = 50
_RECONNECT_SECONDS = 2
_BUSY_SECONDS = "15"

_STREAM: Responses = headers(503, Retry_After="Seconds after which to ask again.") | {
    200: {"description": "Events.", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
}
_log = logging.getLogger(__name__)


class Change(Shown):
    """A verdict that came to stand for a claim, and the label that it took the place of."""

    id: str
    claim: str
    text: str
    previous: Label | None
    verdict: Verdict
    causes: list[Cause]
    changed_at: datetime


class Changes(Shown):
    """Changes in the order in which they came to be on record. There is always a cursor to go on from."""

    items: list[Change]
    next_cursor: str


class ChangeQuery(Listing):
    """From where on to read: `cursor` absent means from the start, `now` from the end."""

    claim: Id | None = None


class StreamQuery(Posted):
    """As `ChangeQuery`."""

    cursor: Name | None = None
    claim: Id | None = None


class StreamHeaders(BaseModel):
    """From where on to read where a stream was cut off; it goes before `cursor`."""

    last_event_id: Annotated[Name | None, Field(description="The id of the last event that was received.")] = None


class Reader:
    """Reads the feed, or what it has on one claim, from a cursor on."""

    def __init__(self, sessions: Sessions, *, cursor: str | None, claim: str | None, limit: int) -> None:
        self._sessions = sessions
        self._cursor = cursor
        self._claim = claim
        self._limit = limit
        self._place: store.Place | None = None

    def read(self) -> Changes:
        """What follows on the cursor. `now` is when this is first called."""
        with self._sessions.begin() as session:
            self._place = self._place or store.find_place(session, self._cursor)
            found = store.list_changes(session, self._place, limit=self._limit, claim=self._claim)
            self._next = store.place_after(found, self._place)
        return Changes(items=[show_change(change) for change in found], next_cursor=self._next.cursor)

    @property
    def cursor(self) -> str:
        """From where on it was read last; never `now`."""
        return self._place.cursor if self._place else self._cursor or store.START

    def go_on(self) -> None:
        """Read on behind what was read last."""
        self._place = self._next


def show_change(change: store.Change) -> Change:
    """A change as callers see it."""
    verdict = show_verdict(change.verdict)
    return Change(
        id=verdict.id,
        claim=change.verdict.claim,
        text=change.text,
        previous=Label(change.previous) if change.previous else None,
        verdict=verdict,
        causes=verdict.causes,
        changed_at=verdict.verified_at,
    )


@blueprint.get(PATH)
@blueprint.input(ChangeQuery, location="query", arg_name="query")
@blueprint.input(Waiting, location="headers", arg_name="sent")
@blueprint.output(Changes)
@blueprint.doc(responses=POLLED | UNCHANGED | problems(422, 503))
def get_changes(query: ChangeQuery, sent: Waiting) -> Response:
    """Read what has changed since a cursor.

    Every change of a verdict once, in the order in which they came to be on record. `next_cursor` is never null: send
    it as `cursor` to go on, today or in a year. With `Prefer: wait=N`, the answer waits for the next change.
    """
    reader = Reader(get_context().sessions, cursor=query.cursor, claim=query.claim, limit=query.limit)

    def look() -> View:
        page = reader.read()
        text = current_app.json.dumps(page.model_dump(mode="json")) + "\n"
        return View(text, mark=page.next_cursor if page.items else "", text=text)

    return answer_poll(look, look, _settled, prefer=sent.prefer, claim=query.claim)


def _settled(view: View, sent: Sent) -> bool:
    return bool(view.mark) and not sent.knows(view)


@blueprint.get(f"{PATH}/stream")
@blueprint.input(StreamQuery, location="query", arg_name="query")
@blueprint.input(StreamHeaders, location="headers", arg_name="sent")
@blueprint.doc(responses=_STREAM | problems(422, 503))
def get_change_stream(query: StreamQuery, sent: StreamHeaders) -> Response:
    """Have the changes sent as they come.

    Server-sent events: each `verdict.changed` carries a change, and its id is a cursor, so that a reader that connects
    again, as browsers do by themselves, misses nothing. A stream ends after some minutes.
    """
    context = get_context()
    seat = context.waiting.take_seat(query.claim, stream=True)
    if seat is None:
        detail = "As many streams are open as this process serves. Try again later, or ask with Prefer: wait."
        raise ProblemError(Problem(Kind.UNAVAILABLE, detail, headers={"Retry-After": _BUSY_SECONDS}))
    cursor = sent.last_event_id or query.cursor
    reader = Reader(context.sessions, cursor=cursor, claim=query.claim, limit=_PAGE)
    try:
        first = reader.read()  # what is wrong is said before the stream begins
    except Exception as error:
        context.waiting.leave_seat(seat)
        if isinstance(error, FieldError) and sent.last_event_id:
            raise ProblemError(invalid("Last-Event-ID", error.message)) from error
        raise
    lasts, heartbeat = current_app.config["STREAM_SECONDS"], current_app.config["HEARTBEAT_SECONDS"]
    events = _stream(reader, first, seat, current_app.json.dumps, lasts=lasts, heartbeat=heartbeat)
    response = Response(events, mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})
    response.cache_control.no_store = True
    response.call_on_close(lambda: context.waiting.leave_seat(seat))
    return response


def _stream(
    reader: Reader, page: Changes, seat: Seat, dump: Callable[[Any], str], *, lasts: float, heartbeat: float
) -> Iterator[str]:
    """The events of a stream. One without data only sets the cursor that its reader sends when it connects again."""
    ends = time.monotonic() + lasts
    yield f"retry: {_RECONNECT_SECONDS * 1000}\nid: {reader.cursor}\n\n"
    while True:
        for change in page.items:
            data = dump(change.model_dump(mode="json"))
            yield f"id: {change.id}\nevent: verdict.changed\ndata: {data}\n\n"
        left = ends - time.monotonic()
        if left <= 0 or seat.closed:
            return
        if not page.items:
            yield ":\n\n"  # so that whatever lies between sees that the connection lives
            seat.wait(min(heartbeat, left))
        reader.go_on()
        try:
            page = reader.read()
        except SQLAlchemyError as error:
            _log.warning("a stream ends: %s", getattr(error, "orig", error))
            return
