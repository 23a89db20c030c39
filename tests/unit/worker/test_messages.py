"""What a webhook is sent, and what its answer is taken for; the receivers here are real servers, on loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from store.deliveries import CHANGED, TEST, Attempt, Message
from store.tables import ClaimRow, VerdictRow
from tests.serving import in_thread
from worker.guarded import make_session
from worker.messages import compose, send, sign

OLD, NEW = "whsec_" + "b2xk" * 8, "whsec_" + "bmV3" * 8
NOON = datetime(2020, 1, 1, 12, 0, tzinfo=UTC)
MESSAGE = Message(
    id="msg_1",
    event=CHANGED,
    webhook="webhook-1",
    url="https://newsroom.example/",
    secrets=[NEW],
    created_at=NOON,
    attempt=1,
    failures=0,
    claim=ClaimRow(id="c", text="Die Brücke ist „offen“", language="de"),
    verdict=VerdictRow(
        id="v",
        sequence=7,
        claim="c",
        label="denied",
        shown={"label": "denied", "reasons": ["Because."]},
        causes=["statement:s:1"],
        verified_at=NOON,
    ),
    previous="unconfirmed",
)
PING = replace(MESSAGE, event=TEST, claim=None, verdict=None, previous=None)


class Receiver(ThreadingHTTPServer):
    """Answers with the status that its path names, or late; keeps what it was sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.ended = threading.Event()

    def url(self, path: object) -> str:
        return f"http://127.0.0.1:{self.server_port}/{path}"


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        self.server.headers.append(dict(self.headers))
        self.server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/late":
            self.server.ended.wait(10)
        if self.path == "/broken":
            return
        self.send_response(int(self.path[1:]) if self.path[1:].isdecimal() else 200)
        self.send_header("Location", "/200")
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server, in_thread(server):
        yield server
        server.ended.set()


def post(message: Message, *allowed: str, seconds: float = 5) -> Attempt:
    with make_session(allowed=allowed) as session:
        return send(session, message, seconds=seconds)


def test_a_change_says_what_became_of_which_claim_and_why() -> None:
    causes = [{"kind": "statement", "id": "s:1"}]
    assert compose(MESSAGE) == {
        "type": "verdict.changed",
        "timestamp": "2020-01-01T12:00:00Z",
        "data": {
            "sequence": 7,
            "claim": {
                "id": "c",
                "text": "Die Brücke ist „offen“",
                "language": "de",
                "as_of": None,
                "reference": None,
            },
            "previous": "unconfirmed",
            "verdict": {
                "id": "v",
                "label": "denied",
                "reasons": ["Because."],
                "verified_at": "2020-01-01T12:00:00Z",
                "causes": causes,
                "approval": None,
            },
            "causes": causes,
        },
    }


def test_a_test_says_which_webhook_it_is_for() -> None:
    data = {"webhook": "webhook-1"}
    assert compose(PING) == {"type": "webhook.test", "timestamp": "2020-01-01T12:00:00Z", "data": data}


def test_what_arrives_is_signed_and_in_utf_8(receiver: Receiver) -> None:
    attempt = post(replace(MESSAGE, url=receiver.url(204)), f"127.0.0.1:{receiver.server_port}")

    assert (attempt.status, attempt.error) == (204, None)
    [body], [headers] = receiver.bodies, receiver.headers
    assert Webhook(NEW).verify(body, headers) == compose(MESSAGE)
    assert "Brücke".encode() in body
    assert headers["Content-Type"] == "application/json"
    with pytest.raises(WebhookVerificationError):
        Webhook(OLD).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(body.replace(b"denied", b"spread"), headers)


def test_while_a_secret_rotates_either_is_good() -> None:
    headers = sign(replace(MESSAGE, secrets=[NEW, OLD]), "{}", at=datetime.now(UTC))

    assert len(headers["webhook-signature"].split(" ")) == 2
    for secret in (NEW, OLD):
        assert Webhook(secret).verify("{}", headers) == {}


def test_the_timestamp_is_that_of_the_attempt() -> None:
    headers = sign(MESSAGE, "{}", at=datetime.now(UTC) - timedelta(minutes=6))
    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(NEW).verify("{}", headers)


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        (200, 200, None),
        (299, 299, None),
        (302, 302, "the receiver answered 302, and redirects are not followed"),
        (410, 410, "the receiver answered 410"),
        (500, 500, "the receiver answered 500"),
        ("late", None, "there was no answer within 0.3 s"),
        ("broken", None, "there was no connection, or it broke off"),
    ],
)
def test_only_a_status_from_200_to_299_in_time_is_taken_for_delivered(
    receiver: Receiver, path: object, status: int | None, error: str | None
) -> None:
    attempt = post(
        replace(PING, url=receiver.url(path)),
        f"127.0.0.1:{receiver.server_port}",
        seconds=0.3 if path == "late" else 5,
    )

    assert (attempt.status, attempt.error) == (status, error)
    assert len(receiver.bodies) == 1  # no redirect is followed


def test_an_address_that_is_not_public_is_not_called(receiver: Receiver) -> None:
    attempt = post(replace(PING, url=receiver.url(200)), "127.0.0.1:1", "localhost")
    assert (attempt.status, attempt.error) == (
        None,
        f"port {receiver.server_port} is not allowed: only 80 and 443 are",
    )
    for url in ("http://127.0.0.1/", "http://localhost/", "https://[::1]/", "http://2130706433/"):
        assert post(replace(PING, url=url)).error == "the address is not on the public internet"
    assert receiver.bodies == []


def test_a_name_that_is_none_and_a_port_that_nobody_listens_on_are_failed_attempts(receiver: Receiver) -> None:
    assert post(replace(PING, url="http://nothing.invalid/")).error == "there was no connection, or it broke off"
    assert post(replace(PING, url="http://127.0.0.1:1/"), "127.0.0.1:1").error == (
        "there was no connection, or it broke off"
    )
    secure = receiver.url(200).replace("http:", "https:")
    assert "no secure connection" in str(
        post(replace(PING, url=secure), f"127.0.0.1:{receiver.server_port}", seconds=1).error
    )
