"""The stages of the verifier, in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from verifier.answers import find_answered
from verifier.attribution import attribute
from verifier.candidates import NEAREST, expand, find_reach, rank, score, score_by
from verifier.decision import calibrate, decide, grade, weigh
from verifier.entities import (
    Act,
    Claim,
    Confirmation,
    Content,
    Evidence,
    Pin,
    Position,
    Relation,
    Source,
    Turn,
    Verdict,
)
from verifier.explanation import explain
from verifier.independence import find_positions
from verifier.language import SUPPORTED, identify
from verifier.origin import RELAYS
from verifier.parties import find_parties
from verifier.policy import Policy
from verifier.ports import Candidate, Encoder, Index, Pair, Query, Record, RelationModel, SpeechModel
from verifier.relation import judge_content, relate
from verifier.terms import index_terms

_DIRECT = {
    Position.CONFIRMS: Relation.SUPPORTS,
    Position.DENIES: Relation.REFUTES,
    Position.DECLINES: Relation.DISCUSSES,
}
_OPEN = (Content.NEUTRAL, Content.UNRELATED)
"""What takes no side by its own words."""


class LanguageError(Exception):
    """A text in a language that the engine does not know: it abstains. The message says what would be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpretation:
    """What a statement's own words tell: see `Statement` and `Attribution` for the fields."""

    language: str
    act: Act
    proposition: str
    quote_start: int
    quote_end: int
    cited: str | None
    unnamed: bool
    index: Index


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """All that is on record about a claim, at whatever date: its evidence, and what is needed to judge it."""

    evidence: tuple[Evidence, ...]
    sources: Mapping[str, Source]
    parties: frozenset[str]
    reach: float | None = None
    """Score below which a statement would not be compared with the claim: see `verifier.candidates`."""


