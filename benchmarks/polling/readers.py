"""Two readers of the feed over HTTP: one asks page by page and waits, the other has the changes streamed."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import requests

from benchmarks.polling.feed import Page, follow_feed

_TIMEOUT = (5.0, 60.0)
_PATIENCE = 30.0


@dataclass(slots=True)
class Reading:
    """The ids of the changes that were read, and how many milliseconds after its record each one arrived."""

    ids: list[str] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)

    def add(self, changes: Iterable[Page]) -> None:
        """Note changes that have just arrived."""
        now = datetime.now(UTC)
        for change in changes:
            self.ids.append(change["id"])
            self.delays.append((now - datetime.fromisoformat(change["changed_at"])).total_seconds() * 1000)


class Ending:
    """Tells the readers when there will be no more."""

    def __init__(self) -> None:
        self.written = threading.Event()
        self._last: str | None = None
        self._ends = float("inf")

    def set(self, last: str | None) -> None:
        """Say that all has been written, and which verdict is the last on record."""
        self._last, self._ends = last, time.monotonic() + _PATIENCE
        self.written.set()

    def reached(self, reading: Reading) -> bool:
        """Whether a reader has got the last verdict, or has been waiting for it in vain."""
        if not self.written.is_set():
            return False
        return reading.ids[-1:] == [self._last] or time.monotonic() > self._ends


def follow_pages(port: int, ending: Ending, reading: Reading) -> None:
    """Read with `Prefer: wait` until the end that is there when all has been written."""
    with requests.Session() as session:

        def ask(cursor: str | None) -> Page:
            answer = session.get(
                f"http://127.0.0.1:{port}/v1/changes",
                params={"cursor": cursor} if cursor else {},
                headers={"Prefer": "wait=1"},
                timeout=_TIMEOUT,
            )
            page: Page = answer.json()
            reading.add(page["items"])
            return page

        follow_feed(ask, ending.written)


def follow_stream(port: int, ending: Ending, reading: Reading) -> None:
    """Read events, connecting again where the stream ends, until the last verdict has come or time is up."""
    cursor = "start"
    while not ending.reached(reading):
        with requests.get(
            f"http://127.0.0.1:{port}/v1/changes/stream",
            headers={"Last-Event-ID": cursor},
            stream=True,
            timeout=_TIMEOUT,
        ) as stream:
            for line in stream.iter_lines(chunk_size=None):
                if line.startswith(b"data: "):
                    reading.add([json.loads(line[6:])])
                    cursor = reading.ids[-1]
                if not line and ending.reached(reading):
                    return
        time.sleep(0.1)
