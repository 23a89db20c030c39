"""What the record announces to whoever waits for it: a claim whose verdict has changed, or whose check has failed.

A trigger of migration 0005 announces it in the transaction that makes it so, with the id of the claim.
"""

from __future__ import annotations

import logging
import selectors
import socket
import threading
from collections.abc import Callable

import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from store.database import make_engine

# The name is in the trigger as well.
CHANNEL = "secondsource_claim"

Hear = Callable[[str | None], None]
"""Takes the id of a claim; None means that anything may have been announced since the last call."""

_FIRST_DELAY = 0.5
_LONGEST_DELAY = 15.0

_log = logging.getLogger(__name__)


class Listener:
    """Hears announcements over one connection, in a thread of its own, and passes each one on in that thread.

    It connects again where the connection is lost, later each time. What was announced meanwhile is not repeated, so
    it says None whenever it has connected: then, whoever waits looks at the record itself.
    """

    def __init__(self, database_url: str, hear: Hear) -> None:
        self._engine = make_engine(database_url, connections=1)
        self._hear = hear
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Listen from now on; returns at once. Call it after a fork; a second call changes nothing."""
        with self._starting:
            if self._thread is None:
                self._closing, self._closer = socket.socketpair()
                self._thread = threading.Thread(target=self._run, name="listener", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Stop listening and let go of the connection. It cannot be started again."""
        with self._starting:
            if self._thread:
                self._closer.close()  # which makes the other end readable
                self._thread.join()
                self._closing.close()
        self._engine.dispose()

    def _run(self) -> None:
        delay = _FIRST_DELAY
        while True:
            try:
                with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    connection.execute(text(f"LISTEN {CHANNEL}"))
                    delay = _FIRST_DELAY
                    self._pass_on(connection)
                    return
            except (SQLAlchemyError, psycopg.Error) as error:
                _log.warning(
                    "listens to PostgreSQL again in %g s: %s", delay, str(getattr(error, "orig", error)).strip()
                )
            if self._wait(self._closing, seconds=delay):
                return
            delay = min(2 * delay, _LONGEST_DELAY)

    def _pass_on(self, connection: Connection) -> None:
        """Pass on what is announced until `close`. Raises where the connection is lost."""
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)  # noqa: S101  what `make_engine` connects with
        self._hear(None)
        while not self._wait(self._closing, driver):
            try:
                announced = [notification.payload for notification in driver.notifies(timeout=0)]
            except psycopg.Error:
                connection.invalidate()
                raise
            for claim in announced:
                self._hear(claim)

    def _wait(self, *sources: socket.socket | psycopg.Connection, seconds: float | None = None) -> bool:
        """Sleep until one of these has something to say. True where this is to end."""
        with selectors.DefaultSelector() as selector:
            for source in sources:
                selector.register(source, selectors.EVENT_READ)
            return any(key.fileobj is self._closing for key, _ in selector.select(seconds))
