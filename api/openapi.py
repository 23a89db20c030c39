"""The parts of /openapi.json that APIFlask does not write by itself: problems, and bodies of several things."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel

from api.bodies import JSON, MOST_ITEMS, NDJSON
from api.examples import add_examples
from api.problems import MIMETYPE, Kind
from api.scopes import GOOGLE, needed_scope

_PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "What went wrong, as RFC 9457 has it.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri", "examples": [Kind.INVALID.urn]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "The fields that are wrong; an item of an array is named as in aliases.0.",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
_SCHEMAS = "#/components/schemas/"
_KEYS = {
    "key": {"type": "http", "scheme": "bearer", "description": "A key, as `secondsource keys create` gives it."},
}
_KEY_IN_QUERY = {
    "key_in_query": {"type": "apiKey", "in": "query", "name": "key", "description": "As Google's clients send it."},
}
_COUNTED = {
    "RateLimit-Policy": 'How many requests the key may make: "key";q=600;w=60 is 600 in 60 seconds.',
    "RateLimit": 'How many are left, and for how many seconds: "key";r=599;t=60.',
}
_REFUSED = {
    401: {"WWW-Authenticate": "Bearer, and what is wrong with the key that was sent."},
    403: {"WWW-Authenticate": "Bearer, and the scope that is needed."},
    429: {"Retry-After": "Seconds after which there are requests left."},
}

Responses = dict[int | str, dict[str, Any]]

# How a thing that was on record already is answered.
KNOWN: Responses = {200: {"description": "It was on record already."}}


def problems(*statuses: int) -> Responses:
    """The problems that a route may answer with, for `blueprint.doc(responses=...)`."""
    titles = {kind.status: kind.title for kind in reversed(Kind)}
    content = {MIMETYPE: {"schema": {"$ref": f"{_SCHEMAS}Problem"}}}
    return {status: {"description": f"{titles[status]}.", "content": content} for status in (*statuses, 500)}


def headers(status: int, **about: str) -> Responses:
    """The headers of an answer, for `blueprint.doc(responses=...)`; `Retry_After` stands for `Retry-After`."""
    return {status: {"headers": _describe({name.replace("_", "-"): text for name, text in about.items()})}}


def completer(posted: Mapping[str, type[BaseModel]], *, keys: bool) -> Callable[[Any], Any]:
    """What completes the document; `posted` has, by path, what may be posted there one by one or several at once.

    `keys` is whether keys are asked for.
    """

    def complete(document: dict[str, Any]) -> dict[str, Any]:
        document = _name_once(document)
        schemas = document["components"]["schemas"]
        schemas["Problem"] = _PROBLEM
        for path, model in posted.items():
            _add_several(document["paths"][path]["post"], model, schemas)
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                _tidy(operation)
                if keys:
                    _ask_for_key(operation, method, path)
        if keys:
            document["components"]["securitySchemes"] = _KEYS | (_KEY_IN_QUERY if GOOGLE in document["paths"] else {})
        add_examples(document)
        return document

    return complete


def _name_once(document: dict[str, Any]) -> dict[str, Any]:
    """The document with each schema once, by its own name: APIFlask repeats it for each one that contains it."""
    text = re.sub(rf'"{_SCHEMAS}\w+\.', f'"{_SCHEMAS}', json.dumps(document))
    plain: dict[str, Any] = json.loads(text)
    components = plain["components"]
    components["schemas"] = {name.rpartition(".")[2]: schema for name, schema in components["schemas"].items()}
    return plain


def _tidy(operation: dict[str, Any]) -> None:
    operation["summary"] = operation["summary"].removesuffix(".")
    operation["operationId"] = operation["operationId"].split("_", 2)[2]  # without the method and the blueprint
    if "requestBody" in operation:
        operation["requestBody"]["required"] = True
    responses = operation["responses"]
    if "200" in responses and not responses["200"].get("content") and "201" in responses:
        responses["200"]["content"] = responses["201"]["content"]


def _ask_for_key(operation: dict[str, Any], method: str, path: str) -> None:
    """Say which scope an operation needs, that requests are counted, and how one is refused."""
    scope = needed_scope(method.upper(), path)
    if scope is None:
        return
    schemes = ["key", *(_KEY_IN_QUERY if path == GOOGLE else ())]
    operation["security"] = [{scheme: [scope]} for scheme in schemes]
    for response in operation["responses"].values():
        response["headers"] = response.get("headers", {}) | _describe(_COUNTED)
    for status, response in problems(*_REFUSED).items():
        if status in _REFUSED:
            operation["responses"][str(status)] = response | {"headers": _describe(_REFUSED[int(status)])}


def _describe(about: Mapping[str, str]) -> dict[str, Any]:
    return {name: {"description": text, "schema": {"type": "string"}} for name, text in about.items()}


def _add_several(operation: dict[str, Any], model: type[BaseModel], schemas: dict[str, Any]) -> None:
    """Say that an operation takes one, an array or lines of a model, and how several are answered."""
    schema = model.model_json_schema(ref_template=_SCHEMAS + "{model}")
    schemas |= schema.pop("$defs", {}) | {model.__name__: schema}
    one = {"$ref": _SCHEMAS + model.__name__}
    several = {"type": "array", "items": one, "minItems": 1, "maxItems": MOST_ITEMS}
    operation["requestBody"] = {"content": {JSON: {"schema": {"oneOf": [one, several]}}, NDJSON: {"schema": one}}}
    responses = operation["responses"]
    new = responses.get("201") or responses["202"]
    shown = new["content"][JSON]["schema"]
    responses["200"]["content"] = {JSON: {"schema": shown}}
    responses["207"] = {
        "description": "Several were sent: each good one is recorded, each bad one has its problem.",
        "content": _several({"oneOf": [shown, {"$ref": f"{_SCHEMAS}Problem"}]}),
    }
    new["content"] = {JSON: {"schema": {"oneOf": [shown, _several(shown)[JSON]["schema"]]}}}


def _several(schema: dict[str, Any]) -> dict[str, Any]:
    properties = {"items": {"type": "array", "items": schema}, "added": {"type": "integer"}}
    return {JSON: {"schema": {"type": "object", "required": list(properties), "properties": properties}}}
