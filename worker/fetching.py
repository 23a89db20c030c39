"""A web page, fetched from an address that somebody gave, or the reason why there is nothing to read at it."""

from __future__ import annotations

import re
import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urljoin

import requests
from urllib3 import Timeout
from urllib3.exceptions import HTTPError

from store.addresses import RefusedAddressError
from worker.execution import CannotError
from worker.guarded import GuardedSession, make_session, redirect_of

LARGEST = 5_000_000
SECONDS = 20.0

_REDIRECTS = 3
_TYPES = ("text/html", "application/xhtml+xml", "text/plain")
_CHUNK = 65_536
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)

_STATUSES = {
    401: "the page is open only to readers with an account",
    402: "the page is open only to readers who pay",
    403: "the server refuses to show the page",
    404: "there is no page at the address",
    410: "the page has been taken down",
    429: "the server has had too many requests",
    451: "the page is withheld for legal reasons",
}


class FetchError(CannotError):
    """There is nothing to read at an address; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What a server gave: the bytes, and the media type and charset that it says they have."""

    content: bytes
    media_type: str
    charset: str | None


def fetch(
    url: str,
    *,
    allowed: Collection[str] = (),
    seconds: float = SECONDS,
    largest: int = LARGEST,
    redirects: int = _REDIRECTS,
) -> Fetched:
    """The page at an address, within so many `seconds` and bytes, redirects included. Raises `FetchError`.

    `allowed` are hosts that may be reached wherever they are, as `worker.guarded` has it.
    """
    ends_at = time.monotonic() + seconds
    with make_session(allowed=allowed) as session:
        for _ in range(redirects + 1):
            with _ask(session, url, ends_at, seconds) as response:
                if (target := redirect_of(response)) is None:
                    return _take(response, ends_at, seconds, largest)
                url = urljoin(url, target)
    raise FetchError(f"the address leads on more than {redirects} times")


def _ask(session: GuardedSession, url: str, ends_at: float, seconds: float) -> requests.Response:
    left = ends_at - time.monotonic()
    if left <= 0:
        raise _too_slow(seconds)
    headers = {"User-Agent": "SecondSource", "Accept": ", ".join(_TYPES)}
    try:
        return session.get(url, headers=headers, stream=True, timeout=cast(Any, Timeout(total=left)))
    except RefusedAddressError as error:
        raise FetchError(f"the address cannot be fetched: {error}") from error
    except requests.exceptions.SSLError as error:
        raise FetchError("the certificate of the server cannot be verified") from error
    except requests.Timeout as error:
        raise _too_slow(seconds) from error
    except (requests.exceptions.InvalidSchema, requests.exceptions.InvalidURL) as error:
        raise FetchError("the page leads to something that is no address on the web") from error
    except (requests.RequestException, HTTPError, OSError, UnicodeError) as error:
        raise FetchError("the server cannot be reached or broke off") from error


def _take(response: requests.Response, ends_at: float, seconds: float, largest: int) -> Fetched:
    if response.status_code != requests.codes.ok:
        what = _STATUSES.get(response.status_code, "the server does not show the page")
        raise FetchError(f"{what} (HTTP {response.status_code})")
    kind = response.headers.get("Content-Type", "")
    media_type = kind.partition(";")[0].strip().lower()
    if media_type and media_type not in _TYPES:
        raise FetchError(f"the address gives {media_type[:100]!r}, which is no web page and no plain text")
    content = _read(response, ends_at, seconds, largest)
    if b"\0" in content[:1024] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FetchError("the address gives binary data, which is no web page and no plain text")
    charset = _CHARSET.search(kind)
    return Fetched(content=content, media_type=media_type or "text/html", charset=charset[1] if charset else None)


def _read(response: requests.Response, ends_at: float, seconds: float, largest: int) -> bytes:
    """The body, unpacked piece by piece, so that a small one which unfolds into a large one is noticed in time."""
    content = bytearray()
    try:
        while chunk := response.raw.read(_CHUNK, decode_content=True):
            content += chunk
            if len(content) > largest:
                raise FetchError(f"the page is larger than {largest:,} bytes")
            if time.monotonic() > ends_at:
                raise _too_slow(seconds)
    except TimeoutError as error:
        raise _too_slow(seconds) from error
    except (HTTPError, OSError) as error:
        if time.monotonic() > ends_at:
            raise _too_slow(seconds) from error
        raise FetchError("the server broke off, or what it sends is damaged") from error
    return bytes(content)


def _too_slow(seconds: float) -> FetchError:
    return FetchError(f"the server gave no whole page within {seconds:g} s")
