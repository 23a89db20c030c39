from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from store.database import Sessions, make_engine
from store.migrations.run import is_current, migrate
from store.settings import Settings
from store.tables import Base


def test_the_migrations_give_the_tables_that_the_code_knows(settings: Settings) -> None:
    engine = make_engine(settings.database_url, connections=1)
    with engine.connect() as connection:
        assert is_current(connection)
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()


def test_migrating_again_changes_nothing(settings: Settings, sessions: Sessions) -> None:
    migrate(settings.database_url)
    with sessions.begin() as session:
        assert is_current(session.connection())
