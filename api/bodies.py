"""Bodies as they are sent: one JSON value, or NDJSON, which is one on each line."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, NoReturn

from flask import current_app, request
from flask.json.provider import DefaultJSONProvider

from api.problems import Kind, ProblemError, invalid, refuse

JSON = "application/json"
NDJSON = "application/x-ndjson"
MOST_BYTES = 10_000_000
MOST_ITEMS = 5_000


class StrictJson(DefaultJSONProvider):
    """JSON as RFC 8259 has it: no NaN; answers keep the order of their members and are readable in any language."""

    sort_keys = False
    ensure_ascii = False

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """The document of a value, on one line."""
        return super().dumps(obj, **{"separators": (",", ":"), **kwargs})

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """The value of a document. Raises `ValueError`."""
        try:
            return super().loads(s, parse_constant=_refuse, **kwargs)
        except RecursionError:
            raise ValueError("it is nested too deeply") from None


@dataclass(frozen=True, slots=True)
class Body:
    """One item, or `many`, each of which is still to be parsed; parsing raises `ProblemError`."""

    items: Iterable[Any]
    parse: Callable[[Any], object]
    many: bool


def read_body() -> Body:
    """What the current request posts. Raises `ProblemError`."""
    if request.mimetype == NDJSON:
        data = request.get_data()
        _check_number(sum(1 for _ in _lines(data)))
        return Body(_lines(data), _parse_line, many=True)
    value = request.get_json(force=True)
    if isinstance(value, list):
        _check_number(len(value))
        return Body(value, lambda item: item, many=True)
    return Body([value], lambda item: item, many=False)


# What is posted with nothing in it.
BODILESS = frozenset({"claims.post_verification", "webhooks.post_secret", "webhooks.post_test", "webhooks.post_retry"})


def check_form(several: Container[str]) -> None:
    """Raises `ProblemError` where a request has a part of its query twice, or a body too large or in another format.

    NDJSON is taken at those paths alone at which several things may be posted at once.
    """
    if not request.url_rule:
        return
    for name, values in request.args.lists():
        if len(values) > 1:
            raise ProblemError(invalid(name, "must be given once"))
    if request.method in ("POST", "PATCH", "PUT") and request.endpoint not in BODILESS:
        if request.mimetype != JSON and (request.mimetype != NDJSON or request.path not in several):
            raise refuse(Kind.MEDIA_TYPE)
        # Werkzeug refuses what says that it is larger, but cuts off what is sent in chunks.
        if len(request.get_data()) > MOST_BYTES:
            raise refuse(Kind.TOO_LARGE)


def _lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    return ((number, line) for number, line in enumerate(BytesIO(data), 1) if line.strip())


def _parse_line(numbered: tuple[int, bytes]) -> object:
    number, line = numbered
    try:
        return current_app.json.loads(line)
    except ValueError:
        raise refuse(Kind.MALFORMED, f"Line {number} is not valid JSON.") from None


def _check_number(count: int) -> None:
    if count == 0:
        raise ProblemError(invalid("body", "must have at least one item"))
    if count > MOST_ITEMS:
        raise refuse(Kind.TOO_LARGE, f"At most {MOST_ITEMS:,} items may be sent at once; these are {count:,}.")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
