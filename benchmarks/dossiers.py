"""Dossiers: what was on record about a rumour, with claims whose verdicts are known.

All dossiers go into one record, so that each is the others' distractor. On the track `acts` a statement comes with its
act and origin, as a careful submitter gives them; on `text` both are inferred from its words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.memory import MemoryRecord
from store.identifiers import fold
from verifier.entities import Act, Claim, Label, Relation, Source, Statement, Verdict
from verifier.origin import find_origin
from verifier.verifier import Verifier

TRACKS = ("acts", "text")

_STATEMENT = ("text", "language", "stated_on", "published_on", "url")
_CLAIM = ("text", "language", "as_of")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """All of some dossiers in one record: items as the HTTP interface takes them, and what their labellers say.

    Every id is led by that of its dossier, because several dossiers use the same ones. `labels` has the verdict for
    each claim; `relations` has, for each claim, how the statements stand to it.
    """

    sources: list[dict[str, Any]] = field(default_factory=list)
    statements: list[dict[str, Any]] = field(default_factory=list)
    claims: list[dict[str, Any]] = field(default_factory=list)
    labels: dict[str, Label] = field(default_factory=dict)
    relations: dict[str, dict[str, Relation]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One claim: the verdict that was expected and the one that was given."""

    id: str
    claim: Claim
    expected: Label
    verdict: Verdict


def read_dossiers(folder: Path) -> list[dict[str, Any]]:
    """Every dossier in a folder."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]


def pool_dossiers(dossiers: Sequence[Mapping[str, Any]], track: str) -> Pool:
    """One pool with everything in the dossiers that the track gives away."""
    pool = Pool()
    for dossier in dossiers:
        _add_dossier(pool, dossier, track)
    return pool


def load_record(pool: Pool, verifier: Verifier) -> MemoryRecord:
    """A record with everything in the pool, read as a worker reads it."""
    record = MemoryRecord(known={item["id"]: _to_source(item) for item in pool.sources})
    named: dict[str, set[str]] = {}
    for source in record.known.values():
        for name in (source.name, *source.aliases):
            named.setdefault(fold(name), set()).add(source.id)

    def find(name: str) -> str | None:
        """The id of the one source of this name; what may be any of several stays unclear, as in the database."""
        found = named.get(fold(name), set())
        return next(iter(found)) if len(found) == 1 else None

    for sequence, item in enumerate(pool.statements):
        speaker = record.known[item["speaker"]]
        act = Act(item["act"]) if "act" in item else None
        read = verifier.interpret(item["text"], language=item["language"], speaker=speaker, act=act)
        statement = Statement(
            id=item["id"],
            sequence=sequence,
            speaker=speaker.id,
            publisher=item.get("publisher"),
            text=item["text"],
            language=read.language,
            stated_on=date.fromisoformat(item["stated_on"]),
            act=read.act,
            origin=item.get("origin") or find_origin(read, speaker, find),
            proposition=read.proposition,
            quote_start=read.quote_start,
            quote_end=read.quote_end,
        )
        record.add(statement, read.index)
    return record


def read_claims(pool: Pool) -> dict[str, Claim]:
    """The claims of a pool, by id, as the verifier reads them."""
    return {
        item["id"]: Claim(text=item["text"], language=item["language"], as_of=date.fromisoformat(item["as_of"]))
        for item in pool.claims
    }


def measure(dossiers: Sequence[Mapping[str, Any]], verifier: Verifier, track: str) -> Iterator[Outcome]:
    """The outcome for each claim of the dossiers, over a record in memory."""
    pool = pool_dossiers(dossiers, track)
    record = load_record(pool, verifier)
    for id, claim in read_claims(pool).items():
        yield Outcome(id=id, claim=claim, expected=pool.labels[id], verdict=verifier.verify(claim, record))


def _add_dossier(pool: Pool, dossier: Mapping[str, Any], track: str) -> None:
    def unique(id: str) -> str:
        return f"{dossier['id']}:{id}"

    sources = {item["id"]: dict(item) for item in dossier["sources"]}
    given = [item["origin"] for item in dossier["statements"] if item.get("origin")] if track == "acts" else []
    for origin in given:  # one that no source of the dossier stands for is a source of its own
        sources.setdefault(origin, {"id": origin, "name": origin})
    for item in sources.values():
        links = {name: unique(item[name]) for name in ("id", "parent") if item.get(name)}
        pool.sources.append({name: value for name, value in item.items() if name != "note"} | links)
    names = ("id", "speaker", "publisher", "origin") if track == "acts" else ("id", "speaker", "publisher")
    kept = (*_STATEMENT, "act") if track == "acts" else _STATEMENT
    for item in dossier["statements"]:
        links = {name: unique(item[name]) for name in names if item.get(name)}
        pool.statements.append(_pick(item, kept) | links)
    for item in dossier["claims"]:
        id = unique(item["id"])
        pool.claims.append(_pick(item, _CLAIM) | {"id": id})
        pool.labels[id] = Label(item["verdict"])
        pool.relations[id] = {unique(key): Relation(value) for key, value in item.get("relations", {}).items()}


def _pick(item: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: item[name] for name in names if item.get(name) is not None}


def _to_source(item: Mapping[str, Any]) -> Source:
    return Source(
        id=item["id"],
        name=item["name"],
        aliases=tuple(item.get("aliases", ())),
        kind=item.get("kind"),
        country=item.get("country"),
        parent=item.get("parent"),
    )
