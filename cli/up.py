"""`secondsource up`: the whole service on one machine, with everything it needs, until Ctrl-C."""

from __future__ import annotations

import errno
import json
import os
import shlex
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from cli.checking import check_claim, show_check
from cli.client import Client, Collection, ServiceError
from cli.embedded import Services, start_services
from cli.engine import engine_options
from cli.errors import CommandError, PortError, StartError, UnreachableError
from cli.exposure import OFF, REQUIRED, check_keys, is_loopback, keys_option
from cli.folder import default_folder, lock_folder, make_temporary, prepare_folder
from cli.log import LogWriter
from cli.migration import migrate_database
from cli.presentation import make_console
from cli.server import read_key
from cli.settings import own, read_given
from cli.supervisor import Log, Program, Supervisor
from cli.transfer import seed

FOUNDING_CLAIM = {
    "id": "founding-claim",
    "text": "North Korea will send troops",
    "language": "en",
    "as_of": "2024-07-03",
}
"""The rumour that the project began with, as `--show` has it checked."""

_READY_SECONDS = 60.0


class _StopRequested(BaseException):
    """Somebody wants the service to end. Not an error: no `except Exception` is to take it for one."""


@click.command()
@click.option("--port", default=8080, envvar="SECONDSOURCE_PORT", show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--host", default="127.0.0.1", envvar="SECONDSOURCE_HOST", show_default=True, help="Address to listen on."
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    envvar="SECONDSOURCE_DATA",
    help="Folder for the data. Default: the system's place for a user's data.",
)
@click.option(
    "--workers", default=1, envvar="SECONDSOURCE_WORKERS", show_default=True, type=click.IntRange(1), help="Processes."
)
@click.option("--no-seed", is_flag=True, envvar="SECONDSOURCE_NO_SEED", help="Begin with an empty record.")
@keys_option
@engine_options
@click.option("--show", is_flag=True, help="Check the founding claim and print its verdict.")
def up_command(
    *, port: int, host: str, data: Path | None, workers: int, no_seed: bool, keys: str | None, show: bool
) -> None:
    """Run the whole service on this machine until Ctrl-C.

    It brings PostgreSQL and Redis along unless DATABASE_URL and REDIS_URL name others. The first start makes the
    database and puts the founding record in; later ones go on with what is there.

    On this machine alone, as it listens by default, it asks for no keys. Before it listens to others, one must be made.
    """
    settings = read_given(os.environ)
    key = read_key()
    os.environ.pop("SECONDSOURCE_KEY", None)  # it is for this command and not for what it starts
    check_port(host, port)
    folder = prepare_folder(data or default_folder())
    log = LogWriter(sys.stderr)
    with lock_folder(folder), Supervisor(log) as supervisor, _stop_on_signal(supervisor, log):
        log("up", f"starting, with the data in {folder}")
        services = start_services(
            folder, supervisor, database_url=own(settings.database_url), redis_url=own(settings.redis_url)
        )
        migrate_database(services.database_url)
        if keys is None and is_loopback(host):
            keys = OFF
        elif keys is None:
            make = f"secondsource keys create NAME --scope admin --data {shlex.quote(str(folder))}"
            check_keys(services.database_url, host, make=make)
        programs = make_programs(services, folder, host=host, port=port, workers=workers, keys=keys or REQUIRED)
        for program in programs:
            supervisor.start(program)
        client = Client(_address(host, port), key=key)
        _await_ready(client)
        if keys != OFF and not key:
            log("up", "no key in SECONDSOURCE_KEY, so no founding record is put in: `secondsource seed` does that")
        else:
            _greet(client, log, no_seed=no_seed, show=show)
        click.echo(f"Second Source listens on {client.base_url} and keeps its data in {folder}. Ctrl-C ends it.")
        while True:
            signal.pause()


def check_port(host: str, port: int) -> None:
    """Raises `PortError` unless the service can listen there."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            # As the server itself does: connections that have just ended are no hindrance.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror as error:
        raise PortError(f"There is no address {host!r} to listen on: choose another with --host.") from error
    except OSError as error:
        reason = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
        raise PortError(
            f"Port {port} on {host} {reason}: choose another with --port (or SECONDSOURCE_PORT)."
        ) from error


def make_programs(
    services: Services, data: Path, *, host: str, port: int, workers: int, keys: str = OFF
) -> list[Program]:
    """The project's own processes, in the order in which they start. What they leave behind is in `data` alone."""
    environ = {
        **os.environ,
        "DATABASE_URL": services.database_url,
        "REDIS_URL": services.redis_url,
        "PYTHONUNBUFFERED": "1",
        "TMPDIR": str(make_temporary(data)),
    }
    command = (sys.executable, "-P", "-m", "cli.main")  # -P: not what happens to lie in the current folder
    listen = ("--host", host, "--port", str(port), "--processes", "1", "--keys", keys)
    return [
        Program(name="api", command=(*command, "api", *listen), environ=environ),
        Program(name="relay", command=(*command, "relay"), environ=environ),
        Program(name="deliver", command=(*command, "deliver"), environ=environ, grace=20.0),
        Program(
            name="worker", command=(*command, "worker", "--concurrency", str(workers)), environ=environ, grace=20.0
        ),
    ]


@contextmanager
def _stop_on_signal(supervisor: Supervisor, log: Log) -> Iterator[None]:
    """Leaves the block at the first Ctrl-C, SIGTERM or SIGHUP; one that comes later cuts the end short."""
    ending = False

    def handle(*_: object) -> None:
        nonlocal ending
        if ending:
            supervisor.kill()
            return
        ending = True
        raise _StopRequested

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handle)
    try:
        yield
    except _StopRequested:
        log("up", "stopping; once more to stop at once")
    finally:
        ending = True


def _address(host: str, port: int) -> str:
    """Where this machine itself reaches what listens on a host."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _await_ready(client: Client) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    missing = ""
    while time.monotonic() < deadline:
        try:
            client.check_ready()
        except ServiceError as error:
            missing = f": {error}"
        except UnreachableError:
            pass
        else:
            return
        time.sleep(0.1)
    raise StartError(f"The service is not ready after {_READY_SECONDS:g} s; its parts say why above{missing}")


def _greet(client: Client, log: Log, *, no_seed: bool, show: bool) -> None:
    if not no_seed:
        _seed(client, log)
    if show:
        _show(client)


def _seed(client: Client, log: Log) -> None:
    """Puts the founding record in, unless there is a record already."""
    if next(client.walk(Collection.SOURCES), None) is None:
        log("up", "putting the founding record in")
        seed(client)


def _show(client: Client) -> None:
    """Has the founding claim checked and prints what to try next. A failed check does not end the service."""
    try:
        show_check(make_console(), client, check_claim(client, FOUNDING_CLAIM))
    except CommandError as error:
        click.echo(f"Error: {error}", err=True)
    claim = json.dumps({"text": FOUNDING_CLAIM["text"], "as_of": "2025-05-01"}, ensure_ascii=False)
    click.echo("\nTry next:")
    click.echo(f"  secondsource verify --server {client.base_url} {shlex.quote(FOUNDING_CLAIM['text'])}")
    click.echo(f"  curl {client.base_url}/v1/claims -H 'Content-Type: application/json' -d {shlex.quote(claim)}\n")
