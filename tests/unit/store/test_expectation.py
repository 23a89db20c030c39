from __future__ import annotations

import pytest

from store.expectation import Pace, expected_wait


@pytest.mark.parametrize(
    ("ahead", "done", "seconds", "expected"),
    [
        (1, 0, 0, 1),  # nothing else is to be done
        (0, 0, 0, 1),
        (100, 0, 0, 50),  # a burst, before the first is done
        (90, 10, 2, 21),  # four or five a second
        (30, 600, 60, 4),  # ten a second
        (600, 600, 60, 60),
        (1_000, 0, 0, 60),
        (3, 0, 60, 60),  # nothing has moved for a minute
        (2, 0, 10, 21),
    ],
)
def test_the_wait_follows_what_is_ahead_and_the_pace(ahead: int, done: int, seconds: float, expected: int) -> None:
    assert expected_wait(Pace(ahead=ahead, done=done, seconds=seconds)) == expected
