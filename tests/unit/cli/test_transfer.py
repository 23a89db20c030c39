from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner, Result

from cli.client import Client, ServiceError
from cli.extract import export_items
from cli.intake import store_items
from cli.items import Item, Kind, read_items
from cli.main import main
from cli.transfer import seed
from seeds import read_seeds

Json = dict[str, Any]

_PAGE = 2
_REQUEST = re.compile(r"/v1/(?P<collection>\w+)(/(?P<id>[^/]+)(/retraction)?)?")


@dataclass
class LittleService:
    """The part of the HTTP interface that a transfer uses, with a record in memory."""

    url: str = ""
    largest: int = 1_000_000
    broken: bool = False
    full_at: int = 1_000_000
    posts: list[tuple[str, Any]] = field(default_factory=list)
    record: dict[str, dict[str, Json]] = field(
        default_factory=lambda: {"sources": {}, "statements": {}, "confirmations": {}, "claims": {}}
    )

    @property
    def in_order(self) -> list[str]:
        """The ids of statements and confirmations in the order of recording."""
        return list(self.record["statements"])

    def get(self, collection: str, id: str | None, query: dict[str, list[str]]) -> tuple[int, Any]:
        if id:
            found = self.record[collection].get(id)
            return (200, found) if found else (404, _problem(404, f"There is nothing called {id}."))
        begin = int(query.get("cursor", ["0"])[0])
        items = list(self.record[collection].values())[begin:]
        return 200, {"items": items[:_PAGE], "next_cursor": str(begin + _PAGE) if len(items) > _PAGE else None}

    def post(self, collection: str, id: str | None, body: Any, length: int) -> tuple[int, Any]:
        self.posts.append((collection, body))
        if self.broken:
            return 503, _problem(503, "The database cannot be reached.")
        if length > self.largest:
            return 413, _problem(413, "It is too large.")
        if id:
            statement = self.record["statements"][id]
            statement["retraction"] = {"reason": body["reason"], "retracted_at": "2025-01-01T00:00:00Z"}
            return 200, statement
        if isinstance(body, list):
            outcomes = [self.add(collection, item) for item in body]
            bad = any(status >= 400 for status, _ in outcomes)
            added = sum(status == 201 for status, _ in outcomes)
            return 207 if bad else 201, {"items": [result for _, result in outcomes], "added": added}
        return self.add(collection, body)

    def add(self, collection: str, item: Json) -> tuple[int, Json]:
        if len(self.record[collection]) >= self.full_at:
            return 503, _problem(503, "The database is full.")
        if problem := self._refuse(collection, item):
            return 422, problem
        known = self.record[collection].get(item["id"])
        if known:
            same = all(known[name] == value for name, value in item.items())
            return (200, known) if same else (409, _problem(409, f"There is another {item['id']}."))
        stored = {**item, "inferred": [], "target": None, "retraction": None}
        if collection == "sources":
            stored = {"parent": None, "aliases": [], "reliability": "F", **item}
        if collection == "statements":
            stored |= {name: f"inferred {name}" for name in ("act", "origin", "language") if name not in item}
            stored["inferred"] = [name for name in ("act", "origin", "language") if name not in item]
        if collection == "confirmations":
            target = {name: item[name] for name in ("claim", "statement", "position") if name in item}
            shown = {**stored, "speaker": item["source"], "target": target, "text": item.get("text", "")}
            self.record["statements"][item["id"]] = shown
        self.record[collection][item["id"]] = stored
        return 201, stored

    def _refuse(self, collection: str, item: Json) -> Json | None:
        """What is wrong with an item, as far as the order of a transfer may be the reason."""
        unknown = {"note", "verdict", "type", "inferred"} & item.keys()
        references = {
            "parent": ("sources", item.get("parent") if collection == "sources" else None),
            "claim": ("claims", item.get("claim")),
            "statement": ("statements", item.get("statement")),
        }
        missing = [name for name, (where, id) in references.items() if id and id not in self.record[where]]
        retracted = self.record["statements"].get(item.get("statement", ""), {}).get("retraction")
        errors = [
            *({"field": name, "message": "is not a field that is known here"} for name in sorted(unknown)),
            *({"field": name, "message": "is not on record"} for name in missing),
            *([{"field": "statement", "message": "was retracted"}] if retracted else []),
            *([{"field": "text", "message": "must not be empty"}] if item.get("text") == "" else []),
        ]
        return {**_problem(422, "Some fields are not right"), "errors": errors} if errors else None


