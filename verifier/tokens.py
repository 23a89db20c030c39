"""A text as tokens: words with base form and place, numbers with value, punctuation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from verifier.vocabulary import read_lexicon

_TOKEN = re.compile(
    r"""(?P<code>[^\W\d_]{1,5}-\d+\w*)
    |(?P<number>\d{1,3}(?:[.,'’\u202f\u00a0\ ]\d{3})+(?:[.,]\d+)?(?![\w])|\d+(?:[.,]\d+)?(?![\w]))
    |(?P<ordinal>\d+(?:st|nd|rd|th)\b)
    |(?P<word>[^\W_]+?(?=n['’]t\b)|n['’]t\b|['’](?:s|ll)\b|(?:[A-Z]\.){2,}|[^\W_]+)
    |(?P<mark>\S)""",
    re.VERBOSE,
)
_KINDS = {"number": "number", "ordinal": "number", "mark": "mark"}
_SENTENCE_END = frozenset(".!?")
# Separable prefixes: "wies … zurück" is a form of "zurückweisen".
_PREFIXES = frozenset(
    """ab an auf aus bei bekannt dicht ein entgegen fest frei hin los mit nach nieder offen statt teil um vor weg wieder
    zu zurück zusammen""".split()  # noqa: SIM905 - a list of thirty quoted words is no easier to read
)
_CLAUSE_MARKS = frozenset('.,;:!?"“”«»')


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text. `lemma` is the base form, folded to lower case; `value` is set for numbers alone."""

    surface: str
    lower: str
    lemma: str
    start: int
    end: int
    kind: str
    value: Decimal | None = None
    known: bool = True

    @property
    def is_word(self) -> bool:
        """Whether it is a word, and neither a number nor a mark."""
        return self.kind == "word"

    @property
    def is_capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.surface[:1].isupper()


@lru_cache(maxsize=4096)
def tokenize(text: str, language: str) -> tuple[Token, ...]:
    """The tokens of a text in its order, with exact character offsets."""
    found: list[Token] = []
    cased = read_lexicon(language).cased
    for match in _TOKEN.finditer(text):
        surface, kind = match.group(), _KINDS.get(match.lastgroup or "", "word")
        lower = (cased.get(surface) if found else None) or surface.lower().replace("’", "'")
        value = _value(re.sub(r"[a-z]+$", "", surface), language) if kind == "number" else None
        lemma, known = lemmatize(lower if surface in cased else surface, language) if kind == "word" else (lower, True)
        found.append(Token(surface, lower, lemma, match.start(), match.end(), kind, value, known))
    return tuple(_join_prefixes(found) if language == "de" else found)


@lru_cache(maxsize=65536)
def lemmatize(word: str, language: str) -> tuple[str, bool]:
    """Base form of a word in lower case, and whether the dictionary has the word."""
    simplemma = _simplemma()
    lower = word.lower().replace("’", "'")
    if (irregular := read_lexicon(language).irregular.get(lower)) is not None:
        return irregular, True
    if len(word) == 1 or word.isupper():
        return lower, simplemma.is_known(word, language)
    known = simplemma.is_known(word, language) or simplemma.is_known(lower, language)
    return simplemma.lemmatize(word, language).lower(), known


def starts_sentence(tokens: tuple[Token, ...], index: int) -> bool:
    """Whether a token is the first word of a sentence or of a quotation, where a capital letter says nothing."""
    before = tokens[index - 1] if index else None
    return before is None or (before.kind == "mark" and before.surface in '.!?:„“"«»')


def _join_prefixes(tokens: list[Token]) -> list[Token]:
    """German verbs get back the prefix that stands at the end of their clause."""
    joined = list(tokens)
    for index, token in enumerate(tokens):
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        ends = following is None or following.surface in _CLAUSE_MARKS or following.lower in ("und", "oder", "als", "–")
        if not (token.is_word and token.lower in _PREFIXES and ends):
            continue
        for place in range(index - 1, -1, -1):
            verb = joined[place]
            if verb.surface in _SENTENCE_END:
                break
            if verb.is_word and not verb.is_capital and verb.known and verb.lemma.endswith("n"):
                combined = token.lower + verb.lemma
                if _simplemma().is_known(combined, "de"):
                    joined[place] = Token(verb.surface, verb.lower, combined, verb.start, verb.end, verb.kind)
                    break
    return joined


def _value(surface: str, language: str) -> Decimal:
    """The value of a written number: the decimal mark is the language's, any other mark groups thousands."""
    mark, grouping = (",", ".") if language == "de" else (".", ",")
    plain = re.sub(r"['’\s]", "", surface)
    if re.fullmatch(rf"\d{{1,3}}(?:\{grouping}\d{{3}})+(?:\{mark}\d+)?", plain):
        plain = plain.replace(grouping, "")
    if sum(plain.count(sign) for sign in ".,") > 1:
        return Decimal(re.sub(r"\D", "", plain))
    # A mark of the other language that groups no thousands is a decimal mark or a time: "3.5", "22.14".
    return Decimal(plain.replace(grouping, ".").replace(mark, "."))


@cache
def _simplemma():  # type: ignore[no-untyped-def]
    import simplemma  # noqa: PLC0415 - its dictionaries are loaded when first needed

    return simplemma
