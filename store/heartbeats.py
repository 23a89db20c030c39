"""Which processes are alive: each says so every few seconds."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from store.tables import HeartbeatRow

# A process that was not seen for this long is taken for dead.
ALIVE_FOR = 30.0
_FORGET_AFTER = timedelta(days=1)


def beat(session: Session, kind: str, name: str) -> None:
    """Say that a process is alive. `kind` is `worker`, `relay` or `deliver`, `name` is its `host:pid`."""
    seen = insert(HeartbeatRow).values(kind=kind, name=name, seen_at=func.clock_timestamp())
    session.execute(
        seen.on_conflict_do_update(
            index_elements=[HeartbeatRow.kind, HeartbeatRow.name], set_={"seen_at": seen.excluded.seen_at}
        )
    )


def seen_since(session: Session, kind: str, host: str | None = None, seconds: float = ALIVE_FOR) -> bool:
    """Whether a process of a kind, on any host or on this one, was seen alive in the last `seconds`."""
    query = select(HeartbeatRow.name).where(
        HeartbeatRow.kind == kind, HeartbeatRow.seen_at > func.clock_timestamp() - timedelta(seconds=seconds)
    )
    if host:
        query = query.where(HeartbeatRow.name.startswith(f"{host}:", autoescape=True))
    return session.scalars(query.limit(1)).first() is not None


def count_alive(session: Session) -> dict[str, int]:
    """How many processes of each kind were seen alive of late."""
    seen = HeartbeatRow.seen_at > func.clock_timestamp() - timedelta(seconds=ALIVE_FOR)
    rows = session.execute(select(HeartbeatRow.kind, func.count()).where(seen).group_by(HeartbeatRow.kind)).all()
    return {kind: count for kind, count in rows}  # noqa: C416  a Row is no tuple to mypy


def end(session: Session, kind: str, name: str) -> None:
    """Say that a process stops, so that nobody counts on it."""
    session.execute(delete(HeartbeatRow).where(HeartbeatRow.kind == kind, HeartbeatRow.name == name))


def forget_old(session: Session) -> None:
    """Drop the marks of processes that are long gone."""
    session.execute(delete(HeartbeatRow).where(HeartbeatRow.seen_at < func.now() - _FORGET_AFTER))
