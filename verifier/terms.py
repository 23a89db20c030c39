"""Terms: what a text is about, in a form that two texts share though they are worded, or in a language, unlike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from verifier.folding import fold_name, fold_word
from verifier.phrases import concept_phrases, phrases_at, place_phrases
from verifier.tokens import Token, lemmatize, starts_sentence, tokenize
from verifier.vocabulary import Lexicon, Phrase, read_concepts, read_lexicon

_YEARS = range(1900, 2100)


class Kind(StrEnum):
    """What a term is, which says how much it weighs."""

    WORD = "word"
    NAME = "name"
    PLACE = "place"
    NUMBER = "number"


class Bound(StrEnum):
    """Which end of a range a number is."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One thing that a text mentions. `keys` are its readings: two terms are the same where they share one.

    `implied` holds whenever the term does: the country of a city, the death in a killing. `start` and `end` count
    tokens. `value` is set for numbers, and `bound` for those that are the least or the most of a range.
    """

    keys: frozenset[str]
    kind: Kind
    start: int
    end: int
    implied: frozenset[str] = field(default=frozenset())
    value: Decimal | None = None
    bound: Bound | None = None
    light: bool = False

    @property
    def is_year(self) -> bool:
        """Whether it is a number that reads as a year."""
        return self.value is not None and self.value in _YEARS

    def is_in(self, keys: frozenset[str]) -> bool:
        """Whether one of its readings is among these."""
        return not self.keys.isdisjoint(keys)


_LONGEST_NAME = 4


@lru_cache(maxsize=4096)
def find_terms(text: str, language: str) -> tuple[Term, ...]:
    """The terms of a text in its order, stop words left out."""
    tokens = tokenize(text, language)
    lexicon = read_lexicon(language)
    found: list[Term] = []
    index = 0
    while index < len(tokens):
        term = _read_term(tokens, index, language, lexicon)
        if term is None:
            index += 1
            continue
        found.append(term)
        found += _head_of_compound(term, tokens, language)
        index = term.end
    return tuple(found)


def index_terms(text: str, language: str) -> frozenset[str]:
    """The keys that search finds a text by: concepts, base forms and folded names, `country:XX`, `number:N`.

    A name has two keys, so that it counts twice: to share one tells more than to share a common word.
    """
    terms = find_terms(text, language)
    names = {f"name:{key}" for term in terms if term.kind is Kind.NAME for key in term.keys}
    return frozenset(names.union(*(term.keys | term.implied for term in terms)))


def _read_term(tokens: Sequence[Token], index: int, language: str, lexicon: Lexicon) -> Term | None:
    token = tokens[index]
    if token.value is not None or token.lower in lexicon.numbers:
        return _read_number(tokens, index, lexicon)
    if place := _read_place(tokens, index, language):
        return place
    if concept := _read_concept(tokens, index, language):
        return concept
    if not token.is_word or token.lower in lexicon.stop or token.lemma in lexicon.stop or len(token.lower) < 2:
        return None
    if _is_name(tokens, index, language):
        return _read_name(tokens, index, language, lexicon)
    light = token.lemma in lexicon.light
    keys = frozenset({fold_word(token.lemma), *((fold_name(token.lemma),) if token.is_capital else ())})
    return Term(keys=keys, kind=Kind.WORD, start=index, end=index + 1, light=light)


def _read_name(tokens: Sequence[Token], index: int, language: str, lexicon: Lexicon) -> Term:
    """A name of one or more words; who is called by one part of it is taken to be the same."""
    end = index + 1
    while end < len(tokens) and end - index < _LONGEST_NAME and _continues_name(tokens, end, language, lexicon):
        end += 1
    keys = frozenset(key for token in tokens[index:end] for key in (fold_name(token.surface), fold_word(token.lemma)))
    return Term(keys=keys, kind=Kind.NAME, start=index, end=end)


def _continues_name(tokens: Sequence[Token], index: int, language: str, lexicon: Lexicon) -> bool:
    token = tokens[index]
    return (
        token.is_word
        and token.lower not in lexicon.stop
        and _is_name(tokens, index, language)
        and _read_place(tokens, index, language) is None
        and _read_concept(tokens, index, language) is None
    )


def _is_name(tokens: Sequence[Token], index: int, language: str) -> bool:
    token = tokens[index]
    if any(character.isdigit() for character in token.surface):
        return True
    if not token.is_capital:
        return False
    return not token.known or (language == "en" and not starts_sentence(tuple(tokens), index))


def _read_number(tokens: Sequence[Token], index: int, lexicon: Lexicon) -> Term | None:
    token = tokens[index]
    value = token.value if token.value is not None else Decimal(lexicon.numbers[token.lower])
    end = index + 1
    while end < len(tokens) and tokens[end].lower in lexicon.scales:
        value *= lexicon.scales[tokens[end].lower]
        end += 1
    keys = frozenset({f"number:{value.normalize():f}"})
    bound = _read_bound(tokens, index, lexicon)
    return Term(keys=keys, kind=Kind.NUMBER, start=index, end=end, value=value, bound=bound)


def _read_bound(tokens: Sequence[Token], index: int, lexicon: Lexicon) -> Bound | None:
    before = " ".join(token.lower for token in tokens[max(0, index - _LONGEST_NAME) : index])
    for bound, phrases in ((Bound.AT_MOST, lexicon.at_most), (Bound.AT_LEAST, lexicon.at_least)):
        if f" {before}".endswith(tuple(f" {phrase}" for phrase in phrases)):
            return bound
    return None


def _read_place(tokens: Sequence[Token], index: int, language: str) -> Term | None:
    if not tokens[index].is_word:
        return None
    known = place_phrases(language)
    for end, phrase in phrases_at(tokens, index, known, language):
        if _is_written_as(tokens[index], phrase):
            key, country = known[phrase]
            implied = frozenset({country}) if country else frozenset[str]()
            return Term(keys=frozenset({key}), kind=Kind.PLACE, start=index, end=end, implied=implied)
    return None


def _is_written_as(token: Token, phrase: Phrase) -> bool:
    """Short forms such as "US" or "UN" are meant only in capitals."""
    return len("".join(phrase)) > 3 or token.surface.isupper()


def _read_concept(tokens: Sequence[Token], index: int, language: str) -> Term | None:
    table = read_concepts()
    known = concept_phrases(language)
    for end, phrase in phrases_at(tokens, index, known, language):
        keys = known[phrase]
        implied = frozenset(f"concept:{name}" for key in keys for name in table.implied.get(key, ()))
        return Term(
            keys=frozenset(f"concept:{key}" for key in keys),
            kind=Kind.WORD,
            start=index,
            end=end,
            implied=implied,
            light=tokens[index].lemma in read_lexicon(language).light or keys <= table.understood,
        )
    return None


def _head_of_compound(term: Term, tokens: Sequence[Token], language: str) -> Iterator[Term]:
    """The concepts in a German compound, beside the compound itself: "Truppenabzug" is about troops and withdrawal."""
    token = tokens[term.start]
    if language != "de" or term.kind is not Kind.WORD or len(token.lower) < 9 or any(":" in key for key in term.keys):
        return
    for key in _split_compound(token.lemma):
        yield Term(keys=key, kind=Kind.WORD, start=term.start, end=term.end, light=True)


@lru_cache(maxsize=16384)
def _split_compound(lemma: str) -> tuple[frozenset[str], ...]:
    known = concept_phrases("de")
    for cut in range(4, len(lemma) - 3):
        head, _ = lemmatize(lemma[cut:].capitalize(), "de")
        if (head,) not in known:
            continue
        parts = [frozenset(f"concept:{key}" for key in known[(head,)])]
        for link in ("", "s", "n", "en", "es"):
            modifier = lemma[:cut].removesuffix(link) if link else lemma[:cut]
            base, _ = lemmatize(modifier.capitalize(), "de")
            if (base,) in known:
                parts.insert(0, frozenset(f"concept:{key}" for key in known[(base,)]))
                break
        return tuple(parts)
    return ()
