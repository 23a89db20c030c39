"""The one log of all programs: time, name in the program's colour, line."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import TextIO

_WIDTH = 10
_COLOURS = {"api": 36, "worker": 32, "relay": 34, "postgres": 35, "redis": 31}
"""ANSI colour of each program's name."""


class LogWriter:
    """Writes lines of several threads to one stream, in colour where it is a terminal that wants some.

    A stream that nobody reads any more is ignored, so that the programs can go on.
    """

    def __init__(
        self,
        stream: TextIO,
        *,
        clock: Callable[[], datetime] = datetime.now,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._stream = stream
        self._clock = clock
        self._lock = threading.Lock()
        self._colour = stream.isatty() and not environ.get("NO_COLOR")

    def __call__(self, name: str, line: str) -> None:
        """Writes one line of what a program says."""
        text = f"{self._clock():%H:%M:%S} {self._paint(name)} {line}\n"
        with self._lock, suppress(OSError, ValueError):
            self._stream.write(text)
            self._stream.flush()

    def _paint(self, name: str) -> str:
        padded = name.ljust(_WIDTH)
        return f"\x1b[{_COLOURS.get(name, 33)}m{padded}\x1b[0m" if self._colour else padded


def configure_logging() -> None:
    """Sends what a process logs to its output, without the time: whoever collects the lines puts one in front."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stdout)
    for name in ("celery.worker.strategy", "celery.app.trace"):
        logging.getLogger(name).setLevel(logging.WARNING)  # or else two lines for every task
