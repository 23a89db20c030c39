"""Fakes at the verifier's ports, and builders of what a record holds, for its unit tests."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from verifier.entities import (
    Act,
    Confirmation,
    Content,
    Evidence,
    Pin,
    Position,
    Relation,
    Reliability,
    Source,
    Statement,
)
from verifier.ports import Candidate, Index, ModelError, Pair, Scores

DAY = date(2024, 5, 1)

_SURE = {
    Content.ENTAILS: Scores(0.9, 0.05, 0.03, 0.02),
    Content.CONTRADICTS: Scores(0.05, 0.9, 0.03, 0.02),
    Content.NEUTRAL: Scores(0.05, 0.05, 0.85, 0.05),
    Content.UNRELATED: Scores(0.01, 0.01, 0.03, 0.95),
}


class FakeRelation:
    """Takes a proposition for the content it names: "entails", "contradicts", "neutral" or "unrelated".

    A claim that begins with "not " is a negation, which swaps the first two. Held the other way round, a proposition
    has nothing to do with a claim.
    """

    name = "fake-1"

    def compare(self, pairs: Sequence[Pair]) -> list[Scores]:
        return [_SURE[self._read(pair)] for pair in pairs]

    def _read(self, pair: Pair) -> Content:
        if pair.proposition not in set(Content):
            return Content.UNRELATED
        content = Content(pair.proposition)
        swapped = {Content.ENTAILS: Content.CONTRADICTS, Content.CONTRADICTS: Content.ENTAILS}
        return swapped.get(content, content) if pair.claim.startswith("not ") else content


class FakeBrokenRelation:
    """A model that cannot answer."""

    name = "broken-1"

    def compare(self, pairs: Sequence[Pair]) -> list[Scores]:
        raise ModelError(f"no answer for {len(pairs)} pairs")


@dataclass(frozen=True, kw_only=True)
class FakeSpeech:
    """Takes every statement for one act, and points at the first place of a word, always as sure."""

    word: str | None = None
    sure: float = 1.0
    act: Act = Act.ASSERT

    def read_acts(self, text: str, speaker: str) -> Mapping[Act, float]:
        assert text
        assert speaker
        rest = math.log((1 - self.sure) / (len(Act) - 1) + 1e-9)
        return {act: math.log(self.sure) if act is self.act else rest for act in Act}

    def find_speaker(self, text: str, start: int, end: int) -> tuple[tuple[int, int], float] | None:
        assert 0 <= start < end <= len(text)
        at = -1 if self.word is None else text.find(self.word)
        if self.word is None or at < 0:
            return None
        return (at, at + len(self.word)), self.sure


@dataclass(kw_only=True)
class FakeRecord:
    """A record that finds every statement, in the order in which it holds them."""

    statements: Sequence[Statement] = ()
    known: Mapping[str, Source] = field(default_factory=dict)
    positions: Sequence[Confirmation] = ()
    judged: Sequence[Pin] = ()

    def search(self, index: Index, *, shared: int, likeness: float, limit: int) -> Sequence[Candidate]:
        assert index.terms
        assert shared > 0
        assert likeness > 0
        return [
            Candidate(statement=one, index=Index(terms=frozenset()), shared=1, likeness=0.0)
            for one in self.statements[:limit]
        ]

    def confirmations(self) -> Sequence[Confirmation]:
        return self.positions

    def pins(self) -> Sequence[Pin]:
        return self.judged

    def sources(self) -> Mapping[str, Source]:
        return self.known


def make_source(
    id: str,
    *,
    name: str | None = None,
    aliases: tuple[str, ...] = (),
    kind: str | None = None,
    country: str | None = None,
    parent: str | None = None,
    reliability: Reliability = Reliability.F,
) -> Source:
    return Source(
        id=id,
        name=name or id.title(),
        aliases=aliases,
        kind=kind,
        country=country,
        parent=parent,
        reliability=reliability,
    )


def by_id(*sources: Source) -> dict[str, Source]:
    return {source.id: source for source in sources}


def make_statement(
    id: str,
    speaker: str,
    act: Act = Act.ASSERT,
    content: Content = Content.ENTAILS,
    *,
    origin: str | None = "",
    day: date = DAY,
    sequence: int | None = None,
    text: str | None = None,
    publisher: str | None = None,
) -> Statement:
    """A statement whose proposition is the content that `FakeRelation` reads in it; its origin is the speaker's own."""
    words = text if text is not None else f"{speaker} said something of its own, {id}"
    return Statement(
        id=id,
        sequence=sequence if sequence is not None else int("".join(filter(str.isdigit, id)) or 0),
        speaker=speaker,
        text=words,
        language="en",
        stated_on=day,
        act=act,
        origin=speaker if origin == "" else origin,
        proposition=content.value,
        quote_start=0,
        quote_end=len(words),
        publisher=publisher,
    )


def make_evidence(statement: Statement, relation: Relation = Relation.SUPPORTS, score: float = 0.9) -> Evidence:
    return Evidence(statement=statement, relation=relation, score=score)


def make_confirmation(statement: Statement, position: Position) -> Confirmation:
    return Confirmation(statement=statement, position=position)
