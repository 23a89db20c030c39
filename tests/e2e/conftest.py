"""The processes of a service as an operator runs them, on the tests' database."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import requests

from cli import redis_server
from cli.folder import choose_account, prepare_folder
from cli.supervisor import Program, Supervisor
from store.settings import Settings
from tests.processes import free_port, wait_until


@dataclass(frozen=True)
class Stack:
    """The processes of a service, each of which is started again at once when it is killed."""

    url: str

    def kill(self, name: str) -> int:
        """Kills every process of a part with -9, its pool as well; gives their number."""
        count = 0
        for process in psutil.Process().children(recursive=True):
            try:
                if name in " ".join(process.cmdline()):
                    process.send_signal(signal.SIGKILL)
                    count += 1
            except psutil.NoSuchProcess:
                continue
        return count


@pytest.fixture
def stack(settings: Settings) -> Iterator[Stack]:
    """With the engine as it is bundled."""
    with running(settings) as stack:
        yield stack


@pytest.fixture
def lexical_stack(settings: Settings) -> Iterator[Stack]:
    """With the lexical baseline, which is quick and takes made-up names for what they are."""
    with running(
        settings, SECONDSOURCE_RELATION_MODEL="lexical", SECONDSOURCE_ENCODER="none", SECONDSOURCE_SPEECH_MODEL="none"
    ) as stack:
        yield stack


@contextmanager
def running(settings: Settings, **engine: str) -> Iterator[Stack]:
    folder = prepare_folder(Path(tempfile.mkdtemp(prefix="ss-")))
    port = free_port()
    program = redis_server.find_program()
    redis = redis_server.make_program(folder, program, choose_account(folder, [program]))
    environ = {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": redis_server.make_url(folder),
        "SECONDSOURCE_KEYS": "off",
        "SECONDSOURCE_LEASE_SECONDS": "4" if engine else "20",
        **engine,
    }
    command = (sys.executable, "-m", "cli.main")
    parts = {
        "api": ("--port", str(port), "--processes", "1"),
        "relay": (),
        "worker": ("--concurrency", "1"),
        "second-worker": ("--concurrency", "2"),
    }
    with Supervisor(lambda _name, _line: None, backoff=(0.1,)) as supervisor:
        supervisor.start(redis)
        for name, options in parts.items():
            part = (*command, name.removeprefix("second-"), *options)
            supervisor.start(Program(name=name, command=part, environ=environ))
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: answers(url), seconds=60)
        yield Stack(url)
    shutil.rmtree(folder, ignore_errors=True)


def answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/readyz", timeout=5).ok
    except requests.ConnectionError:
        return False
