"""The queue of record: what is to be done, who is doing it, what comes next. Redis only carries the ids of these rows.

A request that arrives while its task runs raises `wanted`, so the task is done once more. A lease is fenced: whoever
finishes must still hold the token, else what it found out is dropped.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Text, and_, any_, case, delete, exists, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql import ColumnElement

from store.errors import LeaseLostError
from store.tables import ClaimRow, DocumentRow, TaskRow

# How long a published task may take to reach a worker before the relay rings for it again.
RING_AGAIN = timedelta(seconds=10)
# How long the relay leaves a new task to the ring of whoever queued it.
RING_GRACE = timedelta(seconds=1)


class TaskName(StrEnum):
    """The tasks, by the names under which Celery knows them."""

    EXTRACT_DOCUMENT = "extract_document"
    INTERPRET_STATEMENT = "interpret_statement"
    VERIFY_CLAIM = "verify_claim"


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of work: its name and the id of the document, statement or claim that it is about."""

    name: TaskName
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to do a task for a while. `causes` are what asked for it since it was last done, as `kind:id`.

    `place` is where it stands in the order of arrival.
    """

    task: Task
    token: str
    place: int
    attempt: int
    wanted: int
    causes: tuple[str, ...]
    error: str | None


# What is in the table of the same name, and `queued` when it is asked for.
_SHOWN_AS_QUEUED: dict[TaskName, type[ClaimRow | DocumentRow]] = {
    TaskName.VERIFY_CLAIM: ClaimRow,
    TaskName.EXTRACT_DOCUMENT: DocumentRow,
}


def enqueue(
    session: Session, name: TaskName, subjects: Iterable[str], *, causes: Sequence[str], place: int | None = None
) -> list[Task]:
    """Ask for a task for each subject, in the transaction that gives the reason for it.

    One that waits already is asked for once; one that is running is done again afterwards. A claim or document is
    `queued` again. `causes` say why, as `kind:id`. With the `place` of a task that these come from, whatever waits for
    that one waits for these too.
    """
    ordered = sorted(set(subjects))  # always in one order, so that two transactions never wait for each other
    if not ordered:
        return []
    wanted = select(
        literal(name, Text),
        func.unnest(literal(ordered, ARRAY(Text))),
        literal(list(causes), ARRAY(Text)),
        func.clock_timestamp() + RING_GRACE,
    )
    columns = [TaskRow.name, TaskRow.subject, TaskRow.causes, TaskRow.publish_at]
    if place is not None:
        columns.append(TaskRow.place)
        wanted = wanted.add_columns(literal(place))
    statement = insert(TaskRow).from_select(columns, wanted)
    again = statement.on_conflict_do_update(
        index_elements=[TaskRow.name, TaskRow.subject],
        set_={
            "wanted": TaskRow.wanted + 1,
            "causes": TaskRow.causes + statement.excluded.causes,
            "not_before": func.clock_timestamp(),
            "publish_at": statement.excluded.publish_at,
            "place": TaskRow.place if place is None else func.least(TaskRow.place, place),
        },
    )
    session.execute(again)
    if table := _SHOWN_AS_QUEUED.get(name):
        session.execute(
            update(table).where(table.id == any_(literal(ordered, ARRAY(Text)))).values(status="queued", error=None)
        )
    return [Task(name, subject) for subject in ordered]


def lease(session: Session, task: Task, *, seconds: int) -> Lease | None:
    """Take a task for `seconds`, or None where it is done, taken, not yet due, or waits for what came before it."""
    token = secrets.token_hex(8)
    taken = session.execute(
        update(TaskRow)
        .where(_is(task), _due())
        .values(
            attempt=TaskRow.attempt + 1,
            token=token,
            leased_until=func.clock_timestamp() + timedelta(seconds=seconds),
            publish_at=func.clock_timestamp() + timedelta(seconds=seconds),
        )
        .returning(TaskRow.attempt, TaskRow.wanted, TaskRow.causes, TaskRow.error, TaskRow.place)
    ).one_or_none()
    if taken is None:
        # It may have been rung for before it was due: let the relay ring as soon as it is.
        session.execute(update(TaskRow).where(_is(task), _free()).values(publish_at=TaskRow.not_before))
        return None
    return Lease(
        task=task,
        token=token,
        place=taken.place,
        attempt=taken.attempt,
        wanted=taken.wanted,
        causes=tuple(taken.causes),
        error=taken.error,
    )


def complete(session: Session, held: Lease) -> bool:
    """End a task in the transaction that records its outcome. True where it was asked for again meanwhile.

    Raises `LeaseLostError` where another worker has it by now; the transaction must then be rolled back.
    """
    done = _run(session, delete(TaskRow).where(_held(held), TaskRow.wanted == held.wanted))
    if done:
        return False
    newer = TaskRow.causes[len(held.causes) + 1 : func.cardinality(TaskRow.causes)]
    _release(session, held, attempt=0, causes=newer, error=None)
    return True


def retry(session: Session, held: Lease, *, error: str, delay: timedelta) -> None:
    """Put a task back to be tried again after `delay`. Raises as `complete` does."""
    _release(session, held, not_before=func.clock_timestamp() + delay, error=error)


def postpone(session: Session, held: Lease, *, delay: timedelta) -> None:
    """Put a task back that cannot be done yet, through no fault of its own. Raises as `complete` does."""
    _release(session, held, not_before=func.clock_timestamp() + delay, attempt=held.attempt - 1)


def due(session: Session, *, limit: int) -> list[Task]:
    """The tasks to ring for now, in order of arrival. Each comes up again after `RING_AGAIN` until it is leased."""
    found = (
        select(TaskRow.name, TaskRow.subject)
        .where(TaskRow.publish_at <= func.clock_timestamp(), _due())
        .order_by(TaskRow.place)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .subquery()
    )
    rows = session.execute(
        update(TaskRow)
        .where(TaskRow.name == found.c.name, TaskRow.subject == found.c.subject)
        .values(publish_at=func.clock_timestamp() + RING_AGAIN)
        .returning(TaskRow.name, TaskRow.subject, TaskRow.place)
    )
    return [Task(TaskName(row.name), row.subject) for row in sorted(rows, key=lambda row: row.place)]


def longest_wait(session: Session) -> float:
    """Seconds for which a task that a worker could take has been ready, 0 where there is none."""
    ready_at = func.greatest(TaskRow.not_before, TaskRow.leased_until)
    waited = select(func.extract("epoch", func.clock_timestamp() - func.min(ready_at))).where(_due())
    return float(session.scalar(waited) or 0)


def measure(session: Session) -> dict[str, dict[str, float]]:
    """For each task name: how many wait or run (`depth`), and the age of the oldest in seconds (`oldest`)."""
    oldest = func.extract("epoch", func.clock_timestamp() - func.min(TaskRow.created_at))
    rows = session.execute(select(TaskRow.name, func.count(), oldest).group_by(TaskRow.name)).all()
    found = {name: {"depth": float(depth), "oldest": float(age)} for name, depth, age in rows}
    return {name.value: found.get(name.value, {"depth": 0.0, "oldest": 0.0}) for name in TaskName}


# A claim is verified after these, where they arrived before it.
_BEFORE_CLAIMS = (TaskName.EXTRACT_DOCUMENT, TaskName.INTERPRET_STATEMENT)


def _due() -> ColumnElement[bool]:
    """Free, its time has come, and what was accepted before a claim has been extracted and interpreted."""
    earlier = aliased(TaskRow)
    waits = exists().where(earlier.name.in_(_BEFORE_CLAIMS), earlier.place < TaskRow.place)
    return and_(
        _free(),
        TaskRow.not_before <= func.clock_timestamp(),
        case((TaskRow.name == TaskName.VERIFY_CLAIM, ~waits), else_=True),
    )


def _free() -> ColumnElement[bool]:
    return or_(TaskRow.leased_until.is_(None), TaskRow.leased_until < func.clock_timestamp())


def _is(task: Task) -> ColumnElement[bool]:
    return and_(TaskRow.name == task.name, TaskRow.subject == task.subject)


def _held(held: Lease) -> ColumnElement[bool]:
    return and_(_is(held.task), TaskRow.token == held.token)


def _release(session: Session, held: Lease, **values: Any) -> None:
    free = {"token": None, "leased_until": None, "publish_at": values.get("not_before", func.clock_timestamp())}
    if not _run(session, update(TaskRow).where(_held(held)).values(free | values)):
        raise LeaseLostError(f"{held.task.name} of {held.task.subject} was taken over by another worker")


def _run(session: Session, statement: Any) -> int:
    """Execute and give the number of rows that it met."""
    result = session.execute(statement)
    assert isinstance(result, CursorResult)  # noqa: S101  what SQLAlchemy returns for a DELETE or UPDATE
    return result.rowcount
