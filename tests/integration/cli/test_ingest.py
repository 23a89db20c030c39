from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from werkzeug.serving import make_server

from api.app import create_app
from api.context import EXTENSION
from cli.client import Client, Collection
from cli.main import main
from store.database import Sessions
from store.queue import Task, TaskName
from store.settings import Settings
from store.tables import TaskRow
from tests.serving import in_thread
from tests.working import make_context
from worker.app import WORK
from worker.execution import execute

Run = Callable[..., Result]

TEXT = "The bridge was closed.\n\n“The bridge in Norstad needs repairs,” said Anna Berg.\n"
PAGE = """<html><head><title>Ferries in Norstad</title></head><body><article>
<p>“Ferries will cross the sound every hour,” said Jonas Lind.</p></article></body></html>"""


@pytest.fixture
def url(settings: Settings, sessions: Sessions) -> Iterator[str]:
    """A service on an empty record, and a worker beside it."""
    app = create_app(settings)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    context = make_context(settings, sessions)
    ended = threading.Event()

    def work() -> None:
        while not ended.wait(0.1):
            with sessions.begin() as session:
                tasks = [(row.name, row.subject) for row in session.scalars(select(TaskRow).order_by(TaskRow.place))]
            for name, subject in tasks:
                execute(context, Task(TaskName(name), subject), WORK[TaskName(name)])

    worker = threading.Thread(target=work)
    worker.start()
    with in_thread(server):
        yield f"http://127.0.0.1:{server.server_port}"
    ended.set()
    worker.join()
    server.server_close()
    app.extensions[EXTENSION].close()


@pytest.fixture
def run(url: str) -> Run:
    def run_one(*arguments: str) -> Result:
        return CliRunner().invoke(main, [*arguments, "--server", url])

    return run_one


def test_articles_are_read_and_reported_and_an_export_has_what_counts(run: Run, url: str, tmp_path: Path) -> None:
    text, page, bad = (tmp_path / name for name in ("a.txt", "b.html", "c.txt"))
    text.write_text(TEXT, encoding="utf-8")
    page.write_text(PAGE, encoding="utf-8")
    bad.write_bytes(b"\xff\xfe\xff")
    options = ("--publisher", "Norstad Post", "--published-on", "2024-07-01", "--language", "en")

    done = run("ingest", str(text), str(page), str(bad), str(tmp_path / "d.pdf"), "http://127.0.0.1:9/", *options)

    assert done.exit_code == 1
    assert [line.partition(": ")[2] for line in done.stderr.splitlines()] == [
        "it is not in UTF-8",
        "its name must end with .txt or .html, or it must be an address with http:// or https://",
        "it could not be read: the address cannot be fetched: port 9 is not allowed: only 80 and 443 are",
    ]
    shown = " ".join(done.stdout.split())
    start = TEXT.index("The bridge in")
    assert "Anna Berg asserts" in shown
    assert "“The bridge in Norstad needs repairs" in shown
    assert f"characters {start} to" in shown
    assert "Jonas Lind asserts" in shown
    assert "origin: Jonas Lind" in shown

    again = run("ingest", str(text), "--json", *options)
    document = json.loads(again.stdout)
    assert (again.exit_code, document["status"]) == (0, "extracted")
    found = Client(url).walk(Collection.STATEMENTS)
    assert len([one for one in found if one["document"] == document["id"]]) == len(document["statements"])
    for statement in document["statements"]:
        words = document["text"][statement["quote_start"] : statement["quote_end"]]
        assert words
        assert words in statement["text"]

    exported = [json.loads(line) for line in run("export").stdout.splitlines()]
    [berg] = [item for item in exported if item.get("speaker") == "anna-berg"]
    assert (berg["origin"], berg["act"], berg["stated_on"]) == ("anna-berg", "assert", "2024-07-01")
    assert [item.get("provisional") for item in exported if item.get("id") == "anna-berg"] == [True]
    assert "document" not in {item["type"] for item in exported}


def test_a_service_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(TEXT, encoding="utf-8")

    done = CliRunner().invoke(main, ["ingest", str(file), "--publisher", "P", "--server", "http://127.0.0.1:9"])

    assert (done.exit_code, "No service answers" in done.stderr) == (2, True)
