"""What a process is told by its environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from verifier.policy import BUNDLED


class SettingsError(Exception):
    """A setting is missing or wrong. The message names it and says what would be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one process; docs/operations.md describes each.

    `lease_seconds` is how long a worker may hold a task before another may take it; `attempts` is how often a task is
    tried before its claim or statement is `failed`.
    """

    database_url: str
    redis_url: str
    policy: Path = BUNDLED
    lease_seconds: int = 60
    attempts: int = 5


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings that an environment gives. Raises `SettingsError`, naming the variable."""
    return Settings(
        database_url=_secret(environ, "DATABASE_URL"),
        redis_url=_secret(environ, "REDIS_URL"),
        policy=Path(environ.get("SECONDSOURCE_POLICY") or BUNDLED),
        lease_seconds=_number(environ, "SECONDSOURCE_LEASE_SECONDS", 60, least=2),
        attempts=_number(environ, "SECONDSOURCE_ATTEMPTS", 5, least=1),
    )


def _secret(environ: Mapping[str, str], name: str) -> str:
    """A value given as it is or, so that it is in no process listing, as the path of a file that holds it."""
    if value := environ.get(name):
        return value
    path = environ.get(f"{name}_FILE")
    if not path:
        raise SettingsError(f"{name} is not set: give it, or the path of a file that holds it as {name}_FILE")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{name}_FILE names {path}, which cannot be read: {error.strerror}") from error


def _number(environ: Mapping[str, str], name: str, default: int, *, least: int) -> int:
    text = environ.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or int(text) < least:
        raise SettingsError(f"{name} is {text!r}: it must be a whole number of at least {least}")
    return int(text)
