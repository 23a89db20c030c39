"""`secondsource api`: the HTTP interface alone."""

from __future__ import annotations

import os
import sys

import click

from cli.exposure import REQUIRED, check_keys, is_loopback, keys_option
from store.settings import read_settings


@click.command()
@click.option(
    "--host", default="127.0.0.1", envvar="SECONDSOURCE_HOST", show_default=True, help="Address to listen on."
)
@click.option("--port", default=8080, envvar="SECONDSOURCE_PORT", show_default=True, type=click.IntRange(1, 65535))
@click.option("--processes", default=2, show_default=True, type=click.IntRange(1), help="Processes that serve.")
@click.option("--threads", default=16, show_default=True, type=click.IntRange(2), help="Threads in each of them.")
@keys_option
def api_command(*, host: str, port: int, processes: int, threads: int, keys: str | None) -> None:
    """Run the HTTP interface. Takes DATABASE_URL and REDIS_URL from the environment."""
    settings = read_settings()  # what is missing is said before the server starts
    if keys is None and not is_loopback(host):
        check_keys(settings.database_url, host, make="secondsource keys create NAME --scope admin")
    os.environ["SECONDSOURCE_KEYS"] = keys or REQUIRED
    options = make_options(host=host, port=port, processes=processes, threads=threads)
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *options, "api.wsgi:app"])  # noqa: S606 no shell is meant


def make_options(*, host: str, port: int, processes: int, threads: int) -> list[str]:
    """What gunicorn is told."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    options = {
        "bind": address,
        "worker-class": "gthread",
        "workers": str(processes),
        "threads": str(threads),
        "graceful-timeout": "8",
        "log-level": "warning",
    }
    # Its control socket would be a file in the user's home.
    return [
        "--config",
        "python:api.server",
        "--no-control-socket",
        *(part for name, value in options.items() for part in (f"--{name}", value)),
    ]
