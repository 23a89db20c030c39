"""A verdict as a person reads it in a terminal, or in whatever it is piped to.

Everything is made of `Text`, never of markup: the words of sources may have brackets in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TextIO

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cli.client import Resource

_STYLES = {
    "corroborated": "bold white on green",
    "disputed": "bold black on yellow",
    "denied": "bold white on red",
    "unconfirmed": "bold black on cyan",
    "no_evidence": "bold black on white",
}
_RELATIONS = {"supports": "green", "refutes": "red", "discusses": "cyan"}

VERBS = {
    "assert": "asserts",
    "confirm": "confirms",
    "deny": "denies",
    "report": "reports",
    "speculate": "speculates",
    "decline": "declines",
}
"""What a speaker does, by act. It belongs with every quote: that of a denial is what is denied."""

_CREDIBILITY = {
    1: "confirmed by other sources",
    2: "probably true",
    3: "possibly true",
    4: "doubtful",
    5: "improbable",
    6: "truth cannot be judged",
}
"""The Admiralty scale of credibility (NATO AJP-2.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The verdict of one day on, and the statement that brought it about."""

    day: str
    label: str
    statement: Resource


def make_console(stream: TextIO | None = None) -> Console:
    """A console that adds nothing to the text: no colours of its own, no emoji, no cut lines."""
    return Console(file=stream, highlight=False, emoji=False, markup=False)


def show_claim(console: Console, claim: Resource, names: Mapping[str, str]) -> None:
    """Prints the verdict on a claim and everything it rests on. `names` are the sources' names by id."""
    verdict = claim["verdict"]
    console.print()
    console.print(_title(claim))
    console.print(_verdict_line(verdict))
    _heading(console, "Why")
    for reason in verdict["reasons"]:
        _item(console, Text(reason))
    _heading(console, "Independent origins")
    for side, word in (("affirming", "for"), ("denying", "against")):
        who = ", ".join(names.get(source, source) for source in verdict["origins"][side]) or "none"
        _item(console, Text.assemble((f"{word}: ", "bold"), who))
    if verdict["evidence"]:
        _heading(console, "Evidence")
    for evidence in verdict["evidence"]:
        _show_evidence(console, evidence, names)
    console.print()
    console.print(Text(f"Claim {claim['id']}, engine {verdict['engine']}, policy {verdict['policy']}", "dim"))


def show_timeline(console: Console, text: str, changes: Sequence[Change], names: Mapping[str, str]) -> None:
    """Prints on which day the verdict on a claim became another one, and by whose words."""
    console.print()
    console.print(Text.assemble(("How the verdict on ", "bold"), (f"“{text}”", "bold"), (" has changed", "bold")))
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), expand=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for change in changes:
        statement = change.statement
        speaker = names.get(statement["speaker"], statement["speaker"])
        words = _quote(statement)
        said = Text.assemble((speaker, "bold"), f" {VERBS[statement['act']]}", f": {words}" if words else "")
        table.add_row(_day(change.day), _label(change.label), said)
    console.print(Padding(table, (0, 0, 0, 2), expand=False))


def show_document(console: Console, name: str, document: Resource, names: Mapping[str, str]) -> None:
    """Prints what was found in a document: who says what, where it stands, and whether it counts."""
    console.print()
    published = _day(document["published_on"])
    console.print(Text.assemble((name, "bold"), f"  {names[document['publisher']]}, {published}, {document['id']}"))
    if document["same_as"]:
        _item(console, Text(f"It is the same article as {document['same_as']}: only what is new in it is shown."))
    for statement in document["statements"]:
        _show_found(console, document["text"], statement, names)
    proposed = sum(statement["status"] == "proposed" for statement in document["statements"])
    waiting = f", {proposed} of them proposed: they count once they are accepted" if proposed else ""
    console.print(Text(f"{len(document['statements'])} statements{waiting}", "dim"))


