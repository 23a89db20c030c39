"""`secondsource worker`: one worker alone."""

from __future__ import annotations

import sys
import warnings

import click
from celery.exceptions import SecurityWarning

from cli.engine import engine_options
from cli.log import configure_logging
from store.settings import read_settings
from worker.main import run_worker


@click.command()
@engine_options
@click.option("--concurrency", default=1, show_default=True, type=click.IntRange(1), help="Processes that verify.")
def worker_command(concurrency: int) -> None:
    """Run a worker. Takes DATABASE_URL and REDIS_URL from the environment; start as many as you like."""
    settings = read_settings()
    configure_logging()
    # Celery warns root of messages that could run code: here they are JSON, and nothing else is accepted.
    warnings.simplefilter("ignore", SecurityWarning)
    sys.exit(run_worker(settings, concurrency=concurrency))
