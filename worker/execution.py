"""How any task is carried out: leased, done, and put back or given up where it cannot be done."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta

from sqlalchemy.orm import Session

from store.claims import fail_claim
from store.documents import fail_document
from store.errors import LeaseLostError
from store.queue import Lease, Task, TaskName, complete, lease, retry
from store.statements import fail_statement
from verifier.verifier import LanguageError
from worker.context import Context

_LONGEST_DELAY = 60

_log = logging.getLogger(__name__)


class CannotError(Exception):
    """The work can never be done; the message says why, for the person who asked for it."""


Work = Callable[[Context, Lease], None]

_FAIL: Mapping[TaskName, Callable[[Session, str, str], None]] = {
    TaskName.EXTRACT_DOCUMENT: fail_document,
    TaskName.INTERPRET_STATEMENT: fail_statement,
    TaskName.VERIFY_CLAIM: fail_claim,
}
"""How it is said of what a task is about that it could not be done."""


def execute(context: Context, task: Task, work: Work) -> None:
    """Carry a task out under a lease. `work` ends it with `store.queue.complete` in the transaction of its outcome.

    Nothing is done where somebody else has the task or has done it. An error puts it back to be tried again, with
    growing delays, until the limit of attempts; what can never be done is given up at once.
    """
    limit = context.settings.attempts
    with context.sessions.begin() as session:
        held = lease(session, task, seconds=context.settings.lease_seconds)
    if held is None:
        return
    if held.attempt > limit:  # no attempt came as far as to say why
        _give_up(context, held, held.error or f"the worker was stopped in each of {limit} attempts")
        return
    try:
        work(context, held)
    except LeaseLostError as error:
        _log.warning("%s: what this worker found out is dropped", error)
    except (CannotError, LanguageError) as error:
        _give_up(context, held, str(error))
    except Exception as error:
        _log.exception("%s of %s failed, attempt %d of %d", task.name, task.subject, held.attempt, limit)
        reason = f"failed in {held.attempt} attempts, the last time with {type(error).__name__}: {error}"
        if held.attempt >= limit:
            _give_up(context, held, reason)
        else:
            _put_back(context, held, reason)


def _put_back(context: Context, held: Lease, reason: str) -> None:
    delay = timedelta(seconds=min(2 ** (held.attempt - 1), _LONGEST_DELAY))
    with context.sessions.begin() as session:
        retry(session, held, error=reason, delay=delay)


def _give_up(context: Context, held: Lease, reason: str) -> None:
    """Say on the document, statement or claim why, unless it was asked for again meanwhile: then it is tried again."""
    _log.warning("%s of %s is given up: %s", held.task.name, held.task.subject, reason)
    with context.sessions.begin() as session:
        if complete(session, held):
            return
        _FAIL[held.task.name](session, held.task.subject, reason)
