"""Webhooks are called: by deliverers as they are run, at receivers that are servers and processes of their own."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import select, text, update

from store import heartbeats
from store.database import Sessions
from store.deliveries import add_test
from store.settings import Settings
from store.tables import DeliveryRow, VerdictRow, WebhookRow
from store.webhooks import NewWebhook, add_webhook, change_webhook
from tests.processes import free_port, wait_until
from tests.serving import in_thread
from tests.verdicts import change_verdict
from worker.delivery import Deliverer, run_delivery

PAGE = (Path(__file__).parents[3] / "docs/webhooks.md").read_text(encoding="utf-8")
ALLOWED = frozenset({"127.0.0.1", *(f"127.0.0.1:{port}" for port in range(1, 65536))})
QUICK = (0.0, *[0.1] * 60)


@pytest.fixture
def open_settings(settings: Settings) -> Settings:
    """Of an operator who allows this machine."""
    return replace(settings, webhook_allow=ALLOWED)


def make(sessions: Sessions, url: str) -> WebhookRow:
    with sessions.begin() as session:
        return add_webhook(session, NewWebhook(url=url, events=["verdict.changed"]))


def change(sessions: Sessions, number: int) -> None:
    with sessions.begin() as session:
        change_verdict(session, f"c{number % 5}", confidence=number / 1000)


def verdicts(sessions: Sessions) -> list[str]:
    with sessions.begin() as session:
        return list(session.scalars(select(VerdictRow.id).order_by(VerdictRow.sequence)))


def statuses(sessions: Sessions, webhook: str) -> Counter[str]:
    with sessions.begin() as session:
        return Counter(session.scalars(select(DeliveryRow.status).where(DeliveryRow.webhook == webhook)))


def look(sessions: Sessions, webhook: str) -> WebhookRow:
    with sessions.begin() as session:
        return session.get_one(WebhookRow, webhook)


@contextmanager
def delivering(settings: Settings, *, schedule: Sequence[float] = QUICK, threads: int = 8) -> Iterator[None]:
    """A deliverer that looks often for what is to be done, and waits little before it tries again."""
    deliverer = Deliverer(settings, schedule=schedule, threads=threads)
    stop = threading.Event()

    def run() -> None:
        while not stop.wait(0.02):
            deliverer.sweep()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        deliverer.close()


class Receiver(ThreadingHTTPServer):
    """Answers with the status that the path begins with; at /hold not before it is let go."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.taken: dict[str, list[tuple[str, Any]]] = {}
        self.most_at_once = 0
        self.at_once = 0
        self.let_go = threading.Event()
        self.lock = threading.Lock()
        self.statuses: dict[str, int] = {}

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"

    def ids(self, path: str) -> list[str]:
        return [id for id, _ in self.taken.get(path, [])]


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.at_once += 1
            self.server.most_at_once = max(self.server.most_at_once, self.server.at_once)
            self.server.taken.setdefault(self.path, []).append((self.headers["webhook-id"], body))
        if self.path == "/hold":
            self.server.let_go.wait(60)
        with self.server.lock:
            self.server.at_once -= 1
        self.send_response(self.server.statuses.get(self.path, 200))
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server, in_thread(server):
        yield server
        server.let_go.set()


class Recipe:
    """The receiver of docs/webhooks.md, word for word, as a process."""

    def __init__(self, folder: Path) -> None:
        [code] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
        (folder / "receiver.py").write_text(code, encoding="utf-8")
        self._folder = folder
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}/second-source"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, secret: str) -> None:
        environ = os.environ | {"WEBHOOK_SECRET": secret, "WEBHOOK_PORT": str(self._port), "PYTHONUNBUFFERED": "1"}
        with (self._folder / "output").open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "receiver.py"], cwd=self._folder, env=environ, stdout=output, stderr=subprocess.DEVNULL
            )
        wait_until(self.answers, seconds=30)

    def answers(self) -> bool:
        try:
            return requests.post(self.url, data=b"{}", timeout=5).status_code == 400  # it is not signed
        except requests.ConnectionError:
            return False

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()

    def messages(self) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(self._folder / "changes.db")) as connection:
            return [json.loads(body) for (body,) in connection.execute("SELECT body FROM message")]

    def printed(self) -> str:
        return (self._folder / "output").read_text(encoding="utf-8")