def _show_found(console: Console, text: str, statement: Resource, names: Mapping[str, str]) -> None:
    mention, start, end = statement["mention"], statement["quote_start"], statement["quote_end"]
    speaker = names.get(statement["speaker"]) or f"{mention['name']} ({' or '.join(mention['candidates'])}?)"
    head = Text.assemble((speaker, "bold"), f" {VERBS[statement['act']]}")
    if statement["status"] in ("proposed", "rejected", "failed"):
        head.append(f"  {statement['status']}", "yellow")
    _item(console, head)
    console.print(Padding(Text(f"“{text[start:end]}”", "italic"), (0, 0, 0, 4), expand=False))
    origin = names.get(statement["origin"], "unclear, not counted")
    facts = [f"characters {start} to {end}", f"origin: {origin}", _when(statement)]
    if statement["publisher"]:
        facts.append(f"in {names[statement['publisher']]}")
    facts.append(f"confidence {statement['confidence']:.2f}, {statement['id']}")
    console.print(Padding(Text(", ".join(facts), "dim"), (0, 0, 0, 4), expand=False))


def _when(statement: Resource) -> str:
    """The day on which it was said, as far as that is known."""
    first, last = statement["stated_from"], _day(statement["stated_on"])
    if first is None:
        return f"said by {last}"
    return f"said on {last}" if first == statement["stated_on"] else f"said from {_day(first)} to {last}"


def _title(claim: Resource) -> Text:
    when = f", as of {_day(claim['as_of'])}" if claim["as_of"] else ""
    return Text.assemble((f"“{claim['text']}”", "bold"), when)


def _verdict_line(verdict: Resource) -> Text:
    credibility = verdict["credibility"]
    line = Text.assemble(
        _label(verdict["label"]),
        f"  confidence {verdict['confidence']:.2f}, credibility {credibility}: {_CREDIBILITY[credibility]}",
    )
    if verdict["needs_review"]:
        line.append("\nThe engine is not sure: a person should look at this.", "yellow")
    return line


def _show_evidence(console: Console, evidence: Resource, names: Mapping[str, str]) -> None:
    speaker, publisher, origin = (names.get(evidence[who], evidence[who]) for who in ("speaker", "publisher", "origin"))
    relation = evidence["relation"]
    head = Text.assemble(
        _day(evidence["stated_on"]),
        "  ",
        (relation, _RELATIONS.get(relation, "")),
        f" ({evidence['score']:.2f})  ",
        (str(speaker), "bold"),
        f" {VERBS[evidence['act']]}",
    )
    _item(console, head)
    if evidence["quote"]:
        console.print(Padding(Text(f"“{evidence['quote']}”", "italic"), (0, 0, 0, 4), expand=False))
    facts = [f"in {publisher}"] if publisher and publisher != speaker else []
    facts.append(f"origin: {origin or 'unclear, not counted'}")
    if evidence["pinned_by"]:
        facts.append(f"judged by {evidence['pinned_by']}")
    console.print(Padding(Text(", ".join(facts), "dim"), (0, 0, 0, 4), expand=False))
    if evidence["url"]:
        # Never broken, however long: it is there to be clicked or copied.
        console.print(Text(f"    {evidence['url']}", "dim"), soft_wrap=True)


def _heading(console: Console, text: str) -> None:
    console.print()
    console.print(Text(text, "bold"))


def _item(console: Console, text: Text) -> None:
    """One point of a list, with its further lines under the first."""
    row = Table.grid(padding=(0, 1, 0, 0))
    row.add_column(no_wrap=True)
    row.add_column(overflow="fold")
    row.add_row(Text(" -"), text)
    console.print(row)


def _label(label: str) -> Text:
    return Text(f" {label.replace('_', ' ').upper()} ", _STYLES.get(label, "bold"))


def _quote(statement: Resource) -> str:
    """The decisive words of a statement, or all of them."""
    text: str = statement["text"] or ""
    start, end = statement["quote_start"], statement["quote_end"]
    words = text[start:end] if start is not None and end is not None else text
    return f"“{words}”" if words else ""


def _day(day: str) -> str:
    parsed = date.fromisoformat(day)
    return f"{parsed.day} {parsed:%b} {parsed.year}"


def collect_sources(resources: Iterable[Resource]) -> set[str]:
    """The ids of all sources that verdicts and statements name."""
    found: set[str | None] = set()
    for resource in resources:
        found |= {resource.get("speaker"), resource.get("publisher"), resource.get("origin")}
    return {source for source in found if source}
