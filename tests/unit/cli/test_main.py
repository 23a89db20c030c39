from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.main import main
from tests.processes import free_port


def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    known = {name: value for name, value in os.environ.items() if not name.endswith(("_URL", "_URL_FILE"))}
    command = [sys.executable, "-m", "cli.main", *arguments]
    return subprocess.run(command, env={**known, **environ}, capture_output=True, text=True, check=False)


def test_help_lists_every_command_and_loads_none() -> None:
    code = (
        "import sys; from cli.main import main; main(['--help'], standalone_mode=False);"
        "print(sorted(set(sys.modules) & {'celery', 'sqlalchemy', 'flask', 'redis', 'requests', 'rich'}))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    commands = ["up", "verify", "seed", "import", "export", "migrate", "keys", "api", "worker", "relay", "deliver"]
    for command in commands:
        assert f"\n  {command} " in result.stdout
    assert result.stdout.endswith("[]\n")


@pytest.mark.parametrize("command", ["up", "verify", "migrate", "keys", "api", "worker", "relay", "deliver", "health"])
def test_every_command_explains_itself(command: str) -> None:
    result = CliRunner().invoke(main, [command, "--help"])
    assert result.exit_code == 0
    assert result.output.startswith(f"Usage: main {command}")


def test_an_unknown_command_is_a_usage_error() -> None:
    result = CliRunner().invoke(main, ["fly"])
    assert result.exit_code == 2
    assert "No such command 'fly'" in result.output


@pytest.mark.parametrize("command", ["migrate", "api", "worker", "relay", "deliver"])
def test_a_missing_setting_is_one_sentence(command: str) -> None:
    result = run(command)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: DATABASE_URL is not set: ")
    assert result.stderr.count("\n") == 1


def test_a_database_that_cannot_be_reached_is_one_sentence() -> None:
    result = run("migrate", DATABASE_URL="postgresql://nobody@127.0.0.1:1/x", REDIS_URL="redis://127.0.0.1:1/0")
    assert result.returncode == 2
    assert result.stderr.startswith("Error: The database cannot be reached (")
    assert result.stderr.endswith("check DATABASE_URL.\n")
    assert result.stderr.count("\n") == 1


def test_a_part_that_is_not_well_is_told() -> None:
    result = run("health", "api", "--port", "1")
    assert result.returncode == 2
    assert result.stderr.startswith("Error: No service answers at http://127.0.0.1:1")


def test_what_the_system_refuses_is_one_sentence_too() -> None:
    with tempfile.TemporaryDirectory() as name:
        (lock := Path(name).resolve() / "lock").mkdir()
        result = run("up", "--data", name, "--port", str(free_port()))
        assert (result.returncode, result.stderr) == (1, f"Error: {lock}: Is a directory\n")
