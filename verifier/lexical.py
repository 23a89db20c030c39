"""The lexical relation model: which terms two sentences share, and what stands in the way of taking them as one.

A baseline that any learned model has to beat: no training, and no weights but those written here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from verifier.frames import Frame, are_swapped, clash, read_frame
from verifier.overruling import counts_of, meets
from verifier.ports import Pair, Scores
from verifier.terms import Kind, Term

_WEIGHT = {Kind.WORD: 1.0, Kind.NAME: 1.2, Kind.PLACE: 1.2, Kind.NUMBER: 1.0}
_LIGHT = 0.3

# Shares of the claim's weight that a proposition must cover.
_MATTER = 0.35  # to speak to the claim at all
_SAME = 0.5  # to be about the same
_SAME_WORDS = 0.4  # of its words alone, so that the same actors in another event are not taken for it

_UNRELATED = Scores(entails=0.02, contradicts=0.03, neutral=0.15, unrelated=0.8)
_NEUTRAL = Scores(entails=0.1, contradicts=0.1, neutral=0.7, unrelated=0.1)
_LATER = Scores(entails=0.2, contradicts=0.05, neutral=0.7, unrelated=0.05)
_CONTRADICTS = Scores(entails=0.1, contradicts=0.65, neutral=0.2, unrelated=0.05)


class LexicalRelation:
    """Implements `verifier.ports.RelationModel` by comparing terms, numbers, polarity, roles and time."""

    name = "lexical-1"

    def compare(self, pairs: Sequence[Pair]) -> list[Scores]:
        """Scores for each pair, in order."""
        return [_score(pair) for pair in pairs]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Overlap:
    """What of the claim's terms the proposition has."""

    shared: list[Term]
    missing: list[Term]
    covered: float
    """Share of the claim's weight, 0 to 1."""
    words: float
    """The same for its words alone."""


def _score(pair: Pair) -> Scores:
    claim = read_frame(pair.claim, pair.claim_language)
    proposition = read_frame(pair.proposition, pair.language)
    overlap = _compare_terms(claim, proposition)
    if not _is_same_matter(overlap, claim, proposition):
        return _UNRELATED
    miscounted = [term for term in overlap.missing if _counts_otherwise(term, claim, proposition)]
    if not _is_same_event(overlap, miscounted):
        return _NEUTRAL
    if miscounted or are_swapped(claim, proposition):
        return _CONTRADICTS
    # Of two negatives, a "not" and a word of opposite meaning, each takes back the other.
    if (claim.is_negated != proposition.is_negated) != clash(claim, proposition):
        return _CONTRADICTS
    if claim.is_past and proposition.is_future:
        return _LATER
    entails = 0.5 + 0.3 * overlap.covered
    return Scores(entails=entails, contradicts=0.05, neutral=0.9 - entails, unrelated=0.05)


def _compare_terms(claim: Frame, proposition: Frame) -> _Overlap:
    shared = [term for term in claim.terms if _is_spoken_to(term, claim, proposition)]
    words = [term for term in claim.terms if term.kind is Kind.WORD]
    return _Overlap(
        shared=shared,
        missing=[term for term in claim.terms if term not in shared],
        covered=_weigh(shared) / _weigh(claim.terms) if claim.terms else 0.0,
        words=_weigh([term for term in words if term in shared]) / _weigh(words) if words else 1.0,
    )


def _is_same_matter(overlap: _Overlap, claim: Frame, proposition: Frame) -> bool:
    """Whether more than names is shared: the same actors in another event are another matter."""
    events = [term for term in claim.terms if term.kind is Kind.WORD and not term.light]
    if events and not any(term in overlap.shared for term in events):
        return False
    return overlap.covered >= _MATTER and not _is_of_others(overlap, claim, proposition)


def _is_same_event(overlap: _Overlap, miscounted: Sequence[Term]) -> bool:
    """Whether all names, places and numbers of the claim are spoken to, and enough of its words."""
    if len(overlap.shared) < 2 or overlap.covered < _SAME or overlap.words < _SAME_WORDS:
        return False
    # The year is rarely said: a statement is about its own time.
    return all(term.kind is Kind.WORD or term.is_year or term in miscounted for term in overlap.missing)


def _is_of_others(overlap: _Overlap, claim: Frame, proposition: Frame) -> bool:
    """Whether the country that acts in the claim is not in the proposition, and another is, or another act."""
    actor = next((term for term in claim.actors if term.kind is Kind.PLACE), None)
    if actor is None or actor.is_in(proposition.keys):
        return False
    if any(term.kind is Kind.PLACE and not term.is_in(claim.keys) for term in proposition.terms):
        return True
    return any(term.kind is Kind.WORD for term in overlap.missing)


def _is_spoken_to(term: Term, claim: Frame, proposition: Frame) -> bool:
    """Whether the proposition has a term or, for a number, one in its range: "7,500" is "more than 7,000"."""
    if term.is_in(proposition.keys):
        return True
    return any(meets(term, other) for other in counts_of(term, claim, proposition))


def _counts_otherwise(number: Term, claim: Frame, proposition: Frame) -> bool:
    """Whether the proposition gives another number of the same things."""
    return number.kind is Kind.NUMBER and bool(counts_of(number, claim, proposition))


def _weigh(terms: Sequence[Term]) -> float:
    return sum(_WEIGHT[term.kind] * (_LIGHT if term.light or term.is_year else 1.0) for term in terms)
