"""The page /docs: every example on it answers as it is printed, and it asks for nothing from anywhere.

After a change of what is answered, `pytest tests/integration/api/test_reference_page.py --renew-examples` writes the
answers anew.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import requests

from api.examples import read_examples
from tests.integration.api.caller import Caller
from tests.integration.api.test_examples import plain

FILE = Path(__file__).parents[3] / "api/examples.json"


class Page(HTMLParser):
    """What the page has: its tags with their attributes, and the text of its examples by place in the story."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.calls: dict[int, str] = {}
        self.answers: dict[int, str] = {}
        self._example: tuple[dict[int, str], int] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag == "pre":
            texts = self.calls if given["class"] == "call" else self.answers
            self._example = (texts, int(given["data-order"] or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "pre":
            self._example = None

    def handle_data(self, data: str) -> None:
        if self._example:
            texts, order = self._example
            texts[order] = texts.get(order, "") + data


def write_answers(given: dict[int, Any]) -> None:
    examples = json.loads(FILE.read_text(encoding="utf-8"))
    for order, example in enumerate(examples):
        example["answer"] = given[order]
    FILE.write_text(f"{write(examples)}\n", encoding="utf-8")


def write(value: Any, indent: int = 0) -> str:
    """JSON that keeps on one line what fits on one."""
    line = json.dumps(value, ensure_ascii=False)
    if not value or not isinstance(value, dict | list) or indent + len(line) <= 118:
        return line
    pad = " " * (indent + 2)
    if isinstance(value, dict):
        parts = [f"{json.dumps(name)}: {write(part, indent + 2)}" for name, part in value.items()]
    else:
        parts = [write(part, indent + 2) for part in value]
    begin, end = "{}" if isinstance(value, dict) else "[]"
    return f"{begin}\n{pad}" + f",\n{pad}".join(parts) + f"\n{' ' * indent}{end}"


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_every_example_answers_as_it_is_printed(
    address: str, work: Callable[[], None], pytestconfig: pytest.Config
) -> None:
    renew: bool = pytestconfig.getoption("--renew-examples")
    given: dict[int, Any] = {}
    page = Page(requests.get(f"{address}/docs", timeout=20).text)
    assert page.calls.keys() == page.answers.keys() == set(range(len(read_examples())))

    for order in sorted(page.calls):
        call = page.calls[order]
        assert address in call
        run = subprocess.run(["/bin/sh", "-c", call], capture_output=True, text=True, check=True)
        assert renew or plain(run.stdout) == plain(page.answers[order]), call
        given[order] = json.loads(run.stdout)
        work()
    if renew:
        write_answers(given)


def test_the_page_has_every_route_and_every_link_leads_somewhere(client: Caller) -> None:
    answer = client.get("/docs")
    page, document = Page(answer.data.decode()), client.get("/openapi.json").json

    anchors = [given["id"] for _, given in page.tags if "id" in given]
    assert len(set(anchors)) == len(anchors)
    targets = {given["href"] for tag, given in page.tags if tag == "a"}
    assert {target for target in targets if target} - {f"#{anchor}" for anchor in anchors} == {"/openapi.json"}
    operations = {each["operationId"] for methods in document["paths"].values() for each in methods.values()}
    schemas = {f"schema-{name}" for name in document["components"]["schemas"]}
    assert operations | schemas <= set(anchors)


def test_the_page_runs_nothing_and_asks_nobody(client: Caller) -> None:
    answer = client.get("/docs", headers={"Host": "<script>.example"})
    page = Page(answer.data.decode())

    assert not [tag for tag, given in page.tags if tag in ("script", "img", "link", "iframe", "form") or "src" in given]
    assert b"<script" not in answer.data
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert not re.search(r"unsafe|https?:|\*", policy)


def test_the_page_can_be_read_by_ear_and_on_a_phone(client: Caller) -> None:
    page = Page(client.get("/docs").data.decode())

    assert ("html", {"lang": "en"}) in page.tags
    assert ("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}) in page.tags
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert all(given.get("scope") == "col" for tag, given in page.tags if tag == "th")
    assert {tag for tag, _ in page.tags} >= {"main", "nav", "header"}
