"""Articles on pages, and what any other bytes end in: a clear reason, and never a crash."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from worker.agencies import find_agencies
from worker.page import LONGEST_TEXT, Page, PageError, clean, decode, read_page, read_plain

SENTENCE = "Die Brücke in Norstad ist am Montag gesperrt worden, wie die Stadt am Abend mitteilte."
PAGE = f"<html><head><title>Brücke</title></head><body><article><p>{SENTENCE}</p></article></body></html>"
PARAGRAPH = "<p>The bridge in Norstad was closed on Monday, the council said in a statement to the press.</p>"

HOSTILE = {
    "nothing": "",
    "blank": "   \n",
    "no markup": "{}",
    "an open tag": "<",
    "nested": "<div>" * 100_000,
    "nested in a small way": "<div>" * 350 + PARAGRAPH,
    "paragraphs that nobody closes": "<p>" * 200_000,
    "a tag without an end": '<div class="' + "a" * 1_000_000,
    "attributes": "<div " + " ".join(f"a{number}=1" for number in range(50_000)) + ">",
    "attributes with signs": "<div " + " ".join(f"a{number}='<>'" for number in range(50_000)) + ">",
    "many attributes on many tags": ("<div " + " ".join(f"a{number}=1" for number in range(500)) + ">x</div>") * 900,
    "many tags": "<i>a</i>" * 100_000,
    "links": "<a href='x'>link</a> " * 60_000,
    "entities in entities": "<!DOCTYPE l [<!ENTITY a 'l'><!ENTITY b '&a;&a;&a;'><!ENTITY c '&b;&b;&b;'>]><p>&c;</p>",
    "one long text": "<p>" + "word " * 900_000,
    "a long article": "<article>" + PARAGRAPH.replace("Monday", "{}") * 40_000,
    "comment": "<html><!--" + "-" * 1_000_000,
    "tables": "<table><tr><td>" * 50_000,
    "not binary": "%PDF-1.7 " + "".join(map(chr, range(256))) * 100,
    "json that is nested": "<script type='application/ld+json'>" + "[" * 100_000 + "</script>" + PARAGRAPH,
}


def attempt(content: bytes, charset: str | None = None) -> tuple[Page, str]:
    """The article, or the reason why there is none."""
    try:
        return read_page(content, charset=charset), ""
    except PageError as error:
        return Page(text=""), str(error)


@pytest.mark.parametrize("page", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_pages_end_in_an_article_or_a_reason_in_good_time(page: str) -> None:
    began = time.process_time()
    read, why = attempt(page.encode())
    assert why or 0 < len(read.text) <= LONGEST_TEXT
    assert time.process_time() - began < 30


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                ["<p>", "</p>", "<div>", "</div>", "<html>", "<body", "<!--", "-->", "<script>", "</", "<"]
            ),
            st.sampled_from(
                ["<meta charset=utf-16>", "<title>", "<time datetime='", "&#xD800;", "&#0;", "&", PARAGRAPH]
            ),
            st.sampled_from(["<script type='application/ld+json'>{}</script>", "<![CDATA[", "<?xml encoding='x'?>"]),
            st.text(max_size=20),
        ),
        max_size=15,
    ).map("".join),
    st.sampled_from(["utf-8", "utf-16", "cp1252", "shift_jis", "utf-7"]),
    st.sampled_from([None, "utf-8", "utf-16", "latin-1", "nonsense", "base64", ""]),
)
def test_any_markup_in_any_encoding_gives_clean_text_or_a_reason(page: str, written: str, said: str | None) -> None:
    read, why = attempt(page.encode(written, "replace"), said)
    assert why or read.text == clean(read.text) != ""
    read.text.encode()


@given(st.binary(max_size=200), st.sampled_from([None, "utf-16", "rot13", "idna", "\0"]))
def test_any_bytes_are_decoded(content: bytes, charset: str | None) -> None:
    text = clean(decode(content, charset))
    text.encode()
    assert "\0" not in text
    assert "\r" not in text


@pytest.mark.parametrize(
    ("content", "charset"),
    [
        (PAGE.encode(), None),
        (PAGE.encode("utf-8-sig"), "latin-1"),
        (PAGE.encode("utf-16"), None),
        (PAGE.encode("cp1252"), None),
        (PAGE.encode("cp1252"), "utf-8"),
        (PAGE.encode("cp1252"), "windows-1252"),
        (PAGE.replace("<title>", "<meta charset='iso-8859-15'><title>").encode("iso-8859-15"), None),
    ],
)
def test_a_page_is_read_in_the_encoding_that_it_has(content: bytes, charset: str | None) -> None:
    assert SENTENCE in read_page(content, charset=charset).text


def test_a_page_tells_its_title_its_day_whose_it_is_and_whether_it_is_free() -> None:
    head = """<title>Brücke gesperrt</title><meta property="article:published_time" content="2024-07-01T10:00:00Z">
    <script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "author": [{"name": "Anna Berg"}],
    "sourceOrganization": {"name": "AFP"}, "isAccessibleForFree": "False"}]}</script><meta name=author content=dpa>"""
    byline = "<span class='byline'>Von Anna Berg, Reuters</span>"
    body = f"<h1>Brücke gesperrt</h1>{byline}<article><p>{SENTENCE}</p></article>"

    page = read_page(f"<html><head>{head}</head><body>{body}</body></html>".encode())

    assert (page.title, page.published_on, page.is_free) == ("Brücke gesperrt", date(2024, 7, 1), False)
    assert page.text.startswith("Brücke gesperrt\n")
    assert page.text.count("Brücke gesperrt") == 1
    assert set(page.bylines) >= {"dpa", "Von Anna Berg, Reuters", "Anna Berg", "AFP"}
    assert set(find_agencies(page.bylines, "de")) == {"dpa", "Reuters", "AFP"}
    assert find_agencies(["Anna Reuters", "ap Huw", "Von Anna Berg"], "de") == ()


def test_a_plain_text_is_taken_as_it_is_but_for_what_nobody_writes() -> None:
    assert read_plain(b"One.\r\nTwo\0.\x1b\n").text == "One.\nTwo."
    with pytest.raises(PageError, match="no text"):
        read_plain(b" \n--\n")
    with pytest.raises(PageError, match="at most 200,000"):
        read_plain(b"a" * 200_001)
