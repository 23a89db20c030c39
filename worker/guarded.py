"""Requests to addresses that strangers name: they reach the public internet and nothing that is behind the service.

A page to be read and a webhook to be called are addresses that somebody gave. Each name is resolved once, every address
that it has is checked, and the connection goes to one of these very addresses, so that a name which changes its answer
between the check and the connection gains nothing. Host, SNI and certificate stay those of the name.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from worker.deadline import TimedResponse

PORTS = {"http": 80, "https": 443}

_CONNECT_SECONDS = 10.0
_CARRIERS = tuple(ipaddress.IPv6Network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "::/96"))
"""IPv6 addresses that stand for an IPv4 address, which may be any: NAT64 (RFC 6052, RFC 8215), 6to4, and compatible."""

_Found: TypeAlias = Sequence[tuple[int, int, int, str, Any]]


class RefusedAddressError(Exception):
    """An address that is not to be reached from here. The message says why, without what the name resolves to."""


class GuardedAdapter(HTTPAdapter):
    """Connects to public addresses alone, on ports 80 and 443. Raises `RefusedAddressError` for any other.

    `allowed` are hosts that may be reached whatever their address is, as `host`, or with another port, as `host:port`.
    A request's timeout is that of the answer as a whole, not of each byte.
    """

    def __init__(self, *, allowed: Collection[str] = ()) -> None:
        self._allowed = frozenset(name.lower() for name in allowed)
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """As the base class does, with connections that check where they go."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = _make_pools(self._allowed)

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """As the base class does. Raises `RefusedAddressError` before anything is resolved where the port is wrong."""
        parts = urlsplit(request.url or "")
        port = parts.port or PORTS.get(parts.scheme)
        if port not in PORTS.values() and f"{_plain(parts.hostname)}:{port}" not in self._allowed:
            raise RefusedAddressError(f"port {port} is not allowed: only 80 and 443 are")
        return super().send(request, *args, **options)


class GuardedSession(requests.Session):
    """A session that goes where `GuardedAdapter` lets it, and nowhere else because of the environment.

    It follows no redirect: to do so, requests would read the whole of each answer, of whatever size. Whoever wants to
    follow one asks `redirect_of` and sends a new request, which is checked like the first.
    """

    def __init__(self, *, allowed: Collection[str] = ()) -> None:
        super().__init__()
        self.trust_env = False  # no proxy, and no .netrc
        self.adapters.clear()
        for scheme in PORTS:
            self.mount(f"{scheme}://", GuardedAdapter(allowed=allowed))

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002
        """None."""
        return None


def make_session(*, allowed: Collection[str]) -> GuardedSession:
    """A session for addresses that strangers name; `allowed` as `GuardedAdapter` has it."""
    return GuardedSession(allowed=allowed)


def redirect_of(response: requests.Response) -> str | None:
    """Where an answer sends its reader, as it says it, which may be relative; None where it does not."""
    return response.headers.get("Location") if response.is_redirect else None


def check_address(address: str) -> None:
    """Raises `RefusedAddressError` unless an IP address is one of the public internet's."""
    found = ipaddress.ip_address(address.partition("%")[0])
    carried = isinstance(found, ipaddress.IPv6Address) and any(found in net for net in _CARRIERS)
    local = isinstance(found, ipaddress.IPv6Address) and found.is_site_local
    if not found.is_global or found.is_multicast or carried or local:
        raise RefusedAddressError("the address is not on the public internet")


def _make_pools(allowed: Collection[str]) -> Mapping[str, type[HTTPConnectionPool]]:
    """Pools whose connections are checked; urllib3 hands the classes nothing of ours, so they are made for each."""

    class Plain(HTTPConnection):
        response_class = TimedResponse

        def _new_conn(self) -> socket.socket:
            return _connect(self, allowed)

    class Secure(HTTPSConnection):
        response_class = TimedResponse

        def _new_conn(self) -> socket.socket:
            return _connect(self, allowed)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _connect(connection: HTTPConnection, allowed: Collection[str]) -> socket.socket:
    """A socket to one of the addresses that the connection's name has, all of which have been checked."""
    host, port = connection.host, connection.port
    seconds = connection.timeout if isinstance(connection.timeout, (int, float)) else _CONNECT_SECONDS
    ends_at = time.monotonic() + seconds
    try:
        found: _Found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        # A name with an impossible label is a UnicodeError to the codec for names.
        raise NameResolutionError(host, connection, _as_gaierror(error)) from error
    if not allowed or not {_plain(host), f"{_plain(host)}:{port}"} & set(allowed):
        for *_, target in found:
            check_address(target[0])
    try:
        return _open(found, ends_at, connection.socket_options or ())
    except TimeoutError as error:
        raise ConnectTimeoutError(connection, f"no connection to {host} within {seconds:g} s") from error
    except OSError as error:
        raise NewConnectionError(connection, f"no connection to {host}: {error.strerror or error}") from error


def _open(found: _Found, ends_at: float, options: Sequence[Any]) -> socket.socket:
    failed: OSError = OSError("it has no address")
    for family, kind, protocol, _, target in found:
        left = ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connected = socket.socket(family, kind, protocol)
        try:
            for option in options:
                connected.setsockopt(*option)
            connected.settimeout(left)
            connected.connect(target)
        except OSError as error:
            connected.close()
            failed = error
        else:
            return connected
    raise failed


def _as_gaierror(error: Exception) -> socket.gaierror:
    return error if isinstance(error, socket.gaierror) else socket.gaierror(socket.EAI_NONAME, str(error))


def _plain(host: str | None) -> str:
    """A host as a setting names it: in lower case, an IPv6 address without its brackets, and no dot at the end."""
    return (host or "").lower().strip("[]").rstrip(".")
