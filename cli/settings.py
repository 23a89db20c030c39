"""What the environment says of the servers, for commands that can bring their own."""

from __future__ import annotations

from collections.abc import Mapping

from store.settings import Settings, read_settings

_EMBEDDED = "embedded"


def read_given(environ: Mapping[str, str]) -> Settings:
    """The settings of an environment; `own` tells whether an address in them was given."""
    wanted = [
        name for name in ("DATABASE_URL", "REDIS_URL") if not environ.get(name) and not environ.get(f"{name}_FILE")
    ]
    return read_settings({**environ, **dict.fromkeys(wanted, _EMBEDDED)})


def own(url: str) -> str | None:
    """The address, or None where none was given."""
    return None if url == _EMBEDDED else url


def read_database_url(environ: Mapping[str, str]) -> str | None:
    """The address of the database, where the environment gives one."""
    return own(read_given(environ).database_url)
