"""A worker's context on an empty record, with a relation model that reads simple sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from store.broker import Bell, make_celery
from store.database import Sessions
from store.queue import Task, TaskName
from store.settings import Settings
from store.tables import TaskRow
from verifier.policy import read_policy
from verifier.ports import ModelError, Pair, Scores
from verifier.verifier import Verifier
from worker.app import WORK
from worker.context import Context
from worker.execution import execute

ENTAILS = Scores(entails=0.9, contradicts=0.03, neutral=0.04, unrelated=0.03)
UNRELATED = Scores(entails=0.02, contradicts=0.03, neutral=0.05, unrelated=0.9)


@dataclass
class FakeRelation:
    """Entails where the claim's last word is in the proposition. `before` runs once, when it is first asked."""

    name: str = "fake 1"
    before: Callable[[], None] | None = None
    fails: bool = False
    asked: set[str] = field(default_factory=set)
    """The claims that it was asked about."""

    def compare(self, pairs: Sequence[Pair]) -> list[Scores]:
        self.asked |= {pair.claim for pair in pairs}
        if self.fails:
            raise ModelError("the model is out of memory")
        if self.before:
            before, self.before = self.before, None
            before()
        return [ENTAILS if pair.claim.split()[-1] in pair.proposition else UNRELATED for pair in pairs]


@pytest.fixture
def relation() -> FakeRelation:
    return FakeRelation()


@pytest.fixture
def context(settings: Settings, sessions: Sessions, relation: FakeRelation) -> Context:
    return Context(
        settings=settings,
        sessions=sessions,
        bell=Bell(make_celery(settings.redis_url)),
        verifier=Verifier(relation=relation, policy=read_policy()),
    )


@pytest.fixture
def work(context: Context) -> Callable[[], None]:
    """Does everything that is due, in order, as a worker would."""

    def run() -> None:
        for _ in range(20):
            with context.sessions.begin() as session:
                rows = session.scalars(select(TaskRow).where(TaskRow.attempt == 0).order_by(TaskRow.place)).all()
            if not rows:
                return
            for row in rows:
                execute(context, Task(TaskName(row.name), row.subject), WORK[TaskName(row.name)])
        raise AssertionError("the work does not come to an end")

    return run
