from __future__ import annotations

from store.queue import TaskName
from store.settings import Settings
from worker.app import WORK, make_worker_app


def test_every_task_that_can_be_queued_is_carried_out_by_the_worker() -> None:
    app = make_worker_app(Settings(database_url="postgresql://none", redis_url="redis://none"))
    assert {name for name in app.tasks if not name.startswith("celery.")} == set(TaskName) == set(WORK)


def test_a_task_is_stopped_while_its_lease_still_holds() -> None:
    app = make_worker_app(Settings(database_url="d", redis_url="redis://none", lease_seconds=40))
    assert app.conf.task_soft_time_limit < app.conf.task_time_limit < 40
