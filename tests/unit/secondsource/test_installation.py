"""The client alone: what it needs, and what the command says where there is nothing else."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[3]
# Stands for an installation without extras: nothing of the packages is found but the client and what requests needs.
ALONE = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        root = name.split(".")[0]
        if root in sys.stdlib_module_names | {"secondsource", "cli", "requests", "urllib3", "certifi", "idna",
                                              "charset_normalizer", "__mypyc"} or root.endswith("__mypyc"):
            return None
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing())
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", ALONE + code]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_client_needs_requests_and_nothing_else() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert [package.split(">")[0] for package in project["dependencies"]] == ["requests"]

    ran = run("import secondsource; print(secondsource.Client('http://127.0.0.1:1/').list_claims())")

    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("<generator")


def test_the_command_says_what_to_install_where_the_services_are_missing() -> None:
    ran = run("from cli.__main__ import main; main()")

    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("Error: click is not installed. `pip install 'secondsource[services]'` brings")
    assert ran.stderr.count("\n") == 1
