from __future__ import annotations

from datetime import date

import pytest

from verifier.article import Dating
from worker.dating import bound

PRINTED = date(2024, 7, 3)
JUNE_20, JUNE_30, JULY_5 = date(2024, 6, 20), date(2024, 6, 30), date(2024, 7, 5)


@pytest.mark.parametrize(
    ("first", "last", "stated_from", "stated_on"),
    [
        (JUNE_30, JUNE_30, JUNE_30, JUNE_30),
        (JUNE_20, JUNE_30, JUNE_20, JUNE_30),
        (None, None, None, PRINTED),
        (None, JUNE_30, None, JUNE_30),
        (JUNE_20, None, JUNE_20, PRINTED),
        (JUNE_20, JULY_5, JUNE_20, PRINTED),
        (JULY_5, JULY_5, None, PRINTED),
    ],
)
def test_what_may_have_been_said_on_several_days_counts_from_the_last_of_them_and_never_after_it_was_printed(
    first: date | None, last: date | None, stated_from: date | None, stated_on: date
) -> None:
    assert bound(Dating(first=first, last=last), printed_on=PRINTED) == (stated_on, stated_from)
