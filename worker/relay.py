"""Delivers what was not delivered: the queue is in PostgreSQL, and Redis may lose any of it at any time."""

from __future__ import annotations

import os
import socket
import threading

import redis
from sqlalchemy.exc import SQLAlchemyError

from store import heartbeats, requests
from store.broker import QUEUE, Bell, connect_redis, make_celery
from store.database import Sessions, make_engine, make_sessions
from store.queue import due
from store.settings import Settings
from worker.sweeping import sweep_until

# No more messages than this wait in Redis, so that ringing again does not pile them up behind a long queue.
_MOST_IN_REDIS = 500


def run_relay(settings: Settings, *, stop: threading.Event) -> None:
    """Relay until `stop` is set. Several may run: each takes other tasks."""
    lost = (SQLAlchemyError, redis.RedisError, OSError)
    sweep_until(stop, Relay(settings), needs="PostgreSQL and Redis", lost=lost)


class Relay:
    """One relay process."""

    def __init__(self, settings: Settings) -> None:
        self._engine = make_engine(settings.database_url, connections=2)
        self._sessions: Sessions = make_sessions(self._engine)
        self._redis = connect_redis(settings.redis_url)
        self._bell = Bell(make_celery(settings.redis_url))
        self._name = f"{socket.gethostname()}:{os.getpid()}"

    def sweep(self) -> int:
        """Ring for what is due, as far as Redis has room; gives the number. Raises where either cannot be reached."""
        with self._sessions.begin() as session:
            heartbeats.beat(session, "relay", self._name)
        room = _MOST_IN_REDIS - int(self._redis.llen(QUEUE))
        if room <= 0:
            return 0
        with self._sessions.begin() as session:
            tasks = due(session, limit=room)
            if not self._bell.ring(tasks):
                session.rollback()
                return 0
        return len(tasks)

    def keep_house(self) -> None:
        """Drop marks and answers that nobody needs any more."""
        with self._sessions.begin() as session:
            heartbeats.forget_old(session)
            requests.forget_old(session)

    def close(self) -> None:
        """Say goodbye."""
        with self._sessions.begin() as session:
            heartbeats.end(session, "relay", self._name)
        self._engine.dispose()
