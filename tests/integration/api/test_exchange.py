"""Approved verdicts go out as ClaimReview and Atom, and others' ClaimReviews come in as statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

from store.settings import Settings
from tests.integration.api.caller import Answer, Caller
from tests.integration.api.schema_org import find_faults
from verifier.entities import Label

Give = Callable[..., None]

MARKUP = "/v1/claims/c/claimreview"
ATOM = "{http://www.w3.org/2005/Atom}"
REVIEW: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "claimReviewed": "The bridge in Norstad is closed",
    "author": {"@type": "Organization", "name": "Norstad Checks", "url": "https://checks.example"},
    "reviewRating": {"@type": "Rating", "ratingValue": 1, "bestRating": 5, "alternateName": "False"},
    "datePublished": "2024-07-02T09:00:00+02:00",
    "inLanguage": "en-GB",
    "url": "https://checks.example/bridge",
    "itemReviewed": {"@type": "Claim", "author": {"@type": "Person", "name": "Bo Dahl"}},
}


@pytest.fixture
def newsroom(settings: Settings) -> Iterator[Caller]:
    """The app of a newsroom that has said who it is."""
    own = replace(settings, publisher_name="Norstad Post", publisher_url="https://www.norstadpost.example/")
    caller = Caller(own)
    yield caller
    caller.context.close()


def approve(
    client: Caller, interpret: Callable[[str], None], give_verdict: Give, *, id: str = "c", **claim: Any
) -> Answer:
    client.post("/v1/claims", json={"id": id, "text": "The bridge is open"} | claim)
    said = {"id": "s", "speaker": "Anna Berg", "text": "The bridge is open.", "stated_on": "2024-07-01"}
    client.post("/v1/statements", json=said)
    interpret("s")
    give_verdict(id, Label.CORROBORATED, "s")
    url = f"https://www.norstadpost.example/{id}"
    return client.post(f"/v1/claims/{id}/approval", json={"reviewer": "Ida Holm", "url": url})


def parse(feed: Answer) -> ElementTree.Element:
    return ElementTree.fromstring(feed.data)  # noqa: S314  it is our own


def test_the_markup_of_an_approved_verdict_is_valid(
    newsroom: Caller, interpret: Callable[[str], None], give_verdict: Give
) -> None:
    approved = approve(newsroom, interpret, give_verdict, reference="https://forum.example/1").json
    newsroom.patch("/v1/sources/anna-berg", json={"kind": "person"})

    answer = newsroom.get(MARKUP)

    assert (answer.status_code, answer.mimetype) == (200, "application/ld+json")
    assert answer.json == {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": "https://www.norstadpost.example/c",
        "datePublished": approved["approved_at"][:10],
        "inLanguage": "en",
        "author": {"@type": "Organization", "name": "Norstad Post", "url": "https://www.norstadpost.example/"},
        "claimReviewed": "The bridge is open",
        "itemReviewed": {
            "@type": "Claim",
            "text": "The bridge is open",
            "author": {"@type": "Person", "name": "Anna Berg"},
            "datePublished": "2024-07-01",
            "appearance": {"@type": "CreativeWork", "url": "https://forum.example/1"},
        },
        "reviewRating": {
            "@type": "Rating",
            "alternateName": "Corroborated by independent sources",
            "ratingValue": 4,
            "bestRating": 5,
            "worstRating": 1,
            "ratingExplanation": "Because.",
        },
    }
    assert find_faults(answer.json, "ClaimReview") == []
    again = newsroom.get(MARKUP, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_what_is_not_known_is_left_out_of_the_markup(client: Caller, give_verdict: Give) -> None:
    client.post("/v1/claims", json={"id": "c", "text": "Die Brücke ist offen", "reference": "desk 7"})
    give_verdict("c", Label.NO_EVIDENCE, reasons=())
    client.post("/v1/claims/c/approval", json={"reviewer": "Ida Holm"})

    shown = client.get(MARKUP).json

    assert find_faults(shown, "ClaimReview") == []
    assert shown["author"] == {"@type": "Person", "name": "Ida Holm"}
    assert shown["itemReviewed"] == {"@type": "Claim", "text": "Die Brücke ist offen"}
    assert "url" not in shown
    assert "ratingExplanation" not in shown["reviewRating"]


def test_the_vocabulary_finds_what_is_wrong() -> None:
    bad = {"@type": "ClaimReview", "claimant": "x", "ratingValue": 1, "reviewRating": {"@type": "Person"}, "url": "x y"}
    assert len(find_faults(bad, "ClaimReview")) == 4
    assert find_faults({"@type": "Rating"}, "ClaimReview") == ["Rating is no ClaimReview"]


def test_no_verdict_is_published_that_nobody_approved(
    newsroom: Caller, interpret: Callable[[str], None], give_verdict: Give
) -> None:
    assert newsroom.get(MARKUP).json["type"] == "urn:secondsource:problem:not-found"
    approve(newsroom, interpret, give_verdict)
    for end in (lambda: newsroom.delete("/v1/claims/c/approval"), lambda: give_verdict("c", Label.DENIED)):
        newsroom.post("/v1/claims/c/approval", json={})
        assert newsroom.get(MARKUP).status_code == 200
        end()
        answer = newsroom.get(MARKUP)
        assert (answer.status_code, answer.json["type"]) == (404, "urn:secondsource:problem:not-approved")
        assert "/v1/claims/c/approval" in answer.json["detail"]
        assert parse(newsroom.get("/v1/claimreviews.atom")).findall(f"{ATOM}entry") == []


def test_the_feed_has_what_was_approved_newest_first(
    newsroom: Caller, interpret: Callable[[str], None], give_verdict: Give
) -> None:
    empty = newsroom.get("/v1/claimreviews.atom")
    assert (empty.status_code, empty.mimetype) == (200, "application/atom+xml")
    approve(newsroom, interpret, give_verdict, id="a", text="A & <b>")
    approve(newsroom, interpret, give_verdict, id="b", text="B \uffff")

    answer = newsroom.get("/v1/claimreviews.atom")
    feed = parse(answer)

    assert answer.headers["ETag"] != empty.headers["ETag"]
    assert newsroom.get("/v1/claimreviews.atom", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    for node in (feed, *feed.findall(f"{ATOM}entry")):  # what RFC 4287 asks for
        assert [len(node.findall(f"{ATOM}{name}")) for name in ("id", "title", "updated")] == [1, 1, 1]
        assert node.findtext(f"{ATOM}author/{ATOM}name")
        assert str(node.findtext(f"{ATOM}id")).startswith("urn:uuid:")
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [
        "Corroborated by independent sources: B \ufffd",
        "Corroborated by independent sources: A & <b>",
    ]
    assert feed.findtext(f"{ATOM}updated") == entries[0].findtext(f"{ATOM}updated")
    link = entries[0].find(f"{ATOM}link")
    assert link is not None
    assert link.attrib == {"rel": "alternate", "href": "https://www.norstadpost.example/b"}
    assert entries[0].findtext(f"{ATOM}content") == "Because."
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 2


def test_a_claimreview_is_a_statement_of_the_fact_checker(client: Caller) -> None:
    answer = client.post("/v1/claimreviews", json=REVIEW)

    assert answer.status_code == 201
    shown = answer.json
    assert answer.headers["Location"] == f"/v1/statements/{shown['id']}"
    expected = {
        "speaker": "norstad-checks",
        "publisher": "norstad-checks",
        "origin": "norstad-checks",
        "text": "Rating of the claim “The bridge in Norstad is closed”: False",
        "language": "en",
        "stated_on": "2024-07-02",
        "published_on": "2024-07-02",
        "act": "deny",
        "proposition": "The bridge in Norstad is closed",
        "url": "https://checks.example/bridge",
        "inferred": [],
    }
    assert {name: shown[name] for name in expected} == expected
    assert client.get("/v1/sources/norstad-checks").json["kind"] == "fact_checker"
    assert client.post("/v1/claimreviews", json=REVIEW).status_code == 200
    corrected = REVIEW | {"reviewRating": {"alternateName": "True"}, "datePublished": "2024-07-03"}
    assert client.post("/v1/claimreviews", json=corrected).json["act"] == "assert"


def test_what_fact_checkers_really_publish_is_read(client: Caller) -> None:
    loose = [
        REVIEW | {"@type": ["Review", "ClaimReview"], "author": [{"name": "Norstad Checks"}]},
        REVIEW | {"author": "Norstad Checks", "reviewRating": {"alternateName": ["Half true"]}},
        REVIEW | {"inLanguage": {"@type": "Language", "name": "English"}, "reviewRating": {"ratingValue": 2}},
        REVIEW | {"inLanguage": "de", "reviewRating": {"name": "Falsch: altes Bild"}, "url": None},
        REVIEW | {"reviewRating": {"alternateName": "Three noses"}},
    ]
    answer = client.post("/v1/claimreviews", json=loose)
    assert answer.status_code == 201
    items = answer.json["items"]
    assert [item["act"] for item in items] == ["deny", "decline", "report", "deny", "report"]
    assert items[2]["inferred"] == ["language"]
    assert items[3]["text"] == "Bewertung der Behauptung „The bridge in Norstad is closed“: Falsch: altes Bild"
    assert {item["speaker"] for item in items} == {"norstad-checks"}


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("@type", [None, "Review", ["Review"], 7]),
        ("claimReviewed", [None, "", 7]),
        ("author", [None, {}, {"name": ""}, [], {"@type": "Person"}]),
        ("reviewRating", [None, {}, {"alternateName": ""}, [], {"alternateName": []}]),
        ("datePublished", [None, "", "July 2024", "2999-01-01", "2024-07-02x", 2024]),
        ("url", ["checks.example"]),
    ],
)
def test_a_bad_claimreview_is_refused_by_the_name_of_its_property(
    client: Caller, field: str, values: list[Any]
) -> None:
    bad = [REVIEW | {field: value} for value in values]
    bad.append({name: value for name, value in REVIEW.items() if name != field})
    answers = client.post("/v1/claimreviews", json=bad).json["items"]
    wrong = answers if field != "url" else answers[:-1]
    for sent, answer in zip(bad, wrong, strict=False):
        assert answer["status"] == 422, sent
        assert [error["field"] for error in answer["errors"]] == [field], sent
