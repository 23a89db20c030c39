"""The page docs/how-it-decides.md shows what the engine really does: its blocks are computed here anew."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from textwrap import fill
from typing import Any

import pytest

from benchmarks.memory import MemoryRecord
from seeds import read_seeds
from verifier.candidates import NEAREST, score
from verifier.cross_encoder import CrossEncoderRelation
from verifier.entities import Act, Claim, Source, Statement, Verdict
from verifier.origin import find_origin
from verifier.policy import read_policy
from verifier.ports import Index, Query
from verifier.relation import judge_content, relate
from verifier.sentence_encoder import SentenceEncoder
from verifier.speech_model import SpeechReader
from verifier.terms import index_terms
from verifier.verifier import Verifier, pair_up, recognise

PAGE = Path(__file__).parents[2] / "docs" / "how-it-decides.md"
CLAIM = Claim(text="North Korea has sent troops to Russia", language="en", as_of=date(2024, 10, 29))
SHOWN = ("nk-s01", "nk-s08", "nk-s10", "nk-s13", "nk-s15", "nk-s20", "nk-s21")


VERIFIER = Verifier(
    relation=CrossEncoderRelation(), encoder=SentenceEncoder(), speech=SpeechReader(), policy=read_policy()
)


@pytest.fixture(scope="module")
def record() -> MemoryRecord:
    """The founding record, with everything that can be inferred left to be inferred."""
    seeds = read_seeds()
    sources = {item["id"]: to_source(item) for item in seeds["sources"]}
    record = MemoryRecord(known=sources)
    for sequence, item in enumerate(seeds["statements"]):
        record.add(*read(item, sequence, sources))
    return record


@pytest.mark.parametrize("block", ["claim", "attribution", "candidates", "relation", "verdict"])
def test_the_page_shows_what_the_engine_does(block: str, record: MemoryRecord) -> None:
    lines = {
        "claim": show_claim,
        "attribution": show_attribution,
        "candidates": show_candidates,
        "relation": show_relation,
        "verdict": show_verdict,
    }[block](record)
    shown = re.search(rf"<!-- {block} -->\n```\n(.*?)\n```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert shown is not None
    assert shown[1].split("\n") == lines


def show_claim(_: MemoryRecord) -> list[str]:
    return [
        f"text      {CLAIM.text}",
        f"language  {recognise(CLAIM.text, None)}",
        f"terms     {', '.join(sorted(index_terms(CLAIM.text, CLAIM.language)))}",
    ]


def show_attribution(record: MemoryRecord) -> list[str]:
    lines = []
    for _, statement in shown(record):
        quote = statement.text[statement.quote_start : statement.quote_end]
        lines += [
            f"{statement.id}  {statement.language}  act: {statement.act}  origin: {statement.origin or 'unclear'}",
            wrap(f"text: {statement.text}"),
            wrap(f"proposition: {statement.proposition}"),
            wrap(f"quote: characters {statement.quote_start} to {statement.quote_end}, “{quote}”"),
        ]
    return "\n".join(lines).split("\n")


def show_candidates(record: MemoryRecord) -> list[str]:
    own = VERIFIER.index(CLAIM.text, CLAIM.language)
    query = VERIFIER.expand(own, record)
    first = [one.statement.id for one in VERIFIER.search(Query(own=own, expanded=own), record)[:NEAREST]]
    found = VERIFIER.search(query, record)
    terms = {statement.id: query.expanded.terms & known.terms for known, statement in record.indexed}
    lines = [f"nearest: {' and '.join(first)}; their terms: {', '.join(sorted(query.expanded.terms - own.terms))}"]
    lines += [
        f"{one.statement.id}  likeness {one.likeness:.2f}, score {score(one):.2f}, "
        f"shares {', '.join(sorted(terms[one.statement.id])) or 'no term'}"
        for one in found
        if one.statement.id in SHOWN
    ]
    lines = "\n".join(fill(line, 100, subsequent_indent="    ") for line in lines).split("\n")
    return [*lines, f"in all {len(found)} of the record's {len(record.indexed)} statements are candidates"]


def show_relation(record: MemoryRecord) -> list[str]:
    lines = []
    query = VERIFIER.expand(VERIFIER.index(CLAIM.text, CLAIM.language), record)
    found = {one.statement.id: one for one in VERIFIER.search(query, record)}
    for _, statement in shown(record):
        pair = pair_up(CLAIM, query.own, found[statement.id], record.known)
        [forth, back] = CrossEncoderRelation().compare([pair, pair.reversed()])
        content, _ = judge_content(forth, read_policy().relation)
        lines.append(f"{statement.id}  {numbers(forth)}  {content}, {statement.act}: {relate(statement.act, content)}")
        if statement.act is Act.DENY and relate(statement.act, content) != "refutes":
            content, _ = judge_content(back, read_policy().relation)
            lines.append(f"  back    {numbers(back)}  {content}, {statement.act}: {relate(statement.act, content)}")
    return lines


def show_verdict(record: MemoryRecord) -> list[str]:
    verdict: Verdict = VERIFIER.verify(CLAIM, record)
    head = f"{verdict.label}, confidence {verdict.confidence:.2f}, credibility {verdict.credibility}"
    origins = f"for: {', '.join(verdict.affirming)}; against: {', '.join(verdict.denying)}"
    return "\n".join([head, origins, *(wrap(f"- {reason}", "  ") for reason in verdict.reasons)]).split("\n")


def shown(record: MemoryRecord) -> list[tuple[Index, Statement]]:
    return [(index, statement) for index, statement in record.indexed if statement.id in SHOWN]


def numbers(scores: Any) -> str:
    return " ".join(
        f"{name} {getattr(scores, name):.2f}" for name in ("entails", "contradicts", "neutral", "unrelated")
    )


def wrap(text: str, indent: str = "    ") -> str:
    return fill(text, 100, initial_indent="" if indent == "  " else indent, subsequent_indent=indent)


def to_source(item: dict[str, Any]) -> Source:
    return Source(
        id=item["id"],
        name=item["name"],
        aliases=tuple(item.get("aliases", ())),
        kind=item.get("kind"),
        country=item.get("country"),
        parent=item.get("parent"),
    )


def read(item: dict[str, Any], sequence: int, sources: dict[str, Source]) -> tuple[Statement, Index]:
    speaker = sources[item["speaker"]]
    names = {name: source.id for source in sources.values() for name in (source.name, *source.aliases)}
    found = VERIFIER.interpret(item["text"], language=None, speaker=speaker)
    statement = Statement(
        id=item["id"],
        sequence=sequence,
        speaker=speaker.id,
        text=item["text"],
        language=found.language,
        stated_on=date.fromisoformat(item["stated_on"]),
        act=found.act,
        origin=find_origin(found, speaker, names.get),
        proposition=found.proposition,
        quote_start=found.quote_start,
        quote_end=found.quote_end,
        publisher=item.get("publisher"),
    )
    return statement, found.index
