from __future__ import annotations

import io
import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from cli.items import Item, Kind, Rejection, parents_first, read_items

KINDS = ", ".join(Kind)


def read(text: str) -> list[Item | Rejection]:
    return list(read_items(io.StringIO(text)))


def lines(items: Iterable[Item | Rejection]) -> list[int]:
    return [item.line for item in items]


def test_a_record_has_items_of_each_kind_and_says_on_which_line() -> None:
    record = """{
  "topic": "a bridge: [closed]",
  "languages": ["en"],
  "sources": [
    {"id": "office", "kind": "government"}
  ],
  "statements": [{"id": "s1"},
    {"id": "s2",
     "type": "of no meaning here"}],
  "confirmations": [],
  "claims": [ {"id": "c1"} ]
}
"""

    assert read(record) == [
        Item(5, Kind.SOURCE, {"id": "office", "kind": "government"}),
        Item(7, Kind.STATEMENT, {"id": "s1"}),
        Item(8, Kind.STATEMENT, {"id": "s2", "type": "of no meaning here"}),
        Item(11, Kind.CLAIM, {"id": "c1"}),
    ]


def test_a_record_may_be_on_one_line() -> None:
    assert read('{"claims": [{"id": "c1"}], "statements": [{"id": "s1"}]}') == [
        Item(1, Kind.CLAIM, {"id": "c1"}),
        Item(1, Kind.STATEMENT, {"id": "s1"}),
    ]


def test_an_array_has_statements() -> None:
    assert read('\n [{"id": "s1"},\n\n{"id": "s2"}]\n') == [
        Item(2, Kind.STATEMENT, {"id": "s1"}),
        Item(4, Kind.STATEMENT, {"id": "s2"}),
    ]


def test_a_line_is_a_statement_or_what_its_type_says() -> None:
    text = '{"id": "s1"}\n\n{"type": "source", "kind": "government"}\n{"type": "retraction", "statement": "s1"}'

    assert read(text) == [
        Item(1, Kind.STATEMENT, {"id": "s1"}),
        Item(3, Kind.SOURCE, {"kind": "government"}),
        Item(4, Kind.RETRACTION, {"statement": "s1"}),
    ]


@pytest.mark.parametrize(
    ("bad", "field", "message"),
    [
        ('{"id": s2}', "", "is not JSON: Expecting value at column 8"),
        ('{"score": NaN}', "", "is not JSON: NaN is no value at column 1"),
        ("7", "", "is not a JSON object"),
        (
            '{"type": "rumour"}',
            "type",
            "must be one of source, statement, confirmation, document, claim, claimreview, retraction",
        ),
        (
            '{"type": ["claim"]}',
            "type",
            "must be one of source, statement, confirmation, document, claim, claimreview, retraction",
        ),
    ],
)
def test_a_bad_line_does_not_keep_the_others_from_being_read(bad: str, field: str, message: str) -> None:
    good = '{"id": "s1"}'

    assert read(f"{good}\n{bad}\n{good}\n") == [
        Item(1, Kind.STATEMENT, {"id": "s1"}),
        Rejection(2, field, message),
        Item(3, Kind.STATEMENT, {"id": "s1"}),
    ]
    assert lines(read(f"{bad}\n{good}\n")) == [1, 2]


@pytest.mark.parametrize(
    ("text", "good", "line"),
    [
        ('[{"id": "s1"},\n{"id": oops}, {"id": "s3"}]', 1, 2),
        ('[{"id": "s1"}\n{"id": "s2"}]', 1, 2),
        ('[{"id": "s1"},\n{"id": "s2', 1, 2),
        ('[{"id": "s1"}]\n{"id": "s2"}', 1, 2),
        ('{\n"statements": [{"id": "s1"}],\n', 1, 3),
        ('{\n"speaker": "office"\n}', 0, 1),
    ],
    ids=["bad value", "no comma", "cut off", "more after the end", "object cut off", "no list"],
)
def test_what_is_no_whole_json_is_read_up_to_there(text: str, good: int, line: int) -> None:
    *items, last = read(text)

    assert [type(item) for item in items] == [Item] * good
    assert isinstance(last, Rejection)
    assert last.line == line


