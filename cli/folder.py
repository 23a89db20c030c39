"""The data folder: made, checked and locked before anything is started in it.

    lock          held by the `secondsource up` that runs here
    postgres/     the database
    run/          the servers' sockets, pid files and locks, temporary files
    postgres.log  what the servers say
    redis.log

Everything that a running service writes is in here, apart from PostgreSQL's shared memory, which is gone with it.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import platformdirs

from cli.errors import DataFolderError, ServerError
from cli.supervisor import Account

SERVER_USER = "nobody"
"""Whom the servers run as for root: PostgreSQL refuses to run as root, and a user of that name exists everywhere."""

_LONGEST_SOCKET = 107 if sys.platform == "linux" else 103
"""Bytes in the path of a Unix socket, by what the system's `sockaddr_un` has room for."""

_REACHES = "import os, sys; sys.exit(not os.access(sys.argv[1], os.R_OK))"
"""A program that ends well where it may read a path."""

_ANOTHER = "choose another folder with --data"


def default_folder() -> Path:
    """Where the data is kept when nobody says. Not in root's home: the servers' user could not enter it."""
    if os.geteuid() == 0:
        return Path("/var/lib/secondsource")
    return platformdirs.user_data_path("secondsource")


def prepare_folder(data: Path) -> Path:
    """Makes the folder and what is in it. Returns its absolute path; raises `DataFolderError` where that cannot be."""
    data = Path(os.path.realpath(data))
    _check_path(data)
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        usable = os.access(data, os.R_OK | os.W_OK | os.X_OK)
        if usable:
            (data / "run").mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise DataFolderError(f"The data folder {data} cannot be made ({error.strerror}): {_ANOTHER}.") from error
    if not usable:
        raise DataFolderError(f"The data folder {data} may not be read and written by this user: {_ANOTHER}.")
    return data


def make_temporary(data: Path) -> Path:
    """An empty folder for temporary files, without those of processes that were killed."""
    temporary = data / "run" / "tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(mode=0o700)
    return temporary


def _check_path(data: Path) -> None:
    longest = data / "run" / ".s.PGSQL.5432.lock"
    spare = _LONGEST_SOCKET + len(".lock") - len(os.fsencode(longest))
    if spare < 0:
        raise DataFolderError(
            f"The path of the data folder {data} is {-spare} characters too long for the sockets in it: {_ANOTHER}."
        )
    if "," in str(data):
        raise DataFolderError(f"PostgreSQL takes no comma in the path of a socket, as in {data}: {_ANOTHER}.")


@contextmanager
def lock_folder(data: Path) -> Iterator[None]:
    """Keeps a second service out of the folder. Raises `DataFolderError` where another one is in it."""
    with (data / "lock").open("a+", encoding="ascii") as file:
        if not _try_lock(file.fileno()):
            file.seek(0)
            raise DataFolderError(
                f"Second Source is running on {data} already (process {file.read().strip() or 'unknown'}):"
                f" stop that one first, or {_ANOTHER}."
            )
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def choose_account(data: Path, programs: Iterable[Path]) -> Account | None:
    """The account that the servers run as; None for the caller's own.

    Only root needs another one: whoever owns the database that is there, else `SERVER_USER`. Raises `DataFolderError`
    where that account cannot get at the data or at the servers' programs.
    """
    owner = _find_owner(data / "postgres")
    if os.geteuid() != 0:
        if owner not in (None, os.geteuid()):
            raise DataFolderError(f"The database in {data} belongs to another user ({_name(owner)}): {_ANOTHER}.")
        return None
    user = _find_user(owner)
    account = Account(user.pw_uid, user.pw_gid)
    data.chmod(stat.S_IMODE(data.stat().st_mode) | stat.S_IXOTH)
    os.chown(data / "run", account.uid, account.gid)
    needed = (data / "run", *programs)
    closed = next((folder for path in needed if (folder := find_closed(path, account))), None)
    if closed is None:
        return account
    if gate := _find_gate(account, needed):
        return replace(account, gate=gate)
    raise DataFolderError(
        f"The servers do not run as root, and {user.pw_name}, whom they run as instead, may not pass {closed}:"
        f" run `chmod o+x '{closed}'`, or use a project and a data folder (--data) elsewhere."
    )


