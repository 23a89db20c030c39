"""Documents that are fetched: from a real server on loopback, which the settings allow."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from store.database import Sessions
from store.documents import NewDocument, add_document, get_document, statements_of
from store.queue import Task, TaskName
from store.tables import DocumentRow
from tests.serving import in_thread
from worker.app import WORK
from worker.context import Context
from worker.execution import execute
from worker.fetching import FetchError, fetch

WORDS = " ".join(f"The bridge number {number} in Norstad was closed on Monday." for number in range(6))
PAGE = f"<html><head><title>Bridge</title></head><body><article><p>{WORDS}</p></article></body></html>".encode()
CLOSED = PAGE.replace(b"<title>", b'<script type="application/ld+json">{"isAccessibleForFree": false}</script><title>')


@dataclass
class Site:
    """What a server answers at each path: status, headers and body."""

    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    ended: threading.Event = field(default_factory=threading.Event)
    url: str = ""
    host: str = ""

    def give(self, path: str, body: bytes = PAGE, *, status: int = 200, **headers: str) -> str:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = (status, {"Content-Type": "text/html"} | named, body)
        return f"{self.url}{path}"


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = site.answers[self.path]
            self.send_response(status)
            for name, value in headers.items():
                if value:
                    self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):  # the client has hung up
                self.wfile.write(body)
                while self.path == "/slow" and not site.ended.wait(0.05):
                    self.wfile.write(b" ")

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        site.host = f"localhost:{http.server_port}"
        site.url = f"http://{site.host}"
        with in_thread(http):
            yield site
            site.ended.set()


@pytest.fixture
def read(sessions: Sessions, context: Context, site: Site) -> Callable[[str], DocumentRow]:
    """Posts an address and has it read."""
    allowing = replace(context, settings=replace(context.settings, fetch_allow=frozenset({site.host})))

    def run(url: str) -> DocumentRow:
        with sessions.begin() as session:
            row, [task] = add_document(session, NewDocument(url=url, publisher="Norstad Post", language="en"))
        execute(allowing, task, WORK[TaskName.EXTRACT_DOCUMENT])
        with sessions.begin() as session:
            return get_document(session, row.id)

    return run


def test_a_page_is_fetched_and_read_anew_at_the_same_address(
    sessions: Sessions, site: Site, read: Callable[[str], DocumentRow]
) -> None:
    url = site.give("/a")
    first = read(site.give("/old", b"", status=301, Location="/a"))
    again = read(f"{site.url}/old")
    assert (first.status, first.title, first.error) == ("extracted", "Bridge", None)
    assert (first.text, again.id) == (again.text, first.id)
    with sessions.begin() as session:
        before = {row.text: row.id for row in statements_of(session, first.id)}
    assert before
    site.give("/a", PAGE.replace(b"number 3", b"number 7"))
    corrected = read(f"{site.url}/old")
    with sessions.begin() as session:
        after = {row.text: row.id for row in statements_of(session, corrected.id)}
    assert sum(id in before.values() for id in after.values()) == len(before) - 1
    assert url.endswith("/a")


def test_what_cannot_be_read_is_said_on_the_document(site: Site, read: Callable[[str], DocumentRow]) -> None:
    site.give("/loop", b"", status=302, Location="/loop")
    site.give("/inside", b"", status=302, Location="http://127.0.0.1/")
    site.give("/file", b"", status=302, Location="file:///etc/hostname")
    site.give("/large", PAGE * 40_000)
    site.give("/bomb", gzip.compress(b" " * 50_000_000), Content_Encoding="gzip")
    site.give("/damaged", b"no gzip", Content_Encoding="gzip")
    reasons = {
        site.give("/closed", CLOSED): "it is not free to read",
        site.give("/pay", status=402): "open only to readers who pay (HTTP 402)",
        site.give("/login", status=401): "open only to readers with an account (HTTP 401)",
        site.give("/gone", status=404): "there is no page at the address (HTTP 404)",
        site.give("/broken", status=500): "does not show the page (HTTP 500)",
        site.give("/pdf", b"%PDF", Content_Type="application/pdf"): "'application/pdf', which is no web page",
        site.give("/image", b"\x89PNG\r\n\x1a\n\0\0\0"): "binary data",
        site.give("/empty", b""): "the page is not HTML",
        site.give("/teaser", b"<html><body><p>Subscribe to read on.</p></body></html>"): "only",
        f"{site.url}/loop": "leads on more than 3 times",
        f"{site.url}/inside": "not on the public internet",
        f"{site.url}/file": "no address on the web",
        f"{site.url}/large": "larger than 5,000,000 bytes",
        f"{site.url}/bomb": "larger than 5,000,000 bytes",
        f"{site.url}/damaged": "broke off",
        "http://127.0.0.1/": "not on the public internet",
        "http://localhost:1/": "port 1 is not allowed",
        "http://nothing.invalid/": "cannot be reached",
    }
    for url, reason in reasons.items():
        row = read(url)
        assert row.status == "failed", url
        assert reason in (row.error or ""), url
        assert "127.0.0.1" not in (row.error or ""), url


def test_a_server_that_is_too_slow_is_given_up_in_time(site: Site) -> None:
    site.give("/slow")
    with pytest.raises(FetchError, match=r"no whole page within 0\.4 s"):
        fetch(f"{site.url}/slow", allowed=[site.host], seconds=0.4)


def test_a_plain_text_and_a_compressed_page_are_read(site: Site, read: Callable[[str], DocumentRow]) -> None:
    plain = read(site.give("/plain", WORDS.encode("cp1252"), Content_Type="text/plain; charset=windows-1252"))
    packed = read(site.give("/packed", gzip.compress(PAGE.replace(b"Monday", b"Friday")), Content_Encoding="gzip"))
    assert (plain.status, plain.text) == ("extracted", WORDS)
    assert packed.status == "extracted"
    assert "Friday" in (packed.text or "")


def test_the_task_is_known_by_its_name() -> None:
    assert WORK.keys() == set(TaskName)
    assert Task(TaskName.EXTRACT_DOCUMENT, "d").name == "extract_document"
