"""Between which days something in an article was said."""

from __future__ import annotations

from datetime import date

from verifier.article import Dating


def bound(stated: Dating, *, printed_on: date) -> tuple[date, date | None]:
    """The last day on which it may have been said, none after it was printed, and the first where that is known."""
    last = earlier(stated.last, printed_on)
    return last, stated.first if stated.first and stated.first <= last else None


def earlier(day: date | None, limit: date) -> date:
    """A day, or the limit where the day is not known or comes after it."""
    return min(day or limit, limit)
