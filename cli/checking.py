"""Has a running service check a claim, and collects what a person wants to read about it."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console

from cli.client import Client, Collection, Resource, ServiceError
from cli.errors import CommandError
from cli.presentation import Change, collect_sources, show_claim, show_timeline

_PATIENCE = 120.0


class CheckError(CommandError):
    """The service could not carry the check out. This is not a verdict."""


class RefusedError(CommandError):
    """The service does not take the claim as it was written."""

    exit_code = 2


def check_claim(client: Client, claim: Resource, *, patience: float = _PATIENCE) -> Resource:
    """Posts a claim and waits for its verdict. Returns the claim with it.

    Raises `RefusedError` where the service does not take the claim, `CheckError` where the check failed, and
    `ClaimPendingError` where it has not ended after `patience` seconds.
    """
    try:
        posted = client.add(Collection.CLAIMS, claim).resource
    except ServiceError as error:
        raise RefusedError(f"The service does not take the claim: {error}") from error
    found = client.await_claim(posted["id"], patience=patience)
    if found["status"] == "failed":
        raise CheckError(f"The check could not be carried out, so there is no verdict: {found['error']}")
    return found


def show_check(console: Console, client: Client, claim: Resource) -> None:
    """Prints the verdict on a claim, and how it has changed over time where it has."""
    verdict = claim["verdict"]
    changes = _find_changes(client, claim)
    sources = collect_sources([*verdict["evidence"], *(change.statement for change in changes)])
    names = _find_names(client, sources.union(*verdict["origins"].values()))
    show_claim(console, claim, names)
    if len(changes) > 1:
        show_timeline(console, claim["text"], changes, names)


def _find_changes(client: Client, claim: Resource) -> list[Change]:
    """The points of the timeline at which the verdict became another one."""
    changes: list[Change] = []
    for point in client.get_timeline(claim["id"]):
        if not changes or changes[-1].label != point["verdict"]:
            statement = client.get(Collection.STATEMENTS, point["cause"])
            changes.append(Change(day=point["date"], label=point["verdict"], statement=statement))
    return changes


def _find_names(client: Client, sources: Iterable[str]) -> dict[str, str]:
    return {source: client.get(Collection.SOURCES, source)["name"] for source in sorted(sources)}
