"""Whether a denial puts its content forward instead of taking it back: "He rejected that: “The dam is safe.”"."""

from __future__ import annotations

from functools import lru_cache

from verifier.acts import classify
from verifier.cues import Cue
from verifier.discourse import find_speech_at, find_speeches
from verifier.entities import Act
from verifier.tokens import tokenize
from verifier.vocabulary import read_lexicon

_OPENING = 6
"""Characters and words, at most, with which words that are said may begin: a quotation mark, "that"."""
_SAID = frozenset({Cue.QUOTED, Cue.CLAUSE, Cue.INVERTED, Cue.ACCORDING})


@lru_cache(maxsize=4096)
def affirms(text: str, proposition: str, language: str) -> bool:
    """Whether the words of a denial say that its proposition is so: by words of saying, none of which denies it.

    What denies a report may be what else its speaker does: "denied reports of cracks and said the dam was safe". Words
    that nothing attributes, and a proposition that does not stand in the text as it is, are what is denied.
    """
    start = text.find(proposition) if proposition else -1
    if start < 0:
        return False
    speech = find_speech_at(find_speeches(text, language), start, start + len(proposition))
    if speech is None or speech.cue not in _SAID or not speech.attribution:
        return False
    if not any(0 <= start - first <= _OPENING for first, _ in speech.pieces):
        return False
    lexicon = read_lexicon(language)
    is_denied = classify(tokenize(speech.governing(text), language), lexicon, relays=False) is Act.DENY
    if is_denied and speech.can_deny(proposition, lexicon):
        return False
    words = tokenize(" ".join(text[slice(*piece)] for piece in speech.pieces), language)
    is_negated = any(token.lower in lexicon.negation or token.lemma in lexicon.negation for token in words)
    # "That it leaks, he ruled out", "The claim that it leaks, he called absurd": what comes first is spoken of.
    opens = lexicon.attribution["complementizers"] + lexicon.attribution["carriers"]
    is_topic = speech.start < speech.attribution[0][0] and any(token.lemma in opens for token in words[:_OPENING])
    return not (is_negated or is_topic or classify(words, lexicon, relays=False) is Act.DENY)
