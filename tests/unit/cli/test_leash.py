from __future__ import annotations

import signal
import subprocess
import sys

from cli import leash

STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"
MEEK = "import signal; signal.pthread_sigmask(0, [2]); print('ready', flush=True); signal.sigwait([2]); print('asked')"


def start(code: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-S", "-c", code], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_what_is_dropped_is_not_held() -> None:
    assert leash.watch(["hold 11 15\n", "hold 12 2\n", "drop 11\n", "drop 99\n"]) == {12: 2}


def test_a_process_is_asked_by_its_own_signal_before_it_is_killed() -> None:
    with start(MEEK) as process:
        leash.end({process.pid: signal.SIGINT}, grace=0.5)
        assert process.communicate(timeout=10)[0] == "asked\n"


def test_a_process_that_does_not_stop_is_killed() -> None:
    with start(STUBBORN) as process:
        leash.end({process.pid: signal.SIGTERM}, grace=0.1)
        assert process.wait(timeout=10) == -signal.SIGKILL


def test_a_process_that_is_gone_is_no_trouble() -> None:
    with subprocess.Popen([sys.executable, "-S", "-c", ""]) as process:
        process.wait()
    leash.end({process.pid: signal.SIGTERM}, grace=10)
