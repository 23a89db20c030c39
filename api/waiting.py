"""Requests that wait for the record to change: woken by what it announces, and never more than half of the threads.

A request that waits holds a thread, but no connection to the database.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from store.notifications import Listener

# Where no server says how many threads it has.
_THREADS = 16

Found = TypeVar("Found")


class Seat:
    """The place of one request that waits for changes of a claim, or of any."""

    def __init__(self, claim: str | None, *, stream: bool) -> None:
        self.claim = claim
        self.stream = stream
        self.closed = False
        self._called = threading.Event()

    def call(self) -> None:
        """Say that there may be something new for this request."""
        self._called.set()

    def wait(self, seconds: float) -> None:
        """Return after so many seconds, or as soon as there may have been something new since the last return."""
        self._called.wait(max(seconds, 0.0))
        self._called.clear()


class WaitingRoom:
    """The seats of one process. It listens from when the first one is taken, which is after the server has forked."""

    def __init__(self, database_url: str) -> None:
        self._listener = Listener(database_url, self.hear)
        self._lock = threading.Lock()
        self._seats: set[Seat] = set()
        self._closed = False
        self.share(_THREADS)

    def share(self, threads: int) -> None:
        """Let at most half of so many threads wait, and at most half of these for a stream."""
        self._most = max(threads // 2, 1)
        self._most_streams = max(threads // 4, 1)

    def take_seat(self, claim: str | None, *, stream: bool = False) -> Seat | None:
        """A seat, or None where all are taken. Give it back with `leave_seat`."""
        with self._lock:
            streams = sum(seat.stream for seat in self._seats)
            if self._closed or len(self._seats) >= self._most or (stream and streams >= self._most_streams):
                return None
            seat = Seat(claim, stream=stream)
            self._seats.add(seat)
        self._listener.start()
        return seat

    def leave_seat(self, seat: Seat) -> None:
        """Give a seat back; doing so again changes nothing."""
        with self._lock:
            self._seats.discard(seat)

    def watch(
        self, look: Callable[[], Found], settled: Callable[[Found], bool], *, claim: str | None, seconds: float
    ) -> tuple[Found, bool]:
        """What is found as soon as it is settled, else after so many seconds.

        With it, whether there was a seat to wait on, or no need for one; without one, it is what is found at once.
        """
        found = look()
        if settled(found):
            return found, True
        seat = self.take_seat(claim)
        if seat is None:
            return found, False
        deadline = time.monotonic() + seconds
        try:
            while True:
                found = look()  # again, since something may have changed before there was a seat
                left = deadline - time.monotonic()
                if settled(found) or left <= 0 or seat.closed:
                    return found, True
                seat.wait(left)
        finally:
            self.leave_seat(seat)

    def dismiss(self) -> None:
        """End every wait at once, and let nobody wait any more: the server is to stop. A signal handler may call it."""
        with self._lock:
            self._closed = True
            seats = list(self._seats)
        for seat in seats:
            seat.closed = True
            seat.call()

    def close(self) -> None:
        """As `dismiss`, and stop listening."""
        self.dismiss()
        self._listener.close()

    def hear(self, claim: str | None) -> None:
        """Call whoever waits for this claim, or everybody for None."""
        with self._lock:
            called = [seat for seat in self._seats if claim is None or seat.claim in (None, claim)]
        for seat in called:
            seat.call()
