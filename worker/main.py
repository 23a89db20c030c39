"""Runs a worker."""

from __future__ import annotations

import os
import socket

from store.broker import QUEUE
from store.settings import Settings

# Read when celery.platforms is imported: SIGTERM then stops softly, giving tasks that cannot end back at once.
os.environ.setdefault("REMAP_SIGTERM", "SIGQUIT")

import billiard
from celery import signals

from verifier.policy import read_policy
from worker.app import make_worker_app
from worker.engine import make_encoder, make_relation, make_speech
from worker.health import Event, Watchdog


def run_worker(settings: Settings, *, concurrency: int) -> int:
    """Work until told to stop; gives the exit status. `concurrency` is the number of processes.

    Raises `PolicyError` or `ModelError` where the policy or a model cannot be used.
    """
    # What is wrong with one of them is said at once, not by each task.
    read_policy(settings.policy)
    make_relation(settings)
    make_encoder(settings)
    make_speech(settings)
    ready: Event = billiard.Event()
    app = make_worker_app(settings, ready=ready.set)
    worker = app.Worker(
        concurrency=concurrency,
        pool_cls="prefork",
        queues=[QUEUE],
        loglevel="INFO",
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        hostname=f"worker-{os.getpid()}@{socket.gethostname()}",
    )
    watchdog = Watchdog(settings, ready=ready)

    # Not before the pool has forked: a thread and an open connection are nothing to inherit.
    def begin(**_: object) -> None:
        watchdog.start()

    signals.worker_ready.connect(begin)
    worker.start()
    watchdog.close()
    return int(worker.exitcode or 0)
