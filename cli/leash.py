"""Ends a supervisor's processes when the supervisor itself has gone, even by `kill -9`.

It runs as a process of its own, started by file name so that it loads nothing but the standard library. The supervisor
holds the only write end of its standard input and writes on it which processes there are: `hold PID SIGNAL` and
`drop PID`. When that pipe closes, whatever is still held is asked to stop, then killed with its process group. This
needs nothing of the system but pipes and signals, unlike Linux's parent-death signal, which is lost where a program
changes its user and does not exist on macOS.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterable

GRACE = 5.0
"""Seconds that orphaned processes have between the request to stop and the end."""


def watch(lines: Iterable[str]) -> dict[int, int]:
    """Reads orders until there are no more. Returns the processes still held, each with its stop signal."""
    held: dict[int, int] = {}
    for line in lines:
        match line.split():
            case ["hold", pid, number]:
                held[int(pid)] = int(number)
            case ["drop", pid]:
                held.pop(int(pid), None)
    return held


def end(held: dict[int, int], *, grace: float = GRACE) -> None:
    """Asks every process to stop, and kills the groups of all when they have done so or the grace is over."""
    for pid, number in held.items():
        _send(pid, number)
    deadline = time.monotonic() + grace
    while any(_send(pid, 0) for pid in held) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in held:
        _send(-pid, signal.SIGKILL)


def _send(pid: int, number: int) -> bool:
    """Whether there was such a process, or a group where the number is negative."""
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    end(watch(sys.stdin))
