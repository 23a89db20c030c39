"""Calls webhooks: each change of a verdict becomes a message to each of them, sent until it is taken.

Webhooks are called beside each other, each with one message at a time, so that one that is slow or gone holds up no
other. All that is to be remembered is in PostgreSQL: whoever is killed has lost nothing.
"""

from __future__ import annotations

import logging
import os
import random
import socket
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from store import deliveries, heartbeats
from store.database import Sessions, make_engine, make_sessions
from store.deliveries import (
    TEST,
    Attempt,
    Held,
    Message,
    lease_webhooks,
    next_message,
    plan,
    record_delivered,
    record_failed,
    record_gone,
    release,
)
from store.errors import LeaseLostError
from store.settings import Settings
from worker.guarded import make_session
from worker.messages import GONE, send
from worker.sweeping import sweep_until

# Seconds before the first attempt, the second ..., as Standard Webhooks say: two and a half days in all.
SCHEDULE = (0.0, 5.0, 300.0, 1_800.0, 7_200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0)
# A retry comes up to a fifth later than planned, so that a receiver that comes back is not called by all at once.
_SPREAD = 0.2
_FIRST_REST = 6.0
_LONGEST_REST = 300.0

_THREADS = 32
_CONNECTIONS = 8
# Longer than one call can take, with the resolution of its name.
_LEASE = 60.0
# So many seconds a webhook is served in a row while others may wait for a thread.
_TURN = 10.0

_log = logging.getLogger(__name__)


def run_delivery(settings: Settings, *, stop: threading.Event) -> None:
    """Deliver until `stop` is set. Several may run: each calls other webhooks."""
    sweep_until(stop, Deliverer(settings), needs="PostgreSQL")


def retry_in(attempt: int, *, schedule: Sequence[float] = SCHEDULE, spread: float = 0.0) -> float | None:
    """Seconds from a failed attempt, the first being 1, to the next one; None after the last.

    `spread`, from 0 to 1, is how much of what may be added is added.
    """
    return schedule[attempt] * (1 + _SPREAD * spread) if attempt < len(schedule) else None


def rest_for(failures: int, *, again_in: float | None) -> float:
    """Seconds for which a webhook is left alone after so many failures in a row.

    Twice as long each time, so that one that is gone does not take up a thread for each message that waits for it;
    but not longer than the message that failed.
    """
    rest = min(_FIRST_REST * 2.0 ** min(failures - 1, 10), _LONGEST_REST)
    return rest if again_in is None else min(rest, again_in)


class Deliverer:
    """One process that delivers."""

    def __init__(self, settings: Settings, *, schedule: Sequence[float] = SCHEDULE, threads: int = _THREADS) -> None:
        self._engine = make_engine(settings.database_url, connections=_CONNECTIONS)
        self._sessions: Sessions = make_sessions(self._engine)
        self._allowed = settings.webhook_allow
        self._schedule = schedule
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="delivery")
        self._running: set[Future[None]] = set()
        self._ending = threading.Event()
        self._name = f"{socket.gethostname()}:{os.getpid()}"

    def sweep(self) -> int:
        """Begin to call the webhooks for which something is due, as far as there are threads; gives their number.

        Raises where PostgreSQL cannot be reached.
        """
        with self._sessions.begin() as session:
            heartbeats.beat(session, "deliver", self._name)
        with self._sessions.begin() as session:
            plan(session)
        self._running = {future for future in self._running if not future.done()}
        free = self._threads - len(self._running)
        if free == 0:
            return 0
        with self._sessions.begin() as session:
            taken = lease_webhooks(session, limit=free, seconds=_LEASE)
        self._running |= {self._pool.submit(self._serve, held) for held in taken}
        return len(taken)

    def keep_house(self) -> None:
        """Drop from the log what is old."""
        with self._sessions.begin() as session:
            deliveries.forget_old(session)

    def close(self) -> None:
        """Let the calls that are under way come to their end, and say goodbye."""
        self._ending.set()
        self._pool.shutdown()
        with self._sessions.begin() as session:
            heartbeats.end(session, "deliver", self._name)
        self._engine.dispose()

    def _serve(self, held: Held) -> None:
        """Send a webhook what is due, one message after the other."""
        ends_at = time.monotonic() + _TURN
        try:
            with self._sessions.begin() as session:
                message = next_message(session, held, seconds=_LEASE)
            with make_session(allowed=self._allowed) as http:
                while message:
                    attempt = send(http, message)
                    goes_on = time.monotonic() < ends_at and not self._ending.is_set()
                    with self._sessions.begin() as session:
                        self._record(session, held, message, attempt)
                        message = next_message(session, held, seconds=_LEASE) if goes_on else None
            with self._sessions.begin() as session:
                release(session, held)
        except LeaseLostError as error:
            _log.warning("%s: what came of the last message is not known here", error)
        except SQLAlchemyError as error:
            _log.warning("PostgreSQL cannot be reached, %s is called again later: %s", held.webhook, error)
        except Exception:
            _log.exception("%s cannot be called", held.webhook)

    def _record(self, session: Session, held: Held, message: Message, attempt: Attempt) -> None:
        if attempt.error is None:
            record_delivered(session, held, message.id, attempt)
        elif attempt.status == GONE:
            record_gone(session, held, message.id, attempt)
        else:
            # A test is tried once: whoever asked for it is waiting.
            spread = random.random()  # noqa: S311  nothing is to be kept secret by it
            again_in = (
                None if message.event == TEST else retry_in(message.attempt, schedule=self._schedule, spread=spread)
            )
            rest = rest_for(message.failures + 1, again_in=again_in)
            record_failed(session, held, message.id, attempt, again_in=again_in, rest=rest)