def test_an_empty_file_has_no_items() -> None:
    assert read("") == read("\n\n") == []


def test_a_file_in_another_encoding_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "latin.ndjson"
    path.write_bytes('{"text": "Größe"}\n'.encode("latin-1"))

    with path.open(encoding="utf-8") as file:
        assert list(read_items(file)) == [Rejection(1, "", "the file is not in UTF-8; it is read up to here")]


@pytest.mark.parametrize("begin", ["[\n", '{"topic": "t",\n"statements": ['], ids=["array", "record"])
def test_no_more_of_a_file_is_read_than_its_next_items_need(begin: str) -> None:
    item = json.dumps({"text": "x" * 1000})
    size = 20_000
    file = io.StringIO(begin + ",\n".join([item] * size) + ("]" if begin == "[\n" else "]}"))

    items = read_items(file)
    first = next(items)

    assert file.tell() < 300_000
    assert isinstance(first, Item)
    assert sum(1 for _ in items) == size - 1


def test_values_longer_than_a_piece_of_the_file_are_read_whole() -> None:
    texts = ["ä" * length for length in (65_530, 65_536, 200_000, 1)]

    items = read("[\n" + ",\n".join(json.dumps({"text": text, "n": 1234567890}) for text in texts) + "]")

    assert items == [
        Item(line, Kind.STATEMENT, {"text": text, "n": 1234567890}) for line, text in enumerate(texts, start=2)
    ]


def test_sources_come_after_their_parents_and_else_in_place() -> None:
    def source(id: str, parent: str | None = None, **more: str) -> Item:
        return Item(0, Kind.SOURCE, {"id": id, **({"parent": parent} if parent else {}), **more})

    spokesman, ministry, country = (
        source("spokesman", "The Ministry"),
        source("m", "c", name="The Ministry"),
        source("c"),
    )
    other, unknown = source("other"), source("unknown", "elsewhere")
    one, two = source("one", "two"), source("two", "one")

    ordered = parents_first([other, spokesman, unknown, ministry, country, one, two])

    assert ordered == [other, country, ministry, spokesman, unknown, two, one]


def test_a_data_feed_has_claimreviews_one_or_several_an_element() -> None:
    feed = """{
  "@context": "https://schema.org",
  "@type": "DataFeed",
  "dateModified": "2024-07-02",
  "dataFeedElement": [
    {"@type": "DataFeedItem", "item": [{"@type": "ClaimReview", "url": "a"}, {"@type": "ClaimReview", "url": "b"}]},
    {"@type": "DataFeedItem", "item": {"@type": "ClaimReview", "url": "c"}},
    {"@type": "ClaimReview", "url": "d"},
    {"@type": "DataFeedItem"}
  ]
}"""

    found = read(feed)

    assert [item.content["url"] for item in found[:4] if isinstance(item, Item)] == ["a", "b", "c", "d"]
    assert {item.kind for item in found[:4] if isinstance(item, Item)} == {Kind.CLAIMREVIEW}
    assert lines(item for item in found if isinstance(item, Item)) == [6, 6, 7, 8]
    assert found[4:] == [Rejection(9, "", "is not a JSON object")]


def test_claimreviews_are_known_by_their_type_in_an_array_and_in_lines() -> None:
    review = {"@type": "ClaimReview", "url": "a"}
    for text in (json.dumps([review]), json.dumps(review) + "\n" + json.dumps({"id": "s"}) + "\n"):
        first, *rest = read(text)
        assert first == Item(1, Kind.CLAIMREVIEW, review)
        assert rest in ([], [Item(2, Kind.STATEMENT, {"id": "s"})])
