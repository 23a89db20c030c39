"""The task `interpret_statement`: what a statement says, and which claims have to be verified again because of it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from sqlalchemy.orm import Session

from store.claims import touched_claims
from store.judgements import pinned_claims
from store.queue import Lease, Task, TaskName, complete, enqueue, postpone
from store.sources import find_by_name, get_source, to_source
from store.statements import UNACCEPTED, confirmations_of, get_statement
from store.tables import StatementRow
from verifier.entities import Act, Position, Source
from verifier.origin import find_origin
from verifier.ports import Index
from verifier.relation import act_towards
from verifier.verifier import Verifier, recognise
from worker.context import Context
from worker.execution import CannotError

_WAIT_FOR_TARGET = timedelta(seconds=0.5)

_TOWARDS_CLAIM = {Position.CONFIRMS: Act.CONFIRM, Position.DENIES: Act.DENY, Position.DECLINES: Act.DECLINE}


def interpret_statement(context: Context, held: Lease) -> None:
    """Interpret the statement, then queue the claims that it touches.

    In two transactions: a claim that is first verified between them has either seen the interpretation or is found by
    the search that follows it. Doing both again after a crash does no harm.
    """
    with context.sessions.begin() as session:
        row = session.get(StatementRow, held.task.subject, with_for_update=True)
        if row is None or row.status in UNACCEPTED:
            complete(session, held)
            return
        if _waits(session, row):
            postpone(session, held, delay=_WAIT_FOR_TARGET)
            return
        tasks = _interpret(context, session, row, held)
    with context.sessions.begin() as session:
        tasks += _touch(context, session, get_statement(session, held.task.subject), held)
        if complete(session, held):
            tasks.append(held.task)
    context.bell.ring(tasks)


def _waits(session: Session, row: StatementRow) -> bool:
    """Whether a confirmation is about a statement that is not interpreted yet."""
    return row.target_statement is not None and get_statement(session, row.target_statement).status == "queued"


def _interpret(context: Context, session: Session, row: StatementRow, held: Lease) -> list[Task]:
    """Write down what the statement says; queues what rested on what it was taken to say before."""
    before, found_by = (row.language, row.act, row.origin, row.proposition, row.terms), _index_of(row)
    if row.target_statement:
        _take_over(row, get_statement(session, row.target_statement))
    elif row.target_claim:
        row.act = _TOWARDS_CLAIM[Position(str(row.position))]
    else:
        _read(context.verifier, session, row)
    row.status, row.error = "interpreted", None
    # What a person pinned was set before: what rested on the old value must be read anew all the same.
    pinned = any(cause.startswith("pin:") for cause in held.causes)
    changed = before != (row.language, row.act, row.origin, row.proposition, row.terms)
    if not changed and not pinned:
        return []
    about_it = enqueue(session, TaskName.INTERPRET_STATEMENT, confirmations_of(session, row.id), causes=held.causes)
    return about_it + (_verify(context, session, found_by, held) if changed else [])


def _take_over(row: StatementRow, target: StatementRow) -> None:
    """A confirmation of a statement is about what that statement says."""
    if target.status == "failed":
        raise CannotError(f"the statement that it is about could not be interpreted: {target.error}")
    row.language, row.proposition = target.language, target.proposition
    row.terms, row.vector, row.encoder = target.terms, target.vector, target.encoder
    row.act = act_towards(Position(str(row.position)), Act(str(target.act)))


def _read(verifier: Verifier, session: Session, row: StatementRow) -> None:
    speaker = to_source(get_source(session, str(row.speaker)))
    if row.document:
        _index(verifier, row, speaker)
        return
    found = verifier.interpret(
        row.text,
        language=None if "language" in row.inferred else row.language,
        speaker=speaker,
        act=None if "act" in row.inferred else Act(str(row.act)),
        proposition=None if "proposition" in row.inferred else row.proposition,
    )
    row.language, row.act, row.proposition = found.language, found.act, found.proposition
    row.quote_start, row.quote_end = found.quote_start, found.quote_end
    _keep_index(row, found.index)
    if "origin" in row.inferred:
        row.origin = find_origin(found, speaker, partial(find_by_name, session))


def _index(verifier: Verifier, row: StatementRow, speaker: Source) -> None:
    """What was found in a document was read there with all that stands around it: it is only to be found by claims."""
    language = recognise(row.text, row.language)
    _keep_index(row, verifier.index_statement(row.text, str(row.proposition), language, speaker))


def _keep_index(row: StatementRow, index: Index) -> None:
    row.terms, row.vector, row.encoder = sorted(index.terms), index.vector, index.encoder


def _touch(context: Context, session: Session, row: StatementRow, held: Lease) -> list[Task]:
    direct = [row.target_claim] if row.target_claim else []
    # A statement bears on the claims for which a person has judged it, whatever the search would say.
    also = [*direct, *pinned_claims(session, row.id)]
    return _verify(context, session, _index_of(row), held, also=also)


def _index_of(row: StatementRow) -> Index:
    return Index(terms=frozenset(row.terms), vector=row.vector, encoder=row.encoder)


def _verify(
    context: Context, session: Session, index: Index, held: Lease, *, also: list[str] | None = None
) -> list[Task]:
    """Queue the claims that would find a statement with this index."""
    rules = context.verifier.policy.candidates
    touched = touched_claims(session, index, shared=rules.shared_terms, likeness=rules.likeness)
    return enqueue(session, TaskName.VERIFY_CLAIM, [*touched, *(also or [])], causes=held.causes)
