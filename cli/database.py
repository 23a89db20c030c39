"""The database, for commands that work on it directly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError, ProgrammingError

from cli.errors import CommandError, UnreachableError
from store.database import Sessions, make_engine, make_sessions


@contextmanager
def opened(database_url: str) -> Iterator[Sessions]:
    """Sessions on a database. Raises, in one sentence, where it cannot be reached or was not migrated."""
    engine = make_engine(database_url, connections=1)
    try:
        yield make_sessions(engine)
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[-1]
        raise UnreachableError(f"The database cannot be reached ({reason}): check DATABASE_URL.") from error
    except ProgrammingError as error:
        raise CommandError("The database is not up to date: run `secondsource migrate` first.") from error
    finally:
        engine.dispose()
