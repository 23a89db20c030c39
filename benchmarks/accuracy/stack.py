"""The service as it is run: its own database, the HTTP interface, the relay and workers."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import create_engine, text

from benchmarks.accuracy.progress import follow
from benchmarks.accuracy.verdicts import Answer, from_resource
from benchmarks.dossiers import Pool
from cli.client import Client, Collection, Problem, ServiceError
from cli.embedded import Services
from cli.errors import CommandError, StartError, UnreachableError
from cli.supervisor import Program, Supervisor
from store.broker import connect_redis
from store.database import Sessions, make_engine, make_sessions
from store.migrations.run import migrate

_START_SECONDS = 120.0
_CLAIM_SECONDS = 600.0
_AT_ONCE = 100
_WORKERS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A running service on a record of its own."""

    client: Client
    sessions: Sessions


@contextmanager
def running_stack(services: Services, name: str) -> Iterator[Stack]:
    """A service on an empty database of this name. Raises `StartError` where it does not become ready."""
    database_url = make_database(services, name)
    with connect_redis(services.redis_url) as redis:
        redis.flushdb()
    port = find_port()
    addresses = {"DATABASE_URL": database_url, "REDIS_URL": services.redis_url}
    told = {**os.environ, **addresses, "SECONDSOURCE_KEYS": "off"}
    parts = {
        "api": ("--port", str(port), "--processes", "1"),
        "relay": (),
        "worker": ("--concurrency", str(_WORKERS)),
    }
    said: deque[str] = deque(maxlen=10)
    engine = make_engine(database_url, connections=2)
    try:
        with Supervisor(lambda part, line: said.append(f"{part}: {line}")) as supervisor:
            for part, options in parts.items():
                command = (sys.executable, "-m", "cli.main", part, *options)
                supervisor.start(Program(name=part, command=command, environ=told))
            client = Client(f"http://127.0.0.1:{port}")
            _await_ready(client, said)
            yield Stack(client=client, sessions=make_sessions(engine))
    finally:
        engine.dispose()


def answer_over_http(stack: Stack, pool: Pool, what: str) -> dict[str, Answer]:
    """The answer for each claim of a pool, posted with everything else to a service and verified by its workers."""
    for source in pool.sources:
        stack.client.add(Collection.SOURCES, source)
    _add(stack.client, Collection.STATEMENTS, pool.statements)
    _add(stack.client, Collection.CLAIMS, pool.claims)
    return {
        id: from_resource(stack.client.await_claim(id, patience=_CLAIM_SECONDS))
        for id in follow(list(pool.labels), what)
    }


def _add(client: Client, collection: Collection, items: list[dict[str, object]]) -> None:
    for start in range(0, len(items), _AT_ONCE):
        for result in client.add_many(collection, items[start : start + _AT_ONCE]).results:
            if isinstance(result, Problem):
                raise CommandError(f"the service does not take one of the {collection}: {result}")


def _await_ready(client: Client, said: deque[str]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            client.check_ready()
        except (ServiceError, UnreachableError) as error:
            if time.monotonic() > deadline:
                raise StartError("\n".join([f"the service did not become ready: {error}", *said])) from error
            time.sleep(0.1)
        else:
            return


def make_database(services: Services, name: str) -> str:
    """A new database, migrated; returns its address."""
    server = create_engine(services.database_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    server.dispose()
    url = server.url.set(database=name).render_as_string(hide_password=False)
    migrate(url)
    return url


def find_port() -> int:
    """A port on loopback that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