def _problem(status: int, detail: str) -> Json:
    return {"type": "about:blank", "title": detail, "status": status, "detail": detail}


@pytest.fixture
def start() -> Iterator[Callable[[], LittleService]]:
    """Starts a service with an empty record."""
    servers: list[tuple[ThreadingHTTPServer, threading.Thread]] = []

    def start_one() -> LittleService:
        service = LittleService()
        server = ThreadingHTTPServer(("127.0.0.1", 0), _make_handler(service))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        servers.append((server, thread))
        service.url = f"http://127.0.0.1:{server.server_port}"
        return service

    yield start_one
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


def _make_handler(service: LittleService) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # an answer in one packet: two would wait for each other

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            address = urlsplit(self.path)
            request = _REQUEST.fullmatch(address.path)
            assert request, self.path
            collection, id = request["collection"], request["id"]
            if self.command == "POST":
                status, answer = service.post(collection, id, json.loads(self.rfile.read(length)), length)
            else:
                status, answer = service.get(collection, id, parse_qs(address.query))
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None: ...

    return Handler


@pytest.fixture
def service(start: Callable[[], LittleService]) -> LittleService:
    return start()


def run(service: LittleService, *arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, [*arguments, "--server", service.url], input=stdin)


RECORD = """{
  "id": "bridge",
  "sources": [
    {"id": "spokesman", "name": "A Spokesman", "parent": "ministry"},
    {"id": "ministry", "name": "The Ministry", "kind": "government", "note": "for people"}
  ],
  "statements": [
    {"id": "s1", "speaker": "spokesman", "text": "Die Brücke wird gesperrt.", "act": "assert", "note": "for people"},
    {"id": "s2", "speaker": "ministry", "text": "The bridge stays open."}
  ],
  "claims": [
    {"id": "c1", "text": "The bridge will be closed", "as_of": "2025-03-03", "verdict": "denied"}
  ]
}
"""

LINES = """\
{"type": "source", "id": "ministry", "name": "The Ministry", "kind": "government"}
{"id": "s1", "speaker": "ministry", "text": "The bridge will be closed."}
{"type": "claim", "id": "c1", "text": "The bridge will be closed"}
{"type": "confirmation", "id": "k1", "source": "ministry", "position": "denies", "claim": "c1"}
{"id": "s2", "speaker": "ministry", "text": "The bridge stays open.", "act": "deny"}
{"type": "confirmation", "id": "k2", "source": "ministry", "position": "confirms", "statement": "s1"}
{"type": "retraction", "statement": "s1", "reason": "a misprint"}
"""


