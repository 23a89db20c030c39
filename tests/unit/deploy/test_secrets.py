"""`make secrets`: what PostgreSQL, Redis and the program read fits together."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from store.settings import read_settings

ROOT = Path(__file__).parents[3]


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    make_secrets(tmp_path / "secrets")
    return tmp_path / "secrets"


def make_secrets(folder: Path) -> str:
    command = ["/bin/sh", str(ROOT / "deploy/make-secrets.sh"), str(folder)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_the_addresses_carry_the_passwords(secrets: Path) -> None:
    settings = read_settings(
        {"DATABASE_URL_FILE": str(secrets / "database_url"), "REDIS_URL_FILE": str(secrets / "redis_url")}
    )

    database, redis = urlsplit(settings.database_url), urlsplit(settings.redis_url)
    assert (database.scheme, database.hostname, database.path) == ("postgresql", "postgres", "/secondsource")
    assert database.password == (secrets / "postgres_password").read_text()
    assert (redis.scheme, redis.hostname, redis.username) == ("redis", "redis", "default")
    assert (secrets / "redis_users").read_text() == f"user default on >{redis.password} ~* &* +@all\n"


def test_the_passwords_are_long_and_differ(secrets: Path, tmp_path: Path) -> None:
    make_secrets(tmp_path / "others")

    passwords = {
        urlsplit((folder / name).read_text()).password
        for folder in (secrets, tmp_path / "others")
        for name in ("database_url", "redis_url")
    }

    assert len(passwords) == 4
    assert {len(password or "") for password in passwords} == {48}


def test_the_folder_is_closed_to_others_and_its_files_are_not(secrets: Path) -> None:
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in secrets.iterdir()} == {0o444}


def test_secrets_that_are_there_stay(secrets: Path) -> None:
    before = {file.name: file.read_text() for file in secrets.iterdir()}

    said = make_secrets(secrets)

    assert "stay as they are" in said
    assert {file.name: file.read_text() for file in secrets.iterdir()} == before


def test_no_secret_is_shown(tmp_path: Path) -> None:
    said = make_secrets(tmp_path / "new")

    assert (tmp_path / "new/postgres_password").read_text() not in said
