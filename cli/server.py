"""The options that say which running service a command talks to, and with which key."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from cli.client import Client
from cli.errors import CommandError


def read_key(file: Path | None = None, environ: Mapping[str, str] = os.environ) -> str | None:
    """The key in a file, else the one in SECONDSOURCE_KEY; None where there is neither. Raises `CommandError`."""
    key = _read_file(file) if file else environ.get("SECONDSOURCE_KEY", "")
    key = key.strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise CommandError(
            f"There is no key in {file or 'SECONDSOURCE_KEY'}: it must be one line,"
            " as `secondsource keys create` prints it."
        )
    return key or None


def _read_file(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise CommandError(f"The key cannot be read from {file}: {reason}.") from error


def client_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds them to a command, which gets a `client` in their place."""

    @click.option(
        "--server",
        default="http://127.0.0.1:8080",
        envvar="SECONDSOURCE_SERVER",
        show_default=True,
        metavar="URL",
        help="The service to talk to.",
    )
    @click.option(
        "--key-file",
        type=click.Path(path_type=Path),
        envvar="SECONDSOURCE_KEY_FILE",
        help="File with the key to send. Default: the key in SECONDSOURCE_KEY, if any.",
    )
    @functools.wraps(command)
    def run(*arguments: Any, server: str, key_file: Path | None, **options: Any) -> Any:
        return command(*arguments, client=Client(server, key=read_key(key_file)), **options)

    return run
