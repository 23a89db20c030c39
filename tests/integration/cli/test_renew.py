"""`secondsource renew` against a real database."""

from __future__ import annotations

import os
from datetime import date

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from cli.main import main
from store.database import Sessions
from store.settings import Settings
from store.statements import NewStatement, add_statement
from store.tables import TaskRow


def test_it_queues_what_another_encoder_has_read_and_says_how_much(
    settings: Settings, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sessions.begin() as session:
        new = NewStatement(id="s", speaker="Anna", text="The bridge is closed.", stated_on=date(2024, 7, 1))
        row, _ = add_statement(session, new)
        row.status, row.act, row.language, row.encoder = "interpreted", "assert", "en", "another@12345678"
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("REDIS_URL", settings.redis_url)
    result = CliRunner().invoke(main, ["renew"])
    assert result.exit_code == 0, result.output
    assert result.output == "Queued: 1 statements to be read and 0 claims to be verified anew.\n"
    with sessions.begin() as session:
        assert session.scalars(select(TaskRow.subject)).all() == ["s"]


def test_a_folder_that_holds_no_model_is_named(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("REDIS_URL", settings.redis_url)
    folder = tmp_path_factory.mktemp("empty")
    result = CliRunner().invoke(main, ["renew", "--encoder", str(folder)])
    del os.environ["SECONDSOURCE_ENCODER"]  # the option has told it to what comes after
    assert result.exit_code == 1
    assert f"{folder}/model.onnx" in result.output
