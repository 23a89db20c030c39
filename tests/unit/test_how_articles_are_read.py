"""The page docs/how-articles-are-read.md shows what the engine really finds: its blocks are computed here anew."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from textwrap import fill

import pytest

from verifier.article import Article, Mention, Passage
from verifier.discourse import find_speeches
from verifier.entities import Source
from verifier.extraction import extract

PAGE = Path(__file__).parents[2] / "docs" / "how-articles-are-read.md"
OUTLET = Source(id="talbote", name="Talbote", kind="news_outlet")
RECORD = {
    "Talbote": OUTLET,
    "Kurier": Source(id="kurier", name="Kurier", kind="news_outlet"),
    "Verkehrsamt": Source(id="verkehrsamt", name="Verkehrsamt", kind="official_body"),
    "Brun Werke": Source(id="brun-werke", name="Brun Werke", kind="company"),
}


def find(name: str) -> Sequence[Source]:
    return [RECORD[name]] if name in RECORD else []


def read_block(name: str) -> str:
    shown = re.search(rf"<!-- {name} -->\n```\n(.*?)\n```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert shown is not None
    return shown[1]


ARTICLE = Article(
    # The page wraps its lines; the article has one line a paragraph.
    text=re.sub(r"(?<!\n)\n(?!\n)", " ", read_block("article")),
    language="de",
    publisher=OUTLET,
    published_on=date(2024, 7, 2),
)


@pytest.mark.parametrize("block", ["speeches", "passages"])
def test_the_page_shows_what_the_engine_finds(block: str) -> None:
    lines = {"speeches": show_speeches, "passages": show_passages}[block]()
    assert read_block(block) == "\n".join(lines)


def show_speeches() -> list[str]:
    text = ARTICLE.text
    return [
        f"{speech.sentence:2}  {speech.cue.value:9}  {text[slice(*speech.speaker)] if speech.speaker else '-'}"
        for speech in find_speeches(text, ARTICLE.language).speeches
    ]


def show_passages() -> list[str]:
    return [line for passage in extract(ARTICLE, find) for line in show_passage(passage)]


def show_passage(passage: Passage) -> list[str]:
    quote = ARTICLE.text[passage.quote_start : passage.quote_end]
    facts = [
        f"{passage.act}, confidence {passage.confidence:.2f}",
        f"speaker: {show(passage.speaker)}",
        *([f"publisher: {show(passage.publisher)}"] if passage.publisher else []),
        f"origin: {passage.origin.name if passage.origin else 'unclear'}",
        f"said: {show_days(passage)}",
    ]
    return [
        fill("; ".join(facts), 100, subsequent_indent="    "),
        fill(
            f"{passage.quote_start} to {passage.quote_end}: {quote}",
            100,
            initial_indent="    ",
            subsequent_indent="    ",
        ),
    ]


def show(mention: Mention) -> str:
    beside = [part for part in (mention.role, mention.affiliation and f"for {mention.affiliation}") if part]
    known = mention.source or (f"one of {', '.join(mention.candidates)}" if mention.candidates else "new")
    return f"{mention.name} ({', '.join([*beside, known])})"


def show_days(passage: Passage) -> str:
    first, last = passage.stated.first, passage.stated.last
    if first is None or last is None:
        return "day not known"
    return f"{first}" if first == last else f"{first} to {last}"
