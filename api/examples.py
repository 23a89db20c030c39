"""Examples of calls, one a route, in the order in which they make a story: what /docs and /openapi.json show.

`examples.json` has them as they are sent and answered; a test makes each call and compares the answer.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from api.bodies import JSON

_FILE = Path(__file__).with_name("examples.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One call. `route` is as in the document, such as `GET /v1/claims/{id}`, `order` its place in the story."""

    order: int
    route: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    status: int
    answer: Any

    def write_curl(self, base_url: str) -> str:
        """The call as a command for a shell."""
        method, _, path = self.route.partition(" ")
        query = f"?{urlencode(self.query)}" if self.query else ""
        words = ["curl -s", shlex.quote(f"{base_url}{path.format(**self.path)}{query}")]
        if method not in ("GET", "POST") or (method == "POST" and self.body is None):
            words.insert(1, f"-X {method}")
        if self.body is not None:
            shown = json.dumps(self.body, ensure_ascii=False, indent=2).replace("'", r"'\''")
            words += [f"-H 'Content-Type: {JSON}'", f"-d '{shown}'"]
        return " ".join(words)


@cache
def read_examples() -> Mapping[str, Example]:
    """All examples, by route."""
    given = json.loads(_FILE.read_text(encoding="utf-8"))
    absent: dict[str, Any] = {"path": {}, "query": {}, "body": None}
    return {each["route"]: Example(**absent | each, order=order) for order, each in enumerate(given)}


def add_examples(document: Mapping[str, Any]) -> None:
    """Put the examples where OpenAPI has a place for them."""
    for example in read_examples().values():
        method, _, path = example.route.partition(" ")
        operation = document["paths"][path][method.lower()]
        for parameter in operation["parameters"]:
            values = example.path if parameter["in"] == "path" else example.query
            if parameter["in"] in ("path", "query") and parameter["name"] in values:
                parameter["example"] = values[parameter["name"]]
        if example.body is not None:
            operation["requestBody"]["content"][JSON]["example"] = example.body
        content = operation["responses"][str(example.status)]["content"]
        next(media for kind, media in content.items() if kind.endswith("json"))["example"] = example.answer