@pytest.fixture
def recipe(tmp_path: Path) -> Iterator[Recipe]:
    recipe = Recipe(tmp_path)
    yield recipe
    recipe.kill()


def test_a_receiver_that_is_killed_again_and_again_gets_every_change_once(
    open_settings: Settings, sessions: Sessions, recipe: Recipe
) -> None:
    webhook = make(sessions, recipe.url)
    written = threading.Event()

    def write() -> None:
        for number in range(80):
            change(sessions, number)
            written.wait(0.04)

    writer = threading.Thread(target=write)
    with delivering(open_settings):
        writer.start()
        for _ in range(2):
            recipe.start(webhook.secret)
            got = len(recipe.messages())
            wait_until(lambda got=got: len(recipe.messages()) > got, seconds=20)  # type: ignore[misc]
            recipe.kill()
        recipe.start(webhook.secret)
        writer.join()
        wait_until(lambda: statuses(sessions, webhook.id) == {"delivered": 80}, seconds=60)

    messages = recipe.messages()  # by id, which is the key of the receiver's table
    assert len(messages) == 80
    assert {message["data"]["verdict"]["id"] for message in messages} == set(verdicts(sessions))
    with sessions.begin() as session:
        attempts = [len(row.attempts) for row in session.scalars(select(DeliveryRow))]
    assert max(attempts) > 1
    assert "The bridge is open: None -> unconfirmed\n" in recipe.printed()


def test_a_wrong_secret_is_refused_by_the_receiver_and_a_rotated_one_is_not(
    open_settings: Settings, sessions: Sessions, recipe: Recipe
) -> None:
    webhook = make(sessions, recipe.url)
    with sessions.begin() as session:
        add_test(session, webhook.id)
    recipe.start("whsec_" + "b2xk" * 8)
    with delivering(open_settings):
        wait_until(lambda: statuses(sessions, webhook.id) == {"failed": 1}, seconds=20)
        recipe.kill()
        recipe.start(webhook.secret)
        with sessions.begin() as session:
            session.execute(
                update(WebhookRow).values(
                    secret="whsec_" + "bmV3" * 8,
                    previous_secret=webhook.secret,
                    previous_secret_until=text("now() + interval '1 day'"),
                )
            )
            add_test(session, webhook.id)
        wait_until(lambda: statuses(sessions, webhook.id) == {"failed": 1, "delivered": 1}, seconds=20)
    assert [message["type"] for message in recipe.messages()] == ["webhook.test"]


def test_who_is_slow_or_gone_delays_nobody_else(
    open_settings: Settings, sessions: Sessions, receiver: Receiver
) -> None:
    gone = [make(sessions, f"http://127.0.0.1:{free_port()}/") for _ in range(3)]
    slow, fine = make(sessions, receiver.url("/hold")), make(sessions, receiver.url("/fine"))
    for number in range(10):
        change(sessions, number)

    with delivering(open_settings, schedule=(0, 5, 300), threads=3):
        wait_until(lambda: statuses(sessions, fine.id) == {"delivered": 10}, seconds=12)
        assert len(receiver.ids("/hold")) == 1
        for webhook in gone:
            row = look(sessions, webhook.id)
            assert (row.failures, row.disabled_at) == (1, None)
            assert statuses(sessions, webhook.id) == {"pending": 10}
        receiver.let_go.set()
        wait_until(lambda: statuses(sessions, slow.id) == {"delivered": 10}, seconds=12)


def test_two_deliverers_send_each_webhook_one_message_at_a_time_in_order(
    open_settings: Settings, sessions: Sessions, receiver: Receiver
) -> None:
    webhook = make(sessions, receiver.url("/fine"))
    with delivering(open_settings), delivering(open_settings):
        for number in range(30):
            change(sessions, number)
        wait_until(lambda: statuses(sessions, webhook.id) == {"delivered": 30}, seconds=20)

    assert receiver.most_at_once == 1
    assert [body["data"]["verdict"]["id"] for _, body in receiver.taken["/fine"]] == verdicts(sessions)
    assert len(set(receiver.ids("/fine"))) == 30
    sequence = [body["data"]["sequence"] for _, body in receiver.taken["/fine"]]
    assert sequence == sorted(sequence)


