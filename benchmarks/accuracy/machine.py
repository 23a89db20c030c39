"""What a run was made on: the machine, and the state of the code."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]

_CODE = ("verifier", "store", "api", "worker", "seeds")
"""What a verdict comes from."""


def read_processor() -> str:
    """The model of the processor, as the system names it."""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return _run("sysctl", "-n", "machdep.cpu.brand_string") or platform.machine()


def count_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def read_commit() -> str:
    """The commit that is checked out, and whether the code that verdicts come from differs from it."""
    commit = _run("git", "rev-parse", "--short=12", "HEAD")
    changed = _run("git", "status", "--porcelain", "--", *_CODE)
    return f"{commit or 'unknown'}{', with changes' if changed else ''}"


def _run(*command: str) -> str:
    """What a program says; nothing where it cannot."""
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 fixed words
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
