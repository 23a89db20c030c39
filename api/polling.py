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
    """An answer as it would be given now; `edition` is another one whenever it is, `text` may be still to be made.

    `mark` names what a caller waits for a change of, `ended` says that there will be none for now; `retry_after` are
    seconds after which to ask again.
    """

    edition: str
    mark: str = ""
    ended: bool = False
    retry_after: int | None = None
    text: str | None = None

    @property
    def tag(self) -> str:
        """What names this answer; half of it is the mark's."""
        return digest(self.mark) + digest(self.edition)


@dataclass(frozen=True, slots=True)
class Sent:
    """The tags that a caller has sent, of the answers that it knows; `any` is the one that stands for all."""

    tags: frozenset[str]
    any: bool = False

    def knows(self, view: View) -> bool:
        """Whether the caller has this answer."""
        return self.any or view.tag in self.tags

    def knows_mark(self, view: View) -> bool:
        """Whether the caller has an answer with this mark."""
        return any(tag.startswith(digest(view.mark)) for tag in self.tags)


def answer_poll(
    look: Callable[[], View],
    show: Callable[[], View],
    settled: Callable[[View, Sent], bool],
    *,
    prefer: str | None,
    claim: str | None,
) -> Response:
    """What is shown, or 304 where the caller knows it by what a look at it tells.

    With a preference to wait, first until it is settled: `claim` is the one whose changes may settle it.
    """
    tags = request.if_none_match
    sent = Sent(frozenset(tags.as_set(include_weak=True)), any=tags.star_tag)
    view, given = None, {}
    if wait := read_wait(prefer):
        room = get_context().waiting
        view, granted = room.watch(look, lambda view: settled(view, sent), claim=claim, seconds=wait)
        given = {"Preference-Applied": f"wait={wait}"} if granted else {"Retry-After": str(_NO_SEAT)}
    elif sent.tags or sent.any:
        view = look()
    known = view is not None and sent.knows(view)
    if view is None or (view.text is None and not known):
        view = show()
    if view.retry_after:
        given["Retry-After"] = str(view.retry_after)
    response = Response(None if known else view.text, 304 if known else 200, given, mimetype=JSON)
    response.cache_control.no_cache = True  # may be kept, but must be asked about
    response.set_etag(view.tag)
    return response


def read_wait(prefer: str | None) -> int:
    """The seconds of `wait=N`, 0 where there is none. What is not understood is ignored, as RFC 7240 wants it."""
    for preference in parse_list_header(prefer or ""):
        name, _, value = preference.partition(";")[0].partition("=")
        if name.strip().lower() == "wait":
            text = value.strip(' \t"')
            return min(int(text), LONGEST_WAIT) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    return 0


def digest(text: str) -> str:
    """Sixteen characters that stand for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
