"""What is committed holds on any machine: no package index, nobody's own folders, scripts and workflows that parse."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
# Put together here, so that this file does not hold what it forbids.
INDEXES = [
    ".".join(parts) for parts in (("pypi", "org"), ("files", "pythonhosted", "org"), ("registry", "npmjs", "org"))
]
FOLDERS = ["/" + folder for folder in ("work/shared", "work/main", "opt/wheels", "opt/pypi")] + ["../" + "shared"]


def committed() -> list[Path]:
    """The files that git tracks or would track."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("this is no git checkout")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.mark.parametrize("forbidden", INDEXES + FOLDERS)
def test_no_file_names(forbidden: str) -> None:
    found = [path for path in committed() if forbidden.encode() in path.read_bytes()]

    assert found == []


@pytest.mark.parametrize(("shell", "script"), [("bash", ".ci/run"), ("sh", "deploy/make-secrets.sh")])
def test_a_script_parses(shell: str, script: str) -> None:
    subprocess.run([shell, "-n", ROOT / script], check=True)


def test_the_workflow_is_one() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]

    checked = subprocess.run([*command, ROOT / ".github/workflows/ci.yml"], capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout + checked.stderr
