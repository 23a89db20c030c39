"""Whom a speaker relays: "citing X", "laut X"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import takewhile

from verifier.folding import fold_name
from verifier.patterns import find_first
from verifier.tokens import Token
from verifier.vocabulary import Lexicon

_LONGEST_NAME = 8
_INSIDE = frozenset("-„“\"'’")  # marks within names


@dataclass(frozen=True, slots=True)
class Citation:
    """The source that a statement rests on, if it is another than its speaker."""

    cited: str | None
    unnamed: bool


def find_citation(text: str, tokens: Sequence[Token], lexicon: Lexicon, speaker_names: Sequence[str]) -> Citation:
    """The source that the speaker relays by name, and whether it relies on others that it does not name."""
    own = {_stem(word) for name in speaker_names for word in name.replace("-", " ").split() if len(word) > 2}
    found = find_first(lexicon.attribution["unnamed"], tokens)
    # "A source in the palace", where the palace speaks, is the speaker.
    unnamed = found is not None and not _is_within(tokens[found[1] : found[1] + _LONGEST_NAME // 2], own, lexicon)
    for start, end in _cited_phrases(tokens, lexicon):
        phrase = tokens[start:end]
        if any(
            token.lower in lexicon.attribution["own_grounds"] for token in tokens[start : start + _LONGEST_NAME // 2]
        ):
            continue
        if any(_stem(token.surface) in own for token in phrase):
            continue
        if not phrase[0].is_capital and _is_within(tokens[start : start + _LONGEST_NAME], own, lexicon):
            continue
        if any(_is_name(token, lexicon) for token in phrase):
            return Citation(text[phrase[0].start : phrase[-1].end], unnamed=False)
        unnamed = True
    return Citation(None, unnamed)


def _is_within(phrase: Sequence[Token], own: Set[str], lexicon: Lexicon) -> bool:
    """Whether the source that a phrase goes on to describe is the speaker's: "in the palace", but not "told Reuters".

    A preposition has to lead to the speaker's name: in German, an article alone may lead to whoever hears it.
    """
    links = set(lexicon.speech["role_links"]) - set(lexicon.speech["articles"])
    linked = False
    for token in takewhile(lambda one: one.kind != "mark" or one.surface in _INSIDE, phrase):
        if token.lemma in lexicon.saying or token.lower in lexicon.attribution["telling"]:
            return False
        linked = linked or token.lower in links
        if linked and _stem(token.surface) in own:
            return True
    return False


def _cited_phrases(tokens: Sequence[Token], lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """First and last-but-one token of each phrase that names whom something is according to."""
    table = lexicon.attribution
    for cue in (*table["citing"], *table["according"]):
        if " " not in cue and cue in lexicon.stop and cue not in table["according"]:
            continue
        for behind in _ends_of(cue, tokens):
            if behind < len(tokens) and tokens[behind].surface in table["according_relatives"]:
                yield behind, behind + 1  # "the report according to which it leaks"
                continue
            rest = range(behind, len(tokens))
            start = next((at for at in rest if tokens[at].lower not in lexicon.stop), len(tokens))
            end = start
            while end < len(tokens) and end - start < _LONGEST_NAME and _continues(tokens[end]):
                end += 1
            if start < len(tokens):
                yield start, end if end > start else min(start + 3, len(tokens))
    for cue in table.get("according_after", ()):
        if (found := find_first([cue], tokens)) is not None:
            start = found[0]
            while start > 0 and found[0] - start < _LONGEST_NAME and _continues(tokens[start - 1]):
                start -= 1
            if start < found[0]:
                yield start, found[0]


def _ends_of(cue: str, tokens: Sequence[Token]) -> Iterator[int]:
    """Behind each place where a cue stands."""
    at = 0
    while (found := find_first([cue], tokens[at:])) is not None:
        at += found[1]
        yield at


def _stem(word: str) -> str:
    """Enough of a word that "Russia" and "Russian" are one."""
    return fold_name(word)[:5]


def _continues(token: Token) -> bool:
    joins = ("of", "the", "der", "des", "von", "'s", "-", "„", "“", '"')
    return (token.is_word and token.is_capital) or token.lower in joins


def _is_name(token: Token, lexicon: Lexicon) -> bool:
    nameless = (*lexicon.attribution["unnamed"], *lexicon.attribution["nameless"])
    return token.is_word and token.is_capital and token.lower not in nameless and token.lemma not in nameless
