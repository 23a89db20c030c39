"""What a process is told by its environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from store.rates import RULE, is_rate
from verifier.policy import BUNDLED

# A name, an IPv4 address or an IPv6 address, and perhaps a port.
_HOST = r"|[a-z0-9._-]+(:[0-9]{1,5})?|[0-9a-f:.]+"


class SettingsError(Exception):
    """A setting is missing or wrong. The message names it and says what would be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one process; docs/operations.md describes each.

    `relation_model`, `encoder` and `speech_model` are folders of models to be used in place of the bundled ones,
    and `relation_endpoint` is the address of a chat endpoint to ask instead, each request for at most so many seconds;
    `fetch_allow` are hosts that documents may be fetched from whatever their address is, as `host` or `host:port`;
    `lease_seconds` is how long a worker may hold a task before another may take it; `attempts` is how often a task is
    tried before its document, claim or statement is `failed`; `webhook_allow` are hosts that a webhook may be at
    whatever their address is; `publisher_name` and `publisher_url` are those of the newsroom, in what it publishes.
    `keys_required` is whether the HTTP interface asks for keys, and `rate_limit` how many requests a key may make that
    has no rate of its own.
    """

    database_url: str
    redis_url: str
    policy: Path = BUNDLED
    relation_model: Path | None = None
    encoder: Path | None = None
    speech_model: Path | None = None
    relation_endpoint: str | None = None
    relation_endpoint_model: str = ""
    relation_endpoint_key: str | None = None
    relation_endpoint_timeout: int = 20
    fetch_allow: frozenset[str] = frozenset()
    lease_seconds: int = 60
    attempts: int = 5
    webhook_allow: frozenset[str] = frozenset()
    publisher_name: str | None = None
    publisher_url: str | None = None
    keys_required: bool = True
    rate_limit: str = "600/minute"


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings that an environment gives. Raises `SettingsError`, naming the variable."""
    return Settings(
        database_url=_secret(environ, "DATABASE_URL"),
        redis_url=_secret(environ, "REDIS_URL"),
        policy=Path(environ.get("SECONDSOURCE_POLICY") or BUNDLED),
        relation_model=_path(environ, "SECONDSOURCE_RELATION_MODEL"),
        encoder=_path(environ, "SECONDSOURCE_ENCODER"),
        speech_model=_path(environ, "SECONDSOURCE_SPEECH_MODEL"),
        relation_endpoint=environ.get("SECONDSOURCE_RELATION_ENDPOINT") or None,
        relation_endpoint_model=environ.get("SECONDSOURCE_RELATION_ENDPOINT_MODEL", ""),
        relation_endpoint_key=_optional_secret(environ, "SECONDSOURCE_RELATION_ENDPOINT_KEY"),
        relation_endpoint_timeout=_number(environ, "SECONDSOURCE_RELATION_ENDPOINT_TIMEOUT", 20, least=1),
        fetch_allow=_hosts(environ, "SECONDSOURCE_FETCH_ALLOW"),
        lease_seconds=_number(environ, "SECONDSOURCE_LEASE_SECONDS", 60, least=2),
        attempts=_number(environ, "SECONDSOURCE_ATTEMPTS", 5, least=1),
        webhook_allow=_hosts(environ, "SECONDSOURCE_WEBHOOK_ALLOW"),
        publisher_name=environ.get("SECONDSOURCE_PUBLISHER_NAME") or None,
        publisher_url=_address(environ, "SECONDSOURCE_PUBLISHER_URL"),
        keys_required=_choice(environ, "SECONDSOURCE_KEYS", "required", "off") == "required",
        rate_limit=_rate(environ, "SECONDSOURCE_RATE_LIMIT", "600/minute"),
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


def _optional_secret(environ: Mapping[str, str], name: str) -> str | None:
    return _secret(environ, name) if environ.get(name) or environ.get(f"{name}_FILE") else None


def _hosts(environ: Mapping[str, str], name: str) -> frozenset[str]:
    hosts = [host.strip().lower() for host in environ.get(name, "").split(",")]
    for host in hosts:
        if not re.fullmatch(_HOST, host):
            raise SettingsError(f"{name} has {host!r}: it must be hosts as host or host:port, with commas between them")
    return frozenset(hosts) - {""}


def _path(environ: Mapping[str, str], name: str) -> Path | None:
    return Path(environ[name]) if environ.get(name) else None


def _address(environ: Mapping[str, str], name: str) -> str | None:
    text = environ.get(name, "")
    if text and not (text.startswith(("http://", "https://")) and urlsplit(text).hostname):
        raise SettingsError(f"{name} is {text!r}: it must be an address that begins with http:// or https://")
    return text or None


def _number(environ: Mapping[str, str], name: str, default: int, *, least: int) -> int:
    text = environ.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or int(text) < least:
        raise SettingsError(f"{name} is {text!r}: it must be a whole number of at least {least}")
    return int(text)


def _choice(environ: Mapping[str, str], name: str, default: str, *others: str) -> str:
    text = environ.get(name) or default
    if text not in (default, *others):
        raise SettingsError(f"{name} is {text!r}: it must be {' or '.join((default, *others))}")
    return text


def _rate(environ: Mapping[str, str], name: str, default: str) -> str:
    text = environ.get(name) or default
    if not is_rate(text):
        raise SettingsError(f"{name} is {text!r}: it {RULE}")
    return text
