"""What gunicorn is told in code: it reads this module as a file of settings, those that have one of its names."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any

from api.context import EXTENSION, Context


def post_worker_init(worker: Any) -> None:
    """Called in each process that serves, before its first request: share its threads, and end waits when it stops.

    Without that, a request that waits would hold the process up until it is killed.
    """
    context: Context = worker.wsgi.extensions[EXTENSION]
    context.waiting.share(worker.cfg.threads)
    for number in (signal.SIGTERM, signal.SIGQUIT, signal.SIGINT):
        stop = signal.getsignal(number)

        def dismiss(number: int, frame: FrameType | None, stop: Any = stop) -> None:
            context.waiting.dismiss()
            stop(number, frame)

        signal.signal(number, dismiss)
        signal.siginterrupt(number, False)
