"""Plain rules, where they are surer than a network: the same said in known words, numbers, time, and who acts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from verifier.affirmation import affirms
from verifier.entities import Act, Content
from verifier.frames import Frame, are_swapped, read_frame
from verifier.ports import Pair, Scores
from verifier.terms import Bound, Kind, Term

RULES_VERSION = 10
"""To be raised with every change of a rule, a lexicon, the search or the model of speech that may change a verdict.

Part of the engine's version.
"""

Rule = Callable[[Frame, Frame], Content | None]
"""What a proposition that seems to entail a claim is instead, from the frames of both; None where it may be right."""


def overrule(pair: Pair, network: Scores, lexical: Scores) -> Scores:
    """The scores of a network, set right by those of the lexical model and by rules.

    Where the lexical model finds that the proposition says the same (it seldom does, and is right in two of three where
    people speak of one matter), its word is taken. What a rule rules out is taken from the network.
    """
    claim = read_frame(pair.claim, pair.claim_language)
    said = read_frame(pair.proposition, pair.language)
    scores = network
    if lexical.best()[0] is Content.ENTAILS:
        if pair.act is Act.DENY and affirms(pair.text or "", pair.proposition, pair.language):
            # What is denied is the opposite of what is said: "He rejected that: “The dam is safe.”".
            return Scores(lexical.contradicts, lexical.entails, lexical.neutral, lexical.unrelated)
        if not is_condition(claim, said):
            return lexical
        scores = lexical
    if lexical.best()[0] is Content.UNRELATED and lacks_what_it_is_about(claim, said):
        scores = Scores(0.0, scores.contradicts, scores.neutral, scores.unrelated + scores.entails)
    if is_of_others(claim, said):
        return Scores(0.0, 0.0, scores.neutral, scores.entails + scores.contradicts + scores.unrelated)
    for rule in RULES:
        instead = rule(claim, said)
        if instead is Content.CONTRADICTS and scores.entails > scores.contradicts:
            return Scores(scores.contradicts, scores.entails, scores.neutral, scores.unrelated)
        if instead is Content.NEUTRAL:
            return Scores(0.0, scores.contradicts, scores.neutral + scores.entails, scores.unrelated)
    return scores


def lacks_what_it_is_about(claim: Frame, said: Frame) -> bool:
    """Whether all that the claim is about are words that the lexicon knows in both languages, and some are not said."""
    words = [term for term in claim.terms if term.kind is Kind.WORD and not term.light]
    known = all(any(key.startswith("concept:") for key in term.keys) for term in words)
    return bool(words) and known and not all(term.is_in(said.keys) for term in words)


def is_of_others(claim: Frame, said: Frame) -> bool:
    """Whether the country that acts in the claim is not in the proposition, and another is."""
    actor = next((term for term in claim.actors if term.kind is Kind.PLACE), None)
    if actor is None or actor.is_in(said.keys):
        return False
    return any(term.kind is Kind.PLACE and not term.is_in(claim.keys) for term in said.terms)


def count_otherwise(claim: Frame, said: Frame) -> Content | None:
    """Another number of the same things contradicts; a number that is not spoken to is not borne out."""
    instead = None
    for term in claim.terms:
        if term.value is None or term.is_year or term.is_in(said.keys):
            continue
        counts = counts_of(term, claim, said)
        if any(meets(term, value) for value in counts):
            continue
        if counts:
            return Content.CONTRADICTS
        instead = Content.NEUTRAL
    return instead


def is_yet_to_come(claim: Frame, said: Frame) -> Content | None:
    """What will be has not been."""
    return Content.NEUTRAL if claim.is_past and said.is_future and not said.is_past else None


def acts_in_turn(claim: Frame, said: Frame) -> Content | None:
    """That A attacked B does not say that B attacked A."""
    return Content.NEUTRAL if are_swapped(claim, said) else None


def is_condition(claim: Frame, said: Frame) -> Content | None:
    """What follows if something happens does not say that it happens."""
    return Content.NEUTRAL if said.is_conditional and not claim.is_conditional else None


RULES: tuple[Rule, ...] = (count_otherwise, is_yet_to_come, acts_in_turn, is_condition)


def counts_of(number: Term, claim: Frame, said: Frame) -> list[Decimal]:
    """The numbers that a proposition gives of what a number in the claim counts."""
    counted = claim.counted_by(number)
    found = []
    for term in said.terms:
        thing = said.counted_by(term)
        if term.value is not None and counted is not None and thing is not None and thing.is_in(counted.keys):
            found.append(term.value)
    return found


def meets(number: Term, value: Decimal) -> bool:
    """Whether a value is in the range that a number of the claim bounds, as 7,500 in "more than 7,000"."""
    if number.value is None or number.bound is None:
        return False
    return value >= number.value if number.bound is Bound.AT_LEAST else value <= number.value
