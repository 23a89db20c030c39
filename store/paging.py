"""Lists that a caller walks through page by page, in the order of recording."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session

from store.errors import FieldError

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and the opaque cursor of the next page, None after the last."""

    items: Sequence[Row]
    next_cursor: str | None


def read_page(
    session: Session,
    query: Select[Row],
    key: InstrumentedAttribute[int],
    *,
    cursor: str | None,
    limit: int,
    newest_first: bool = False,
) -> Page[Row]:
    """One page of a query by a unique key. Raises `FieldError` for a cursor that this service did not give."""
    if cursor is not None:
        last = read_cursor(cursor)
        query = query.where(key < last if newest_first else key > last)
    order = key.desc() if newest_first else key.asc()
    rows: Sequence[Row] = session.scalars(query.order_by(order).limit(limit + 1)).all()
    items = rows[:limit]
    more = len(rows) > limit
    return Page(items, write_cursor(getattr(items[-1], key.key)) if more else None)


def write_cursor(number: int) -> str:
    """A place in a list, as an opaque text."""
    return base64.urlsafe_b64encode(str(number).encode()).decode().rstrip("=")


def read_cursor(cursor: str, *, field: str = "cursor", given: str = "next_cursor") -> int:
    """The place that a cursor names. Raises `FieldError` for one that this service did not give.

    `field` is what the caller calls it, `given` what it was called when it was given.
    """
    try:
        number = int(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        number = -1
    if not 0 <= number < 2**63:  # what a sequence holds
        raise FieldError(field, f"must be a {given} that this service gave")
    return number


def like(text: str) -> str:
    r"""A pattern for `ILIKE ... ESCAPE '\\'` that finds a text anywhere, its own wildcards taken literally."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
