"""What goes wrong, as RFC 9457 problems: one family, one renderer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus
from typing import Any

from apiflask.exceptions import HTTPError
from flask import Flask, Response, current_app
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from api.messages import list_errors
from store.errors import ConflictError, FieldError, NotFoundError, StoreError
from store.requests import KeyReusedError

MIMETYPE = "application/problem+json"
RETRY_SECONDS = "2"

# What SQLAlchemy raises where the database cannot be reached, is too busy or asks to try again.
UNAVAILABLE = (OperationalError, InterfaceError, PoolTimeoutError)


class Kind(Enum):
    """The types of problem, each with its status and title; docs/api.md explains them."""

    MALFORMED = ("malformed", 400, "The request cannot be read")
    UNAUTHORIZED = ("unauthorized", 401, "A key is needed")
    FORBIDDEN = ("forbidden", 403, "The key does not go that far")
    NOT_FOUND = ("not-found", 404, "There is nothing here")
    NOT_APPROVED = ("not-approved", 404, "No person has approved it")
    METHOD = ("method-not-allowed", 405, "This cannot be done here")
    CONFLICT = ("conflict", 409, "It contradicts what is on record")
    TOO_LARGE = ("too-large", 413, "It is too large")
    MEDIA_TYPE = ("unsupported-media-type", 415, "It is not in a format that is understood here")
    INVALID = ("invalid", 422, "Some fields are not right")
    KEY_REUSED = ("key-reused", 422, "The Idempotency-Key belongs to another request")
    TOO_MANY = ("too-many-requests", 429, "The key has made too many requests")
    INTERNAL = ("internal", 500, "Something went wrong here")
    UNAVAILABLE = ("unavailable", 503, "The service cannot do this right now")
    NOT_READY = ("not-ready", 503, "The service is not ready")

    def __init__(self, slug: str, status: int, title: str) -> None:
        self.urn = f"urn:secondsource:problem:{slug}"
        self.status = status
        self.title = title


_BY_STATUS = {
    400: Kind.MALFORMED,
    404: Kind.NOT_FOUND,
    405: Kind.METHOD,
    413: Kind.TOO_LARGE,
    415: Kind.MEDIA_TYPE,
    429: Kind.TOO_MANY,
    500: Kind.INTERNAL,
}
_DETAILS = {
    Kind.MALFORMED: "The body is not valid JSON.",
    Kind.NOT_FOUND: "There is nothing at this address.",
    Kind.METHOD: "This method cannot be used here; the header Allow names those that can.",
    Kind.TOO_LARGE: "A body may have at most 10 MB.",
    Kind.MEDIA_TYPE: "Send JSON, with the header Content-Type: application/json.",
    Kind.TOO_MANY: "Try again after the seconds in Retry-After; the header RateLimit-Policy says how many are allowed.",
    Kind.INTERNAL: "The request could not be carried out. The log of the service says why.",
    Kind.UNAVAILABLE: "The database cannot be reached or is too busy. Try again in a moment.",
}


_OF_THE_STORE: Mapping[type[StoreError], Kind] = {
    NotFoundError: Kind.NOT_FOUND,
    KeyReusedError: Kind.KEY_REUSED,
    ConflictError: Kind.CONFLICT,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem: its type, what it is in this case, and the fields that are wrong."""

    kind: Kind
    detail: str
    errors: tuple[Mapping[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def show(self) -> dict[str, Any]:
        """The members of RFC 9457, and `errors` where fields are wrong."""
        shown: dict[str, Any] = {"type": self.kind.urn, "title": self.kind.title, "status": self.kind.status}
        shown["detail"] = self.detail
        return shown | ({"errors": list(self.errors)} if self.errors else {})


class ProblemError(Exception):
    """Ends a request with a problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def refuse(kind: Kind, detail: str | None = None) -> ProblemError:
    """The error that ends a request with a problem of this type."""
    return ProblemError(Problem(kind, detail or _DETAILS[kind]))


def invalid(field: str, message: str) -> Problem:
    """The problem of one wrong field; `message` follows its name in a sentence."""
    return _invalid([{"field": field, "message": message}])


def explain(error: Exception) -> Problem:
    """The problem that an error stands for; an unforeseen one tells nothing of what is inside."""
    match error:
        case ProblemError():
            return error.problem
        case ValidationError():
            return _invalid(list_errors(error))
        case FieldError():
            return invalid(error.field, error.message)
        case NotFoundError() | ConflictError() | KeyReusedError():
            return Problem(_OF_THE_STORE[type(error)], _sentence(str(error)))
        case IntegrityError():
            return Problem(Kind.CONFLICT, "Another request recorded the same at the same time: send this one again.")
    kind = Kind.UNAVAILABLE if isinstance(error, UNAVAILABLE) else Kind.INTERNAL
    return Problem(kind, _DETAILS[kind], headers={"Retry-After": RETRY_SECONDS} if kind is Kind.UNAVAILABLE else {})


def render(problem: Problem) -> Response:
    """The problem as an answer."""
    return _respond(problem.show(), problem.kind.status, problem.headers)


def register_problems(app: Flask) -> None:
    """Answer every error of this app with a problem."""
    app.register_error_handler(HTTPException, _render_http)
    app.register_error_handler(HTTPError, _render_input)
    for family in (ProblemError, ValidationError, StoreError, DBAPIError, PoolTimeoutError):
        app.register_error_handler(family, _render_error)


def examine(error: Exception) -> Problem:
    """The problem that an error stands for, with a line in the log where it is the service's own."""
    problem = explain(error)
    if problem.kind is Kind.INTERNAL:
        current_app.logger.error("unforeseen: %s", error, exc_info=error)
    elif problem.kind is Kind.UNAVAILABLE:
        current_app.logger.warning("unavailable: %s", getattr(error, "orig", error))
    return problem


def _render_error(error: Exception) -> Response:
    return render(examine(error))


def _render_input(error: HTTPError) -> Response:
    """APIFlask wraps what pydantic says of an input; the wrapped error knows more."""
    cause = error.__cause__
    return _render_error(cause if isinstance(cause, Exception) else error)


def _render_http(error: HTTPException) -> Response:
    """What Flask and Werkzeug raise, with their headers, such as Allow."""
    headers = {name: value for name, value in error.get_headers() if name.lower() != "content-type"}
    status = error.code or 500
    if kind := _BY_STATUS.get(status):
        return _respond(Problem(kind, _DETAILS[kind]).show(), status, headers)
    phrase = HTTPStatus(status).phrase
    shown = {"type": "about:blank", "title": phrase, "status": status, "detail": error.description or phrase}
    return _respond(shown, status, headers)


def _respond(shown: Mapping[str, Any], status: int, headers: Mapping[str, str]) -> Response:
    return Response(current_app.json.dumps(shown), status, dict(headers), mimetype=MIMETYPE)


def _invalid(errors: list[Mapping[str, str]]) -> Problem:
    first = errors[0]
    others = f" ({len(errors) - 1} more in errors)" if len(errors) > 1 else ""
    return Problem(Kind.INVALID, f"{first['field']} {first['message']}{others}.", tuple(errors))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
