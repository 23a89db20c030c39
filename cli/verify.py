"""`secondsource verify`: one claim, one verdict, in the terminal."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import click

from cli.checking import check_claim, show_check
from cli.client import Client
from cli.presentation import make_console
from cli.server import client_options


@click.command()
@click.argument("claim")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Judge by what was said up to this day.")
@click.option("--language", metavar="CODE", help="Language of the claim, as `en`; otherwise it is identified.")
@client_options
@click.option("--json", "as_json", is_flag=True, help="Print the claim as the service gives it.")
def verify_command(*, claim: str, as_of: datetime | None, language: str | None, client: Client, as_json: bool) -> None:
    """Check CLAIM against the record and show the verdict with its reasons.

    The exit status is 0 for a verdict, 1 where the check could not be carried out, 2 where the service cannot be asked.
    """
    request: dict[str, Any] = {"text": claim}
    if as_of:
        request["as_of"] = as_of.date().isoformat()
    if language:
        request["language"] = language
    found = check_claim(client, request)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        show_check(make_console(), client, found)
