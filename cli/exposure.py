"""Whether others than this machine may reach the service, and that they do so with a key."""

from __future__ import annotations

import ipaddress
import socket

import click

from cli.database import opened
from cli.errors import CommandError
from store.keys import is_any_good

REQUIRED = "required"
OFF = "off"

keys_option = click.option(
    "--keys",
    type=click.Choice([REQUIRED, OFF]),
    envvar="SECONDSOURCE_KEYS",
    help="Whether requests need a key. Default: required, but for `up` on this machine alone.",
)


class ExposedError(CommandError):
    """The service would listen to others, and nobody has a key or has said that none is needed."""


def is_loopback(host: str) -> bool:
    """Whether what listens on a host, a name or an address, can be reached from this machine alone."""
    if not host:
        return False  # a server takes it for every address
    try:
        found = {address[4][0] for address in socket.getaddrinfo(host, None)}
    except (socket.gaierror, UnicodeError):
        return False
    return all(ipaddress.ip_address(str(address).partition("%")[0]).is_loopback for address in found)


def check_keys(database_url: str, host: str, *, make: str) -> None:
    """Raises `ExposedError` where there is no key that opens anything. `make` is the command that makes one."""
    with opened(database_url) as sessions, sessions.begin() as session:
        found = is_any_good(session)
    if not found:
        raise ExposedError(
            f"Others than this machine could reach the service on {host or 'every address'}, and there is no key yet:"
            f" make one with `{make}`, or listen on 127.0.0.1. With --keys required it starts and refuses everything"
            " until there is a key; with --keys off it asks for none, which is safe only behind a gateway of yours."
        )
