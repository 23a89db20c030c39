"""The feed of changes, read on and on."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator

from secondsource.connection import Connection
from secondsource.resources import Change
from secondsource.waiting import LONGEST_WAIT, has_waited, prefer_waiting

_PATH = "/v1/changes"
_PAUSE = 2.0
"""Seconds between two questions where the service neither waits nor says `Retry-After`."""


class Feed(Iterator[Change]):
    """Every change of a verdict, in the order in which they came to be on record.

    `cursor` is what to keep: a feed that begins there goes on where this one was. It moves on once the last change of
    a page has been dealt with, that is, when the next one is asked for. So whoever stops on the way gets some changes
    again and misses none; `id` tells them apart.
    """

    def __init__(self, connection: Connection, *, cursor: str | None, follow: bool, claim: str | None) -> None:
        self.cursor = cursor
        self._connection = connection
        self._follow = follow
        self._claim = claim
        self._next = cursor
        self._waiting: deque[Change] = deque()

    def __next__(self) -> Change:
        if not self._waiting:
            self.cursor = self._next
            self._read()
        return self._waiting.popleft()

    def _read(self) -> None:
        """Gets the next page that has anything in it. Raises `StopIteration` at the end, unless it is to follow."""
        while True:
            headers = prefer_waiting(time.monotonic() + LONGEST_WAIT + 1) if self._follow else {}
            query = {"cursor": self.cursor, "claim": self._claim, "limit": 200}
            reply = self._connection.call("GET", _PATH, query=query, headers=headers, fields=("items", "next_cursor"))
            self._next = reply.body["next_cursor"]
            if reply.body["items"]:
                self._waiting.extend(reply.body["items"])
                return
            self.cursor = self._next
            if not self._follow:
                raise StopIteration
            if not has_waited(reply):
                self._connection.sleep(reply.retry_after or _PAUSE)
