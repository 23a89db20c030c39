"""Keeps a few programs running as one: one log, restarts after a crash, an end in good order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from cli import leash

Log = Callable[[str, str], None]
"""Takes the name of a program and one line of what it says. Called from several threads."""

BACKOFF = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds to wait after the first crash in a row, the second ...; the last one holds from then on."""

_SETTLED = 60.0
"""Seconds after which a program counts as having run well: its next crash is the first of a new row."""

_LINE = 16 * 1024
"""Bytes after which a line that does not end is cut, so that no output can fill the memory."""


@dataclass(frozen=True, slots=True)
class Account:
    """The user and group a program runs as.

    `gate`, where it is not empty, is a command that becomes this account and runs the program after it: for root's
    servers in a folder that only root may pass.
    """

    uid: int
    gid: int
    gate: tuple[str, ...] = ()


def run_as(account: Account | None, command: Sequence[str | Path]) -> tuple[list[str], dict[str, Any]]:
    """What to hand to `subprocess` to run a command as an account: the command, and further arguments."""
    parts = [str(part) for part in command]
    if account is None or account.gate:
        return [*(account.gate if account else ()), *parts], {}
    return parts, {"user": account.uid, "group": account.gid, "extra_groups": []}


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What to run, and how to end it.

    `grace` is the seconds between `stop_signal` and the kill. Output goes to the common log, or to the end of the file
    `output`. `descriptors` are open in the program too, so that a lock held through one is held as long as the program
    lives, whoever else dies; the supervisor closes its own when it has stopped the program.
    """

    name: str
    command: Sequence[str | Path]
    environ: Mapping[str, str] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    grace: float = 10.0
    output: Path | None = None
    account: Account | None = None
    descriptors: Sequence[int] = ()


class Supervisor:
    """Starts programs and, when it is left or closed, stops them in the reverse order.

    Each runs in a process group of its own, so that a Ctrl-C reaches the supervisor alone, and nothing of a group
    outlives its leader. Should the supervisor be killed, `cli.leash` ends them all.
    """

    def __init__(self, log: Log, *, backoff: Sequence[float] = BACKOFF) -> None:
        self._log = log
        self._backoff = backoff
        self._runners: list[_Runner] = []
        self._leash = _Leash()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self, program: Program) -> None:
        """Starts a program and keeps it running. Raises `OSError` where there is no such command."""
        runner = _Runner(program, log=self._log, leash=self._leash, backoff=self._backoff)
        self._runners.append(runner)
        runner.start()

    def running(self, name: str) -> bool:
        """Whether a program of this name is running just now, and not waiting to be started again."""
        return any(runner.running for runner in self._runners if runner.program.name == name)

    def kill(self) -> None:
        """Kills what is running. Takes no lock: a signal handler may call it while `close` waits."""
        for runner in self._runners:
            runner.kill()

    def close(self) -> None:
        """Stops every program, the last started first; each has its `grace`, then it is killed."""
        while self._runners:
            self._runners[-1].stop()
            self._runners.pop()
        self._leash.close()


class _Runner:
    """One program: the thread that starts it, waits for its end and starts it again.

    No program is started outside of that thread: a signal handler that raises would lose it in the main one.
    """

    def __init__(self, program: Program, *, log: Log, leash: _Leash, backoff: Sequence[float]) -> None:
        self.program = program
        self._log = log
        self._leash = leash
        self._backoff = backoff
        self._process: subprocess.Popen[bytes] | None = None
        self._error: OSError | None = None
        self._begun = threading.Event()
        self._stopping = threading.Event()
        self._spawning = threading.Lock()
        self._thread = threading.Thread(target=self._keep, name=program.name, daemon=True)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    def start(self) -> None:
        self._thread.start()
        self._begun.wait()
        if self._error:
            raise self._error

    def stop(self) -> None:
        with self._spawning:
            self._stopping.set()
        if self._process is not None:
            self._process.send_signal(self.program.stop_signal)
            self._thread.join(self.program.grace)
            if self._thread.is_alive():
                self._say(f"did not stop within {self.program.grace:g} s: killed")
                self.kill()
                self._thread.join()
        for descriptor in self.program.descriptors:
            os.close(descriptor)

    def kill(self) -> None:
        if self.running and self._process is not None:
            _kill_group(self._process.pid)

    def _keep(self) -> None:
        """Starts the program, and again after each end of it, until it is to stop."""
        try:
            process = self._spawn()
        except OSError as error:
            self._error = error
            return
        finally:
            self._begun.set()
        crashes = 0
        while process is not None:
            started = time.monotonic()
            self._wait(process)
            if self._stopping.is_set():
                return
            crashes = 1 if time.monotonic() - started >= _SETTLED else crashes + 1
            delay = self._backoff[min(crashes, len(self._backoff)) - 1]
            self._say(f"{_describe_end(process.returncode)}; starts again in {delay:g} s")
            process = self._respawn(delay)

    def _respawn(self, delay: float) -> subprocess.Popen[bytes] | None:
        """The program started again, as soon as that works; None when it is to stop."""
        while not self._stopping.wait(delay):
            try:
                return self._spawn()
            except OSError as error:
                delay = self._backoff[-1]
                self._say(f"cannot be started: {error}; next try in {delay:g} s")
        return None

    def _spawn(self) -> subprocess.Popen[bytes] | None:
        """Starts the program unless it is to stop: under the lock, so that `stop` misses no process."""
        with self._spawning:
            if self._stopping.is_set():
                return None
            self._process = _open(self.program)
            self._leash.hold(self._process.pid, self.program.stop_signal)
            return self._process

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        """Passes on what the program says and returns when it has ended, with all of its group."""
        pump = threading.Thread(target=self._pump, args=(process.stdout,), daemon=True)
        pump.start()
        process.wait()
        self._leash.drop(process.pid)
        _kill_group(process.pid)
        pump.join(1.0)  # for the last lines; what left the group could hold the pipe open for ever

    def _pump(self, stream: IO[bytes] | None) -> None:
        """Passes on lines until every process that writes there has gone: not reading would block them."""
        if stream is None:
            return
        with stream:
            for line in iter(lambda: stream.readline(_LINE), b""):
                if text := line.decode(errors="replace").rstrip():
                    self._say(text)

    def _say(self, line: str) -> None:
        self._log(self.program.name, line)


class _Leash:
    """The supervisor's end of the pipe to `cli.leash`."""

    def __init__(self) -> None:
        # A session of its own keeps the terminal's signals away; no output, so that it holds nobody's pipe open.
        self._process = subprocess.Popen(  # noqa: S603 our own program and arguments
            [sys.executable, "-I", "-S", leash.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )
        self._lock = threading.Lock()

    def hold(self, pid: int, number: signal.Signals) -> None:
        self._write(f"hold {pid} {number.value}\n")

    def drop(self, pid: int) -> None:
        self._write(f"drop {pid}\n")

    def close(self) -> None:
        with suppress(BrokenPipeError):
            self._process.communicate()

    def _write(self, order: str) -> None:
        pipe = self._process.stdin
        # Without its leash the supervisor still does all the rest: no reason to fail.
        with self._lock, suppress(BrokenPipeError, ValueError):
            if pipe is not None:
                pipe.write(order.encode())
                pipe.flush()


def _open(program: Program) -> subprocess.Popen[bytes]:
    command, account = run_as(program.account, program.command)
    output = program.output.open("ab") if program.output else None
    try:
        return subprocess.Popen(  # noqa: S603 what to run is the caller's decision
            command,
            env=None if program.environ is None else dict(program.environ),
            stdin=subprocess.DEVNULL,
            stdout=output or subprocess.PIPE,
            stderr=subprocess.STDOUT,
            **account,
            pass_fds=tuple(program.descriptors),
            start_new_session=True,
        )
    finally:
        if output:
            output.close()


def _kill_group(leader: int) -> None:
    with suppress(ProcessLookupError, PermissionError):  # macOS says the latter of a group that has just ended
        os.killpg(leader, signal.SIGKILL)


def _describe_end(status: int) -> str:
    if status >= 0:
        return f"ended with status {status}"
    try:
        return f"ended by {signal.Signals(-status).name}"
    except ValueError:
        return f"ended by signal {-status}"
