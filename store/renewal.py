"""What another engine, encoder or policy than the one in force has read or decided, queued to be done anew."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.queue import Task, TaskName, enqueue
from store.tables import ClaimRow, StatementRow, VerdictRow


def renew(session: Session, *, encoder: str | None, engine: str, policy: str) -> list[Task]:
    """Queue every statement that another encoder has read, and every claim whose verdict another engine has given.

    Retracted statements and those that failed are left alone; a claim without a verdict is being checked anyway.
    """
    statements = session.scalars(
        select(StatementRow.id).where(
            StatementRow.encoder.is_distinct_from(encoder),
            StatementRow.status == "interpreted",
            StatementRow.retracted_at.is_(None),
            StatementRow.target_claim.is_(None),
        )
    )
    claims = session.scalars(
        select(ClaimRow.id)
        .join(VerdictRow, VerdictRow.id == ClaimRow.verdict)
        .where((VerdictRow.shown["engine"].astext != engine) | (VerdictRow.shown["policy"].astext != policy))
    )
    causes = [f"renewed:{engine}"]
    return [
        *enqueue(session, TaskName.INTERPRET_STATEMENT, statements, causes=causes),
        *enqueue(session, TaskName.VERIFY_CLAIM, claims, causes=causes),
    ]
