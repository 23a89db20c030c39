from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from api.waiting import WaitingRoom
from tests.processes import wait_until


@pytest.fixture
def room() -> Iterator[WaitingRoom]:
    """A room whose listener finds no database: every wait ends by its time, or because it is told to."""
    made = WaitingRoom("postgresql://127.0.0.1:1/nowhere")
    yield made
    made.close()


def apart(call: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    """A call in a thread of its own, and where its answer will be."""
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.append(call()))
    thread.start()
    return thread, answers


@pytest.mark.parametrize(("threads", "seats", "streams"), [(16, 8, 4), (5, 2, 1), (2, 1, 1)])
def test_half_of_the_threads_may_wait_and_half_of_these_for_streams(
    room: WaitingRoom, threads: int, seats: int, streams: int
) -> None:
    room.share(threads)

    taken = [room.take_seat(None, stream=True) for _ in range(seats)]
    assert [seat is not None for seat in taken] == [True] * streams + [False] * (seats - streams)
    taken += [room.take_seat("c") for _ in range(seats)]
    held = [seat for seat in taken if seat]
    assert len(held) == seats

    room.leave_seat(held[0])
    room.leave_seat(held[0])
    assert room.take_seat("c", stream=True)
    assert room.take_seat("c") is None


def test_what_is_settled_is_answered_at_once_even_where_nobody_can_wait(room: WaitingRoom) -> None:
    room.share(2)
    assert room.take_seat(None)

    assert room.watch(lambda: 1, lambda found: found == 1, claim="c", seconds=20) == (1, True)
    assert room.watch(lambda: 1, lambda found: found == 2, claim="c", seconds=20) == (1, False)


def test_a_wait_ends_with_a_last_look_when_its_time_is_up(room: WaitingRoom) -> None:
    looks = iter(range(10))
    begun = time.monotonic()

    assert room.watch(lambda: next(looks), lambda _: False, claim="c", seconds=0.2) == (2, True)

    assert 0.2 <= time.monotonic() - begun < 2
    assert room.take_seat("c")  # it has given its seat back


def test_a_seat_is_given_back_where_a_look_fails(room: WaitingRoom) -> None:
    room.share(2)
    looks = iter([1])

    with pytest.raises(StopIteration):
        room.watch(lambda: next(looks), lambda _: False, claim="c", seconds=20)

    assert room.take_seat("c")


def test_who_waits_is_called_for_its_claim_alone(room: WaitingRoom) -> None:
    one, any_claim = room.take_seat("c"), room.take_seat(None)
    assert one is not None
    assert any_claim is not None

    def woken(claim: str | None, seat: Any) -> bool:
        room.hear(claim)
        begun = time.monotonic()
        seat.wait(0.15)
        return time.monotonic() - begun < 0.1

    assert [woken(claim, one) for claim in ("c", "other", None)] == [True, False, True]
    assert [woken(claim, any_claim) for claim in ("c", "other", None)] == [True, True, True]


def test_all_waits_end_when_the_server_stops_and_none_begins(room: WaitingRoom) -> None:
    looks = itertools.count()
    thread, answers = apart(lambda: room.watch(lambda: next(looks), lambda _: False, claim="c", seconds=20))
    wait_until(lambda: "2" in repr(looks), seconds=5)  # it has looked twice, and waits

    room.dismiss()
    thread.join(2)

    assert answers == [(2, True)]
    assert room.take_seat("c") is None
