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
    text = {"type": "string"}
    return {status: {"headers": {n.replace("_", "-"): {"description": a, "schema": text} for n, a in about.items()}}}


def completer(posted: Mapping[str, type[BaseModel]]) -> Callable[[Any], Any]:
    """What completes the document; `posted` has, by path, what may be posted there one by one or several at once."""

    def complete(document: dict[str, Any]) -> dict[str, Any]:
        document = _name_once(document)
        schemas = document["components"]["schemas"]
        schemas["Problem"] = _PROBLEM
        for path, model in posted.items():
            _add_several(document["paths"][path]["post"], model, schemas)
        for operations in document["paths"].values():
            for operation in operations.values():
                _tidy(operation)
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
