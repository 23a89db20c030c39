"""The HTTP interface, and Flask's hello, under the same options of gunicorn."""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psutil
import requests

from benchmarks.accuracy.stack import find_port, make_database
from cli.api import make_options
from cli.embedded import Services
from cli.errors import StartError
from cli.supervisor import Program, Supervisor
from store.database import Sessions, make_engine, make_sessions

PROCESSES = 2
THREADS = 16

_START_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """The ports of both, and the record behind the first."""

    api: int
    hello: int
    sessions: Sessions


@contextmanager
def running_servers(services: Services, *, connections: int) -> Iterator[Servers]:
    """Both servers, on an empty record. Raises `StartError` where one does not answer."""
    database_url = make_database(services, "polling")
    addresses = {"DATABASE_URL": database_url, "REDIS_URL": services.redis_url}
    told = {**os.environ, **addresses, "SECONDSOURCE_KEYS": "off"}
    said: deque[str] = deque(maxlen=10)
    engine = make_engine(database_url, connections=connections)
    ports = {"api.wsgi:app": find_port(), "benchmarks.polling.hello:app": find_port()}
    try:
        with Supervisor(lambda part, line: said.append(f"{part}: {line}")) as supervisor:
            for app, port in ports.items():
                options = make_options(host="127.0.0.1", port=port, processes=PROCESSES, threads=THREADS)
                if not app.startswith("api."):
                    options = options[options.index("--no-control-socket") :]  # what comes before is code of the API
                command = (sys.executable, "-m", "gunicorn", *options, app)
                supervisor.start(Program(name=app, command=command, environ=told))
            api, hello = ports.values()
            _await(f"http://127.0.0.1:{api}/livez", said)
            _await(f"http://127.0.0.1:{hello}/", said)
            yield Servers(api=api, hello=hello, sessions=make_sessions(engine))
    finally:
        engine.dispose()


def read_cpu() -> float:
    """Seconds for which the servers and PostgreSQL have computed so far: what no other load of the machine changes."""
    computed = 0.0
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # PostgreSQL starts some that live for a moment
            computed += sum(process.cpu_times()[:2])
    return computed


def _await(url: str, said: deque[str]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            if requests.get(url, timeout=5).ok:
                return
        except requests.RequestException as error:
            if time.monotonic() > deadline:
                raise StartError("\n".join([f"{url} does not answer: {error}", *said])) from error
        time.sleep(0.1)
