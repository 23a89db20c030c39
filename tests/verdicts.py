"""Gives verdicts, for the tests of who is told about them."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from store.claims import NewClaim, add_claim, get_claim
from store.tables import ClaimRow, TaskRow, VerdictRow
from store.verdicts import record_verdict
from verifier.entities import Label, Verdict


def change_verdict(session: Session, claim: str, label: Label = Label.UNCONFIRMED, *, confidence: float = 0.5) -> str:
    """Gives a claim, made where there is none of that id, a verdict unlike the one that stands; gives its id."""
    if not session.get(ClaimRow, claim):
        row, _ = add_claim(session, NewClaim(id=claim, text="The bridge is open", language="en"))
        row.status = "verified"
        session.execute(delete(TaskRow).where(TaskRow.subject == claim))
    verdict = Verdict(
        label=label,
        confidence=confidence,
        credibility=3,
        reasons=("Because “Zürich” said so.",),
        as_of=None,
        engine="engine 1",
        policy="policy 1",
        evidence=(),
        collapsed=(),
    )
    assert record_verdict(session, get_claim(session, claim), verdict, [], causes=[f"statement:{claim}-{confidence}"])
    return str(session.scalar(select(VerdictRow.id).order_by(VerdictRow.sequence.desc()).limit(1)))
