"""One request over HTTP that ends in time and stays small, whatever the server does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, ReadTimeoutError

from verifier.ports import ModelError
from worker.deadline import TimedResponse

_LARGEST = 64 * 1024


def secure(session: requests.Session, url: str) -> requests.Session:
    """The session, so that nothing of the environment changes its requests and those below `url` end in time."""
    session.trust_env = False  # no proxy, and no .netrc that would replace the key
    session.mount(url, _DeadlineAdapter())
    return session


def post(session: requests.Session, url: str, content: object, *, headers: Mapping[str, str], timeout: float) -> bytes:
    """The body of the answer to a JSON request. `timeout` is for all of it: to connect, to send and to read.

    Raises `ModelError` unless the status is 200 and the body is at most 64 KiB. The message holds nothing that was
    sent or received but the status.
    """
    # Uncompressed: a small body must not unfold into a large one.
    headers = {"Accept": "application/json", "Accept-Encoding": "identity", **headers}
    limit = Timeout(total=timeout)
    try:
        with session.post(
            url, json=content, headers=headers, timeout=cast(Any, limit), stream=True, allow_redirects=False
        ) as response:
            if response.status_code != requests.codes.ok:
                raise ModelError(f"the relation endpoint {_explain(response.status_code)}")
            return _read(response)
    except (requests.Timeout, ReadTimeoutError, TimeoutError) as error:
        raise ModelError(
            f"the relation endpoint gave no whole answer within {timeout:g} s: see that it is not overloaded, or raise"
            " SECONDSOURCE_RELATION_ENDPOINT_TIMEOUT"
        ) from error
    except requests.exceptions.SSLError as error:
        raise ModelError(
            "the certificate of the relation endpoint cannot be verified: give the name that the certificate is for in"
            " SECONDSOURCE_RELATION_ENDPOINT"
        ) from error
    except (requests.RequestException, HTTPError, OSError) as error:
        raise ModelError(
            "the relation endpoint cannot be reached or broke off: see that it is running, and that"
            " SECONDSOURCE_RELATION_ENDPOINT is its address"
        ) from error


def _read(response: requests.Response) -> bytes:
    body = b""
    while chunk := response.raw.read(_LARGEST + 1 - len(body), decode_content=False):
        body += chunk
        if len(body) > _LARGEST:
            raise ModelError(
                f"the answer of the relation endpoint is longer than {_LARGEST} bytes: use a model that answers with"
                " the JSON object alone"
            )
    return body


def _explain(status: int) -> str:
    """What a status other than 200 means and what to do about it, after "the relation endpoint"."""
    if 300 <= status < 400:
        return (
            f"sends elsewhere (HTTP {status}), which is not followed: set SECONDSOURCE_RELATION_ENDPOINT to the final"
            " address"
        )
    if status in (401, 403):
        return f"does not accept the key (HTTP {status}): see SECONDSOURCE_RELATION_ENDPOINT_KEY"
    if status == 404:
        return (
            "has no such address or model (HTTP 404): see SECONDSOURCE_RELATION_ENDPOINT, which ends before"
            " /chat/completions, and SECONDSOURCE_RELATION_ENDPOINT_MODEL"
        )
    if status in (429, 503):
        return f"is too busy (HTTP {status}): give it more room, or run fewer workers"
    if status >= 500:
        return f"failed (HTTP {status}): see its own log"
    return (
        f"does not accept the request (HTTP {status}): see its own log, and that it and the model know the response"
        " format json_schema"
    )


class _PlainConnection(HTTPConnection):
    response_class = TimedResponse


class _SecureConnection(HTTPSConnection):
    response_class = TimedResponse


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _DeadlineAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
