"""What the requests of one process work with."""

from __future__ import annotations

from typing import cast

import redis
from flask import current_app
from sqlalchemy import Engine

from api.doorbell import Doorbell
from api.keyring import KeyRing
from api.waiting import WaitingRoom
from store.broker import Bell, connect_redis, make_celery
from store.database import Sessions, make_engine, make_sessions
from store.settings import Settings

EXTENSION = "secondsource"


class Context:
    """The settings, the record and its keys, the bell, those who wait, and Redis. None is connected too early."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._engine: Engine = make_engine(settings.database_url)
        self.sessions: Sessions = make_sessions(self._engine)
        # For one look at the record, without a transaction around it.
        self.looks: Engine = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        self.keys = KeyRing(self.sessions)
        self.doorbell = Doorbell(Bell(make_celery(settings.redis_url)))
        self.waiting = WaitingRoom(settings.database_url)
        self._redis: redis.Redis = connect_redis(settings.redis_url, patience=1)

    def redis_answers(self) -> bool:
        """Whether Redis can be reached at this moment; says so within about a second."""
        try:
            return bool(self._redis.ping())
        except (redis.RedisError, OSError):
            return False

    def close(self) -> None:
        """Let go of all connections."""
        self.doorbell.close()
        self.waiting.close()
        self._redis.close()
        self._engine.dispose()


def get_context() -> Context:
    """The context of the app that answers the current request."""
    return cast(Context, current_app.extensions[EXTENSION])
