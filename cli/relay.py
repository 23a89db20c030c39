"""`secondsource relay`: the relay alone."""

from __future__ import annotations

import signal
import threading

import click

from cli.log import configure_logging
from store.settings import read_settings
from worker.relay import run_relay


@click.command()
def relay_command() -> None:
    """Run the relay, which delivers again what the queue has lost."""
    settings = read_settings()
    configure_logging()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    run_relay(settings, stop=stop)
