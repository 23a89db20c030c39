from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from cli import postgres, redis_server
from cli.embedded import Services, embedded_services
from cli.errors import DataFolderError, ServerError
from cli.folder import choose_account, prepare_folder
from store.broker import connect_redis, make_celery
from tests.processes import wait_until

SERVE = """
import sys, time
from pathlib import Path
from cli.embedded import embedded_services
with embedded_services(Path(sys.argv[1])):
    print("ready", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def data() -> Iterator[Path]:
    """A folder with a name that has to be quoted, and short: pytest's own have paths too long for a socket."""
    outer = Path(tempfile.mkdtemp(prefix="ss-"))
    outer.chmod(0o755)
    yield outer.resolve() / "da ta+%"
    shutil.rmtree(outer)


def connect(services: Services) -> psycopg.Connection:
    return psycopg.connect(services.database_url.replace("+psycopg", ""), autocommit=True)


def make_record(services: Services) -> None:
    with connect(services) as connection:
        connection.execute("CREATE TABLE record AS SELECT 'kept' AS word")


def read_record(services: Services) -> str:
    with connect(services) as connection:
        row = connection.execute("SELECT word FROM record").fetchone()
        return str(row and row[0])


def read_postmaster(data: Path) -> int:
    return int((data / "postgres" / "postmaster.pid").read_text().split("\n")[0])


def test_both_servers_answer_at_their_addresses_and_then_are_gone(data: Path) -> None:
    with embedded_services(data) as services:
        with connect(services) as connection:
            row = connection.execute("SELECT current_database(), lower('ÄÖÜ'), current_setting('server_encoding')")
            assert row.fetchone() == ("secondsource", "äöü", "UTF8")
        with connect_redis(services.redis_url) as client:
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
            assert client.config_get("port") == {"port": "0"}
        with make_celery(services.redis_url).connection_for_write() as broker:
            broker.ensure_connection(max_retries=1)
    assert not postgres.answers(data)
    assert not redis_server.answers(data)


def test_a_later_start_keeps_the_record(data: Path) -> None:
    with embedded_services(data) as services:
        make_record(services)
    with embedded_services(data) as services:
        assert read_record(services) == "kept"


def test_a_second_start_on_the_same_folder_is_refused(data: Path) -> None:
    with embedded_services(data), pytest.raises(DataFolderError, match="is running on"), embedded_services(data):
        pass


def test_a_server_that_crashes_is_started_again(data: Path) -> None:
    with embedded_services(data) as services:
        make_record(services)
        os.kill(read_postmaster(data), signal.SIGKILL)
        wait_until(lambda: not postgres.answers(data), seconds=20)
        wait_until(lambda: postgres.answers(data), seconds=20)
        assert read_record(services) == "kept"


def test_killing_the_process_that_started_them_ends_the_servers(data: Path) -> None:
    with serve(data) as process:
        servers = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        assert psutil.wait_procs(servers, timeout=20)[1] == []
    assert not postgres.answers(data)
    assert not redis_server.answers(data)


def test_servers_left_over_when_all_else_was_killed_make_way_and_nothing_is_lost(data: Path) -> None:
    with serve(data) as process:
        make_record(Services(database_url=postgres.make_url(data), redis_url=redis_server.make_url(data)))
        leash = next(child for child in psutil.Process(process.pid).children() if "leash.py" in str(child.cmdline()))
        leash.kill()
        process.kill()
    assert postgres.answers(data)
    left_over = read_postmaster(data)
    with embedded_services(data) as services:
        assert read_postmaster(data) != left_over
        assert read_record(services) == "kept"


def test_an_old_pid_that_another_program_has_by_now_is_no_hindrance(data: Path) -> None:
    with embedded_services(data):
        pid_file = (data / "postgres" / "postmaster.pid").read_text()
    account = choose_account(data, [])
    stranger = subprocess.Popen(["/bin/sleep", "60"], user=account.uid if account else None)
    with stranger:
        lines = [str(stranger.pid), *pid_file.split("\n")[1:]]
        (data / "postgres" / "postmaster.pid").write_text("\n".join(lines))
        with embedded_services(data):
            assert read_postmaster(data) != stranger.pid
        assert stranger.poll() is None
        stranger.kill()


def test_a_first_start_that_was_cut_short_is_begun_again(data: Path) -> None:
    (data / "postgres.new" / "base").mkdir(parents=True)
    with embedded_services(data):
        assert not (data / "postgres.new").exists()


def test_a_database_that_does_not_start_is_told_in_one_sentence(data: Path) -> None:
    with embedded_services(data):
        pass
    (data / "postgres" / "PG_VERSION").write_text("9\n")
    told = r"^postgres did not start: .*initialized by PostgreSQL version 9.*\.$"
    with pytest.raises(ServerError, match=told), embedded_services(data):
        pass
    assert not redis_server.answers(data)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has its servers run as another user")
def test_root_may_keep_the_data_where_nobody_else_may_go(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data.parent.chmod(0o700)
    if shutil.which("setpriv"):
        # As in a private checkout: the servers' programs are behind the closed door as well.
        package = postgres.find_programs().parents[1]
        for folder in package.parent.glob(f"{package.name}*"):
            shutil.copytree(folder, data.parent / folder.name)
        programs = data.parent / postgres.find_programs().relative_to(package.parent)
        monkeypatch.setattr(postgres, "find_programs", lambda: programs)
        with embedded_services(data) as services:
            make_record(services)
            assert read_record(services) == "kept"
        assert data.parent.stat().st_mode & 0o777 == 0o700
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(DataFolderError, match=f"nobody.* may not pass {data.parent}: run `chmod o\\+x"):
        choose_account(prepare_folder(data.parent / "other"), [])


def serve(data: Path) -> subprocess.Popen[str]:
    """A process that runs both servers."""
    process = subprocess.Popen([sys.executable, "-c", SERVE, data], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process
