"""A sentence as it is read for speech: its tokens, which of them are quoted, and the phrases that can be a speaker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from verifier.sentences import Sentence
from verifier.tokens import Token, lemmatize, tokenize
from verifier.vocabulary import Lexicon, read_lexicon

Phrase = tuple[int, int]
"""Tokens from the first up to, and without, the second."""

_LONGEST = 24
_SHORT_QUOTE = 3
_MARKS = frozenset(",;:–—()[]/…")
QUOTES = frozenset("„“”\"»«‚‘’›‹'`")
_CASES = frozenset("der des dem den die das ein eine einer eines einem einen dieser diese dieses".split())  # noqa: SIM905
_GENITIVES = frozenset("der des eines einer von vom für".split())  # noqa: SIM905
_INNER = frozenset("of for the a an 's and & - . ' ’ in at from".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One sentence. Indexes count its tokens; `quoted` says for each whether it stands in a quotation, marks included."""

    sentence: Sentence
    language: str
    lexicon: Lexicon
    tokens: Sequence[Token]
    quoted: Sequence[bool]

    @property
    def size(self) -> int:
        """How many tokens it has."""
        return len(self.tokens)

    def words(self, name: str) -> frozenset[str]:
        """A list of the lexicon's section on speech."""
        return self.lexicon.speech[name]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Character offsets of tokens in the whole text, marks at the ends left out."""
        tokens = self.tokens
        while end > start + 1 and tokens[end - 1].kind == "mark" and tokens[end - 1].surface not in "%)?!\"“”«»’€$":
            end -= 1
        while start < end - 1 and tokens[start].kind == "mark" and tokens[start].surface in ",;:.–—-)…":
            start += 1
        return self.sentence.start + tokens[start].start, self.sentence.start + tokens[end - 1].end

    def count_words(self, start: int, end: int) -> int:
        """Words and numbers among tokens."""
        return sum(token.kind != "mark" for token in self.tokens[start:end])

    def is_mark(self, index: int, marks: str) -> bool:
        """Whether a token is one of these marks."""
        return 0 <= index < self.size and self.tokens[index].kind == "mark" and self.tokens[index].surface in marks

    def lower(self, index: int) -> str:
        """A word in lower case; nothing behind either end."""
        return self.tokens[index].lower if 0 <= index < self.size else ""


def read_sentence(text: str, sentence: Sentence, language: str) -> Reading:
    """The reading of one sentence of a text."""
    tokens = tokenize(text[sentence.start : sentence.end], language)
    spans = [(item.start - sentence.start, item.end - sentence.start) for item in sentence.quotations]
    quoted = [False] * len(tokens)
    following = 0
    for index, token in enumerate(tokens):
        while following < len(spans) and spans[following][1] <= token.start:
            following += 1
        quoted[index] = following < len(spans) and spans[following][0] <= token.start
    return Reading(
        sentence=sentence, language=language, lexicon=read_lexicon(language), tokens=tokens, quoted=quoted
    )


def clause_start(reading: Reading, index: int) -> int:
    """Where the clause of a token begins: behind the nearest mark or quotation to the left."""
    at = index
    while at > 0:
        before = reading.tokens[at - 1]
        if reading.quoted[at - 1]:
            opened = quotation_start(reading, at - 1)
            if reading.count_words(opened, at) > _SHORT_QUOTE:
                break
            at = opened
            continue
        if before.surface == ")":
            opened = next((place for place in range(at - 1, max(-1, at - 12), -1) if reading.is_mark(place, "(")), None)
            if opened is not None:
                at = opened
                continue
        if before.kind == "mark" and before.surface in _MARKS:
            break
        at -= 1
    return at


def quotation_start(reading: Reading, index: int) -> int:
    """The first token of the quotation that a token stands in."""
    while index > 0 and reading.quoted[index - 1]:
        index -= 1
    return index


def left_phrase(reading: Reading, end: int) -> Phrase | None:
    """The phrase that ends before a token, as a subject before its verb; with what stands beside it between commas."""
    if end <= 0:
        return None
    if reading.is_mark(end - 1, ",)–—"):
        return _left_with_apposition(reading, end - 1)
    start = _walk_left(reading, end)
    return _strip(reading, start, end)


def _left_with_apposition(reading: Reading, close: int) -> Phrase | None:
    """ "Smith, 58, a spokesman for the city," before its verb."""
    at = close
    for _ in range(3):
        begin = at
        while at > max(0, close - 2 * _LONGEST) and not reading.is_mark(at - 1, ",(–—;:"):
            at -= 1
        if at == 0 or reading.is_mark(at - 1, ";:"):
            break
        head = _strip(reading, _walk_left(reading, at - 1), at - 1)
        if head is None:
            break
        first = reading.lower(head[0])
        beside = first in reading.words("relatives") or reading.tokens[head[0]].kind == "number" or first in ("a", "an")
        if not beside or not reading.is_mark(head[0] - 1, ","):
            return head[0], close
        at = head[0] - 1
        if at >= begin:
            break
    return _strip(reading, _walk_left(reading, close), close)


def _walk_left(reading: Reading, end: int) -> int:
    start = end
    breaks = reading.words("breaks")
    while start > 0 and end - start < _LONGEST:
        token = reading.tokens[start - 1]
        if token.kind == "mark" and token.surface not in "-'’./&\"“”„»«":
            break
        if token.kind == "mark" and token.surface == "." and start - 1 > 0 and len(reading.tokens[start - 2].surface) > 4:
            break
        if token.lower in breaks and not (token.lower == "that" and start == end):
            if start == end and token.lower in reading.words("relatives"):
                start -= 1
            break
        start -= 1
    return start


def _strip(reading: Reading, start: int, end: int) -> Phrase | None:
    """A phrase without the adverbial that it begins with: "On Monday the mayor" is "the mayor"."""
    prepositions = reading.words("prepositions")
    joins = ("and", "but", "or", "und", "aber", "so", "doch")
    while start < end and (reading.tokens[start].kind == "mark" or reading.lower(start) in joins):
        start += 1
    if reading.language == "en" and start < end and reading.lower(start) in prepositions and end - start > 1:
        # The subject is the last thing that can begin anew: a name, an article or a pronoun.
        for at in range(end - 1, start, -1):
            if reading.lower(at) in reading.words("pronouns") or reading.lower(at) in ("the", "a", "an", "his", "her"):
                if reading.lower(at - 1) not in ("of", "for", "in", "at", "on", *prepositions):
                    start = at
                    break
                continue
            if reading.tokens[at].is_capital and not reading.tokens[at - 1].is_capital:
                if reading.lower(at - 1) in ("of", "for", "the", "in", "at", *prepositions):
                    continue
                start = at
                break
        else:
            while start < end and reading.lower(start) in prepositions:
                start += 1
    return (start, end) if any(token.is_word for token in reading.tokens[start:end]) else None


def right_phrase(reading: Reading, start: int) -> Phrase | None:
    """The phrase that begins at a token, as a subject behind its verb."""
    return _right_german(reading, start) if reading.language == "de" else _right_english(reading, start)


def _right_english(reading: Reading, start: int) -> Phrase | None:
    end = start
    tokens = reading.tokens
    while end < reading.size and end - start < _LONGEST:
        token = tokens[end]
        if reading.quoted[end] and (token.surface in QUOTES):
            break
        if token.kind == "mark" and token.surface not in "-'’./&":
            break
        if token.surface == "." and (end + 1 >= reading.size or len(tokens[end - 1].surface) > 4):
            break
        if end > start and token.lower in reading.words("breaks"):
            break
        if end > start and token.lower in reading.words("prepositions") and token.lower not in ("at", "in"):
            break
        if token.lower in ("in", "at") and not (end + 1 < reading.size and (tokens[end + 1].is_capital)):
            break
        if end > start and token.lower in ("has", "have", "had", "was", "were", "is", "are", "would", "will", "said"):
            break
        end += 1
    if end == start:
        return None
    # What is beside it between commas: "Smith, a spokesman for the city".
    if reading.is_mark(end, ",") and reading.lower(end + 1) in ("a", "an", "the", "who", "his", "her", "its"):
        close = end + 1
        while close < reading.size and close - end < _LONGEST and not reading.is_mark(close, ",.;:–—\"“”"):
            close += 1
        end = close
    return (start, end) if any(token.is_word for token in tokens[start:end]) else None


def _right_german(reading: Reading, start: int) -> Phrase | None:
    tokens, size = reading.tokens, reading.size
    while start < size and reading.lower(start) in reading.words("prepositions") | reading.words("days"):
        start = _skip_adverbial(reading, start)
    if start >= size or (tokens[start].kind == "mark" and tokens[start].surface not in QUOTES):
        return None
    if reading.lower(start) in reading.words("pronouns") and not (start + 1 < size and _is_nominal(reading, start + 1)):
        return start, start + 1
    end = _noun_group(reading, start)
    if end is None or reading.tokens[end - 1].lemma in reading.words("times"):
        return None
    is_described = reading.lower(start) in _CASES or not tokens[start].is_capital or tokens[start].known
    while end < size:
        is_joined = reading.lower(end) in ("und", "sowie")
        if not is_joined and not (is_described and reading.lower(end) in _GENITIVES):
            break
        further = _noun_group(reading, end + is_joined)
        if further is None:
            break
        end = further
    if reading.is_mark(end, ",") and end + 1 < size and _is_apposition(reading, end + 1):
        close = end + 1
        while close < size and close - end < _LONGEST and not reading.is_mark(close, ",.;:–—\"“„”»«"):
            close += 1
        if reading.is_mark(close, ","):
            end = close
    return start, end


def _is_apposition(reading: Reading, index: int) -> bool:
    first = reading.tokens[index]
    if first.is_capital:
        if is_role(first.lemma, reading) or reading.is_mark(index + 1, "-"):
            return True
        close = index
        while close < reading.size and close - index < 6 and (reading.tokens[close].is_capital or reading.is_mark(close, "-.")):
            close += 1
        return reading.is_mark(close, ",")
    following = range(index + 1, min(index + 5, reading.size))
    return reading.lower(index) in _CASES and any(is_role(reading.tokens[at].lemma, reading) for at in following)


def is_role(lemma: str, reading: Reading) -> bool:
    """Whether a noun says what a person is: a German compound ends in one that does."""
    for name in ("spokespeople", "roles"):
        known = reading.words(name)
        if lemma in known:
            return True
        if reading.language == "de" and any(lemma.endswith(word) and len(word) > 4 for word in known):
            return True
    return False


def _is_nominal(reading: Reading, index: int) -> bool:
    return reading.tokens[index].is_word and (
        reading.tokens[index].is_capital or reading.tokens[index].lower.endswith(("e", "en", "er", "es", "em"))
    )


def _skip_adverbial(reading: Reading, start: int) -> int:
    """Behind an adverb, or behind a preposition with its noun."""
    word = reading.lower(start)
    takes_noun = word in ("in", "im", "am", "an", "auf", "bei", "beim", "mit", "nach", "seit", "vor", "während", "zu",
                          "zum", "zur", "gegenüber", "gegen", "aus", "durch", "über", "um", "unter", "wegen", "trotz",
                          "für", "als")  # fmt: skip
    if not takes_noun:
        return start + 1
    end = _noun_group(reading, start + 1)
    if end is None:
        return start + 1
    while reading.lower(end) in ("des", "der", "von", "vom") and (further := _noun_group(reading, end)) is not None:
        end = further
    return end


def _noun_group(reading: Reading, start: int) -> int | None:
    """The end of article, adjectives and nouns or names; None where there is no noun."""
    tokens, at = reading.tokens, start
    while at < reading.size and (reading.lower(at) in _CASES or reading.lower(at) in _GENITIVES):
        at += 1
    adjectives = 0
    while at < reading.size and tokens[at].is_word and not tokens[at].is_capital and adjectives < 4:
        if reading.is_mark(at + 1, "-") and at + 2 < reading.size:
            at += 2  # "rot-grünen"
            continue
        if not tokens[at].lower.endswith(("e", "en", "er", "es", "em", "ei")) or _is_verb(tokens[at], reading):
            break
        adjectives, at = adjectives + 1, at + 1
    begun = at
    if at == start + 2 and reading.lower(start) in _CASES and at < reading.size and not (
        tokens[at].is_capital or tokens[at].surface in QUOTES
    ):
        return at  # "der 81-jährige"
    while at < reading.size and at - begun < _LONGEST:
        token = tokens[at]
        if token.is_word and (token.is_capital or token.lower in ("van", "de", "al", "bin", "zu", "el", "ben")):
            at += 1
        elif token.kind == "number" and at > begun:
            at += 1
        elif token.kind == "mark" and token.surface in "-„“\"»«'’./&" and at + 1 < reading.size and (
            tokens[at + 1].is_capital or token.surface in QUOTES
        ):
            if token.surface == "." and len(tokens[at - 1].surface) > 4:
                break
            at += 1
        else:
            break
    return at if any(token.is_word for token in tokens[begun:at]) else None


def _is_verb(token: Token, reading: Reading) -> bool:
    lemma, _ = lemmatize(token.surface, reading.language)
    return lemma.endswith("n") and lemma != token.lower and token.lower not in reading.lexicon.stop
