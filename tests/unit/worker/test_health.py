from __future__ import annotations

import pytest

from worker.health import DEAF_AFTER, Activity, is_deaf

LONG, SHORT = DEAF_AFTER + 1, DEAF_AFTER - 1


@pytest.mark.parametrize(
    ("running", "silent_for", "waiting_for", "deaf"),
    [
        (0, LONG, LONG, True),
        (1, LONG, LONG, False),  # a long task is no silence
        (0, SHORT, LONG, False),  # something arrived a moment ago
        (0, LONG, SHORT, False),  # there was nothing to do for most of the time
        (0, LONG, 0.0, False),
    ],
)
def test_a_worker_is_deaf_when_work_waits_and_none_arrives(
    running: int, silent_for: float, waiting_for: float, deaf: bool
) -> None:
    assert is_deaf(Activity(running=running, silent_for=silent_for, waiting_for=waiting_for)) is deaf
