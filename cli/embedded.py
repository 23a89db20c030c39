"""PostgreSQL and Redis under a data folder, for whoever has none of their own: one machine, and the tests."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cli import postgres, redis_server
from cli.errors import ServerError
from cli.folder import choose_account, lock_folder, prepare_folder
from cli.supervisor import Program, Supervisor

_NONE = "none"
"""In place of an address, where no server is wanted."""

_START_SECONDS = 120.0
"""How long a server may take to start: PostgreSQL first repairs what a killed machine has left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The addresses of the two servers.

    `database_url` is `postgresql+psycopg://...` where embedded, with the socket's folder as `host`. `redis_url` is in
    redis-py's form, `unix:///path?db=0` where embedded (percent-encoded); kombu wants `redis+socket:///path` instead.
    """

    database_url: str
    redis_url: str


def start_services(
    data: Path, supervisor: Supervisor, *, database_url: str | None = None, redis_url: str | None = None
) -> Services:
    """Starts the servers for which no address is given, and returns when they answer.

    `data` is a prepared and locked folder. Raises `ServerError` or `DataFolderError`.
    """
    # Both are found before one is started: what is missing is said at once.
    programs = None if database_url else postgres.find_programs()
    redis_program = None if redis_url else redis_server.find_program()
    needed = [path for path in (programs and programs / "postgres", redis_program) if path]
    account = choose_account(data, needed) if needed else None
    if redis_program:
        program = redis_server.make_program(data, redis_program, account)
        _start(program, supervisor, lambda: redis_server.answers(data))
        redis_url = redis_server.make_url(data)
    if programs:
        program = postgres.make_program(data, programs, account)
        _start(program, supervisor, lambda: postgres.answers(data))
        postgres.make_database(data)
        database_url = postgres.make_url(data)
    return Services(database_url=database_url or "", redis_url=redis_url or "")


@contextmanager
def embedded_services(data: Path) -> Iterator[Services]:
    """Both servers, running until the context is left. Keep `data` short: the sockets are in it."""
    data = prepare_folder(data)
    with lock_folder(data), Supervisor(_discard) as supervisor:
        yield start_services(data, supervisor)


@contextmanager
def embedded_database(data: Path) -> Iterator[str]:
    """The address of the database in a folder; where its server is not running, it runs until the context is left."""
    if postgres.answers(Path(os.path.realpath(data))):
        yield postgres.make_url(Path(os.path.realpath(data)))
        return
    data = prepare_folder(data)
    with lock_folder(data), Supervisor(_discard) as supervisor:
        yield start_services(data, supervisor, redis_url=_NONE).database_url


def _start(program: Program, supervisor: Supervisor, answers: Callable[[], bool]) -> None:
    """Starts a server and returns when it answers."""
    if program.output:
        program.output.write_bytes(b"")
    try:
        supervisor.start(program)
    except OSError as error:
        raise ServerError(f"{program.command[0]} cannot be started: {error.strerror}.") from error
    deadline = time.monotonic() + _START_SECONDS
    while not answers():
        if not supervisor.running(program.name) or time.monotonic() > deadline:
            raise ServerError(f"{program.name} did not start: {_explain(program)}")
        time.sleep(0.02)


def _explain(program: Program) -> str:
    lines = program.output.read_text(errors="replace").split("\n") if program.output else []
    said = [line.strip() for line in lines if line.strip()]
    return f"{said[-1] if said else 'it said nothing'} (more in {program.output})."


def _discard(_name: str, _line: str) -> None:
    pass
