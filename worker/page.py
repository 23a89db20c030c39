"""The article on a web page: its text without what stands around it, its title, its day, and whose material it is.

By trafilatura (Barbaresi, Trafilatura: A Web Scraping Library and Command-Line Tool for Text Discovery and Extraction,
2021), which reads any markup; what is large or nested beyond any page that people read is turned away before.
"""

from __future__ import annotations

import codecs
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import trafilatura
from lxml import etree
from lxml.html import HtmlElement
from trafilatura.utils import load_html

from worker.execution import CannotError

LONGEST_TEXT = 200_000

_MOST_TAGS = 100_000
_DEEPEST = 400
_MOST_WRITTEN = 2_000_000
_LARGEST_TAG = 5_000
_MOST_MARKUP = 1_000_000
"""Characters of a tag, and of all, less what is quoted in them: parsing one takes the square of its attributes."""
_TAG = re.compile(r"<(/?)[a-zA-Z](?:[^\"'>]++|\"[^\"]*+\"|'[^']*+')*+")
_QUOTED = re.compile(r"\"[^\"]*+\"|'[^']*+'")
_VOID = re.compile(
    r"</?(?:area|base|br|col|embed|hr|img|input|link|meta|p|li|source|track|wbr|option|td|tr|dd|dt)\b", re.IGNORECASE
)
_DECLARED = re.compile(rb"<(?:meta[^>]{0,200}charset|\?xml[^>]{0,200}encoding)\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_WHOLE = re.compile(r"<(?:html|body)\b", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DATES = {"extensive_search": False, "original_date": False}
"""The day of the last change, as the page states it and not as it may be guessed: the text was printed by then."""
_BROKEN = (etree.LxmlError, ValueError, TypeError, AttributeError, LookupError, AssertionError, RecursionError)
"""What a parser raises over markup that nobody has foreseen."""
_BYLINES = (
    "//meta[@name='author' or @property='article:author' or @name='agency' or @name='source']/@content",
    "//*[contains(@class,'byline') or contains(@class,'author') or contains(@class,'agency') or @rel='author']",
)
_MOST_BYLINES = 20
_LONGEST_BYLINE = 200


class PageError(CannotError):
    """There is no article on a page; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An article. `bylines` are the lines and names that say whose it is; `is_free` is False where readers must pay."""

    text: str
    title: str | None = None
    published_on: date | None = None
    bylines: tuple[str, ...] = ()
    is_free: bool = True


def read_page(content: bytes, *, charset: str | None = None, url: str | None = None) -> Page:
    """The article in HTML; `charset` is what the server said. Raises `PageError` where there is none."""
    text = decode(content, charset)
    _check_markup(text)
    tree = _parse(text)
    bylines, is_free = tuple(_find_bylines(tree)), _is_free(tree)
    try:
        found = trafilatura.bare_extraction(
            tree,
            url=url,
            with_metadata=True,
            include_comments=False,
            include_tables=False,
            date_extraction_params=_DATES,
        )
    except _BROKEN as error:
        raise PageError("the page is too broken to be read") from error
    if found is None or isinstance(found, dict):
        raise PageError("there is no article on the page")
    title = clean(found.title or "") or None
    return Page(
        text=_check_text(_with_title(clean(found.text or ""), title)),
        title=title,
        published_on=_read_day(found.date),
        bylines=bylines,
        is_free=is_free,
    )


def read_plain(content: bytes, *, charset: str | None = None) -> Page:
    """An article that is plain text. Raises as `read_page` does."""
    return Page(text=_check_text(clean(decode(content, charset))))


def decode(content: bytes, charset: str | None = None) -> str:
    """Text by its byte order mark, what the server said, what the page says, UTF-8, or the encoding of old Windows."""
    named = [name for mark, name in _MARKS if content.startswith(mark)]
    declared = _DECLARED.search(content[:2048])
    named += [name for name in (charset, declared and declared[1].decode("ascii", "replace")) if name]
    for name in (*named, "utf-8"):
        try:
            return content.decode(name)
        except (LookupError, ValueError):
            continue  # not an encoding that there is, not one of text, or not the right one
    return content.decode("cp1252", "replace")


def clean(text: str) -> str:
    """A text without what no person writes and no database stores: control characters, halves of surrogate pairs."""
    text = re.sub(r"\r\n?", "\n", text)
    kept = "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))
    return kept.strip()


def _check_markup(text: str) -> None:
    """Raises where a page has more markup than a parser should be given."""
    tags, markup, depth = 0, 0, 0
    for match in _TAG.finditer(text):
        size = len(_QUOTED.sub("", match[0]))
        tags, markup = tags + 1, markup + size
        if tags > _MOST_TAGS or size > _LARGEST_TAG or markup > _MOST_MARKUP:
            raise PageError("the page has far more markup than an article needs")
        if not match[0].endswith("/") and not _VOID.match(match[0]):
            depth = max(0, depth + (-1 if match[1] else 1))
            if depth > _DEEPEST:
                raise PageError(f"the page is nested more than {_DEEPEST} deep")
    if not tags:
        raise PageError("the page is not HTML")


def _parse(text: str) -> HtmlElement:
    text = _DECLARATION.sub("", text.replace("\0", ""))
    if not _WHOLE.search(text):
        text = f"<html><body>{text}</body></html>"
    try:
        tree = load_html(text)
    except _BROKEN as error:
        raise PageError("the page is not HTML") from error
    if tree is None:
        raise PageError("the page is not HTML, or there is nothing on it")
    written = sum(len(element.text or "") + len(element.tail or "") for element in tree.iter(etree.Element))
    if written > _MOST_WRITTEN:
        raise PageError(f"the page has {written:,} characters, far more than an article")
    return tree


def _with_title(text: str, title: str | None) -> str:
    """The text with its headline, which is a statement too."""
    if not text or not title or text.startswith(title):
        return text
    return f"{title}\n{text}"


def _check_text(text: str) -> str:
    if not re.search(r"\w", text):
        raise PageError("there is no text on the page")
    if len(text) > LONGEST_TEXT:
        raise PageError(f"the text has {len(text):,} characters, and at most {LONGEST_TEXT:,} are read")
    return text


def _read_day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if day.year >= 1000 else None


def _find_bylines(tree: HtmlElement) -> Iterator[str]:
    """The lines beside the text that say whose it is."""
    found = [*tree.xpath(_BYLINES[0]), *(_text_of(element) for element in tree.xpath(_BYLINES[1])[:_MOST_BYLINES])]
    for described in _described(tree):
        for field in ("author", "creator", "sourceOrganization", "copyrightHolder"):
            values = described.get(field)
            several = values if isinstance(values, list) else [values]
            found += [value.get("name") if isinstance(value, dict) else value for value in several]
    lines = (clean(line) for line in found[: 4 * _MOST_BYLINES] if isinstance(line, str))
    yield from dict.fromkeys(line for line in lines if 0 < len(line) <= _LONGEST_BYLINE)


def _text_of(element: HtmlElement) -> str:
    return " ".join("".join(element.itertext())[: 2 * _LONGEST_BYLINE].split())


def _is_free(tree: HtmlElement) -> bool:
    """Whether anybody may read the page, as it says by schema.org's `isAccessibleForFree`."""
    return all(str(described.get("isAccessibleForFree", True)).lower() != "false" for described in _described(tree))


def _described(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """What the page says of itself in JSON-LD, as far as it can be read."""
    for script in tree.xpath("//script[@type='application/ld+json']")[:_MOST_BYLINES]:
        try:
            content = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        for item in content if isinstance(content, list) else [content]:
            graph = item.get("@graph") if isinstance(item, dict) else None
            yield from (each for each in (graph if isinstance(graph, list) else [item]) if isinstance(each, dict))