def test_after_the_schedule_it_is_disabled_and_once_enabled_it_gets_everything(
    open_settings: Settings, sessions: Sessions, receiver: Receiver
) -> None:
    receiver.statuses["/x"] = 503
    webhook = make(sessions, receiver.url("/x"))
    change(sessions, 0)
    with delivering(open_settings, schedule=(0, 0.05, 0.05)):
        wait_until(lambda: look(sessions, webhook.id).disabled_at is not None, seconds=20)
        [id] = set(receiver.ids("/x"))
        assert len(receiver.ids("/x")) == 3
        assert look(sessions, webhook.id).disabled_reason == (
            f"{id} failed in 3 attempts, the last time because the receiver answered 503"
        )
        assert statuses(sessions, webhook.id) == {"failed": 1}
        change(sessions, 1)
        receiver.statuses["/x"] = 200
        with sessions.begin() as session:
            change_webhook(session, webhook.id, {"enabled": True})
        wait_until(lambda: statuses(sessions, webhook.id) == {"delivered": 2}, seconds=20)
    assert receiver.ids("/x")[:4] == [id] * 4


def test_who_answers_410_is_called_no_more_and_redirects_are_not_followed(
    open_settings: Settings, sessions: Sessions, receiver: Receiver
) -> None:
    receiver.statuses |= {"/gone": 410, "/moved": 307}
    gone, moved = make(sessions, receiver.url("/gone")), make(sessions, receiver.url("/moved"))
    change(sessions, 0)
    with delivering(open_settings, schedule=(0, 60)):
        wait_until(lambda: look(sessions, gone.id).disabled_at is not None, seconds=20)
        wait_until(lambda: look(sessions, moved.id).failures == 1, seconds=20)
    assert len(receiver.ids("/gone")) == 1
    assert set(receiver.taken) == {"/gone", "/moved"}


def test_an_address_that_became_private_is_not_called(
    settings: Settings, sessions: Sessions, receiver: Receiver
) -> None:
    webhook = make(sessions, "http://localhost/")
    change(sessions, 0)
    with delivering(settings, schedule=(0,)):
        wait_until(lambda: look(sessions, webhook.id).disabled_at is not None, seconds=20)
    assert "not on the public internet" in str(look(sessions, webhook.id).disabled_reason)
    assert receiver.taken == {}


def test_it_outlives_postgresql_being_away_and_stops_when_told(settings: Settings) -> None:
    stop = threading.Event()
    lost = replace(settings, database_url="postgresql://postgres@/nothing?host=/nonexistent")
    thread = threading.Thread(target=run_delivery, args=(lost,), kwargs={"stop": stop})
    thread.start()
    thread.join(1.2)
    assert thread.is_alive()
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


@contextmanager
def process(settings: Settings, port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "cli.main", "deliver"]
    with subprocess.Popen(command, env=environ(settings) | {"SECONDSOURCE_WEBHOOK_ALLOW": f"127.0.0.1:{port}"}) as one:
        try:
            yield one
        finally:
            one.kill()


def environ(settings: Settings) -> dict[str, str]:
    return os.environ | {"DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url}


def test_what_a_killed_process_was_sending_is_sent_again_with_the_same_id(
    settings: Settings, sessions: Sessions, receiver: Receiver
) -> None:
    webhook = make(sessions, receiver.url("/hold"))
    change(sessions, 0)
    with process(settings, receiver.server_port) as first:
        wait_until(lambda: len(receiver.ids("/hold")) == 1, seconds=30)
        first.kill()
    receiver.let_go.set()
    with sessions.begin() as session:  # a minute later
        session.execute(update(WebhookRow).values(leased_until=text("now()")))
    with process(settings, receiver.server_port) as second:
        wait_until(lambda: statuses(sessions, webhook.id) == {"delivered": 1}, seconds=30)
        asked = subprocess.run(
            [sys.executable, "-m", "cli.main", "health", "deliver"],
            env=environ(settings),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (asked.returncode, asked.stdout) == (0, "deliver is well\n"), asked.stderr
        second.send_signal(signal.SIGTERM)
        assert second.wait(20) == 0
    assert len(receiver.ids("/hold")) == 2
    assert len(set(receiver.ids("/hold"))) == 1
    with sessions.begin() as session:
        assert not heartbeats.seen_since(session, "deliver", seconds=0.5)
