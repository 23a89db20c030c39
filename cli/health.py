"""`secondsource health`: whether a part of the service is well, as a container's health check asks."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping

import click
from sqlalchemy.exc import SQLAlchemyError

from cli.client import Client
from cli.errors import CommandError
from store import heartbeats
from store.database import make_engine, make_sessions
from store.settings import Settings, read_settings

_NAMES = {"worker": "worker", "relay": "relay", "deliver": "deliverer"}


@click.command()
@click.argument("part", type=click.Choice(["api", "worker", "relay", "deliver"]))
@click.option("--port", default=8080, envvar="SECONDSOURCE_PORT", show_default=True, help="Where the API listens.")
def health_command(part: str, port: int) -> None:
    """Tell whether a part of the service is well: exit status 0 if so, else 1 and why not."""
    checks: Mapping[str, Callable[[], object]] = {
        "api": lambda: Client(f"http://127.0.0.1:{port}").check_ready(),
        "worker": lambda: check_heartbeat(read_settings(), "worker"),
        "relay": lambda: check_heartbeat(read_settings(), "relay"),
        "deliver": lambda: check_heartbeat(read_settings(), "deliver"),
    }
    checks[part]()
    click.echo(f"{part} is well")


def check_heartbeat(settings: Settings, kind: str) -> None:
    """Raises `CommandError` unless a process of this kind, on this very host, was seen alive a short while ago."""
    engine = make_engine(settings.database_url, connections=1)
    try:
        with make_sessions(engine).begin() as session:
            alive = heartbeats.seen_since(session, kind, socket.gethostname())
    except SQLAlchemyError as error:
        raise CommandError("The database cannot be reached: check DATABASE_URL.") from error
    finally:
        engine.dispose()
    if not alive:
        raise CommandError(
            f"No {_NAMES[kind]} of this host has been seen in the last {heartbeats.ALIVE_FOR:g} seconds."
        )
