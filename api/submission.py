"""What is posted to be recorded, one thing or several, and the answer to each.

Several are recorded in batches, one transaction each, every item in a savepoint of its own: a bad one takes nothing
with it, and what was recorded stays recorded whatever comes after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeAlias, TypeVar

from flask import Response, current_app, request
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from api.bodies import JSON, Body, read_body
from api.context import get_context
from api.fields import Key, Posted, Shown
from api.identity import current_actor
from api.problems import Kind, Problem, ProblemError, explain
from store.errors import StoreError
from store.queue import Task
from store.requests import close_request, open_request

_BATCH = 200

New = TypeVar("New", bound=Posted)
Row = TypeVar("Row")


Done: TypeAlias = tuple[Row, Sequence[Task] | None]
"""What is on record now, and what is then to be done about it; None where it was there before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission(Generic[New, Row]):
    """How one kind of thing is recorded: read, added with what is then to be done, and shown at an address.

    `status` is what answers a new one; `headers` gives what is added to that answer.
    """

    model: type[New]
    add: Callable[[Session, New], Done[Row]]
    show: Callable[[Session, Row], Shown]
    path: str
    status: int = 201
    headers: Callable[[Session], Mapping[str, str]] = lambda _: {}


@dataclass(frozen=True, slots=True)
class Recorded:
    """One thing on record, as it is shown, and what is to be done about it."""

    shown: Mapping[str, Any]
    tasks: Sequence[Task]
    new: bool


Outcome: TypeAlias = Recorded | Problem


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, ready to be sent or to be kept."""

    status: int
    headers: Mapping[str, str]
    text: str

    def respond(self) -> Response:
        """The answer as Flask sends it."""
        return Response(self.text, self.status, dict(self.headers), mimetype=JSON)


class Repeatable(BaseModel):
    """By which a request that is sent again is known."""

    idempotency_key: Key | None = None


def submit(submission: Submission[New, Row]) -> Response:
    """Record what the current request posts. Raises what is wrong with it where it is one thing."""
    body = read_body()
    if body.many:
        outcomes, headers = _record_many(submission, body)
    else:
        with get_context().sessions.begin() as session:
            outcomes = [_record(session, submission, body, item) for item in body.items]
            headers = submission.headers(session)
    _ring(outcomes)
    return _answer(submission, body, outcomes, headers).respond()


def submit_once(submission: Submission[New, Row], key: str | None) -> Response:
    """As `submit`; a request with the `Idempotency-Key` of an earlier one gets the answer of that one.

    All is one transaction then: either everything is recorded and its answer kept, or nothing.
    """
    if key is None:
        return submit(submission)
    body = read_body()
    # Another holder may have come upon the same key.
    scoped = f"{request.path} {key} {current_actor()}"
    content = request.mimetype.encode() + b"\n" + request.get_data()
    with get_context().sessions.begin() as session:
        if kept := open_request(session, scoped, content):
            return Answer(**kept).respond()
        record = _try if body.many else _record
        outcomes = [record(session, submission, body, item) for item in body.items]
        answer = _answer(submission, body, outcomes, submission.headers(session))
        close_request(session, scoped, {"status": answer.status, "headers": answer.headers, "text": answer.text})
    _ring(outcomes)
    return answer.respond()


def _record_many(submission: Submission[New, Row], body: Body) -> tuple[list[Outcome], Mapping[str, str]]:
    """Record batch by batch; the headers are those of the last one.

    Where the database fails on the way, the rest is refused, so that the order is kept.
    """
    outcomes: list[Outcome] = []
    headers: Mapping[str, str] = {}
    items = iter(body.items)
    while batch := list(islice(items, _BATCH)):
        try:
            with get_context().sessions.begin() as session:
                found = [_try(session, submission, body, item) for item in batch]
                headers = submission.headers(session)
        except SQLAlchemyError as error:
            if not outcomes:
                raise
            current_app.logger.exception("stopped after %d items", len(outcomes))
            refused = len(batch) + sum(1 for _ in items)
            return [*outcomes, *[explain(error)] * refused], headers
        outcomes += found
    return outcomes, headers


def _try(session: Session, submission: Submission[New, Row], body: Body, item: object) -> Outcome:
    """Record one of several; what is wrong with it is its own problem."""
    try:
        return _record(session, submission, body, item)
    except (ProblemError, ValidationError, StoreError, IntegrityError, DataError) as error:
        problem = explain(error)
        if problem.kind is Kind.INTERNAL:
            current_app.logger.exception("an item cannot be recorded")
        return problem


def _record(session: Session, submission: Submission[New, Row], body: Body, item: object) -> Outcome:
    new = submission.model.model_validate(body.parse(item))

    def add() -> Recorded:
        with session.begin_nested():
            row, tasks = submission.add(session, new)
            shown = submission.show(session, row).model_dump(mode="json")
            return Recorded(shown, tasks or (), new=tasks is not None)

    try:
        return add()
    except IntegrityError:
        return add()  # another request has recorded the same id meanwhile: now it is found


def _ring(outcomes: Iterable[Outcome]) -> None:
    get_context().doorbell.ring(task for outcome in outcomes if isinstance(outcome, Recorded) for task in outcome.tasks)


def _answer(
    submission: Submission[New, Row], body: Body, outcomes: Sequence[Outcome], more: Mapping[str, str]
) -> Answer:
    shown = [outcome.shown if isinstance(outcome, Recorded) else outcome.show() for outcome in outcomes]
    added = sum(isinstance(outcome, Recorded) and outcome.new for outcome in outcomes)
    if body.many:
        bad = any(isinstance(outcome, Problem) for outcome in outcomes)
        return Answer(207 if bad else submission.status, more, _dump({"items": shown, "added": added}))
    headers = {"Location": f"{submission.path}/{shown[0]['id']}", **(more if added else {})}
    return Answer(submission.status if added else 200, headers, _dump(shown[0]))


def _dump(value: object) -> str:
    return current_app.json.dumps(value) + "\n"
