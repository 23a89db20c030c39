"""How long a claim is likely to wait for its check: by what is ahead of it and the pace of late."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, ScalarSelect, func, literal, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import Select

from store.queue import TaskName
from store.tables import ClaimRow, TaskRow

LONGEST = 60
"""Seconds: nobody is told to wait longer than this before asking again."""

# A check is taken to last half a second until the pace shows; and no more rows than these are ever counted.
_PRIOR = 0.5
_MOST = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """`ahead` checks are to be done, this one among them; `done` were in the last `seconds`, without a pause."""

    ahead: int
    done: int
    seconds: float


def expected_wait(pace: Pace) -> int:
    """Whole seconds after which a check is likely to be done, 1 to `LONGEST`.

    The assumed duration of a check counts as one that was done, so that it matters only until others have been.
    """
    each = (pace.seconds + _PRIOR) / (pace.done + 1)
    return min(max(math.ceil(pace.ahead * each), 1), LONGEST)


def read_pace(session: Session | Connection, claim: str | None = None) -> Pace:
    """The pace of late, and what is ahead of a claim, or of one that is queued next where none is named.

    Every part is a look into an index that ends after `_MOST` rows, however long the queue is. (An index can be
    searched for `now()`, not for `clock_timestamp()`.)
    """
    checks = TaskRow.name == TaskName.VERIFY_CLAIM
    ahead = select(literal(1)).where(checks)
    if claim:
        own = select(TaskRow.place).where(checks, TaskRow.subject == claim).scalar_subquery()
        ahead = ahead.where(TaskRow.place <= own)
    # Work has gone on without a pause for at least as long as the first in the queue has been ready.
    first = (
        select(TaskRow.not_before)
        .where(checks, TaskRow.not_before <= func.now())
        .order_by(TaskRow.place)
        .limit(1)
        .scalar_subquery()
    )
    since = func.greatest(func.coalesce(first, func.now()), func.now() - timedelta(seconds=LONGEST))
    done = select(literal(1)).where(ClaimRow.updated_at >= since, ClaimRow.status.in_(("verified", "failed")))
    seconds = func.extract("epoch", func.now() - since)
    row = session.execute(select(_count(ahead), _count(done), seconds)).one()
    return Pace(ahead=row[0], done=row[1], seconds=max(float(row[2]), 0.0))


def _count(rows: Select[int]) -> ScalarSelect[int]:
    return select(func.count()).select_from(rows.limit(_MOST).subquery()).scalar_subquery()