def test_a_record_is_stored_without_what_is_for_people(service: LittleService, tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    file.write_text(RECORD, encoding="utf-8")

    done = run(service, "import", str(file))

    assert (done.exit_code, done.stdout, done.stderr) == (0, f"{file}: 5 stored, 0 already there, 0 rejected\n", "")
    assert {kind: list(items) for kind, items in service.record.items()} == {
        "sources": ["ministry", "spokesman"],
        "statements": ["s1", "s2"],
        "confirmations": [],
        "claims": ["c1"],
    }
    assert service.record["claims"]["c1"]["as_of"] == "2025-03-03"
    assert service.record["statements"]["s1"]["text"] == "Die Brücke wird gesperrt."


def test_lines_of_every_kind_are_stored_in_their_order(service: LittleService) -> None:
    done = run(service, "import", "-", stdin=LINES)

    assert (done.exit_code, done.stdout) == (0, "-: 7 stored, 0 already there, 0 rejected\n")
    assert service.in_order == ["s1", "k1", "s2", "k2"]
    assert service.record["sources"]["ministry"]["kind"] == "government"
    assert service.record["statements"]["s1"]["retraction"]["reason"] == "a misprint"


def test_importing_again_adds_nothing(service: LittleService, tmp_path: Path) -> None:
    file = tmp_path / "statements.json"
    file.write_text(json.dumps([{"text": "a", "speaker": "x"}, {"text": "b", "speaker": "x"}]), encoding="utf-8")
    run(service, "import", str(file))
    before = json.dumps(service.record)

    done = run(service, "import", str(file))

    assert (done.exit_code, done.stdout) == (0, f"{file}: 0 stored, 2 already there, 0 rejected\n")
    assert json.dumps(service.record) == before


def test_what_is_rejected_is_told_by_line_and_field_and_the_rest_is_stored(service: LittleService) -> None:
    stdin = '{"id": "s1", "text": ""}\n{"id": "s2", "text": "b"}\nnonsense\n{"type": "retraction"}\n'

    done = run(service, "import", "-", stdin=stdin)

    assert done.exit_code == 1
    assert done.stdout == "-: 1 stored, 0 already there, 3 rejected\n"
    assert sorted(done.stderr.splitlines()) == [
        "-:1: text must not be empty",
        "-:3: is not JSON: Expecting value at column 1",
        "-:4: statement must be the id of a statement",
    ]
    assert service.in_order == ["s2"]


def test_a_conflict_and_a_missing_statement_are_rejections(service: LittleService) -> None:
    run(service, "import", "-", stdin='{"type": "source", "id": "x", "name": "One"}')
    stdin = '{"type": "source", "id": "x", "name": "Two"}\n{"type": "retraction", "statement": "s9", "reason": "r"}'

    done = run(service, "import", "-", stdin=stdin)

    assert done.exit_code == 1
    assert done.stderr == "-:1: There is another x.\n-:2: There is nothing called s9.\n"


def test_only_the_first_rejections_are_shown(service: LittleService) -> None:
    done = run(service, "import", "-", stdin='{"text": "", "note": 1}\n' * 25)

    assert done.stdout == "-: 0 stored, 0 already there, 25 rejected\n"
    assert done.stderr.splitlines() == [
        *(f"-:{line}: text must not be empty" for line in range(1, 21)),
        "-: and 5 more",
    ]


def test_a_rejected_file_does_not_keep_the_next_one_from_being_imported(service: LittleService, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text('[{"text": "a"}]', encoding="utf-8")
    bad.write_text("[oops]", encoding="utf-8")

    done = run(service, "import", str(bad), str(good))

    assert done.exit_code == 1
    assert f"{good}: 1 stored" in done.stdout


def test_many_statements_go_in_requests_of_bounded_size(service: LittleService) -> None:
    run(service, "import", "-", stdin="".join(f'{{"text": "{number}"}}\n' for number in range(450)))

    assert [len(body) for _, body in service.posts] == [200, 200, 50]
    assert [item["text"] for item in service.record["statements"].values()] == [str(number) for number in range(450)]


def test_the_first_items_are_sent_before_the_last_are_read(service: LittleService) -> None:
    def items() -> Iterator[Item]:
        for line in range(1, 600):
            assert len(service.record["statements"]) >= line - 201
            yield Item(line, Kind.STATEMENT, {"text": str(line)})

    assert store_items(Client(service.url), items()).stored == 599


def test_what_is_too_large_for_one_request_goes_in_several(service: LittleService) -> None:
    service.largest = 2_000
    texts = ["x" * 900, "y" * 900, "z" * 3_000, "last"]

    done = run(service, "import", "-", stdin="\n".join(json.dumps({"text": text}) for text in texts))

    assert done.stderr == "-:3: It is too large.\n"
    assert [item["text"][0] for item in service.record["statements"].values()] == ["x", "y", "l"]


def test_a_service_that_cannot_store_ends_the_import(service: LittleService) -> None:
    service.broken = True

    for item in ('{"text": "a"}', '{"type": "source", "name": "A"}'):
        done = run(service, "import", "-", stdin=item)

        assert done.exit_code == 1
        assert done.stderr == "Error: The database cannot be reached.\n"


def test_a_service_that_gets_into_trouble_on_the_way_ends_the_import(service: LittleService) -> None:
    service.full_at = 100

    done = run(service, "import", "-", stdin="".join(f'{{"text": "{number}"}}\n' for number in range(450)))

    assert (done.exit_code, done.stderr) == (1, "Error: The database is full.\n")
    assert len(service.posts) == 1


def test_export_leaves_out_what_was_inferred(service: LittleService) -> None:
    run(service, "import", "-", stdin=LINES)

    done = run(service, "export")

    exported = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 0
    assert exported == [
        {"type": "source", "id": "ministry", "name": "The Ministry", "kind": "government", "reliability": "F"},
        {"type": "statement", "id": "s1", "speaker": "ministry", "text": "The bridge will be closed."},
        {"type": "claim", "id": "c1", "text": "The bridge will be closed"},
        {"type": "confirmation", "id": "k1", "source": "ministry", "position": "denies", "claim": "c1"},
        {"type": "statement", "id": "s2", "speaker": "ministry", "text": "The bridge stays open.", "act": "deny"},
        {"type": "confirmation", "id": "k2", "source": "ministry", "position": "confirms", "statement": "s1"},
        {"type": "retraction", "statement": "s1", "reason": "a misprint"},
    ]


def test_claims_that_nothing_refers_to_come_last_and_all_keep_their_order(service: LittleService) -> None:
    claims = "".join(f'{{"type": "claim", "id": "c{number}", "text": "t"}}\n' for number in range(1, 6))
    confirmations = "".join(
        f'{{"type": "confirmation", "id": "k{claim}", "source": "x", "position": "denies", "claim": "c{claim}"}}\n'
        for claim in (3, 2)
    )
    run(service, "import", "-", stdin=claims + confirmations + '{"id": "s1", "text": "a"}\n')

    exported = list(export_items(Client(service.url)))

    assert [item.content["id"] for item in exported] == ["c1", "c2", "c3", "k3", "k2", "s1", "c4", "c5"]
    assert [kind for kind, _ in groupby(item.kind for item in exported)] == [
        "claim",
        "confirmation",
        "statement",
        "claim",
    ]


def test_a_round_trip_gives_the_same_record(start: Callable[[], LittleService], tmp_path: Path) -> None:
    one, other = start(), start()
    seed(Client(one.url))
    run(one, "import", "-", stdin=LINES)
    file = tmp_path / "export.ndjson"

    exported = run(one, "export", "--output", str(file))
    imported = run(other, "import", str(file))

    assert (exported.exit_code, exported.stdout, imported.exit_code) == (0, "", 0)
    assert other.record == one.record
    assert other.in_order == one.in_order


def test_an_export_that_fails_leaves_the_file_as_it_was(service: LittleService, tmp_path: Path) -> None:
    file = tmp_path / "export.ndjson"
    file.write_text("the last one", encoding="utf-8")
    run(service, "import", "-", stdin=LINES)
    service.record["statements"]["s2"].pop("target")

    done = run(service, "export", "--output", str(file))

    assert done.exit_code != 0
    assert file.read_text(encoding="utf-8") == "the last one"
    assert list(tmp_path.iterdir()) == [file]


def test_an_export_that_cannot_be_written_says_so(service: LittleService, tmp_path: Path) -> None:
    done = run(service, "export", "--output", str(tmp_path / "nowhere" / "export.ndjson"))

    assert done.exit_code == 1
    assert "export.ndjson cannot be written: No such file or directory." in done.stderr


def test_seed_stores_the_founding_record_once(service: LittleService) -> None:
    record = read_seeds()
    size = sum(len(record[kind]) for kind in ("sources", "statements", "claims"))

    first, second = run(service, "seed"), run(service, "seed")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout.endswith(f": {size} stored, 0 already there, 0 rejected\n")
    assert second.stdout.endswith(f": 0 stored, {size} already there, 0 rejected\n")
    assert list(service.record["sources"]) == [source["id"] for source in record["sources"]]


def test_seed_tells_its_caller_what_became_of_the_record(service: LittleService) -> None:
    service.broken = True

    with pytest.raises(ServiceError, match="The database cannot be reached"):
        seed(Client(service.url))


def test_where_no_service_is_the_error_says_so() -> None:
    done = CliRunner().invoke(main, ["export", "--server", "http://127.0.0.1:1"])

    assert done.exit_code == 2
    assert "No service answers at http://127.0.0.1:1" in done.stderr


def test_an_id_is_made_from_the_content_alone(service: LittleService) -> None:
    one = '{"text": "a", "speaker": "x"}\n{"speaker": "x", "text": "a", "note": "again"}\n{"speaker": "x", "text": "b"}'

    summary = store_items(Client(service.url), read_items(io.StringIO(one)))

    assert (summary.stored, summary.known) == (2, 1)
