"""`secondsource keys`: who may use the service, and how far."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from cli.database import opened
from cli.embedded import embedded_database
from cli.folder import default_folder
from cli.migration import migrate_database
from cli.settings import read_database_url
from store.audit import Action, watch
from store.database import Sessions
from store.keys import Scope, add_key, list_keys, revoke_key, rotate_key
from store.tables import KeyRow


@click.group()
def keys_command() -> None:
    """Make, list, rotate and revoke the keys of the HTTP interface.

    Works on the database that DATABASE_URL names, else on that of `secondsource up` in the data folder, whether or not
    it is running.
    """


def _on_database(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command `sessions` on the database, and the option that says where that is."""

    @click.option(
        "--data",
        type=click.Path(path_type=Path),
        envvar="SECONDSOURCE_DATA",
        help="Data folder of `up`, where DATABASE_URL is not set. Default: the system's place for a user's data.",
    )
    @functools.wraps(command)
    def run(*, data: Path | None, **options: Any) -> None:
        with _find_database(data) as database_url, opened(database_url) as sessions:
            watch(sessions, lambda: Action(name=f"keys {click.get_current_context().info_name}"))
            command(sessions, **options)

    return run


@contextmanager
def _find_database(data: Path | None) -> Iterator[str]:
    if given := read_database_url(os.environ):
        yield given
        return
    with embedded_database(data or default_folder()) as database_url:
        migrate_database(database_url)
        yield database_url


@keys_command.command("create")
@click.argument("name")
@click.option(
    "--scope", type=click.Choice([*map(str, Scope)]), default="read", show_default=True, help="How far it goes."
)
@click.option("--rate", metavar="N/UNIT", help="Requests it may make, as 600/minute. Default: SECONDSOURCE_RATE_LIMIT.")
@click.option("--days", type=click.IntRange(1, 36_500), help="Ends after so many days. Default: never.")
@_on_database
def create_command(sessions: Sessions, *, name: str, scope: str, rate: str | None, days: int | None) -> None:
    """Make a key and print it, this once. NAME is who or what it is for, as the audit log will say.

    A key of scope `write` may also read, one of scope `admin` may do everything.
    """
    lasts = timedelta(days=days) if days else None
    with sessions.begin() as session:
        row, key = add_key(session, name=name, scope=Scope(scope), rate=rate, lasts=lasts)
        _tell(f"Key {row.id} for {name!r}, scope {scope}. It is shown this once:")
    click.echo(key)


@keys_command.command("rotate")
@click.argument("key")
@click.option(
    "--overlap", default=24.0, show_default=True, type=click.FloatRange(0, 8_760), help="Hours the old one stays good."
)
@_on_database
def rotate_command(sessions: Sessions, *, key: str, overlap: float) -> None:
    """Make a new secret for KEY, an id or a name, and print it, this once. The old one stays good for a while.

    Two are good at a time: rotated again before that, the older one ends at once.
    """
    with sessions.begin() as session:
        row, new = rotate_key(session, key, overlap=timedelta(hours=overlap))
        _tell(f"Key {row.id} for {row.name!r}; the old one is good until {_show_time(row.old_ends_at)}. The new one:")
    click.echo(new)


@keys_command.command("revoke")
@click.argument("key")
@_on_database
def revoke_command(sessions: Sessions, *, key: str) -> None:
    """End KEY, an id or a name, for good. Within seconds no process takes it any more."""
    with sessions.begin() as session:
        row = revoke_key(session, key)
        click.echo(f"Key {row.id} for {row.name!r} is revoked.")


@keys_command.command("list")
@_on_database
def list_command(sessions: Sessions) -> None:
    """List every key ever made. No secret is shown: none is stored."""
    with sessions.begin() as session:
        rows = [_show_key(row) for row in list_keys(session)]
    if not rows:
        _tell("There is no key yet: make one with `secondsource keys create NAME`.")
        return
    _show_table([("ID", "NAME", "SCOPE", "RATE", "LAST USED", "STATE"), *rows])


def _show_key(row: KeyRow) -> Sequence[str]:
    now = datetime.now(UTC)
    if row.revoked_at:
        state = f"revoked {_show_time(row.revoked_at)}"
    elif row.expires_at:
        state = f"{'good until' if row.expires_at > now else 'ended'} {_show_time(row.expires_at)}"
    else:
        state = "good"
    if row.old_ends_at and row.old_ends_at > now and not row.revoked_at:
        state += f", the old secret until {_show_time(row.old_ends_at)}"
    return row.id, row.name, row.scope, row.rate or "-", _show_time(row.last_used_at), state


def _show_table(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _show_time(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}Z" if moment else "never"


def _tell(text: str) -> None:
    """Beside the output, so that a key can be sent straight to where it is kept."""
    click.echo(text, err=True)
