"""What people have judged, append-only: who, when, what, why, and what the engine had said."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from store.identifiers import new_id
from store.paging import Page, read_page
from store.tables import JudgementRow

RELATION = "relation"
"""The field that a judgement on a claim and a statement is about; others are fields of a statement."""


def add_judgement(
    session: Session,
    *,
    statement: str,
    field: str,
    value: str | None,
    by: str,
    claim: str | None = None,
    reason: str | None = None,
    engine_said: Mapping[str, Any] | None = None,
) -> JudgementRow:
    """Append a judgement; one without a value takes the standing one back."""
    row = JudgementRow(
        id=new_id("judgement"),
        claim=claim,
        statement=statement,
        field=field,
        value=value,
        reason=reason,
        by=by,
        engine_said=dict(engine_said) if engine_said else None,
    )
    session.add(row)
    session.flush()
    return row


def last_judgement(session: Session, *, statement: str, field: str, claim: str | None = None) -> JudgementRow | None:
    """The latest judgement on a field of a statement or, with a claim, on how the statement stands to it."""
    query = select(JudgementRow).where(
        JudgementRow.statement == statement,
        JudgementRow.field == field,
        JudgementRow.claim == claim if claim else JudgementRow.claim.is_(None),
    )
    return session.scalars(query.order_by(JudgementRow.sequence.desc()).limit(1)).first()


def standing_pins(claim: str) -> Select[JudgementRow]:
    """The query for the judgements that stand on a claim, one a statement."""
    latest = select(func.max(JudgementRow.sequence)).where(JudgementRow.claim == claim).group_by(JudgementRow.statement)
    return select(JudgementRow).where(JudgementRow.sequence.in_(latest), JudgementRow.value.is_not(None))


def pinned_claims(session: Session, statement: str) -> Collection[str]:
    """Ids of the claims for which a person has judged a statement: these it always bears on."""
    latest = (
        select(func.max(JudgementRow.sequence))
        .where(JudgementRow.statement == statement, JudgementRow.field == RELATION)
        .group_by(JudgementRow.claim)
    )
    query = select(JudgementRow.claim).where(JudgementRow.sequence.in_(latest), JudgementRow.value.is_not(None))
    return [claim for claim in session.scalars(query) if claim]


def list_judgements(
    session: Session,
    *,
    claim: str | None = None,
    statement: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[JudgementRow]:
    """Every judgement ever made in the order of making, of one claim or one statement where it is given."""
    query = select(JudgementRow)
    if claim:
        query = query.where(JudgementRow.claim == claim)
    if statement:
        query = query.where(JudgementRow.statement == statement)
    return read_page(session, query, JudgementRow.sequence, cursor=cursor, limit=limit)
