from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from cli.errors import DataFolderError, ServerError
from cli.folder import claim_server, find_closed, lock_folder, prepare_folder
from cli.supervisor import Account

STRANGER = Account(uid=4_000_001, gid=4_000_001)

HOLDER = """
import fcntl, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
file = open(sys.argv[1], "a")
fcntl.flock(file, fcntl.LOCK_EX)
print("ready", flush=True)
signal.sigwait([signal.SIGTERM if sys.argv[2] == "meek" else signal.SIGUSR1])
"""

PREPARER = """
import os, sys
from pathlib import Path
from cli.errors import DataFolderError
from cli.folder import prepare_folder
if os.geteuid() == 0:
    os.setuid(65534)
try:
    prepare_folder(Path(sys.argv[1]))
except DataFolderError as error:
    print(error)
"""


def hold(lock: Path, how: str) -> subprocess.Popen[str]:
    """A process that has a lock, as a server left over from a killed run has."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, lock, how], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_the_folder_is_made_with_its_parents_for_its_owner_alone(tmp_path: Path) -> None:
    made = prepare_folder(tmp_path / "a b" / "data")
    assert (made / "run").is_dir()
    assert made.stat().st_mode & 0o777 == 0o700


def test_a_relative_path_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert prepare_folder(Path("data")) == tmp_path / "data"


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "file" / "data"):
        with pytest.raises(DataFolderError, match=f"{path} cannot be made .* choose another folder with --data"):
            prepare_folder(path)


def test_a_folder_that_may_not_be_read_and_written_is_refused() -> None:
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o555)
        # Root may do anything, so that it has to become somebody else first.
        result = subprocess.run([sys.executable, "-c", PREPARER, name], capture_output=True, text=True, check=False)
        assert result.stdout.startswith(
            f"The data folder {Path(name).resolve()} may not be read and written by this user"
        )
        Path(name).chmod(0o700)


def test_a_path_too_long_for_a_socket_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(DataFolderError, match=r"\d+ characters too long for the sockets"):
        prepare_folder(tmp_path / ("x" * 120))
    assert not list(tmp_path.iterdir())


def test_a_comma_which_postgresql_would_split_at_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataFolderError, match="comma"):
        prepare_folder(tmp_path / "a,b")


def test_a_second_service_is_kept_out_and_told_who_is_in(tmp_path: Path) -> None:
    with (
        lock_folder(tmp_path),
        pytest.raises(DataFolderError, match=rf"running on {tmp_path} already \(process {os.getpid()}\)"),
        lock_folder(tmp_path),
    ):
        pass
    with lock_folder(tmp_path):
        pass


def test_the_outermost_folder_that_an_account_may_not_enter_is_found() -> None:
    # Not pytest's own folder: that one is closed to strangers already.
    with tempfile.TemporaryDirectory() as name:
        outer = Path(name).resolve() / "outer"
        data = outer / "inner" / "data"
        data.mkdir(parents=True)
        owner = Account(outer.stat().st_uid, outer.stat().st_gid)
        colleague = Account(STRANGER.uid, owner.gid)
        outer.parent.chmod(0o755)
        for mode, closed_to in ((0o711, ()), (0o710, (STRANGER,)), (0o700, (STRANGER, colleague))):
            outer.chmod(mode)
            for account in (owner, colleague, STRANGER):
                assert find_closed(data, account) == (outer if account in closed_to else None)


def test_a_lock_that_nobody_holds_is_taken_whatever_an_old_pid_says(tmp_path: Path) -> None:
    descriptor = claim_server(tmp_path / "lock", leftover=os.getpid, stop_signal=signal.SIGTERM)
    os.close(descriptor)


@pytest.mark.parametrize(("how", "status"), [("meek", 0), ("stubborn", -signal.SIGKILL)])
def test_a_server_left_over_is_stopped_softly_if_it_lets_itself(tmp_path: Path, how: str, status: int) -> None:
    with hold(tmp_path / "lock", how) as process:
        descriptor = claim_server(
            tmp_path / "lock", leftover=lambda: process.pid, stop_signal=signal.SIGTERM, grace=0.5
        )
        os.close(descriptor)
        assert process.wait() == status


def test_a_server_left_over_that_cannot_be_found_is_told_of(tmp_path: Path) -> None:
    with hold(tmp_path / "lock", "meek") as process:
        with pytest.raises(ServerError, match="left over from an earlier run does not stop"):
            claim_server(tmp_path / "lock", leftover=lambda: None, stop_signal=signal.SIGTERM, grace=0.1)
        process.kill()
