"""`secondsource migrate`: the database brought up to date."""

from __future__ import annotations

import click
from sqlalchemy.exc import OperationalError

from cli.errors import UnreachableError
from store.migrations.run import migrate
from store.settings import read_settings


@click.command()
def migrate_command() -> None:
    """Bring the database that DATABASE_URL names up to date. Run it before the other processes start."""
    migrate_database(read_settings().database_url)


def migrate_database(database_url: str) -> None:
    """Applies what is missing. Raises `UnreachableError` where there is no such database."""
    try:
        migrate(database_url)
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[-1]
        raise UnreachableError(f"The database cannot be reached ({reason}): check DATABASE_URL.") from error
