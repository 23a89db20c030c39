"""The task `verify_claim`."""

from __future__ import annotations

import logging

from store.claims import begin_check, end_check, expand_search
from store.queue import Lease, complete
from store.search import SqlRecord
from store.tables import ClaimRow
from store.verdicts import record_verdict
from verifier.entities import Claim
from verifier.ports import Index
from verifier.verifier import recognise
from worker.context import Context

_log = logging.getLogger(__name__)


def verify_claim(context: Context, held: Lease) -> None:
    """Verify the claim by what is on record, and record the verdict and its timeline.

    What the claim is found by is committed before the record is read with it, so that a statement which comes too late
    to be seen here finds the claim and has it verified again.
    """
    begun = _begin(context, held)
    if begun is None:
        return
    claim, own = begun
    verifier = context.verifier
    with context.sessions.begin() as session:
        query = verifier.expand(own, SqlRecord(session, held.task.subject))
        expand_search(session.get_one(ClaimRow, held.task.subject, with_for_update=True), query)
    with context.sessions.begin() as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        assessment = verifier.assess(claim, SqlRecord(session, held.task.subject), query)
    verdict = verifier.judge(claim, assessment)
    turns = verifier.trace(claim, assessment)
    with context.sessions.begin() as session:
        again = complete(session, held)
        row = session.get_one(ClaimRow, held.task.subject, with_for_update=True)
        news = record_verdict(session, row, verdict, turns, causes=held.causes)
        end_check(row, again=again, reach=assessment.reach)
    if news:
        _log.info("claim %s is %s, because of %s", held.task.subject, verdict.label, ", ".join(held.causes))
    if again:
        context.bell.ring([held.task])


def _begin(context: Context, held: Lease) -> tuple[Claim, Index] | None:
    """The claim as the verifier reads it, and what it is found by; None where there is none any more."""
    with context.sessions.begin() as session:
        row = session.get(ClaimRow, held.task.subject, with_for_update=True)
        if row is None:
            complete(session, held)
            return None
        language = recognise(row.text, row.language)
        index = context.verifier.index(row.text, language)
        begin_check(row, language=language, index=index)
        return Claim(text=row.text, language=language, as_of=row.as_of), index
