"""Does what a worker would, in the process of a test."""

from __future__ import annotations

from sqlalchemy import select

from store.broker import Bell, make_celery
from store.database import Sessions
from store.queue import Task, TaskName
from store.settings import Settings
from store.tables import TaskRow
from verifier.lexical import LexicalRelation
from verifier.policy import read_policy
from verifier.verifier import Verifier
from worker.app import WORK
from worker.context import Context
from worker.execution import execute


def make_context(settings: Settings, sessions: Sessions) -> Context:
    """What a worker works with, with the relation model that needs no network."""
    return Context(
        settings=settings,
        sessions=sessions,
        bell=Bell(make_celery(settings.redis_url)),
        verifier=Verifier(relation=LexicalRelation(), policy=read_policy()),
    )


def work_off(context: Context) -> None:
    """Does what is due in the order in which it arrived, as a worker would, until nothing is."""
    for _ in range(20):
        with context.sessions.begin() as session:
            tasks = [(row.name, row.subject) for row in session.scalars(select(TaskRow).order_by(TaskRow.place))]
        for name, subject in tasks:
            execute(context, Task(TaskName(name), subject), WORK[TaskName(name)])
        if not tasks:
            return
    raise AssertionError("the work does not come to an end")
