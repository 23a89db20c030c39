"""`secondsource ingest`: articles from files and addresses, and what is said in them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from cli.client import Client, Collection, DocumentPendingError, Resource, ServiceError
from cli.errors import CommandError
from cli.presentation import collect_sources, make_console, show_document
from cli.server import client_options

_PATIENCE = 120.0
_FORMS = {".txt": "text", ".text": "text", ".html": "html", ".htm": "html"}


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of one article: the document, or why there is none."""

    name: str
    document: Resource | None
    error: str = ""


@click.command()
@click.argument("articles", nargs=-1, required=True, metavar="FILE-OR-URL...")
@click.option("--publisher", required=True, metavar="NAME", help="Who printed them: the id or a name of a source.")
@click.option("--published-on", type=click.DateTime(["%Y-%m-%d"]), help="When; otherwise as the page says, or today.")
@click.option("--language", metavar="CODE", help="Their language, as `en`; otherwise it is identified.")
@click.option("--patience", default=_PATIENCE, show_default=True, help="Seconds to wait for each.")
@click.option("--json", "as_json", is_flag=True, help="Print each document as the service gives it, one a line.")
@client_options
@click.pass_context
def ingest_command(
    ctx: click.Context,
    *,
    articles: tuple[str, ...],
    publisher: str,
    published_on: datetime | None,
    language: str | None,
    patience: float,
    client: Client,
    as_json: bool,
) -> None:
    """Have the articles at FILE-OR-URL read, and show who says what in them.

    A file is a text (.txt) or a page (.html, .htm) in UTF-8; an address begins with http:// or https://, and the
    service fetches it.

    The exit status is 0 where all were read, 1 where one was not, 2 where the service cannot be asked.
    """
    given = {"publisher": publisher, "language": language}
    given["published_on"] = published_on.date().isoformat() if published_on else None
    about = {field: value for field, value in given.items() if value}
    console, failed = make_console(), False
    for outcome in _ingest(client, articles, about, patience):
        if outcome.document is None:
            failed = True
            click.echo(f"{outcome.name}: {outcome.error}", err=True)
        elif as_json:
            click.echo(json.dumps(outcome.document, ensure_ascii=False))
        else:
            _show(console, client, outcome.name, outcome.document)
    ctx.exit(int(failed))


def _ingest(client: Client, articles: tuple[str, ...], about: Resource, patience: float) -> Iterator[_Outcome]:
    """Posts all articles, then waits for each in turn: the workers read them side by side."""
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
        bar = progress.add_task("", total=2 * len(articles))
        posted: list[tuple[str, str, str]] = []
        for name in articles:
            progress.update(bar, description=f"sending {escape(Path(name).name)}")
            try:
                document = client.add(Collection.DOCUMENTS, {**about, **_read(name, about["publisher"])}).resource
                posted.append((name, document["id"], ""))
            except (ServiceError, _UnreadableError) as error:
                posted.append((name, "", str(error)))
            progress.advance(bar)
        for name, id, why in posted:
            progress.update(bar, description=f"reading {escape(Path(name).name)}")
            yield _await(client, name, id, patience) if id else _Outcome(name, None, why)
            progress.advance(bar)


class _UnreadableError(CommandError):
    """A file that cannot be sent."""


def _read(name: str, publisher: str) -> dict[str, str]:
    """An article as it is posted: a file with an id from its content, so that the same one again is the same one."""
    if name.startswith(("http://", "https://")):
        return {"url": name}
    form = _FORMS.get(Path(name).suffix.lower())
    if form is None:
        raise _UnreadableError(
            "its name must end with .txt or .html, or it must be an address with http:// or https://"
        )
    try:
        content = Path(name).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise _UnreadableError("it is not in UTF-8") from error
    except OSError as error:
        raise _UnreadableError(error.strerror or str(error)) from error
    digest = hashlib.sha256(f"{publisher}\n{content}".encode()).hexdigest()
    return {"id": f"document-{digest[:16]}", form: content}


def _await(client: Client, name: str, id: str, patience: float) -> _Outcome:
    try:
        document = client.await_document(id, patience=patience)
    except DocumentPendingError as error:
        return _Outcome(name, None, str(error))
    if document["status"] == "failed":
        return _Outcome(name, None, f"it could not be read: {document['error']}")
    return _Outcome(name, document)


def _show(console: Console, client: Client, name: str, document: Resource) -> None:
    sources = collect_sources([document, *document["statements"]])
    names = {source: client.get(Collection.SOURCES, source)["name"] for source in sorted(sources)}
    show_document(console, name, document, names)
