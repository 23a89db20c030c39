from __future__ import annotations

import threading
from collections.abc import Iterable

import pytest

from api.doorbell import Doorbell
from store.broker import Bell
from store.queue import Task, TaskName
from tests.processes import wait_until


class FakeBell(Bell):
    """Notes what it is rung for. `gate` holds it up, as a Redis does that does not answer."""

    def __init__(self, *, works: bool = True, error: Exception | None = None) -> None:
        self.rung: list[str] = []
        self.gate = threading.Event()
        self.gate.set()
        self.works = works
        self.error = error

    def ring(self, tasks: Iterable[Task]) -> bool:
        self.gate.wait(10)
        self.rung += [task.subject for task in tasks]
        if self.error:
            raise self.error
        return self.works


def tasks(count: int, name: str = "c") -> list[Task]:
    return [Task(TaskName.VERIFY_CLAIM, f"{name}{number}") for number in range(count)]


def test_it_rings_in_order_and_for_the_first_fifty_of_a_request() -> None:
    bell = FakeBell()
    doorbell = Doorbell(bell)
    doorbell.ring(tasks(2, "a"))
    doorbell.ring(tasks(60, "b"))
    doorbell.close()

    assert bell.rung == ["a0", "a1", *(f"b{number}" for number in range(50))]


def test_nobody_waits_for_a_bell_that_does_not_answer() -> None:
    bell = FakeBell()
    bell.gate.clear()
    doorbell = Doorbell(bell)
    for _ in range(30):
        doorbell.ring(tasks(50))  # far more than may wait
    assert bell.rung == []

    bell.gate.set()
    doorbell.close()
    assert 500 <= len(bell.rung) <= 501


def test_once_a_ring_fails_what_waits_is_left_to_the_relay() -> None:
    bell = FakeBell(works=False)
    bell.gate.clear()
    doorbell = Doorbell(bell)
    doorbell.ring(tasks(10))
    bell.gate.set()
    wait_until(lambda: bell.rung != [], seconds=5)
    doorbell.close()

    assert bell.rung == ["c0"]


@pytest.mark.parametrize("error", [None, ValueError("nobody foresaw this")])
def test_it_rings_again_after_a_failure(error: Exception | None) -> None:
    bell = FakeBell(works=False, error=error)
    doorbell = Doorbell(bell)
    doorbell.ring(tasks(1, "a"))
    wait_until(lambda: bell.rung == ["a0"], seconds=5)
    bell.works, bell.error = True, None

    def rings() -> bool:
        doorbell.ring(tasks(1, "b"))  # the first may still be dropped with what waited when it failed
        return "b0" in bell.rung

    wait_until(rings, seconds=5)
    doorbell.close()


def test_it_can_be_closed_before_it_ever_rang() -> None:
    Doorbell(FakeBell()).close()
