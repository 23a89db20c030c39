"""The locks in requirements/: whole, in step with each other and with pyproject.toml, and free of any index."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[3]
LOCKS = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "requirements").glob("*.txt")}
CONFIG: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

each_lock = pytest.mark.parametrize("lock", LOCKS.values(), ids=LOCKS)


def pins(lock: str) -> list[Requirement]:
    """What a lock names, each with its exact release."""
    lines = lock.replace("\\\n", "").splitlines()
    return [Requirement(line.partition("--hash")[0].strip()) for line in lines]


def wanted(name: str) -> list[Requirement]:
    """What pyproject.toml asks of a lock."""
    project, groups = CONFIG["project"], CONFIG["dependency-groups"]
    extras = project["optional-dependencies"]
    api = project["dependencies"] + extras["services"]
    asked = {
        "api": api,
        "worker": api + extras["verifier"],
        "dev": api + extras["verifier"] + extras["embedded"] + groups["build"] + groups["dev"],
        "build": groups["build"],
        "lock": groups["lock"],
    }
    return [Requirement(each) for each in asked[name] if isinstance(each, str)]


def test_each_use_has_its_lock() -> None:
    assert set(LOCKS) == {"api", "worker", "dev", "build", "lock"}


@each_lock
def test_every_release_is_exact_and_hashed(lock: str) -> None:
    for entry in re.split(r"\n(?=\S)", lock.strip()):
        assert re.match(r"[a-z0-9-]+==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry


@each_lock
def test_a_lock_names_no_index(lock: str) -> None:
    assert "://" not in lock
    assert not re.search(r"^\s*--(?!hash)", lock, re.MULTILINE)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_what_the_project_asks_for(name: str) -> None:
    for requirement in wanted(name):
        found = [pin for pin in pins(LOCKS[name]) if pin.name == canonicalize_name(requirement.name)]
        assert found, f"{requirement} is not in requirements/{name}.txt: make lock"
        assert all(requirement.specifier.contains(str(pin.specifier).removeprefix("==")) for pin in found)


@pytest.mark.parametrize("name", ["api", "worker", "build"])
def test_what_images_install_is_what_the_tests_ran_with(name: str) -> None:
    def releases(lock: str) -> set[str]:  # where each is needed, its marker says; that may differ
        return {f"{pin.name}{pin.specifier}" for pin in pins(lock)}

    assert releases(LOCKS[name]) <= releases(LOCKS["dev"])


def test_the_image_of_the_api_carries_no_model() -> None:
    models = {Requirement(each).name for each in CONFIG["project"]["optional-dependencies"]["verifier"]}

    assert not models & {pin.name for pin in pins(LOCKS["api"])}
