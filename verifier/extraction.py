"""The statements in an article: direct speech with whoever is said to have said it, and what the outlet says itself."""

from __future__ import annotations

import re

from verifier.acts import classify
from verifier.article import Article, Dating, FindSources, Mention, Passage
from verifier.entities import Act
from verifier.tokens import tokenize
from verifier.vocabulary import read_lexicon

_SENTENCE = re.compile(r"[^\s.!?\n][^.!?\n]{0,2000}(?:[.!?][\"“”«»]?|\n)?")
_QUOTE = re.compile(r"[„“\"»«]([^„“”\"»«\n]{3,})[“”\"«»]")
_NAME = r"([A-ZÄÖÜ][\w-]+(?: [A-ZÄÖÜ][\w-]+){0,3})"
_SAID = re.compile(rf"(?:said|says|sagte|sagt|erklärte|so) {_NAME}|{_NAME} (?:said|says|sagte|sagt|erklärte)")


def extract(article: Article, find: FindSources) -> list[Passage]:
    """The passages of an article, in the order of the text."""
    found = []
    for match in _SENTENCE.finditer(article.text):
        start, end = match.span()
        sentence = match[0].rstrip()
        end = start + len(sentence)
        quote, said = _QUOTE.search(sentence), _SAID.search(sentence)
        if quote and said:
            span = start + quote.start(1), start + quote.end(1)
            speaker, confidence = _mention(said[1] or said[2], find), 0.9
        else:
            span, confidence = (start, end), 0.6
            speaker = Mention(name=article.publisher.name, source=article.publisher.id)
        words = article.text[slice(*span)]
        if len(words.split()) < 3:
            continue
        tokens, lexicon = tokenize(words, article.language), read_lexicon(article.language)
        own = speaker.source == article.publisher.id
        agency = _mention(article.agencies[0], find) if own and article.agencies else None
        found.append(
            Passage(
                start=start,
                end=end,
                quote_start=span[0],
                quote_end=span[1],
                speaker=speaker,
                act=classify(tokens, lexicon, relays=False) if tokens else Act.ASSERT,
                proposition=words,
                publisher=None,
                origin=agency or speaker,
                stated=Dating(first=None, last=None),
                confidence=confidence,
            )
        )
    return found


def _mention(name: str, find: FindSources) -> Mention:
    known = find(name)
    if len(known) == 1:
        return Mention(name=name, source=known[0].id)
    return Mention(name=name, candidates=tuple(source.id for source in known))
