"""`secondsource deliver`: the process that calls webhooks alone."""

from __future__ import annotations

import signal
import threading

import click

from cli.log import configure_logging
from store.settings import read_settings
from worker.delivery import run_delivery


@click.command()
def deliver_command() -> None:
    """Call the webhooks when a verdict changes. Takes DATABASE_URL and REDIS_URL from the environment."""
    settings = read_settings()
    configure_logging()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    run_delivery(settings, stop=stop)
