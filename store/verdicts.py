"""Verdicts on record: append-only, each with what caused it and all that it rests on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.changes import order_commits
from store.identifiers import new_id
from store.paging import Page, read_page
from store.tables import ClaimRow, VerdictRow
from verifier.entities import Collapse, Evidence, Turn, Verdict


def record_verdict(
    session: Session, claim: ClaimRow, verdict: Verdict, turns: Sequence[Turn], *, causes: Collection[str]
) -> bool:
    """Append a verdict and let it stand for the claim. False where it says just what the standing one says.

    A check that finds nothing new adds nothing to the history; the timeline is brought up to date all the same.
    """
    claim.timeline = [{"date": turn.day.isoformat(), "verdict": turn.label, "cause": turn.cause} for turn in turns]
    shown = show_verdict(verdict)
    standing = session.get(VerdictRow, claim.verdict) if claim.verdict else None
    if standing and standing.shown == shown:
        return False
    order_commits(session)
    row = VerdictRow(id=new_id("verdict"), claim=claim.id, label=verdict.label, shown=shown, causes=list(causes))
    session.add(row)
    session.flush()
    claim.verdict, claim.needs_review = row.id, verdict.needs_review
    return True


def list_verdicts(session: Session, claim: str, *, cursor: str | None = None, limit: int = 50) -> Page[VerdictRow]:
    """Every verdict ever given on a claim, newest first."""
    query = select(VerdictRow).where(VerdictRow.claim == claim)
    return read_page(session, query, VerdictRow.sequence, cursor=cursor, limit=limit, newest_first=True)


def standing_verdicts(session: Session, claims: Sequence[ClaimRow]) -> dict[str, VerdictRow]:
    """The verdict that stands for each of these claims, by id of the verdict."""
    ids = [claim.verdict for claim in claims if claim.verdict]
    if not ids:
        return {}
    return {row.id: row for row in session.scalars(select(VerdictRow).where(VerdictRow.id.in_(ids)))}


def show_recorded(row: VerdictRow) -> dict[str, Any]:
    """A verdict on record as JSON, with its id, its time and what caused it; nobody has approved it yet."""
    causes = [dict(zip(("kind", "id"), cause.split(":", 1), strict=True)) for cause in row.causes]
    return {"id": row.id, **row.shown, "verified_at": show_moment(row.verified_at), "causes": causes, "approval": None}


def show_moment(moment: datetime) -> str:
    """A moment as RFC 3339 has it, in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def show_verdict(verdict: Verdict) -> dict[str, Any]:
    """A verdict as JSON, in the words of the HTTP contract; `verified_at` and the causes are the row's."""
    return {
        "label": verdict.label.value,
        "confidence": verdict.confidence,
        "credibility": verdict.credibility,
        "reasons": list(verdict.reasons),
        "as_of": verdict.as_of.isoformat() if verdict.as_of else None,
        "engine": verdict.engine,
        "policy": verdict.policy,
        "needs_review": verdict.needs_review,
        "origins": {"affirming": list(verdict.affirming), "denying": list(verdict.denying)},
        "collapsed": [_show_collapse(collapse) for collapse in verdict.collapsed],
        "evidence": [_show_evidence(evidence) for evidence in verdict.evidence],
    }


def _show_collapse(collapse: Collapse) -> dict[str, Any]:
    return {"origin": collapse.origin, "statements": list(collapse.statements), "why": collapse.why}


def _show_evidence(evidence: Evidence) -> dict[str, Any]:
    statement = evidence.statement
    return {
        "statement": statement.id,
        "relation": evidence.relation.value,
        "score": round(evidence.score, 4),
        "act": statement.act.value,
        "speaker": statement.speaker,
        "publisher": statement.publisher,
        "origin": statement.origin,
        "stated_on": statement.stated_on.isoformat(),
        "url": statement.url,
        "quote": evidence.quote,
        "quote_start": statement.quote_start,
        "quote_end": statement.quote_end,
        "language": statement.language,
        "pinned_by": evidence.pinned_by,
    }
