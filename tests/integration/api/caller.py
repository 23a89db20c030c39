"""Calls the app in this process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from apiflask import APIFlask
from werkzeug.datastructures import Headers

from api.app import create_app
from api.context import EXTENSION, Context
from store.settings import Settings


@dataclass(frozen=True)
class Answer:
    """What came back; `json` is None where the body is none."""

    status_code: int
    headers: Headers
    mimetype: str
    data: bytes
    json: Any


class Caller:
    """Takes the arguments of Werkzeug's test client. In every test, a tag must name one answer alone."""

    def __init__(self, settings: Settings) -> None:
        self._tagged: dict[tuple[str, str], bytes] = {}
        self.app: APIFlask = create_app(settings)
        self.context: Context = self.app.extensions[EXTENSION]

    def call(self, method: str, path: str, **options: Any) -> Answer:
        if "json" in options:  # in ASCII, so that half of a surrogate pair can be sent as well
            options |= {"data": json.dumps(options.pop("json")), "content_type": "application/json"}
        found = self.app.test_client().open(path, method=method, **options)
        if found.status_code == 200 and "ETag" in found.headers and "query_string" not in options:
            known = self._tagged.setdefault((path, found.headers["ETag"]), found.data)
            assert known == found.data, f"{path} changed, and its ETag did not"
        shown = found.get_json(silent=True)
        return Answer(found.status_code, found.headers, found.mimetype or "", found.data, shown)

    def get(self, path: str, **options: Any) -> Answer:
        return self.call("GET", path, **options)

    def post(self, path: str, **options: Any) -> Answer:
        return self.call("POST", path, **options)

    def put(self, path: str, **options: Any) -> Answer:
        return self.call("PUT", path, **options)

    def delete(self, path: str, **options: Any) -> Answer:
        return self.call("DELETE", path, **options)

    def patch(self, path: str, **options: Any) -> Answer:
        return self.call("PATCH", path, **options)
