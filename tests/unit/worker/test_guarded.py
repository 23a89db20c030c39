"""What strangers name is reached on the public internet alone; the servers here are real ones, on loopback."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from store.addresses import RefusedAddressError, check_address
from tests.serving import in_thread
from worker.guarded import make_session, redirect_of

PUBLIC = ["8.8.8.8", "93.184.215.14", "2606:4700::1111", "::ffff:8.8.8.8"]
OTHERS = [
    *("127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254"),
    *("0.1.2.3", "224.0.0.1", "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "fec0::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1"),
    *("64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::a00:1", "2002:7f00:1::1", "2001:0:7f00:1::1", "::7f00:1"),
]


@dataclass
class Site:
    """A server on loopback, and what it was asked: the header `Host` of each request."""

    port: int = 0
    hosts: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.hosts.append(self.headers["Host"])
            self.send_response(302 if self.path.startswith("/to/") else 200)
            if self.path.startswith("/to/"):
                self.send_header("Location", self.path.removeprefix("/to/"))
            self.end_headers()
            while self.path == "/endless" and not site.ended.wait(0.05):
                self.wfile.write(b".")
            self.wfile.write(b"here")

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        site.port = http.server_port
        with in_thread(http):
            yield site
            site.ended.set()


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_may_be_reached(address: str) -> None:
    check_address(address)


@pytest.mark.parametrize("address", OTHERS)
def test_no_other_address_may_be_reached(address: str) -> None:
    with pytest.raises(RefusedAddressError, match="not on the public internet"):
        check_address(address)


def test_nothing_on_loopback_is_reached_however_it_is_written(site: Site) -> None:
    with make_session(allowed=["other.example", f"localhost:{site.port}"]) as session:
        for host in ("127.0.0.1", "127.1", "2130706433", "0x7f000001", "0"):
            with pytest.raises(RefusedAddressError, match=f"port {site.port} is not allowed"):
                session.get(f"http://{host}:{site.port}/", timeout=5)
            for scheme in ("http", "https"):
                with pytest.raises(RefusedAddressError, match="not on the public internet"):
                    session.get(f"{scheme}://{host}/", timeout=5)
        for address in ("http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://localhost/"):
            with pytest.raises(RefusedAddressError, match="not on the public internet"):
                session.get(address, timeout=5)
    assert site.hosts == []


def test_a_host_that_is_allowed_is_reached_by_its_name(site: Site) -> None:
    with make_session(allowed=[f"LocalHost:{site.port}"]) as session:
        assert session.get(f"http://localhost:{site.port}/", timeout=5).text == "here"
    assert site.hosts == [f"localhost:{site.port}"]


def test_no_redirect_is_followed_and_its_target_is_refused_like_any_other(site: Site) -> None:
    with make_session(allowed=[f"localhost:{site.port}"]) as session:
        answer = session.get(f"http://localhost:{site.port}/to/http://127.0.0.1/", timeout=5)
        assert (answer.status_code, answer.history, redirect_of(answer)) == (302, [], "http://127.0.0.1/")
        with pytest.raises(RefusedAddressError):
            session.get(redirect_of(answer) or "", timeout=5)
        with pytest.raises(requests.exceptions.InvalidSchema):
            session.get("file:///etc/hostname", timeout=5)


def test_the_timeout_is_of_the_whole_answer(site: Site) -> None:
    began = time.monotonic()
    with make_session(allowed=[f"localhost:{site.port}"]) as session, pytest.raises(requests.RequestException):
        session.get(f"http://localhost:{site.port}/endless", timeout=0.3)
    assert time.monotonic() - began < 3


def test_the_environment_changes_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with make_session(allowed=[f"localhost:{site.port}"]) as session:
        assert session.get(f"http://localhost:{site.port}/", timeout=5).text == "here"


def test_a_name_that_is_none_is_a_failed_request() -> None:
    with make_session(allowed=[]) as session:
        for name in ("nothing.invalid", "a" * 64 + ".invalid"):
            with pytest.raises(requests.RequestException):
                session.get(f"http://{name}/", timeout=5)
