"""Rings the bell beside the requests, so that a Redis that is slow or gone never holds up an answer."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice

from store.broker import Bell
from store.queue import Task

# What is not rung for here, the relay delivers a second later.
_MOST_A_REQUEST = 50
_MOST_WAITING = 500

_log = logging.getLogger(__name__)


class Doorbell:
    """Rings from a thread of its own. The thread starts at the first ring, which is after the server has forked."""

    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self._waiting: queue.Queue[Task | None] = queue.Queue(_MOST_WAITING)
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def ring(self, tasks: Iterable[Task]) -> None:
        """Ring for the first of these tasks soon; returns at once."""
        self._start()
        for task in islice(tasks, _MOST_A_REQUEST):
            try:
                self._waiting.put_nowait(task)
            except queue.Full:
                return

    def close(self) -> None:
        """Stop, when what waits has been rung for."""
        if self._thread:
            self._waiting.put(None)
            self._thread.join()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="doorbell", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while task := self._waiting.get():
            if not self._ring(task) and self._drop():
                return

    def _ring(self, task: Task) -> bool:
        try:
            return self._bell.ring([task])
        except Exception:
            _log.exception("%s of %s is left to the relay", task.name, task.subject)
            return False

    def _drop(self) -> bool:
        """Leave what waits to the relay: while Redis is gone, each ring would only wait for it. True to stop."""
        with suppress(queue.Empty):
            while self._waiting.get_nowait():
                pass
            return True
        return False
