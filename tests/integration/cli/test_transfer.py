from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner, Result
from werkzeug.serving import make_server

from api.app import create_app
from api.context import EXTENSION
from cli.client import Client, Collection
from cli.main import main
from seeds import read_seeds
from store.database import Sessions
from store.settings import Settings
from tests.conftest import empty_record
from tests.serving import in_thread
from tests.working import make_context, work_off

Run = Callable[..., Result]

LINES = """\
{"type": "source", "id": "mo", "name": "Mo Spokesman", "aliases": ["MoS"], "kind": "government", "parent": "ministry"}
{"type": "source", "id": "ministry", "name": "The Ministry", "country": "DE", "reliability": "B"}
{"id": "s1", "speaker": "MoS", "text": "The bridge in Dresden will be closed.", "stated_on": "2025-03-01"}
{"id": "s2", "speaker": "An Engineer", "text": "Die Brücke ist gesperrt.", "stated_on": "2025-03-01", "act": "confirm"}
{"type": "claim", "id": "c1", "text": "The bridge in Dresden is closed", "as_of": "2025-03-03", "reference": "desk"}
{"type": "confirmation", "id": "k1", "source": "mo", "position": "denies", "claim": "c1", "stated_on": "2025-03-02"}
{"type": "confirmation", "id": "k2", "source": "mo", "position": "denies", "statement": "s1", "stated_on": "2025-03-02"}
{"id": "s3", "speaker": "ministry", "text": "The bridge stays open.", "stated_on": "2025-03-02", "language": "en"}
{"type": "retraction", "statement": "s1", "reason": "a misprint"}
{"type": "claim", "id": "c2", "text": "Die Brücke in Dresden ist gesperrt", "language": "de"}
"""


@pytest.fixture
def url(settings: Settings) -> Iterator[str]:
    """A service on an empty record, without a worker."""
    app = create_app(settings)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    with in_thread(server):
        yield f"http://127.0.0.1:{server.server_port}"
    server.server_close()
    app.extensions[EXTENSION].close()


