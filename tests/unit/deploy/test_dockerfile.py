"""The Dockerfile: pinned, without root, and in step with the files it copies."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SETUPTOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]


def instructions() -> list[tuple[str, str]]:
    """The instructions in order, each as (word, arguments), with continued lines joined and comments left out."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in joined.splitlines() if line)]


def final_stage() -> list[tuple[str, str]]:
    """The instructions of the stage that becomes the image."""
    found = instructions()
    start = max(place for place, (word, _) in enumerate(found) if word == "FROM")
    return found[start:]


def copied() -> list[str]:
    """What is copied from the project, by path."""
    sources = [rest.split()[:-1] for word, rest in instructions() if word == "COPY" and not rest.startswith("--from")]
    return [source for each in sources for source in each]


def test_the_base_is_pinned_by_digest() -> None:
    bases = [rest for word, rest in instructions() if word == "FROM" and not rest.startswith("base ")]

    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-bookworm@sha256:[0-9a-f]{64} AS base", bases[0])


@pytest.mark.parametrize("part", ["api", "worker"])
def test_everything_that_is_copied_exists_and_reaches_the_builder(part: str) -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}

    for source in copied():
        assert (ROOT / source.replace("${PART}", part)).exists(), source
        assert source.split("/")[0] in let_in, source


def test_every_package_of_the_project_is_copied() -> None:
    assert {package.rstrip("*") for package in SETUPTOOLS["packages"]["find"]["include"]} <= set(copied())


def test_every_file_beside_the_code_is_packaged() -> None:
    for package in SETUPTOOLS["packages"]["find"]["include"]:
        folder = ROOT / package.rstrip("*")
        packaged = {
            file for pattern in SETUPTOOLS["package-data"].get(folder.name, []) for file in folder.glob(pattern)
        }
        # A page beside the code is for readers of the code, unless a package names it.
        beside = {file for file in folder.rglob("*") if file.is_file() and file.suffix not in {".py", ".pyc"}}
        pages = {file for file in beside if file.suffix == ".md"}

        assert beside - pages <= packaged <= beside


def test_only_locked_releases_are_installed() -> None:
    installs = [
        step
        for word, rest in instructions()
        if word == "RUN"
        for step in rest.split("&&")
        if re.search(r"pip (--python \S+ )?install", step)
    ]

    assert len(installs) == 3
    assert all("--require-hashes" in step or "--no-index" in step for step in installs)


def test_the_image_runs_secondsource_without_root_and_without_a_builder() -> None:
    stage = final_stage()

    assert ("USER", "10001:10001") in stage
    assert ("ENTRYPOINT", '["secondsource"]') in stage
    assert ("CMD", '["--help"]') in stage
    assert not [rest for word, rest in stage if word == "RUN" and re.search(r"pip|apt", rest)]
    assert [rest for word, rest in stage if word == "COPY"] == ["--from=build /opt/secondsource /opt/secondsource"]
