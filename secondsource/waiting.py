"""Waits for a verdict: by long poll where the service takes part, else by asking as often as it allows."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import cast
from urllib.parse import quote

from secondsource.connection import Connection, Reply
from secondsource.errors import ClaimPendingError
from secondsource.resources import Claim

LONGEST_WAIT = 20
"""Seconds that a service waits at most before it answers."""
_PAUSE = 0.5
"""Seconds between two questions where the service neither waits nor says `Retry-After`."""


def await_claim(
    connection: Connection, id: str, *, seconds: float, sleep: Callable[[float], None] | None = None
) -> Claim:
    """The claim, `verified` or `failed`. Raises `ClaimPendingError` where it is neither after so many seconds."""
    deadline = time.monotonic() + seconds
    claim: Claim | None = None
    tag = ""
    while True:
        headers = prefer_waiting(deadline) | ({"If-None-Match": tag} if tag else {})
        path = f"/v1/claims/{quote(id, safe='')}"
        reply = connection.call("GET", path, headers=headers, fields=("id", "status"), deadline=deadline)
        if reply.body:
            claim, tag = cast(Claim, reply.body), reply.headers.get("ETag", "")
            if claim["status"] in ("verified", "failed"):
                return claim
        if claim is None:
            raise connection.confused("it says that nothing has changed before it has said anything")
        left = deadline - time.monotonic()
        if left <= 0:
            raise ClaimPendingError(claim, seconds)
        if not has_waited(reply):
            (sleep or connection.sleep)(min(reply.retry_after or _PAUSE, left))


def prefer_waiting(deadline: float) -> dict[str, str]:
    """The header that asks a service to wait, but not beyond a deadline on the monotonic clock."""
    seconds = min(LONGEST_WAIT, int(deadline - time.monotonic()))
    return {"Prefer": f"wait={seconds}"} if seconds > 0 else {}


def has_waited(reply: Reply) -> bool:
    """Whether a service did wait, so that it may be asked again at once."""
    return "wait" in reply.headers.get("Preference-Applied", "")
