"""Where the service may be sent: which hosts, ports and addresses on the network count as public."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from contextlib import suppress
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}

_CARRIERS = tuple(ipaddress.IPv6Network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "::/96"))
"""IPv6 addresses that stand for an IPv4 address, which may be any: NAT64 (RFC 6052, RFC 8215), 6to4, and compatible."""


class RefusedAddressError(Exception):
    """An address that is not to be reached from here. The message says why, without what the name resolves to."""


def check_url(url: str, *, allowed: Collection[str] = ()) -> None:
    """Raises `RefusedAddressError` where it can be told from a URL alone that it is not to be reached.

    What a name stands for is to be checked when it is resolved. `allowed` are hosts that may be reached whatever their
    address is, as `host`, or with another port, as `host:port`.
    """
    parts = urlsplit(url)
    host, port = plain_host(parts.hostname), parts.port or PORTS.get(parts.scheme)
    if f"{host}:{port}" in allowed:
        return
    if port not in PORTS.values():
        raise RefusedAddressError(f"port {port} is not allowed: only 80 and 443 are")
    if host not in allowed:
        with suppress(ValueError):  # a name
            check_address(host)


def check_address(address: str) -> None:
    """Raises `RefusedAddressError` unless an IP address is one of the public internet's.

    Raises `ValueError` where it is none.
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    carried = isinstance(found, ipaddress.IPv6Address) and any(found in net for net in _CARRIERS)
    local = isinstance(found, ipaddress.IPv6Address) and found.is_site_local
    if not found.is_global or found.is_multicast or carried or local:
        raise RefusedAddressError("the address is not on the public internet")


def plain_host(host: str | None) -> str:
    """A host as a setting names it: in lower case, an IPv6 address without its brackets, and no dot at the end."""
    return (host or "").lower().strip("[]").rstrip(".")
