"""The way to PostgreSQL."""

from __future__ import annotations

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

Sessions = sessionmaker[Session]


def make_engine(database_url: str, *, connections: int = 10) -> Engine:
    """An engine on psycopg 3 that gives up on a lost server in seconds rather than for ever.

    Takes the address as libpq writes it (`postgresql://...`) or as SQLAlchemy does.
    """
    return create_engine(
        make_url(database_url).set(drivername="postgresql+psycopg"),
        pool_size=connections,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 5,
            "keepalives_idle": 30,
            "application_name": "secondsource",
            "client_encoding": "utf8",  # whatever the database's own is
            "options": "-c timezone=utc -c statement_timeout=30000 -c lock_timeout=10000",
        },
    )


def make_sessions(engine: Engine) -> Sessions:
    """Sessions for units of work: `with sessions.begin() as session:` is one transaction."""
    return sessionmaker(engine, expire_on_commit=False)
