"""Verdict accuracy on dossiers: `python -m benchmarks.dossiers DIR [--track acts|text] [--misses]`.

All dossiers of a folder go into one record, so that each is the others' distractor. On the track `acts` a statement
comes with its act and origin, as a careful submitter gives them; on `text` both are inferred from its words.
"""

# ruff: noqa: T201 - a benchmark prints what it measured

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.memory import MemoryRecord
from verifier.entities import Act, Claim, Label, Source, Statement, Verdict
from verifier.folding import fold_name
from verifier.lexical import LexicalRelation
from verifier.policy import read_policy
from verifier.verifier import Interpretation, Verifier

TRACKS = ("acts", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One claim: the verdict that was expected and the one that was given."""

    dossier: str
    claim: Claim
    expected: Label
    verdict: Verdict


def read_dossiers(folder: Path) -> list[dict[str, Any]]:
    """Every dossier in a folder, or the one in a file."""
    paths = sorted(folder.glob("*.json")) if folder.is_dir() else [folder]
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def load_record(dossiers: Sequence[dict[str, Any]], verifier: Verifier, track: str) -> MemoryRecord:
    """One record with everything in the dossiers, ids made unique by the dossier's."""
    record = MemoryRecord()
    for dossier in dossiers:
        sources = {item["id"]: _source(dossier["id"], item) for item in dossier["sources"]}
        record.known.update({source.id: source for source in sources.values()})
        for item in dossier["statements"]:
            act = Act(item["act"]) if track == "acts" and "act" in item else None
            speaker = sources[item["speaker"]]
            read = verifier.interpret(item["text"], language=item["language"], speaker=speaker, act=act)
            given = item.get("origin") if track == "acts" else None
            origin = _named(dossier["id"], given, record) if given else _inferred(read, speaker, sources)
            statement = Statement(
                id=f"{dossier['id']}/{item['id']}",
                sequence=len(record.indexed),
                speaker=speaker.id,
                publisher=f"{dossier['id']}/{item.get('publisher', item['speaker'])}",
                text=item["text"],
                language=read.language,
                stated_on=date.fromisoformat(item["stated_on"]),
                act=read.act,
                origin=origin,
                proposition=read.proposition,
                quote_start=read.quote_start,
                quote_end=read.quote_end,
            )
            record.add(statement, read.terms)
    return record


def measure(dossiers: Sequence[dict[str, Any]], verifier: Verifier, track: str) -> Iterator[Outcome]:
    """The outcome for each claim of the dossiers."""
    record = load_record(dossiers, verifier, track)
    for dossier in dossiers:
        for item in dossier["claims"]:
            claim = Claim(text=item["text"], language=item["language"], as_of=date.fromisoformat(item["as_of"]))
            verdict = verifier.verify(claim, record)
            yield Outcome(dossier=dossier["id"], claim=claim, expected=Label(item["verdict"]), verdict=verdict)


def _source(dossier: str, item: dict[str, Any]) -> Source:
    parent = item.get("parent")
    return Source(
        id=f"{dossier}/{item['id']}",
        name=item["name"],
        aliases=tuple(item.get("aliases", ())),
        kind=item.get("kind"),
        country=item.get("country"),
        parent=f"{dossier}/{parent}" if parent else None,
    )


def _named(dossier: str, origin: str, record: MemoryRecord) -> str:
    """The id of an origin; one that no source of the dossier stands for is a source of its own."""
    key = f"{dossier}/{origin}"
    record.known.setdefault(key, Source(id=key, name=origin))
    return key


def _inferred(read: Interpretation, speaker: Source, sources: dict[str, Source]) -> str | None:
    """The origin that the words of a statement tell: whom it cites, otherwise its speaker."""
    if read.cited is not None:
        cited = fold_name(read.cited)
        names = ((fold_name(name), source) for source in sources.values() for name in (source.name, *source.aliases))
        return next((source.id for name, source in names if name == cited), f"cited/{cited}")
    return None if read.unnamed else speaker.id


def _print(outcomes: Sequence[Outcome], verifier: Verifier, track: str, *, misses: bool) -> None:
    right = sum(outcome.verdict.label is outcome.expected for outcome in outcomes)
    label, most = Counter(outcome.expected for outcome in outcomes).most_common(1)[0]
    print(f"track {track}: engine {verifier.engine}, policy {verifier.policy.version}")
    print(
        f"accuracy {right / len(outcomes):.3f} ({right} of {len(outcomes)}); always {label}: {most / len(outcomes):.3f}"
    )
    counts = Counter((outcome.expected, outcome.verdict.label) for outcome in outcomes)
    print("expected \\ given".ljust(17), *(label.value.rjust(13) for label in Label))
    for expected in Label:
        print(expected.value.ljust(17), *(str(counts[expected, given]).rjust(13) for given in Label))
    for outcome in outcomes if misses else ():
        if outcome.verdict.label is not outcome.expected:
            print(f"  {outcome.dossier} {outcome.claim.as_of}: {outcome.claim.text!r}")
            print(f"    expected {outcome.expected}, given {outcome.verdict.label}")
    print()


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="folder of dossiers, or one file")
    parser.add_argument("--track", choices=TRACKS, help="one track alone")
    parser.add_argument("--misses", action="store_true", help="list the claims with a wrong verdict")
    arguments = parser.parse_args()
    dossiers = read_dossiers(arguments.folder)
    verifier = Verifier(relation=LexicalRelation(), policy=read_policy())
    for track in [arguments.track] if arguments.track else TRACKS:
        _print(list(measure(dossiers, verifier, track)), verifier, track, misses=arguments.misses)


if __name__ == "__main__":
    main()
