"""What can go wrong with a service that is asked over HTTP: one family."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from secondsource.resources import Claim


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field: the message follows its name in a sentence."""

    field: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why something was not done: a problem document (RFC 9457), as it says it itself."""

    status: int
    title: str
    detail: str = ""
    errors: tuple[FieldProblem, ...] = ()
    type: str = ""

    def __str__(self) -> str:
        fields = "; ".join(f"{error.field} {error.message}" for error in self.errors)
        return fields or self.detail or self.title


class SecondSourceError(Exception):
    """Whatever goes wrong."""


class UnreachableError(SecondSourceError):
    """No service answers at the address."""


class UnexpectedAnswerError(UnreachableError):
    """What answers at the address does not seem to be Second Source."""


class ProblemError(SecondSourceError):
    """The service does not do what it was asked to. `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem

    @property
    def status(self) -> int:
        """The status of the answer, such as 404."""
        return self.problem.status


class CheckFailedError(SecondSourceError):
    """A claim could not be checked. This is not a verdict. `claim` is as the service shows it."""

    def __init__(self, claim: Claim) -> None:
        super().__init__(f"the check could not be carried out: {claim['error']}")
        self.claim = claim


class ClaimPendingError(SecondSourceError, TimeoutError):
    """A claim has no verdict yet after the time that was given to it; it is still being checked."""

    def __init__(self, claim: Claim, seconds: float) -> None:
        super().__init__(f"claim {claim['id']} has no verdict after {seconds:g} s (it is {claim['status']})")
        self.claim = claim


def read_problem(content: Any) -> Problem | None:
    """The problem that a JSON value describes; None where it is no problem document.

    It is told from a resource by its numeric `status`: that of a statement or a claim is a word.
    """
    if not isinstance(content, Mapping) or not isinstance(content.get("status"), int):
        return None
    errors = [
        FieldProblem(str(error.get("field", "")), str(error.get("message", "")))
        for error in content.get("errors") or ()
        if isinstance(error, Mapping)
    ]
    return Problem(
        status=content["status"],
        title=str(content.get("title", "")),
        detail=str(content.get("detail") or ""),
        errors=tuple(errors),
        type=str(content.get("type") or ""),
    )
