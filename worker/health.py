"""A worker says that it is alive, and ends itself when it has gone deaf.

A Celery worker on Redis can stay connected and yet receive nothing for ever (celery issues 8030, 10205 and 10302). Its
supervisor starts another in its place.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from dataclasses import dataclass
from typing import Protocol

import billiard
from celery import signals
from celery.worker import state
from sqlalchemy.exc import SQLAlchemyError

from store import heartbeats
from store.database import make_engine, make_sessions
from store.queue import longest_wait
from store.settings import Settings

_INTERVAL = 5.0
DEAF_AFTER = 120.0
# sysexits.h: an internal software error.
_EX_SOFTWARE = 70

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """What a worker is seen doing: tasks that run in it, and seconds since one last arrived or was last waited for."""

    running: int
    silent_for: float
    waiting_for: float


def is_deaf(activity: Activity) -> bool:
    """Whether work has been waiting all the while that nothing ran here and nothing arrived."""
    return activity.running == 0 and min(activity.silent_for, activity.waiting_for) > DEAF_AFTER


class Event(Protocol):
    """An event that one of the worker's processes sets and its main process waits for."""

    def set(self) -> None:
        """Let whoever waits go on."""

    def wait(self) -> bool:
        """Return when it is set."""


class Watchdog(threading.Thread):
    """Beats for a worker's main process and watches it."""

    def __init__(self, settings: Settings, *, ready: Event) -> None:
        super().__init__(name="watchdog", daemon=True)
        self._ready = ready
        self._engine = make_engine(settings.database_url, connections=1)
        self._sessions = make_sessions(self._engine)
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._arrived_at = time.monotonic()
        self._ended = threading.Event()
        signals.task_received.connect(self._note_arrival)

    def run(self) -> None:
        """Beat and watch until `close`, from when the worker's first process can work."""
        self._ready.wait()
        self._note_arrival()
        while True:
            try:
                self._watch()
            except SQLAlchemyError as error:
                _log.warning("PostgreSQL cannot be reached: %s", error)
            if self._ended.wait(_INTERVAL):
                return

    def close(self) -> None:
        """Stop beating: the worker takes no more work."""
        self._ended.set()
        try:
            with self._sessions.begin() as session:
                heartbeats.end(session, "worker", self._name)
        except SQLAlchemyError as error:
            _log.warning("PostgreSQL cannot be reached: %s", error)

    def _watch(self) -> None:
        with self._sessions.begin() as session:
            heartbeats.beat(session, "worker", self._name)
            waiting_for = longest_wait(session)
        activity = Activity(
            running=len(state.active_requests),
            silent_for=time.monotonic() - self._arrived_at,
            waiting_for=waiting_for,
        )
        if is_deaf(activity):
            _log.critical("work waits and nothing has arrived for %.0f s: this worker ends itself", activity.silent_for)
            for child in billiard.active_children():
                child.kill()
            os._exit(_EX_SOFTWARE)  # the thread that should stop in good order is the one that hangs

    def _note_arrival(self, **_: object) -> None:
        self._arrived_at = time.monotonic()
