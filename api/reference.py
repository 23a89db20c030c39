"""The page /docs: this interface for people, rendered from /openapi.json. No script, nothing from anywhere else."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, cast

from apiflask import APIBlueprint, APIFlask
from flask import Response, current_app, render_template, request

from api.examples import Example, read_examples

blueprint = APIBlueprint("reference", __name__, enable_openapi=False, template_folder="templates")

_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Operation:
    """One route on the page, and its example where it has one."""

    method: str
    path: str
    described: Mapping[str, Any]
    example: Example | None

    @property
    def anchor(self) -> str:
        """By what it is linked to."""
        return str(self.described["operationId"])


@blueprint.get("/docs")
def get_docs() -> Response:
    """The page."""
    document: Any = cast(APIFlask, current_app).spec
    page = render_template(
        "reference.html",
        document=document,
        operations=list(_operations(document)),
        style=_read_style(),
        base_url=request.host_url.rstrip("/"),
        paragraphs=_paragraphs,
        write_json=partial(json.dumps, ensure_ascii=False, indent=2),
    )
    response = Response(page)
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src '{_hash(_read_style())}'; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    examples = read_examples()
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                example = examples.get(f"{method.upper()} {path}")
                yield Operation(method.upper(), path, methods[method], example)


def _paragraphs(text: str) -> list[list[tuple[bool, str]]]:
    """A description as paragraphs of pieces, each with whether it is code, as backquotes say."""
    return [
        [(bool(place % 2), piece) for place, piece in enumerate(" ".join(part.split()).split("`"))]
        for part in re.split(r"\n\s*\n", text)
    ]


@cache
def _read_style() -> str:
    return (Path(__file__).parent / "templates" / "reference.css").read_text(encoding="utf-8")


def _hash(style: str) -> str:
    """By which the page's own style, and no other, is let through (CSP level 2)."""
    return f"sha256-{b64encode(hashlib.sha256(style.encode()).digest()).decode()}"
