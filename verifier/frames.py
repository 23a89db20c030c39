"""What lies in the build of a sentence: polarity, time, who acts on whom, what is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from verifier.patterns import find_first
from verifier.terms import Kind, Term, find_terms
from verifier.tokens import Token, tokenize
from verifier.vocabulary import Lexicon, read_concepts, read_lexicon


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A sentence as it is compared with another."""

    terms: tuple[Term, ...]
    keys: frozenset[str]
    actors: tuple[Term, ...]
    """Names and places in order, the one that acts first; without those that only say where."""
    is_negated: bool
    is_future: bool
    is_past: bool
    is_conditional: bool

    def counted_by(self, number: Term) -> Term | None:
        """The word that a number counts: the next one, within a few words."""
        following = [term for term in self.terms if term.kind is Kind.WORD and 0 <= term.start - number.end <= 2]
        return following[0] if following else None


@lru_cache(maxsize=4096)
def read_frame(text: str, language: str) -> Frame:
    """The frame of a sentence."""
    tokens = tokenize(text, language)
    lexicon = read_lexicon(language)
    terms = find_terms(text, language)
    negations = sum(token.lower in lexicon.negation or token.lemma in lexicon.negation for token in tokens)
    is_passive = find_first(lexicon.passive, tokens) is not None
    actors = [term for term in terms if term.kind in (Kind.NAME, Kind.PLACE) and not _is_located(term, tokens, lexicon)]
    return Frame(
        terms=terms,
        actors=tuple(reversed(actors) if is_passive else actors),
        keys=frozenset(key for term in terms for key in (*term.keys, *term.implied)),
        is_negated=negations % 2 == 1,
        is_future=find_first(lexicon.future, tokens) is not None,
        is_past=find_first(lexicon.past, tokens) is not None,
        is_conditional=bool(tokens) and tokens[0].lower in lexicon.conditional,
    )


def are_swapped(claim: Frame, proposition: Frame) -> bool:
    """Whether the second of the claim's two actors comes first in the proposition, and the first one after it."""
    actors = claim.actors[:2]
    if len(actors) < 2:
        return False
    first, second = (_position(actor, proposition) for actor in actors)
    return first is not None and second == 0 and first > 0


def _position(actor: Term, frame: Frame) -> int | None:
    """Where an actor comes among those of a sentence; a capital stands for its country."""
    return next((at for at, other in enumerate(frame.actors) if actor.is_in(other.keys | other.implied)), None)


def _is_located(term: Term, tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether a name only says where something happens: "in Oslo", "in the Norwegian capital"."""
    before = [token.lower for token in tokens[max(0, term.start - 2) : term.start]]
    if before and before[-1] in lexicon.stop and before[-1] not in lexicon.located:
        before.pop()  # an article
    return bool(before) and before[-1] in lexicon.located


def clash(claim: Frame, proposition: Frame) -> bool:
    """Whether the two use opposites: one says "open" where the other says "close"."""
    opposites = read_concepts().opposites
    mine, theirs = _concepts(claim) - _concepts(proposition), _concepts(proposition) - _concepts(claim)
    return any((one, other) in opposites for one in mine for other in theirs)


def _concepts(frame: Frame) -> frozenset[str]:
    return frozenset(key.removeprefix("concept:") for key in frame.keys if key.startswith("concept:"))