class Verifier:
    """Decides. Give it a relation model and a policy; it keeps no state between calls.

    Without an encoder, statements are found by the terms that they share with a claim alone; without a model of speech,
    what a speaker does is told by the lexicon alone.
    """

    def __init__(
        self,
        *,
        relation: RelationModel,
        policy: Policy,
        encoder: Encoder | None = None,
        speech: SpeechModel | None = None,
    ) -> None:
        self._relation = relation
        self._policy = policy
        self._encoder = encoder
        self._speech = speech

    @property
    def engine(self) -> str:
        """Name and version of the engine, as every verdict carries it."""
        return self._relation.name

    @property
    def speech(self) -> SpeechModel | None:
        """The model of speech, if there is one."""
        return self._speech

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self._policy

    def interpret(
        self,
        text: str,
        *,
        language: str | None,
        speaker: Source,
        act: Act | None = None,
        proposition: str | None = None,
    ) -> Interpretation:
        """What a statement says and does. A language, an act or a proposition that is given is kept.

        Raises `LanguageError` for a language that the engine does not know, `ModelError` where a model fails.
        """
        language = recognise(text, language)
        names = (speaker.name, *speaker.aliases)
        is_outlet = speaker.kind in RELAYS
        found = attribute(text, language, speaker_names=names, act=act, is_outlet=is_outlet, speech=self._speech)
        said = proposition or found.proposition
        start, end = _quote(text, proposition) or (found.start, found.end)
        return Interpretation(
            language=language,
            act=found.act,
            proposition=said,
            quote_start=start,
            quote_end=end,
            cited=found.cited,
            unnamed=found.unnamed,
            index=self.index_statement(text, said, language, speaker),
        )

    def verify(self, claim: Claim, record: Record) -> Verdict:
        """The verdict on a claim from what was said on or before its `as_of`.

        Raises `LanguageError` or `ModelError` where the check cannot be carried out.
        """
        return self.judge(claim, self.assess(claim, record))

    def assess(self, claim: Claim, record: Record, query: Query | None = None) -> Assessment:
        """Everything on record that was compared with the claim, of any date. Raises as `verify` does.

        `query` is the claim's, where the caller has it already.
        """
        language = recognise(claim.text, claim.language)
        query = query or self.expand(self.index(claim.text, language), record)
        candidates = self.search(query, record)
        # A person has the last word, on a position taken on the claim itself too.
        pinned = [_keep(pin) for pin in record.pins()]
        judged = {item.statement.id for item in pinned}
        positions = (_take(confirmation) for confirmation in record.confirmations())
        direct = [*pinned, *(item for item in positions if item.statement.id not in judged)]
        decided = {item.statement.id for item in direct}
        sources = record.sources()
        undecided = [candidate for candidate in candidates if candidate.statement.id not in decided]
        evidence = self._compare(claim, query.own, undecided, sources)
        return Assessment(
            evidence=(*direct, *evidence),
            sources=sources,
            parties=find_parties(claim, sources),
            reach=find_reach(candidates, limit=self._policy.candidates.limit),
        )

    def judge(self, claim: Claim, assessment: Assessment) -> Verdict:
        """The verdict that an assessment gives at the claim's `as_of`."""
        everything = _ordered(assessment.evidence)
        evidence = [item for item in everything if not claim.as_of or item.statement.stated_on <= claim.as_of]
        parties, sources, policy = assessment.parties, assessment.sources, self._policy
        positions = find_positions(evidence, sources, parties=parties, rules=policy.origins)
        label = decide(positions, evidence, policy)
        confidence = calibrate(label, weigh(label, positions, evidence, policy), policy.confidence)
        reasons = explain(label, positions, evidence, sources, parties=parties, as_of=claim.as_of, policy=policy)
        return Verdict(
            label=label,
            confidence=round(confidence, 4),
            credibility=grade(label, positions, policy.credibility),
            reasons=reasons,
            as_of=claim.as_of,
            engine=self.engine,
            policy=policy.version,
            affirming=tuple(sorted(positions.affirming)),
            denying=tuple(sorted(positions.denying)),
            collapsed=positions.collapsed,
            evidence=tuple(item for item in evidence if item.relation is not Relation.UNRELATED),
            needs_review=confidence < policy.review.confidence_below,
        )

    def trace(self, claim: Claim, assessment: Assessment) -> tuple[Turn, ...]:
        """The verdict at each date on which the record on the claim changed, oldest first, whatever its `as_of`."""
        speaking = _ordered(item for item in assessment.evidence if item.relation is not Relation.UNRELATED)
        # The statement that takes a side is named before one of the same day that takes none.
        causes = {item.statement.stated_on: item.statement.id for item in sorted(speaking, key=_takes_side)}
        turns = []
        for day in sorted(causes):
            verdict = self.judge(replace(claim, as_of=day), assessment)
            turns.append(Turn(day=day, label=verdict.label, cause=causes[day]))
        return tuple(turns)

    def index(self, text: str, language: str) -> Index:
        """What a text is found by, and finds others by. Raises `ModelError` where the encoder fails."""
        return self._make_index(index_terms(text, language), text)

    def expand(self, own: Index, record: Record) -> Query:
        """What a claim with this index finds statements by, with those on record that are nearest to it."""
        nearest = self._search(Query(own=own, expanded=own), record, limit=NEAREST)
        near = score(nearest[-1]) if len(nearest) == NEAREST else None
        return Query(own=own, expanded=expand(own, [one.index for one in nearest]), near=near)

    def search(self, query: Query, record: Record) -> list[Candidate]:
        """The candidates that a claim is compared with, the likeliest to speak to it first."""
        return self._search(query, record, limit=self._policy.candidates.limit)

    def _search(self, query: Query, record: Record, *, limit: int) -> list[Candidate]:
        rules = self._policy.candidates
        shared = min(rules.shared_terms, len(query.own.terms))
        return rank(record.search(query.expanded, shared=shared, likeness=rules.likeness, limit=limit), limit=limit)

    def index_statement(self, text: str, proposition: str, language: str, speaker: Source) -> Index:
        """What a statement is found by. Raises `ModelError` where the encoder fails."""
        # The whole text, and not the proposition alone: "dismissed reports on the deployment" is about its object
        # even where the attribution was cut in the wrong place. And who says it: most speak of themselves.
        terms = index_terms(text, language) | index_terms(proposition, language)
        return self._make_index(terms, f"{speaker.name}: {text}")

    def _make_index(self, terms: frozenset[str], text: str) -> Index:
        if self._encoder is None:
            return Index(terms=terms)
        return Index(terms=terms, vector=self._encoder.encode([text])[0], encoder=self._encoder.name)

    def _compare(
        self, claim: Claim, own: Index, candidates: Sequence[Candidate], sources: Mapping[str, Source]
    ) -> list[Evidence]:
        pairs = [pair_up(claim, own, candidate, sources) for candidate in candidates]
        statements = [candidate.statement for candidate in candidates]
        found = self._contents(pairs)
        denials = [index for index, statement in enumerate(statements) if statement.act is Act.DENY]
        # Who denies that anyone was killed denies that a soldier killed someone: what is denied need only follow from
        # the claim, where what is affirmed has to entail it.
        converse = self._contents([pairs[index].reversed() for index in denials])
        for index, (content, probability) in zip(denials, converse, strict=True):
            if content is Content.ENTAILS and found[index][0] in _OPEN:
                found[index] = content, probability
        heard = [(statement, content) for statement, (content, _) in zip(statements, found, strict=True)]
        evidence = []
        for place, (statement, content) in enumerate(heard):
            answered = find_answered(statement, heard, sources) if content in _OPEN else None
            meant, probability = found[place if answered is None else statements.index(answered)]
            relation, about = relate(statement.act, meant), answered.speaker if answered else None
            evidence.append(Evidence(statement=statement, relation=relation, score=probability, answers=about))
        return evidence

    def _contents(self, pairs: Sequence[Pair]) -> list[tuple[Content, float]]:
        return [judge_content(scores, self._policy.relation) for scores in self._relation.compare(pairs)]


