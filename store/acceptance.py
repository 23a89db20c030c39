"""What a person says of statements that were found in a document and are only proposed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from store.errors import ConflictError, FieldError
from store.queue import Task, TaskName, enqueue
from store.sources import resolve_or_add_source
from store.statements import UNACCEPTED, get_statement
from store.tables import StatementRow


def accept_statement(session: Session, id: str, *, speaker: str | None = None) -> tuple[StatementRow, list[Task]]:
    """Let a proposed statement count, said by `speaker` (an id or a name) where that is given.

    One that was rejected may be accepted after all; one that counts already stays as it is. Raises `FieldError` where
    it is not clear who spoke, and `ConflictError` where there is nothing to accept.
    """
    row = get_statement(session, id, lock=True)
    if row.document is None:
        raise ConflictError(f"statement {id!r} was recorded by a person and counts without being accepted")
    if row.retracted_at:
        raise ConflictError(f"statement {id!r} was retracted: {row.retraction_reason}")
    if row.status not in UNACCEPTED:
        return row, []
    if speaker:
        _name_speaker(row, resolve_or_add_source(session, "speaker", speaker))
    elif row.speaker is None:
        candidates = ", ".join((row.mention or {}).get("candidates", ()))
        raise FieldError("speaker", f"must be given, for it may be any of {candidates}")
    row.status, row.rejection_reason = "queued", None
    session.flush()
    session.refresh(row)
    return row, enqueue(session, TaskName.INTERPRET_STATEMENT, [id], causes=[f"statement:{id}"])


def reject_statement(session: Session, id: str, reason: str) -> StatementRow:
    """Say that a proposed statement is not to count. Doing so again changes nothing.

    Raises `ConflictError` where it counts already.
    """
    row = get_statement(session, id, lock=True)
    if row.status == "rejected":
        return row
    if row.status != "proposed":
        raise ConflictError(f"statement {id!r} is not waiting to be accepted: retract it instead")
    row.status, row.rejection_reason = "rejected", reason
    session.flush()
    session.refresh(row)
    return row


def _name_speaker(row: StatementRow, speaker: str) -> None:
    """Put down who spoke; what was that speaker's own knowledge is so still."""
    if (row.mention or {}).get("own_knowledge"):
        row.origin = speaker
    row.speaker = speaker
    row.inferred = [field for field in row.inferred if field != "speaker"]
