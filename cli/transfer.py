"""`secondsource import`, `export` and `seed`: a whole record into a running service, and out of it again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from cli.client import Client
from cli.errors import CommandError
from cli.extract import export_items
from cli.intake import SHOWN, Summary, store_items
from cli.items import Item, read_items
from cli.pairs import export_pairs
from cli.server import client_options
from seeds import RECORD


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@client_options
@click.pass_context
def import_command(ctx: click.Context, *, files: tuple[str, ...], client: Client) -> None:
    """Put the record in FILES into a running service; - is the standard input.

    A file is a record as one JSON object, with lists of `sources`, `statements`, `confirmations`, `documents` and
    `claims`; a JSON array of statements; or NDJSON, one item a line: a statement, or whatever its field `type` says
    (source, statement, confirmation, document, claim, claimreview, retraction). What fact-checkers publish is read too:
    ClaimReviews in a DataFeed, an array or NDJSON; each becomes a statement of its author.

    Importing a file again adds nothing. The exit status is 1 where an item was rejected; the others are stored.
    """
    rejected = False
    for name in files:
        with _open_input(name) as file:
            summary = store_items(client, read_items(file))
        _report(name, summary)
        rejected |= bool(summary.rejected)
    ctx.exit(int(rejected))


@click.command()
@click.option(
    "--output", default="-", type=click.Path(dir_okay=False, allow_dash=True), help="Default: standard output."
)
@click.option("--judgements", is_flag=True, help="What people judged instead, as pairs that an engine learns from.")
@client_options
def export_command(*, output: str, judgements: bool, client: Client) -> None:
    """Get the whole record out of a running service, as NDJSON that `import` reads.

    What was inferred, and the verdicts, are left out: the service that imports it finds them anew. Of documents, there
    are the statements that count, as if each had been recorded by itself, with who said it and whose knowledge it is.

    With --judgements, each statement that a person has judged to stand in some way to a claim comes out as a labelled
    pair of sentences; docs/judgements.md says how a judgement becomes a label, and which do not.
    """
    left_out = 0
    with _open_output(output) as file:
        for row in export_pairs(client) if judgements else map(_as_line, export_items(client)):
            left_out += row is None
            if row is not None:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
    if left_out:
        click.echo(f"Left out, because they do not tell how words stand to a claim: {left_out}.", err=True)


def _as_line(item: Item) -> dict[str, Any]:
    return {"type": item.kind, **item.content}


@click.command()
@client_options
@click.pass_context
def seed_command(ctx: click.Context, *, client: Client) -> None:
    """Put the founding record into a running service. Doing it again adds nothing."""
    summary = seed(client)
    _report(str(RECORD), summary)
    ctx.exit(int(bool(summary.rejected)))


def seed(client: Client) -> Summary:
    """Put the founding record into a service."""
    with RECORD.open(encoding="utf-8") as file:
        return store_items(client, read_items(file))


@contextmanager
def _open_input(name: str) -> Iterator[IO[str]]:
    """A file to be read, with a bar that shows how far it has been read where there is a terminal to show it on."""
    if name == "-":
        yield click.open_file(name, encoding="utf-8-sig")
        return
    console = Console(stderr=True)
    with (
        Progress(console=console, disable=not console.is_terminal, transient=True) as progress,
        progress.open(name, "r", encoding="utf-8-sig", description=escape(Path(name).name)) as file,
    ):
        yield file


@contextmanager
def _open_output(name: str) -> Iterator[IO[str]]:
    """A file to be written, which takes its name once it is whole: one that was cut off is not taken for the record."""
    if name == "-":
        yield click.open_file(name, "w", encoding="utf-8")
        return
    part = Path(f"{name}.part")
    try:
        with part.open("w", encoding="utf-8") as file:
            yield file
        part.replace(name)
    except OSError as error:
        raise CommandError(f"{name} cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)


def _report(name: str, summary: Summary) -> None:
    for rejection in summary.rejections:
        click.echo(f"{name}:{rejection.line}: {f'{rejection.field} {rejection.message}'.lstrip()}", err=True)
    if summary.rejected > SHOWN:
        click.echo(f"{name}: and {summary.rejected - SHOWN} more", err=True)
    click.echo(f"{name}: {summary}")
