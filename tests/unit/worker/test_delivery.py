from __future__ import annotations

from itertools import pairwise

import pytest

from worker.delivery import SCHEDULE, rest_for, retry_in

HOUR = 3600.0


def test_the_schedule_is_that_of_standard_webhooks() -> None:
    waits = [retry_in(attempt) for attempt in range(1, 11)]

    assert waits == [5, 300, 1800, *(hours * HOUR for hours in (2, 5, 10, 14, 20, 24)), None]
    assert SCHEDULE[0] == 0


def test_a_retry_comes_up_to_a_fifth_later() -> None:
    assert (retry_in(2, spread=0.0), retry_in(2, spread=0.5), retry_in(2, spread=1.0)) == (300, 330, 360)


@pytest.mark.parametrize(
    ("failures", "again_in", "rest"),
    [
        (1, 5.5, 5.5),  # the message that failed comes first again
        (1, 300, 6),
        (2, 300, 12),
        (6, HOUR, 192),
        (7, HOUR, 300),
        (5_000, HOUR, 300),
        (3, None, 24),
    ],
)
def test_a_webhook_rests_longer_with_each_failure(failures: int, again_in: float | None, rest: float) -> None:
    assert rest_for(failures, again_in=again_in) == rest


def test_a_rest_is_never_shorter_after_one_failure_more() -> None:
    rests = [rest_for(failures, again_in=HOUR) for failures in range(1, 50)]
    assert all(shorter <= longer for shorter, longer in pairwise(rests))
