"""One service at one address: sends, tries again what may be sent again, and reads the answer."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests

from secondsource.errors import ProblemError, UnexpectedAnswerError, UnreachableError, read_problem

_CONNECT_SECONDS = 5.0
_TOO_MANY = 429
_FOR_THE_MOMENT = (502, 503, 504)
# What may be sent twice by its nature (RFC 9110, 9.2.2).
_IDEMPOTENT = ("GET", "PUT", "DELETE")
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_LARGEST_PAGE = 200


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that is no problem: `body` is what its JSON says, None where there is nothing, as with 304."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def retry_after(self) -> float | None:
        """Seconds after which the service wants to be asked again."""
        return read_retry_after(self.headers)


class Connection:
    """A service at an address such as `http://127.0.0.1:8080`, with the key that it knows its caller by.

    A request that may be sent again is so at most `retries` times, after a pause that grows, or that the service names:
    where it is put off because there were too many (429), and, if `insist`, where the service cannot be reached or is
    out of order for the moment (502, 503, 504).
    """

    def __init__(
        self,
        url: str,
        *,
        key: str | None = None,
        timeout: float = 60.0,
        retries: int = 4,
        insist: bool = True,
        session: requests.Session | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = url.rstrip("/")
        self.sleep = sleep
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._timeout = timeout
        self._retries = retries
        self._insist = insist
        self._session = session or requests.Session()

    def call(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        fields: tuple[str, ...] = (),
        repeatable: bool | None = None,
        deadline: float | None = None,
    ) -> Reply:
        """The answer, a JSON object with these fields. `repeatable` absent goes by the method.

        Nothing is tried again after `deadline`, on the monotonic clock. Raises `ProblemError` where the service
        refuses, and `UnreachableError` where none answers.
        """
        again = method in _IDEMPOTENT if repeatable is None else repeatable
        data = None if body is None else json.dumps(body, ensure_ascii=False, default=_write).encode()
        sent = {**self._headers, **(headers or {}), **({"Content-Type": "application/json"} if data else {})}
        for attempt in range(self._retries + 1):
            last = attempt == self._retries
            pause = random.uniform(0.5, 1) * min(_FIRST_PAUSE * 2**attempt, _LONGEST_PAUSE)  # noqa: S311  no secret
            try:
                answer = self._session.request(
                    method,
                    self.url + path,
                    data=data,
                    params=_present(query),
                    headers=sent,
                    timeout=(_CONNECT_SECONDS, self._timeout),
                    auth=_as_is,
                )
            except (requests.RequestException, OSError) as error:
                if last or not (again and self._insist) or _is_over(deadline, pause):
                    raise UnreachableError(f"No service answers at {self.url}.") from error
            else:
                named = read_retry_after(answer.headers)
                pause = pause if named is None else named
                if last or not self._is_put_off(answer.status_code, again) or _is_over(deadline, pause):
                    return self._read(answer, fields)
            self.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def walk(self, path: str, query: Mapping[str, Any] | None = None) -> Iterator[Any]:
        """Everything in a list, page by page."""
        asked: dict[str, Any] = {"limit": _LARGEST_PAGE, **(query or {})}
        while True:
            page = self.call("GET", path, query=asked, fields=("items", "next_cursor")).body
            yield from page["items"]
            if page["next_cursor"] is None:
                return
            asked["cursor"] = page["next_cursor"]

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()

    def _is_put_off(self, status: int, again: bool) -> bool:
        # What was one request too many was not carried out, so whatever it is may be sent again.
        return status == _TOO_MANY or (again and self._insist and status in _FOR_THE_MOMENT)

    def _read(self, answer: requests.Response, fields: tuple[str, ...]) -> Reply:
        if answer.status_code in (204, 304):
            return Reply(answer.status_code, answer.headers, None)
        try:
            content = answer.json()
        except ValueError:
            content = None
        if answer.ok and isinstance(content, dict) and all(field in content for field in fields):
            return Reply(answer.status_code, answer.headers, content)
        if problem := read_problem(content):
            raise ProblemError(problem)
        raise self.confused(f"it answers {answer.status_code} {answer.reason}")

    def confused(self, what: str) -> UnexpectedAnswerError:
        """The error to be raised where an answer is none of Second Source."""
        return UnexpectedAnswerError(f"What answers at {self.url} does not seem to be Second Source ({what}).")


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds of a `Retry-After`, also where it names a moment, as proxies do."""
    given = headers.get("Retry-After", "")
    if given.isdecimal():
        return float(given)
    try:
        return max(0.0, (parsedate_to_datetime(given) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def _is_over(deadline: float | None, pause: float) -> bool:
    return deadline is not None and time.monotonic() + pause > deadline


def _present(query: Mapping[str, Any] | None) -> dict[str, str]:
    return {name: _spell(value) for name, value in (query or {}).items() if value is not None}


def _spell(value: object) -> str:
    """A part of a query as the service reads it."""
    if isinstance(value, bool):
        return str(value).lower()
    return _write(value) if isinstance(value, date) else str(value)


def _write(value: object) -> str:
    """What JSON does not know: a day, or a moment with its zone."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} cannot be sent: give text, a number, a day or a list of these")


def _as_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps requests from putting what it finds in the user's .netrc in place of the key."""
    return request
