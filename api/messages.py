"""What pydantic says of an input, in plain English and in the names that the caller wrote."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

# Where an error concerns the whole of what was sent, and no field of it.
WHOLE = "body"
_NAME_LENGTH = 100

_Say = Callable[[Mapping[str, Any]], str]

_MESSAGES: Mapping[str, _Say] = {
    "missing": lambda _: "is required",
    "extra_forbidden": lambda _: "is not a field that is known here: check how it is spelled",
    "enum": lambda context: f"must be one of {str(context['expected']).replace(chr(39), '').replace(' or ', ', ')}",
    "list_type": lambda _: "must be an array",
    "too_long": lambda context: f"must have at most {context['max_length']} items",
    "model_type": lambda _: "must be a JSON object",
    "too_short": lambda context: f"must have at least {context['min_length']} item",
    "bool_type": lambda _: "must be true or false",
    "int_parsing": lambda _: "must be a whole number",
    "greater_than_equal": lambda context: f"must be at least {context['ge']}",
    "less_than_equal": lambda context: f"must be at most {context['le']}",
    "less_than": lambda context: f"must be less than {context['lt']}",
    "literal_error": lambda context: f"must be {str(context['expected']).replace(chr(39), '')}",
    "wrong": lambda context: str(context["message"]),
    "string_unicode": lambda _: "must not contain half of a surrogate pair",
}


def list_errors(error: ValidationError) -> list[Mapping[str, str]]:
    """Each wrong field, as `aliases.0`, and what would be right; the message follows the name in a sentence."""
    return [
        {"field": _name(details), "message": _say(details)}
        for details in error.errors(include_url=False, include_input=False)
    ]


def _name(details: ErrorDetails) -> str:
    path = ".".join(str(step) for step in details["loc"])
    # A name that nobody knows may be of any length and made of anything.
    return path[:_NAME_LENGTH].encode(errors="replace").decode() or WHOLE


def _say(details: ErrorDetails) -> str:
    say = _MESSAGES.get(details["type"])
    return say(details.get("ctx", {})) if say else f"is not right: {details['msg']}"
