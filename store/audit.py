"""The audit log: who changed what on record, and when.

What is written through a watched session is noted in the same transaction, whoever wrote the code that does it: there
is no change without its entry, and no entry without its change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import event, insert, inspect, select
from sqlalchemy.orm import Session

from store.database import Sessions
from store.paging import Page, read_page
from store.tables import (
    ApprovalRow,
    AuditRow,
    Base,
    ClaimRow,
    DocumentRow,
    JudgementRow,
    KeyRow,
    SourceRow,
    StatementRow,
    WebhookRow,
)

LOCAL = "local"
"""Who does something that needs no key: at the command line, or over HTTP where keys are off."""

# What is watched, and the word for it. What a worker finds out is no change that somebody made.
SUBJECTS: dict[type[Base], str] = {
    SourceRow: "source",
    StatementRow: "statement",
    DocumentRow: "document",
    ClaimRow: "claim",
    JudgementRow: "judgement",
    ApprovalRow: "approval",
    WebhookRow: "webhook",
    KeyRow: "key",
}

_ADDED = "secondsource.added"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What is being done and by whom: `actor` is the name of a key or `LOCAL`, `key` is its id, `name` the call."""

    name: str
    actor: str = LOCAL
    key: str | None = None


def watch(sessions: Sessions, current: Callable[[], Action]) -> None:
    """Have all that these sessions change from now on noted. `current` gives what is being done at the moment."""

    def note(session: Session, *_: object) -> None:
        session.info.setdefault(_ADDED, []).extend(row for row in session.new if type(row) in SUBJECTS)
        # All of it first: adding an entry changes what is iterated over.
        for subject, change, fields in list(_changes(session)):
            record_action(session, current(), subject, change=change, fields=fields)

    def note_added(session: Session) -> None:
        """Thousands may be added at once, so they are noted together. What a savepoint took back is not there now."""
        if session.in_nested_transaction():
            return
        session.flush()
        added = [row for row in session.info.pop(_ADDED, ()) if row in session]
        if added:
            action = current()
            done = {"actor": action.actor, "key": action.key, "action": action.name, "change": "added"}
            session.execute(insert(AuditRow), [done | {"subject": _name(row)} for row in added])

    event.listen(sessions, "before_flush", note)
    event.listen(sessions, "before_commit", note_added)


def record_action(
    session: Session, action: Action, subject: str, *, change: str = "changed", fields: Sequence[str] = ()
) -> None:
    """Note an action. For what `watch` does not see: what is written without a row being loaded.

    `subject` is `kind:id`, `change` one of added, changed and removed; `fields` are names alone, never what is in them.
    """
    entry = AuditRow(
        actor=action.actor, key=action.key, action=action.name, subject=subject, change=change, fields=sorted(fields)
    )
    session.add(entry)


def list_actions(
    session: Session,
    *,
    actor: str | None = None,
    subject: str | None = None,
    since: datetime | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[AuditRow]:
    """Actions by who did them, by what they were done to and by when, newest first."""
    query = select(AuditRow)
    if actor:
        query = query.where(AuditRow.actor == actor)
    if subject:
        query = query.where(AuditRow.subject == subject)
    if since:
        query = query.where(AuditRow.at >= since)
    return read_page(session, query, AuditRow.sequence, cursor=cursor, limit=limit, newest_first=True)


def _changes(session: Session) -> Iterator[tuple[str, str, list[str]]]:
    """Of each watched row that is about to be changed or removed: its subject, which of it, and the fields changed."""
    for row in session.dirty:
        if type(row) in SUBJECTS and (fields := _changed_fields(row)):
            yield _name(row), "changed", fields
    for row in session.deleted:
        if type(row) in SUBJECTS:
            yield _name(row), "removed", []


def _changed_fields(row: Any) -> list[str]:
    # One that is not loaded cannot have changed, and is not to be loaded for this.
    return [field.key for field in inspect(row).attrs if field.history.has_changes()]


def _name(row: Any) -> str:
    return f"{SUBJECTS[type(row)]}:{'/'.join(str(part) for part in inspect(type(row)).primary_key_from_instance(row))}"
