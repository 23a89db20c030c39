"""A person's word over the engine's: on how a statement stands to a claim, and on what a statement is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from store.claims import get_claim
from store.errors import ConflictError, FieldError, NotFoundError
from store.judgements import RELATION, add_judgement, last_judgement
from store.queue import Task, TaskName, enqueue
from store.sources import resolve_or_add_source
from store.statements import INFERABLE, UNACCEPTED, get_statement
from store.tables import ClaimRow, JudgementRow, StatementRow, VerdictRow
from verifier.entities import Relation

PINNABLE = ("speaker", "act", "origin", "proposition")
"""The fields of a statement that a person may pin."""

_OF_POSITIONS = ("act", "proposition")


def pin_relation(
    session: Session, claim: str, statement: str, relation: Relation, *, reason: str, by: str
) -> tuple[JudgementRow, list[Task]]:
    """The judgement on how a statement stands to a claim, which is then verified anew; the same one again is kept.

    Raises `NotFoundError`, and `ConflictError` where the statement was retracted.
    """
    claimed, said = get_claim(session, claim), get_statement(session, statement)
    if said.retracted_at:
        raise ConflictError(f"statement {statement!r} was retracted and counts no more")
    if said.status in UNACCEPTED:
        raise ConflictError(f"statement {statement!r} is {said.status} and counts for nothing: accept it first")
    last = last_judgement(session, claim=claim, statement=statement, field=RELATION)
    if last and (last.value, last.reason, last.by) == (relation, reason, by):
        return last, []
    row = add_judgement(
        session,
        claim=claim,
        statement=statement,
        field=RELATION,
        value=relation.value,
        reason=reason,
        by=by,
        engine_said=_find_inferred(session, claimed, said, last),
    )
    return row, enqueue(session, TaskName.VERIFY_CLAIM, [claim], causes=[f"pin:{statement}"])


def unpin_relation(
    session: Session, claim: str, statement: str, *, reason: str | None, by: str
) -> tuple[JudgementRow, list[Task]]:
    """The judgement that takes the standing one back, so that the engine decides again. Raises `NotFoundError`."""
    get_claim(session, claim)
    last = last_judgement(session, claim=claim, statement=statement, field=RELATION)
    if last is None or last.value is None:
        raise NotFoundError("judgement of a person on statement", statement)
    row = add_judgement(
        session,
        claim=claim,
        statement=statement,
        field=RELATION,
        value=None,
        reason=reason,
        by=by,
        engine_said=last.engine_said,
    )
    return row, enqueue(session, TaskName.VERIFY_CLAIM, [claim], causes=[f"unpin:{statement}"])


def pin_fields(
    session: Session, id: str, changes: Mapping[str, str | None], *, reason: str | None, by: str
) -> tuple[StatementRow, list[Task]]:
    """Set fields of a statement that are never inferred again; None gives one back to the submitter or the engine.

    `speaker` and `origin` are ids or names of sources. The statement is read anew, and every claim that it touches is
    verified. Raises `NotFoundError` and `FieldError`.
    """
    row = get_statement(session, id, lock=True)
    speaker = row.speaker
    changed = [_pin(session, row, field, value, reason=reason, by=by) for field, value in changes.items()]
    if not any(changed):
        return row, []
    if row.position and "origin" not in row.pinned and row.origin == speaker:
        row.origin = row.speaker  # who takes a position knows it from itself
    session.flush()
    session.refresh(row)
    return row, enqueue(session, TaskName.INTERPRET_STATEMENT, [id], causes=[f"pin:{id}"])


def _pin(session: Session, row: StatementRow, field: str, value: str | None, *, reason: str | None, by: str) -> bool:
    """Pin a field, or take its pin away; False where it is so already."""
    if row.position and field in _OF_POSITIONS and value:
        raise FieldError(
            field, "follows from the position of a confirmation: judge how it stands to a claim, or pin the statement"
        )
    if value and field in ("speaker", "origin"):
        value = resolve_or_add_source(session, field, value)
    pin = row.pinned.get(field)
    if value is None and pin is None:
        return False
    if pin and (getattr(row, field), pin["by"], pin["reason"]) == (value, by, reason):
        return False
    inferred = field in row.inferred
    last = last_judgement(session, statement=row.id, field=field)
    said_before = last.engine_said if last else None
    judged = add_judgement(
        session,
        statement=row.id,
        field=field,
        value=value,
        reason=reason,
        by=by,
        engine_said={"value": getattr(row, field)} if inferred and row.status == "interpreted" else said_before,
    )
    rest = {name: kept for name, kept in row.pinned.items() if name != field}
    if value is None:
        _restore(row, field, pin["given"] if pin else None)
        row.pinned = rest
        return True
    # What the submitter gave stands again where the pin is taken away.
    given = pin["given"] if pin else None if inferred and not row.document else getattr(row, field)
    new = {"by": by, "at": judged.made_at.isoformat(), "reason": reason, "given": given}
    row.pinned = rest | {field: new}
    row.inferred = [name for name in row.inferred if name != field]
    setattr(row, field, value)
    return True


def _restore(row: StatementRow, field: str, given: Any) -> None:
    if row.document:
        # It was read with the whole article around it, which is not read again for its sake.
        setattr(row, field, given)
        row.inferred = [*row.inferred, field]
    elif given is not None:
        setattr(row, field, given)
    else:
        row.inferred = [name for name in INFERABLE if name in row.inferred or name == field]


def _find_inferred(
    session: Session, claim: ClaimRow, said: StatementRow, last: JudgementRow | None
) -> Mapping[str, Any] | None:
    """What the engine found of a statement: by the verdict that stands, else as it was known at the last judgement.

    None where it has found nothing: it did not see the statement, or took a position on the claim as it is.
    """
    verdict = session.get(VerdictRow, claim.verdict) if claim.verdict else None
    shown = verdict.shown if verdict else {"evidence": []}
    found = next((item for item in shown["evidence"] if item["statement"] == said.id), None)
    if last and (found is None or found["pinned_by"]):
        return last.engine_said
    if verdict is None or said.target_claim == claim.id or said.created_at > verdict.verified_at:
        return None
    if claim.as_of and said.stated_on > claim.as_of:
        return None
    # What is not in the evidence was not found, or had nothing to do with the claim.
    relation, score = (found["relation"], found["score"]) if found else (Relation.UNRELATED.value, None)
    return {"relation": relation, "score": score, "engine": shown["engine"]}
