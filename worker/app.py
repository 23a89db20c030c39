"""The Celery app as a worker runs it: the tasks, each with its name from the queue's contract."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from celery import Celery, signals

from store.broker import make_celery
from store.queue import Task, TaskName
from store.settings import Settings
from verifier.verifier import warm_up
from worker.context import Context, make_context
from worker.execution import Work, execute
from worker.extraction import extract_document
from worker.interpretation import interpret_statement
from worker.verification import verify_claim

WORK: dict[TaskName, Work] = {
    TaskName.EXTRACT_DOCUMENT: extract_document,
    TaskName.INTERPRET_STATEMENT: interpret_statement,
    TaskName.VERIFY_CLAIM: verify_claim,
}


def make_worker_app(settings: Settings, *, ready: Callable[[], None] = lambda: None) -> Celery:
    """The app with its tasks. Each process makes its context after the fork, before its first task.

    It calls `ready` when it can work.
    """
    app = make_celery(settings.redis_url)
    # A task that hangs is stopped while its lease still holds, so that it is put back by whoever had it.
    app.conf.task_soft_time_limit = settings.lease_seconds * 0.75
    app.conf.task_time_limit = settings.lease_seconds * 0.9

    @cache
    def context() -> Context:
        return make_context(settings)

    def prepare(**_: object) -> None:
        context()
        warm_up()
        ready()

    # Outside of any task, whose time is limited; and the pool must not take a process for dead meanwhile.
    app.conf.worker_proc_alive_timeout = 120.0
    signals.worker_process_init.connect(prepare, weak=False)
    for name, work in WORK.items():
        app.task(_run(context, name, work), name=name.value)
    return app


def _run(context: Callable[[], Context], name: TaskName, work: Work) -> Callable[[str], None]:
    def run(subject: str) -> None:
        execute(context(), Task(name, subject), work)

    return run
