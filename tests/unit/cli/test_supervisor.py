from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from cli.supervisor import Program, Supervisor
from tests.processes import wait_until

DEADLINE = 10.0


class FakeLog:
    """Keeps what is said, and lets a test wait for it."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []
        self._changed = threading.Condition()

    def __call__(self, name: str, line: str) -> None:
        with self._changed:
            self.lines.append((name, line))
            self._changed.notify_all()

    def await_line(self, part: str, count: int = 1) -> str:
        """The line number `count` that has `part` in it."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.find(part)) >= count, DEADLINE), self.lines
            return self.find(part)[count - 1]

    def find(self, part: str) -> list[str]:
        return [line for _, line in self.lines if part in line]


@pytest.fixture
def log() -> FakeLog:
    return FakeLog()


@pytest.fixture
def supervisor(log: FakeLog) -> Iterator[Supervisor]:
    with Supervisor(log, backoff=(0.01, 0.02)) as supervisor:
        yield supervisor


def python(name: str, code: str, *, grace: float = 10.0, output: Path | None = None) -> Program:
    command = (sys.executable, "-u", "-S", "-c", textwrap.dedent(code))
    return Program(name=name, command=command, grace=grace, output=output)


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be collected does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_every_line_of_both_outputs_is_logged_under_the_name_of_the_program(
    supervisor: Supervisor, log: FakeLog
) -> None:
    supervisor.start(python("talker", "import sys; print('out'); print('err', file=sys.stderr)"))
    log.await_line("out")
    log.await_line("err")
    assert {name for name, _ in log.lines} == {"talker"}


def test_bytes_that_are_no_utf8_and_lines_without_end_are_logged(supervisor: Supervisor, log: FakeLog) -> None:
    supervisor.start(python("talker", "import os; os.write(1, b'caf\\xe9\\n' + b'x' * 50_000 + b' end')"))
    log.await_line("caf\N{REPLACEMENT CHARACTER}")
    log.await_line(" end")
    assert max(len(line) for _, line in log.lines) < 20_000


def test_a_program_that_says_a_lot_is_never_blocked(supervisor: Supervisor, log: FakeLog) -> None:
    supervisor.start(python("talker", "for n in range(20_000): print('line', n)\nprint('done')"))
    log.await_line("done")


def test_a_program_that_crashes_is_started_again_after_ever_longer_pauses(supervisor: Supervisor, log: FakeLog) -> None:
    supervisor.start(python("crasher", "import sys; sys.exit(3)"))
    log.await_line("ended with status 3; starts again in 0.01 s")
    log.await_line("ended with status 3; starts again in 0.02 s", count=2)


def test_a_program_that_is_killed_is_started_again(supervisor: Supervisor, log: FakeLog) -> None:
    supervisor.start(python("worker", "import os, time; print('pid', os.getpid()); time.sleep(60)"))
    first = int(log.await_line("pid").split()[1])
    os.kill(first, signal.SIGKILL)
    log.await_line("ended by SIGKILL")
    assert int(log.await_line("pid", count=2).split()[1]) != first
    assert supervisor.running("worker")


def test_a_command_that_does_not_exist_is_an_error_at_once(supervisor: Supervisor) -> None:
    with pytest.raises(FileNotFoundError):
        supervisor.start(Program(name="ghost", command=("/no/such/program",)))


def test_programs_stop_in_the_reverse_order_of_their_start(log: FakeLog) -> None:
    code = "import signal, sys; print('ready'); signal.sigwait([signal.SIGTERM]); print('stopped', sys.argv[1])"
    block = "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM]);"
    with Supervisor(log) as supervisor:
        for number, name in enumerate(("database", "api", "worker"), start=1):
            command = (sys.executable, "-u", "-S", "-c", block + code, name)
            supervisor.start(Program(name=name, command=command))
            log.await_line("ready", count=number)
    assert log.find("stopped") == ["stopped worker", "stopped api", "stopped database"]
    assert not log.find("ended")


def test_a_program_that_does_not_stop_is_killed_when_its_grace_is_over(log: FakeLog) -> None:
    stubborn = """
        import os, signal, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print("pid", os.getpid())
        time.sleep(60)
    """
    with Supervisor(log) as supervisor:
        supervisor.start(python("stubborn", stubborn, grace=0.2))
        pid = int(log.await_line("pid").split()[1])
        begun = time.monotonic()
    assert time.monotonic() - begun < 5
    assert log.find("did not stop within 0.2 s: killed")
    assert not is_alive(pid)


def test_closing_does_not_wait_for_the_pause_after_a_crash(log: FakeLog) -> None:
    with Supervisor(log, backoff=(60.0,)) as supervisor:
        supervisor.start(python("crasher", "raise SystemExit(1)"))
        log.await_line("starts again in 60 s")
        assert not supervisor.running("crasher")
        begun = time.monotonic()
    assert time.monotonic() - begun < 5


def test_nothing_that_a_program_has_started_outlives_it(log: FakeLog) -> None:
    parent = """
        import os, time
        if os.fork() == 0:
            print("child", os.getpid())
        time.sleep(60)
    """
    with Supervisor(log) as supervisor:
        supervisor.start(python("parent", parent))
        child = int(log.await_line("child").split()[1])
    wait_until(lambda: not is_alive(child), seconds=DEADLINE)


def test_kill_ends_everything_while_close_waits(log: FakeLog) -> None:
    stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); print('ready'); time.sleep(60)"
    supervisor = Supervisor(log)
    supervisor.start(python("stubborn", stubborn, grace=60))
    log.await_line("ready")
    closing = threading.Thread(target=supervisor.close)
    closing.start()
    supervisor.kill()
    closing.join(DEADLINE)
    assert not closing.is_alive()


def test_output_goes_to_a_file_where_the_program_has_one(supervisor: Supervisor, log: FakeLog, tmp_path: Path) -> None:
    output = tmp_path / "server.log"
    output.write_text("before\n")
    supervisor.start(python("server", "import time; print('hello'); time.sleep(60)", output=output))
    wait_until(lambda: output.read_text() == "before\nhello\n", seconds=DEADLINE)
    assert not log.lines


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_no_program_outlives_a_supervisor_that_is_killed(number: signal.Signals) -> None:
    script = """
        import sys, time
        from cli.supervisor import Program, Supervisor

        supervisor = Supervisor(lambda name, line: print(line, flush=True))
        code = "import os, time; print('pid', os.getpid(), flush=True); time.sleep(60)"
        for name in ("first", "second"):
            supervisor.start(Program(name=name, command=(sys.executable, "-S", "-c", code)))
        time.sleep(60)
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pids = [int(process.stdout.readline().split()[1]) for _ in range(2)]
        assert all(map(is_alive, pids))
        process.send_signal(number)
        process.wait()
        wait_until(lambda: not any(map(is_alive, pids)), seconds=DEADLINE)
