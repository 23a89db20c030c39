"""An Atom feed (RFC 4287) of what was approved."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree

from api.reviews import Review

MIMETYPE = "application/atom+xml"
_NAMESPACE = "http://www.w3.org/2005/Atom"
_NEVER = datetime(2024, 1, 1, tzinfo=UTC)
"""When an empty feed was changed last."""
# What XML 1.0 cannot hold even escaped.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_feed(reviews: Sequence[Review], *, path: str, publisher: str, home: str | None) -> str:
    """A feed of these reviews, the newest first, that is found at this path."""
    feed = ElementTree.Element(f"{{{_NAMESPACE}}}feed")
    _add(feed, "id", uuid5(NAMESPACE_URL, f"{home or publisher} {path}").urn)
    _add(feed, "title", f"Verdicts of {publisher}")
    _add(feed, "updated", _moment(max((review.approved_at for review in reviews), default=_NEVER)))
    _add(feed, "link", rel="self", type=MIMETYPE, href=path)
    if home:
        _add(feed, "link", rel="alternate", href=home)
    _add(_add(feed, "author"), "name", publisher)
    _add(feed, "generator", "Second Source")
    for review in reviews:
        _write_entry(_add(feed, "entry"), review)
    ElementTree.register_namespace("", _NAMESPACE)
    text: str = ElementTree.tostring(feed, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _write_entry(entry: ElementTree.Element, review: Review) -> None:
    _add(entry, "id", uuid5(NAMESPACE_URL, f"urn:secondsource:{review.id}").urn)
    _add(entry, "title", review.title)
    _add(entry, "updated", _moment(review.approved_at))
    _add(entry, "published", _moment(review.approved_at))
    _add(_add(entry, "author"), "name", review.signed_by)
    _add(entry, "category", term=review.rating)
    if review.url:
        _add(entry, "link", rel="alternate", href=review.url)
    _add(entry, "content", "\n".join(review.reasons), type="text")


def _add(parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    found = ElementTree.SubElement(parent, f"{{{_NAMESPACE}}}{name}", {n: _clean(v) for n, v in attributes.items()})
    if text is not None:
        found.text = _clean(text)
    return found


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
