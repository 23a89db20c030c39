"""The app as it is served: by gunicorn, in several processes."""

from __future__ import annotations

import json
import socket

import pytest
import requests


def test_every_process_measures_the_same(address: str) -> None:
    posted = requests.post(f"{address}/v1/claims", json=[{"text": "The bridge is open"}] * 3, timeout=20)
    assert posted.status_code == 202

    depth = 'secondsource_queue_depth{task="verify_claim"} 3.0'
    scrapes = [requests.get(f"{address}/metrics", timeout=20) for _ in range(12)]

    assert all(depth in scrape.text.splitlines() for scrape in scrapes)


def test_lines_may_be_streamed_without_saying_how_many(address: str) -> None:
    lines = (json.dumps({"text": f"Bridge {number} is open"}).encode() + b"\n" for number in range(450))

    answer = requests.post(
        f"{address}/v1/claims", data=lines, headers={"Content-Type": "application/x-ndjson"}, timeout=30
    )

    assert (answer.status_code, answer.json()["added"]) == (202, 450)


@pytest.mark.parametrize("length", ["Content-Length: 20000000", "Transfer-Encoding: chunked"])
def test_what_is_too_large_is_answered_while_it_is_sent(address: str, length: str) -> None:
    host, port = address.removeprefix("http://").split(":")
    head = f"POST /v1/claims HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{length}\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(head.encode())
        if "chunked" in length:
            piece = b" " * 65_536
            for _ in range(153):
                connection.sendall(b"10000\r\n" + piece + b"\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 413 ")


def test_umlauts_are_utf_8_on_the_wire(address: str) -> None:
    answer = requests.post(f"{address}/v1/claims", json={"text": "Die Brücke ist „offen“"}, timeout=20)

    assert "Die Brücke ist „offen“".encode() in answer.content
    assert answer.headers["Content-Type"] == "application/json"
