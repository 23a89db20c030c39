"""`secondsource keys` against a real database, and what the keys it makes open."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from werkzeug.serving import make_server

from api.app import create_app
from api.context import EXTENSION
from cli.exposure import ExposedError, check_keys
from cli.main import main
from store.database import Sessions
from store.settings import Settings
from store.tables import AuditRow, SourceRow
from tests.serving import in_thread

Run = Callable[..., Result]
EVERYWHERE = "0.0.0.0"  # noqa: S104  nothing listens there in the end


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `secondsource keys` on the tests' database."""
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.delenv("REDIS_URL", raising=False)

    def run_one(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["keys", *arguments])

    return run_one


@pytest.fixture
def url(settings: Settings) -> Iterator[str]:
    """A service that asks for keys."""
    app = create_app(replace(settings, keys_required=True))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    with in_thread(server):
        yield f"http://127.0.0.1:{server.server_port}"
    server.server_close()
    app.extensions[EXTENSION].close()


def test_a_key_is_made_listed_rotated_and_revoked(run: Run, sessions: Sessions) -> None:
    assert run("list").stderr == "There is no key yet: make one with `secondsource keys create NAME`.\n"
    made = run("create", "the desk", "--scope", "write", "--rate", "60/minute", "--days", "30")
    assert (made.exit_code, made.stdout.count("\n"), made.stdout[:3]) == (0, 1, "ss_")
    id = made.stdout.split("_")[1]
    assert made.stderr == f"Key {id} for 'the desk', scope write. It is shown this once:\n"
    rotated = run("rotate", "the desk", "--overlap", "2")
    assert rotated.stdout.startswith(f"ss_{id}_")
    assert rotated.stdout != made.stdout

    head, row = run("list").stdout.splitlines()
    assert head.split() == ["ID", "NAME", "SCOPE", "RATE", "LAST", "USED", "STATE"]
    assert row.startswith(f"{id}  the desk  write  60/minute  never      good until 20")
    assert ", the old secret until 20" in row
    assert run("revoke", id).stdout == f"Key {id} for 'the desk' is revoked.\n"
    assert "  revoked 20" in run("list").stdout

    with sessions.begin() as session:
        noted = session.execute(select(AuditRow.actor, AuditRow.action, AuditRow.subject, AuditRow.fields)).all()
    assert [tuple(entry) for entry in noted] == [
        ("local", "keys create", f"key:{id}", []),
        ("local", "keys rotate", f"key:{id}", ["digest", "old_digest", "old_ends_at"]),
        ("local", "keys revoke", f"key:{id}", ["revoked_at"]),
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("create", "local"), 1, "Error: must not be 'local'"),
        (("create", "x", "--rate", "fast"), 1, "such as 600/minute"),
        (("create", "x", "--scope", "all"), 2, "'all' is not one of 'read', 'write', 'admin'"),
        (("create", "x", "--days", "0"), 2, "--days"),
        (("revoke", "nobody"), 1, "Error: there is no key 'nobody'"),
        (("rotate", "nobody"), 1, "Error: there is no key 'nobody'"),
    ],
)
def test_what_cannot_be_is_one_sentence(run: Run, arguments: tuple[str, ...], code: int, message: str) -> None:
    result = run(*arguments)

    assert (result.exit_code, result.stdout) == (code, "")
    assert message in result.stderr


def test_a_database_that_is_not_there_or_not_migrated_is_told(
    run: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", settings.database_url.replace("secondsource_test", "postgres"))
    assert run("list").stderr == "Error: The database is not up to date: run `secondsource migrate` first.\n"
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/x")
    gone = run("list")
    assert (gone.exit_code, gone.stderr[:38]) == (2, "Error: The database cannot be reached ")


def test_commands_send_the_key_that_they_are_given(
    run: Run, url: str, tmp_path: Path, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = tmp_path / "item"
    item.write_text('{"type": "source", "id": "a", "name": "Anna"}\n')
    reader, writer = run("create", "reader").stdout, run("create", "writer", "--scope", "write").stdout
    (tmp_path / "writer").write_text(writer)

    def import_item(*options: str) -> Result:
        return CliRunner().invoke(main, ["import", str(item), "--server", url, *options])

    none = import_item()
    assert (none.exit_code, none.stderr) == (
        2,
        "Error: Send a key, with the header Authorization: Bearer ss_... Give a key as SECONDSOURCE_KEY, or its file"
        " with --key-file.\n",
    )
    monkeypatch.setenv("SECONDSOURCE_KEY", reader)
    small = import_item()
    assert (small.exit_code, small.stderr) == (
        1,
        "Error: This needs a key of the scope write; the key 'reader' has read.\n",
    )
    done = import_item("--key-file", str(tmp_path / "writer"))
    assert (done.exit_code, done.stdout) == (0, f"{item}: 1 stored, 0 already there, 0 rejected\n")
    with sessions.begin() as session:
        assert session.scalar(select(SourceRow.id)) == "a"

    (tmp_path / "article.txt").write_text("The bridge is closed.")
    ingest = ["ingest", str(tmp_path / "article.txt"), "--publisher", "Post", "--patience", "0", "--server", url]
    assert "This needs a key of the scope write" in CliRunner().invoke(main, ingest).stderr
    taken = CliRunner().invoke(main, [*ingest, "--key-file", str(tmp_path / "writer")])
    assert "has not been read after 0 s (it is queued)" in taken.stderr

    missing = import_item("--key-file", str(tmp_path / "none"))
    assert missing.stderr.startswith(f"Error: The key cannot be read from {tmp_path}/none: No such file")
    (tmp_path / "two").write_text(reader + writer)
    assert "two: it must be one line" in import_item("--key-file", str(tmp_path / "two")).stderr


def test_the_api_does_not_listen_to_others_before_there_is_a_key(
    run: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", settings.redis_url)
    refused = CliRunner().invoke(main, ["api", "--host", EVERYWHERE])
    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: Others than this machine could reach the service on 0.0.0.0")
    assert "`secondsource keys create NAME --scope admin`" in refused.stderr

    with pytest.raises(ExposedError, match="every address"):
        check_keys(settings.database_url, "", make="this")
    run("create", "desk")
    check_keys(settings.database_url, EVERYWHERE, make="this")
    run("revoke", "desk")
    with pytest.raises(ExposedError):
        check_keys(settings.database_url, EVERYWHERE, make="this")


def test_the_database_of_up_is_found_in_the_data_folder_though_up_is_not_running(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    outer = Path(tempfile.mkdtemp(prefix="ss-"))
    outer.chmod(0o755)
    try:
        made = CliRunner().invoke(main, ["keys", "create", "desk", "--data", str(outer / "data")])
        assert (made.exit_code, made.stdout[:3]) == (0, "ss_")
        listed = CliRunner().invoke(main, ["keys", "list", "--data", str(outer / "data")])
        assert "desk" in listed.stdout
    finally:
        shutil.rmtree(outer)
