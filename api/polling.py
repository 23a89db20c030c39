"""What makes asking again cheap: tags by which an answer is known again, and the preference to wait for another one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from flask import Response, request
from pydantic import BaseModel, Field
from werkzeug.http import parse_list_header

from api.bodies import JSON
from api.context import get_context
from api.openapi import Responses, headers

LONGEST_WAIT = 20
# Where nobody can wait any more because all seats are taken.
_NO_SEAT = 5

POLLED = headers(
    200,
    ETag="Names this state.",
    Retry_After="Seconds after which to ask again.",
    Preference_Applied="The wait that was granted.",
)
UNCHANGED: Responses = {304: {"description": "It is as it was."}}


class Waiting(BaseModel):
    """How long the answer may be waited for."""

    prefer: Annotated[
        str | None, Field(description=f"wait=N, as RFC 7240 has it: N seconds, at most {LONGEST_WAIT}.")
    ] = None


@dataclass(frozen=True, slots=True)
class View:
    """An answer as it would be given now.

    `mark` names what a caller waits for a change of, `ended` says that there will be none for now; `retry_after` are
    seconds after which to ask again.
    """

    text: str
    mark: str = ""
    ended: bool = False
    retry_after: int | None = None

    @property
    def tag(self) -> str:
        """The tag of this very text, half of which is the mark's."""
        return _digest(self.mark) + _digest(self.text)


@dataclass(frozen=True, slots=True)
class Sent:
    """The tags that a caller has sent: those of the answers that it knows."""

    tags: frozenset[str]

    def knows(self, view: View) -> bool:
        """Whether the caller has seen this view."""
        return view.tag in self.tags

    def knows_mark(self, view: View) -> bool:
        """Whether the caller has seen a view with this mark."""
        return any(tag.startswith(_digest(view.mark)) for tag in self.tags)

    def __bool__(self) -> bool:
        return bool(self.tags)


def answer_poll(
    look: Callable[[], View], settled: Callable[[View, Sent], bool], *, prefer: str | None, claim: str | None
) -> Response:
    """The view as an answer, or 304 where the caller knows it.

    With a preference to wait, first until it is settled: `claim` is the one whose changes may settle it.
    """
    wait = read_wait(prefer)
    given: dict[str, str] = {}
    if wait:
        sent = Sent(frozenset(request.if_none_match.as_set(include_weak=True)))
        room = get_context().waiting
        view, granted = room.watch(look, lambda view: settled(view, sent), claim=claim, seconds=wait)
        given = {"Preference-Applied": f"wait={wait}"} if granted else {"Retry-After": str(_NO_SEAT)}
    else:
        view = look()
    if view.retry_after:
        given["Retry-After"] = str(view.retry_after)
    response = Response(view.text, headers=given, mimetype=JSON)
    response.cache_control.no_cache = True  # may be kept, but must be asked about
    response.set_etag(view.tag)
    response.make_conditional(request)
    return response


def read_wait(prefer: str | None) -> int:
    """The seconds of `wait=N`, 0 where there is none. What is not understood is ignored, as RFC 7240 wants it."""
    for preference in parse_list_header(prefer or ""):
        name, _, value = preference.partition(";")[0].partition("=")
        if name.strip().lower() == "wait":
            text = value.strip(' \t"')
            return min(int(text), LONGEST_WAIT) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    return 0


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
