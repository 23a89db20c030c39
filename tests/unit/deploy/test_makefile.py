"""The Makefile: it explains itself, and says what is missing before it starts."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def make(*arguments: str, folder: Path = ROOT, path: str = os.environ["PATH"]) -> subprocess.CompletedProcess[str]:
    """Run make as from a fresh shell, not as a part of the make that may be running these tests."""
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=folder, env={"PATH": path}, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder with the Makefile and what its rules look at, where nothing is installed."""
    for name in ("Makefile", "pyproject.toml", "requirements/dev.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    return tmp_path


@pytest.fixture
def installed(copy: Path) -> Path:
    """The same, with the marks that everything has been installed since it was last changed."""
    (copy / ".venv").mkdir()
    inputs = ["requirements/dev.txt", "pyproject.toml", ".venv/requirements.stamp", ".venv/project.stamp"]
    for time, name in enumerate(inputs, start=1_000_000):
        (copy / name).touch()
        os.utime(copy / name, (time, time))
    return copy


def fake_python(folder: Path, script: str) -> str:
    program = folder / "fake-python"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return str(program)


def test_make_alone_lists_every_target() -> None:
    targets = set(re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[0].split())

    told = re.findall(r"^  make ([a-z-]+) +\S", make().stdout, re.MULTILINE)

    assert set(told) == targets
    assert len(told) == len(targets)


def test_every_target_without_a_file_is_phony() -> None:
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))

    assert targets == set(re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[0].split())


def test_continuous_integration_runs_the_same_targets() -> None:
    steps = [line for line in (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines() if line.startswith("make")]

    assert steps == ["make --no-print-directory lint", "make --no-print-directory test"]
    assert "- run: .ci/run\n" in (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")


def test_without_python_it_says_what_to_do(copy: Path) -> None:
    result = make("install", "PYTHON=", folder=copy)

    assert result.returncode != 0
    assert "needs Python 3.11 or newer, and none was found" in result.stderr
    assert "make install PYTHON=/path/to/python3" in result.stderr
    assert not (copy / ".venv").exists()


def test_a_python_that_is_too_old_is_named(copy: Path) -> None:
    old = fake_python(copy, "exit 1")

    result = make("install", f"PYTHON={old}", folder=copy)

    assert result.returncode != 0
    assert f"needs Python 3.11 or newer, and {old} is not" in result.stderr
    assert not (copy / ".venv").exists()


def test_a_python_without_venv_is_told_what_it_lacks(copy: Path) -> None:
    bare = fake_python(copy, 'case "$2" in *ensurepip*) exit 1;; esac')

    result = make("install", f"PYTHON={bare}", folder=copy)

    assert result.returncode != 0
    assert "python3-venv" in result.stderr
    assert not (copy / ".venv").exists()


def test_what_is_installed_is_not_installed_again(installed: Path) -> None:
    assert make("--question", ".venv/project.stamp", folder=installed).returncode == 0

    (installed / "pyproject.toml").touch()
    assert make("--question", ".venv/project.stamp", folder=installed).returncode == 1


def test_the_benchmark_is_told_where_its_data_lies(installed: Path) -> None:
    named = make("--dry-run", "bench-accuracy", "DATA=a folder", folder=installed)
    unnamed = make("--dry-run", "bench-accuracy", folder=installed)

    assert named.stdout.splitlines()[-1] == '.venv/bin/python -m benchmarks.accuracy "a folder"'
    assert unnamed.stdout.splitlines()[-1].rstrip() == ".venv/bin/python -m benchmarks.accuracy"
