from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.dating import UNKNOWN, find_dating

TUESDAY = date(2024, 7, 2)
CASES = [
    ("en", "she said on Thursday", date(2024, 6, 27), date(2024, 6, 27)),
    ("en", "she said on Tuesday", TUESDAY, TUESDAY),
    ("en", "she said yesterday", date(2024, 7, 1), date(2024, 7, 1)),
    ("en", "on May 3, 2022, she said", date(2022, 5, 3), date(2022, 5, 3)),
    ("en", "she said on 28 December", date(2023, 12, 28), date(2023, 12, 28)),
    ("en", "in late June she said", date(2024, 6, 21), date(2024, 6, 30)),
    ("en", "she said in June", date(2024, 6, 1), date(2024, 6, 30)),
    ("en", "she said last week", date(2024, 6, 24), date(2024, 6, 30)),
    ("en", "she said two days ago", date(2024, 6, 30), date(2024, 6, 30)),
    ("de", "sagte sie am Donnerstag", date(2024, 6, 27), date(2024, 6, 27)),
    ("de", "sagte sie am Montagabend", date(2024, 7, 1), date(2024, 7, 1)),
    ("de", "Ende Juni hatte sie gesagt", date(2024, 6, 21), date(2024, 6, 30)),
    ("de", "sagte sie am 3. Mai", date(2024, 5, 3), date(2024, 5, 3)),
    ("de", "sagte sie am 28. Dezember", date(2023, 12, 28), date(2023, 12, 28)),
    ("de", "am 12.06.2023 sagte sie", date(2023, 6, 12), date(2023, 6, 12)),
    ("de", "sagte sie vor drei Tagen", date(2024, 6, 29), date(2024, 6, 29)),
    ("de", "sagte sie vergangene Woche", date(2024, 6, 24), date(2024, 6, 30)),
    ("de", "Anfang Juli sagte sie", date(2024, 7, 1), TUESDAY),
    ("de", "sagte sie", None, None),
    ("en", "May she rest", None, None),
]


@pytest.mark.parametrize(("language", "text", "first", "last"), CASES, ids=[text for _, text, _, _ in CASES])
def test_when_it_was_said(language: str, text: str, first: date | None, last: date | None) -> None:
    found = find_dating(text, language, TUESDAY)
    assert (found.first, found.last) == (first, last)


def test_without_a_day_of_publication_only_a_whole_date_is_known() -> None:
    assert find_dating("she said on Thursday", "en", None) == UNKNOWN
    assert find_dating("she said on May 3", "en", None) == UNKNOWN
    assert find_dating("she said on May 3, 2022", "en", None).first == date(2022, 5, 3)


@given(
    st.sampled_from([case[1] for case in CASES]),
    st.sampled_from(["de", "en"]),
    st.dates(min_value=date.min, max_value=date.max),
)
def test_nothing_is_said_after_it_was_printed(text: str, language: str, published_on: date) -> None:
    found = find_dating(text, language, published_on)
    if found.first is not None and found.last is not None:
        assert found.first <= found.last <= published_on