@pytest.fixture
def run(url: str) -> Run:
    """Runs a command against the service."""

    def run_one(*arguments: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(main, [*arguments, "--server", url], input=stdin)

    return run_one


@pytest.fixture
def interpret(settings: Settings, sessions: Sessions) -> Callable[[], None]:
    """Does what is due in the order in which it arrived, as a worker would, until nothing is."""
    return partial(work_off, make_context(settings, sessions))


def statements(url: str) -> list[dict[str, Any]]:
    moments = {"created_at", "updated_at", "retracted_at"}
    return [
        {name: value for name, value in statement.items() if name not in moments | {"retraction"}}
        for statement in Client(url).walk(Collection.STATEMENTS)
    ]


def test_a_record_is_imported_once(run: Run, url: str) -> None:
    first = run("import", "-", stdin=LINES)
    before = statements(url)
    second = run("import", "-", stdin=LINES)

    assert (first.exit_code, first.stdout, first.stderr) == (0, "-: 10 stored, 0 already there, 0 rejected\n", "")
    assert (second.exit_code, second.stdout, second.stderr) == (0, "-: 0 stored, 10 already there, 0 rejected\n", "")
    assert [statement["id"] for statement in before] == ["s1", "s2", "k1", "k2", "s3"]
    assert statements(url) == before


def test_the_service_says_what_is_wrong_with_an_item(run: Run, url: str) -> None:
    bad = '{"speaker": "A", "text": "b", "stated_on": "yesterday", "mood": "good"}\n'
    good = '{"speaker": "A", "text": "b", "stated_on": "2025-03-01"}\n'

    done = run("import", "-", stdin=good + bad)

    assert done.exit_code == 1
    assert [line.split(" ")[:2] for line in done.stderr.splitlines()] == [["-:2:", "stated_on"], ["-:2:", "mood"]]
    assert len(statements(url)) == 1


def test_a_round_trip_gives_the_same_record(
    run: Run, url: str, sessions: Sessions, interpret: Callable[[], None], tmp_path: Path
) -> None:
    file = tmp_path / "record.ndjson"
    run("import", "-", stdin=LINES)
    interpret()
    before, exported = statements(url), run("export", "--output", str(file))
    empty_record(sessions)

    imported = run("import", str(file))
    interpret()

    assert (exported.exit_code, imported.exit_code, imported.stderr) == (0, 0, "")
    assert statements(url) == before
    assert {statement["status"] for statement in before} == {"interpreted"}
    assert run("export").stdout == file.read_text(encoding="utf-8")


def test_an_export_has_what_was_given_and_not_what_was_inferred(run: Run, interpret: Callable[[], None]) -> None:
    run("import", "-", stdin=LINES)
    interpret()

    exported = {item.get("id"): item for item in map(json.loads, run("export").stdout.splitlines())}

    assert exported["s1"] == {
        "type": "statement",
        "id": "s1",
        "speaker": "mo",
        "text": "The bridge in Dresden will be closed.",
        "stated_on": "2025-03-01",
    }
    assert exported["s2"]["act"] == "confirm"
    assert exported["s3"]["language"] == "en"
    assert exported["an-engineer"]["name"] == "An Engineer"


def test_the_founding_record_is_taken_as_it_is(run: Run, url: str) -> None:
    record = read_seeds()

    done = run("seed")

    assert (done.exit_code, done.stderr) == (0, "")
    for kind in ("sources", "statements", "claims"):
        stored = {item["id"]: item for item in Client(url).walk(Collection(kind))}
        assert list(stored) == [item["id"] for item in record[kind]]
        for item in record[kind]:
            sent = {name: value for name, value in item.items() if name not in ("note", "verdict")}
            assert {name: stored[item["id"]][name] for name in sent} == sent


def test_the_data_feed_of_a_fact_checker_is_imported_once(run: Run, url: str) -> None:
    rated = {
        "@type": "ClaimReview",
        "claimReviewed": "The bridge in Dresden is closed",
        "author": {"@type": "Organization", "name": "Bridge Checks"},
        "reviewRating": {"@type": "Rating", "alternateName": "False"},
        "datePublished": "2025-03-04",
    }
    items = [{"@type": "DataFeedItem", "item": [rated, {"@type": "ClaimReview", "author": "Bridge Checks"}]}]
    feed = json.dumps({"@context": "https://schema.org", "@type": "DataFeed", "dataFeedElement": items})

    first, second = run("import", "-", stdin=feed), run("import", "-", stdin=feed)

    assert (first.exit_code, first.stdout) == (1, "-: 1 stored, 0 already there, 1 rejected\n")
    assert "claimReviewed is required" in first.stderr
    assert second.stdout == "-: 0 stored, 1 already there, 1 rejected\n"
    [said] = statements(url)
    assert (said["speaker"], said["act"], said["proposition"]) == ("bridge-checks", "deny", rated["claimReviewed"])


def test_judgements_come_out_as_labelled_pairs(run: Run, url: str, interpret: Callable[[], None]) -> None:
    run("import", "-", stdin=LINES)
    interpret()
    for statement, relation in (("s2", "supports"), ("s3", "refutes"), ("k1", "discusses")):
        pin = {"relation": relation, "reason": "I read it."}
        assert requests.put(f"{url}/v1/claims/c2/evidence/{statement}", json=pin, timeout=10).ok
    requests.delete(f"{url}/v1/claims/c2/evidence/s3", timeout=10)
    requests.patch(f"{url}/v1/statements/s3", json={"act": "report"}, timeout=10)

    done = run("export", "--judgements")

    pairs = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(pair["evidence"], pair["claim"], pair["label"]) for pair in pairs] == [
        ("Die Brücke ist gesperrt", "Die Brücke in Dresden ist gesperrt", "supports")
    ]
    assert done.stderr == "Left out, because they do not tell how words stand to a claim: 1.\n"