def _find_gate(account: Account, needed: Iterable[Path]) -> tuple[str, ...]:
    """A command that becomes an account which may pass every folder on the way; empty where there is none.

    On Linux root may hand on the right to search all folders (capabilities(7)), so that no mode has to be changed.
    Containers often lack the right for that alone, and have only the one to write everywhere as well.
    """
    setpriv = shutil.which("setpriv")
    for capability in ("dac_read_search", "dac_override") if setpriv else ():
        become = (str(setpriv), f"--reuid={account.uid}", f"--regid={account.gid}", "--clear-groups")
        # Without no_setuid_fixup, access(2), by which initdb looks for its fellows, disregards the right.
        right = ("--securebits=+no_setuid_fixup", f"--inh-caps=+{capability}", f"--ambient-caps=+{capability}")
        gate = (*become, *right, "--")
        tests = ([*gate, sys.executable, "-ISc", _REACHES, str(path)] for path in needed)
        if all(subprocess.run(test, capture_output=True, check=False).returncode == 0 for test in tests):  # noqa: S603
            return gate
    return ()


def find_closed(path: Path, account: Account) -> Path | None:
    """The outermost folder on the way to a path, or the path itself, that an account may not pass, by the modes."""
    path = path.resolve()
    for folder in (*reversed(path.parents), path):
        status = folder.stat()
        if status.st_uid == account.uid:
            needed = stat.S_IXUSR
        else:
            needed = stat.S_IXGRP if status.st_gid == account.gid else stat.S_IXOTH
        if not status.st_mode & needed:
            return folder
    return None


def claim_server(
    lock: Path, *, leftover: Callable[[], int | None], stop_signal: signal.Signals, grace: float = 15.0
) -> int:
    """Makes sure that the server which this lock stands for is not running. Returns a descriptor of the lock.

    The server must inherit the descriptor: so the lock is held as long as any process of it lives, whoever else has
    died, and a pid in a file (`leftover` reads it) is only believed while it is held. A server that is left over from
    a killed run is asked to stop, and killed after `grace` seconds. Raises `ServerError` where it does not stop.
    """
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    for number, seconds in ((stop_signal, grace), (signal.SIGKILL, grace)):
        if _try_lock(descriptor):
            return descriptor
        with suppress(OSError):
            if pid := leftover():
                os.kill(pid, number)
        _poll(lambda: _try_lock(descriptor), seconds)
    if _try_lock(descriptor):
        return descriptor
    os.close(descriptor)
    raise ServerError(
        f"A server left over from an earlier run does not stop (process {leftover() or 'unknown'}, by {lock}):"
        " end it, then start again."
    )


def _poll(happened: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.05)


def _try_lock(descriptor: int) -> bool:
    """Takes the lock unless another process has it; once taken, it is a no-op."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _find_owner(path: Path) -> int | None:
    try:
        return path.stat().st_uid
    except FileNotFoundError:
        return None


def _find_user(owner: int | None) -> pwd.struct_passwd:
    """The account for root's servers: the owner of their data, unless that is nobody or root."""
    try:
        return pwd.getpwuid(owner) if owner else pwd.getpwnam(SERVER_USER)
    except KeyError as error:
        raise DataFolderError(
            f"The servers do not run as root, and there is no user {owner or SERVER_USER!r} to run them as:"
            f" start the service as another user, or give DATABASE_URL and REDIS_URL."
        ) from error


def _name(uid: int | None) -> str:
    try:
        return pwd.getpwuid(uid or 0).pw_name
    except KeyError:
        return str(uid)