def warm_up() -> None:
    """Load what reading needs, which takes seconds, so that the first text does not wait for it."""
    text = "What is new today"
    identify(text)
    for language in SUPPORTED:
        index_terms(text, language)


def pair_up(claim: Claim, own: Index, candidate: Candidate, sources: Mapping[str, Source]) -> Pair:
    """A claim with this index and a statement that was found for it, as a relation model is shown them."""
    statement = candidate.statement
    return Pair(
        claim=claim.text,
        claim_language=claim.language,
        proposition=statement.proposition,
        language=statement.language,
        text=statement.text,
        speaker=sources[statement.speaker].name,
        act=statement.act,
        # How well the claim's own search would find it: by the expanded one whatever is nearest is near.
        found=score_by(own, candidate),
    )


def recognise(text: str, language: str | None) -> str:
    """The language of a text, as given or as identified. Raises `LanguageError` unless the engine knows it."""
    found = language or identify(text)
    if found in SUPPORTED:
        return found
    known = " and ".join(sorted(SUPPORTED))
    what = f"the language {found!r} is not supported" if found else "the language of the text is not clear"
    raise LanguageError(f"{what}: the engine reads {known}; give `language` if the text is in one of them")


def _take(confirmation: Confirmation) -> Evidence:
    """A position on the claim itself: nothing to be inferred."""
    return Evidence(statement=confirmation.statement, relation=_DIRECT[confirmation.position], score=1.0)


def _keep(pin: Pin) -> Evidence:
    """A person's judgement: surer than whatever an engine finds."""
    return Evidence(statement=pin.statement, relation=pin.relation, score=1.0, pinned_by=pin.by)


def _quote(text: str, proposition: str | None) -> tuple[int, int] | None:
    """Where a proposition that is given stands in a text word for word, if it does."""
    start = text.find(proposition) if proposition else -1
    return (start, start + len(proposition)) if proposition and start >= 0 else None


def _ordered(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """In the order in which it was said."""
    return tuple(sorted(evidence, key=lambda item: (item.statement.stated_on, item.statement.sequence)))


def _takes_side(item: Evidence) -> bool:
    return item.relation is not Relation.DISCUSSES
