"""PostgreSQL and Redis for the tests that touch them: real ones, started once, emptied for each test."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from cli.embedded import Services, embedded_services
from store.broker import connect_redis
from store.database import Sessions, make_engine, make_sessions
from store.migrations.run import migrate
from store.settings import Settings
from store.tables import Base

DATABASE = "secondsource_test"


def pytest_addoption(parser: pytest.Parser) -> None:
    """What a developer may ask of the tests."""
    parser.addoption("--renew-examples", action="store_true", help="write the answers of api/examples.json anew")


@pytest.fixture(scope="session")
def services() -> Iterator[Services]:
    """Both servers, with a freshly migrated database of the tests' own."""
    folder = Path(tempfile.mkdtemp(prefix="ss-"))  # pytest's own folders have paths too long for a socket
    try:
        with embedded_services(folder) as started:
            server = create_engine(started.database_url, isolation_level="AUTOCOMMIT")
            with server.connect() as connection:
                connection.execute(text(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)"))
                connection.execute(text(f"CREATE DATABASE {DATABASE}"))
            server.dispose()
            url = create_engine(started.database_url).url.set(database=DATABASE)
            own = Services(database_url=url.render_as_string(hide_password=False), redis_url=started.redis_url)
            migrate(own.database_url)
            yield own
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def empty_record(sessions: Sessions) -> None:
    """Takes everything out of every table."""
    with sessions.begin() as session:
        # Verdicts and the like are append-only: only a session that plays a replica may empty the history.
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text(f"TRUNCATE {', '.join(Base.metadata.tables)} RESTART IDENTITY CASCADE"))


@pytest.fixture
def settings(services: Services) -> Settings:
    """The settings of a process on an empty record and an empty Redis, which asks for no keys."""
    engine = make_engine(services.database_url, connections=1)
    empty_record(make_sessions(engine))
    engine.dispose()
    with connect_redis(services.redis_url) as redis:
        redis.flushdb()
    return Settings(database_url=services.database_url, redis_url=services.redis_url, keys_required=False)


@pytest.fixture
def sessions(settings: Settings) -> Iterator[Sessions]:
    """Units of work on the empty record."""
    engine = make_engine(settings.database_url, connections=10)
    yield make_sessions(engine)
    engine.dispose()
