"""How many requests in how long."""

from __future__ import annotations

import re

from store.errors import FieldError

_RATE = re.compile(r"[1-9][0-9]{0,8}/(second|minute|hour|day)")
RULE = "must be a number of requests in a second, minute, hour or day, such as 600/minute"


def is_rate(text: str) -> bool:
    """Whether a text is a rate, such as `600/minute`."""
    return _RATE.fullmatch(text) is not None


def check_rate(field: str, text: str) -> str:
    """The rate. Raises `FieldError` where it is none."""
    if not is_rate(text):
        raise FieldError(field, RULE)
    return text
