"""Denials and confirmations that only point at what they answer: "rejected Smith's report", "wies den Artikel zurück".

Their own words do not say what is denied. What somebody else said does, and that is on record too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import timedelta
from functools import lru_cache

from verifier.entities import Act, Content, Source, Statement
from verifier.folding import fold_name
from verifier.independence import body_of
from verifier.tokens import Token, tokenize
from verifier.vocabulary import Lexicon, read_lexicon

_ANSWERING = frozenset({Act.DENY, Act.CONFIRM})
_SIDES = frozenset({Content.ENTAILS, Content.CONTRADICTS})
_WITHIN = timedelta(days=30)
"""How long after somebody has said something an answer to it by name is looked for."""
_PEOPLE = frozenset({"person", "expert", "witness"})
_NEAR = 4
"""Words within which a noun has the name of whoever said it."""


def find_answered(
    statement: Statement, others: Sequence[tuple[Statement, Content]], sources: Mapping[str, Source]
) -> Statement | None:
    """What a statement denies or confirms by pointing at it, of other statements and how these stand to a claim.

    That is something that takes a side, said before by another body: by one whom the statement names beside what it
    points at ("Smith's report", "the report by Smith"), the latest; or, where it names nobody ("the report"), what its
    own publisher passed on that day, if that is one thing alone. What is not clear is None.
    """
    if statement.act not in _ANSWERING:
        return None
    pointed = find_pointed(statement.text, statement.language)
    if not pointed:
        return None
    own = body_of(statement.speaker, sources)
    earlier = [
        other
        for other, content in others
        if content in _SIDES
        and other.act is not Act.DENY
        and body_of(other.speaker, sources) != own
        and timedelta(0) <= statement.stated_on - other.stated_on <= _WITHIN
    ]
    named = [other for other in earlier if any(_is_by(near, other, sources) for near, _ in pointed)]
    if named:
        return max(named, key=lambda other: (other.stated_on, other.sequence))
    if not any(is_bare for _, is_bare in pointed):
        return None
    beside = [other for other in earlier if _is_published_with(other, statement)]
    return beside[0] if len(beside) == 1 else None


@lru_cache(maxsize=4096)
def find_pointed(text: str, language: str) -> tuple[tuple[frozenset[str], bool], ...]:
    """For each noun that points at something said: the words near it, and whether it stands alone, as in "the report".

    A noun that says itself what it is about ("the report that he left") does not point.
    """
    lexicon, tokens = read_lexicon(language), tokenize(text, language)
    found = []
    for at, token in enumerate(tokens):
        if token.lemma in lexicon.speech["assertions"] and at and not _says_what(tokens, at, lexicon):
            near = frozenset(_fold(one.surface) for one in tokens[max(0, at - _NEAR) : at + 1 + _NEAR] if one.is_word)
            owned = at + 1 < len(tokens) and tokens[at + 1].lower in lexicon.speech["owner_links"]
            found.append((near, tokens[at - 1].lower in lexicon.speech["definites"] and not owned))
    return tuple(found)


def _says_what(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    """Whether a clause or an object of the noun follows; "by Smith" and "von Smith" tell only whose it is."""
    following = tokens[at + 1 : at + 3]
    if not following:
        return False
    links = lexicon.speech["content_links"]
    return any(one.lower in links for one in (following if following[0].surface == "," else following[:1]))


def _is_by(near: Set[str], other: Statement, sources: Mapping[str, Source]) -> bool:
    return any(_names(near, sources[id]) for id in (other.speaker, other.publisher) if id and id in sources)


def _names(near: Set[str], source: Source) -> bool:
    """Whether words hold a whole name of a source, or the last word of a person's."""
    for name in (source.name, *source.aliases):
        *first, last = [_fold(word) for word in name.split()] or [""]
        if last in near and (source.kind in _PEOPLE or near >= set(first)):
            return True
    return False


def _fold(word: str) -> str:
    """A word as names are compared, without its genitive."""
    return fold_name(word.strip(".,").removesuffix("'s").removesuffix("’s"))


def _is_published_with(one: Statement, other: Statement) -> bool:
    return one.publisher is not None and one.publisher == other.publisher and one.stated_on == other.stated_on
