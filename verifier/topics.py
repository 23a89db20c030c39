"""What a denial or a refusal to comment is about that does not say it: what the article said before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from verifier.article import Article, Passage
from verifier.entities import Act
from verifier.reading import Reading
from verifier.speech import Speech
from verifier.tokens import tokenize
from verifier.vocabulary import Lexicon

_WITHIN = 300
"""Characters of a passage in which it points back."""
_LESS_SURE = 0.9
_TOWARDS = frozenset({Act.DENY, Act.DECLINE, Act.CONFIRM})


def leaves_out_what(reading: Reading, speech: Speech) -> bool:
    """Whether all that a sentence says is that somebody did not answer, and not what was asked."""
    lexicon, speech_words = reading.lexicon, ("asking", "auxiliaries", "days")
    known = lexicon.saying.union(lexicon.stop, *(reading.words(name) for name in speech_words))
    start, end = speech.speaker or (0, 0)
    outside = (token for token in reading.tokens if not start <= reading.sentence.start + token.start < end)
    return all(token.lower in known or token.lemma in known for token in outside if token.is_word)


def resolve_topics(article: Article, lexicon: Lexicon, passages: Sequence[Passage]) -> list[Passage]:
    """The passages with a proposition each.

    Those that point at "these reports" are about what was reported last, or else said; those about "the report", about
    what somebody else said right before. Those without a proposition, and those about "this", are about what was said
    last, or else about nothing but their own words.
    """
    resolved: list[Passage] = []
    reported: Passage | None = None
    last: Passage | None = None
    for passage in passages:
        about, words = None, article.text[passage.quote_start : passage.quote_end]
        if not passage.proposition or (last is not None and _is_pronoun(lexicon, passage)):
            about = last.proposition if last is not None else words
        elif passage.act in _TOWARDS and last is not None:
            if _points(article, lexicon, passage, by="demonstratives"):
                about = (reported or last).proposition
            elif _points(article, lexicon, passage, by="articles") and _follows(article, passage, resolved[-1]):
                about = resolved[-1].proposition
        if about is not None:
            resolved.append(replace(passage, proposition=about, confidence=round(passage.confidence * _LESS_SURE, 3)))
            continue
        last = passage
        reported = passage if passage.act is Act.REPORT else reported
        resolved.append(passage)
    return resolved


def _follows(article: Article, passage: Passage, other: Passage) -> bool:
    """Whether a passage stands right behind one of somebody else that does not deny or decline itself."""
    is_other = passage.speaker != other.speaker and other.act not in (Act.DENY, Act.DECLINE)
    return is_other and not article.text[other.end : passage.start].strip()


def _is_pronoun(lexicon: Lexicon, passage: Passage) -> bool:
    """Whether what is denied is only pointed at: "dismissed this as gossip"."""
    first, *rest = passage.proposition.lower().split()
    pointing = lexicon.speech["pointing"]
    is_alone = len(rest) <= 1 or rest[0] in lexicon.attribution["judgement"]
    points = (first in pointing and is_alone) or (bool(rest) and rest[-1] in pointing)
    return passage.act in _TOWARDS and points


def _points(article: Article, lexicon: Lexicon, passage: Passage, *, by: str) -> bool:
    """Whether a noun points back ("these plans"), and does not say itself what it is about ("the plan to leave")."""
    words = tokenize(article.text[passage.start : passage.end][:_WITHIN], article.language)
    pointing, carriers = lexicon.speech[by], lexicon.speech["carriers"]
    links = (",", *lexicon.attribution["carrier_links"])
    threes = zip(words, words[1:], words[2:], strict=False)
    return any(a.lower in pointing and noun.lemma in carriers and z.lower not in links for a, noun, z in threes)
