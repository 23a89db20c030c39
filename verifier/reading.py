"""A sentence as it is read for speech: its tokens, and which of them are quoted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from verifier.sentences import Sentence
from verifier.tokens import Token, tokenize
from verifier.vocabulary import Lexicon, read_lexicon

Phrase = tuple[int, int]
"""Tokens from the first up to, and without, the second."""

_SHORT_QUOTE = 3
_NEAR_OBJECT = 5  # tokens between a verb and the noun of its object
_MARKS = frozenset(",;:–—()[]/…")
QUOTES = frozenset("„“”\"»«‚‘’›‹'`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One sentence. Indexes count its tokens; `quoted` says which stand in a quotation, marks included."""

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
        while end > start + 1 and tokens[end - 1].kind == "mark" and tokens[end - 1].surface not in '%)?!"“”«»’€$':
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

    def phrase(self, start: int, end: int) -> str:
        """Words in lower case, with spaces between them."""
        return " ".join(token.lower for token in self.tokens[start:end])

    def judges(self, index: int) -> bool:
        """Whether a verb says what its subject thinks of a report or a claim: "called the report baseless"."""
        behind = self.tokens[index + 1 : index + 1 + _NEAR_OBJECT]
        is_judging = self.tokens[index].lemma in self.words("judging")
        is_quoted = any(self.quoted[index + 1 : index + 1 + _NEAR_OBJECT])
        return is_judging and (is_quoted or any(token.lemma in self.words("carriers") for token in behind))

    def is_reported(self, index: int) -> bool:
        """Whether a German word stands in the mood of reported speech: "sei", "halte"."""
        token = self.tokens[index]
        known = self.words("subjunctive")
        # "halte" is it, too, where the first person does not speak.
        is_regular = token.lower.endswith("e") and token.lemma.endswith(f"{token.lower}n") and not token.is_capital
        return token.lower in known or (is_regular and bool(known) and token.lower not in self.words("no_verbs"))

    def is_finite(self, index: int) -> bool:
        """Whether a German word looks like a finite verb."""
        token = self.tokens[index]
        is_inflected = (
            token.lemma.endswith("n") and token.lemma != token.lower and token.lower.endswith(("t", "te", "en"))
        )
        return token.lower in self.words("auxiliaries") or (
            is_inflected and not token.is_capital and token.lower not in self.lexicon.stop
        )


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
    return Reading(sentence=sentence, language=language, lexicon=read_lexicon(language), tokens=tokens, quoted=quoted)


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
            bracket = next(
                (place for place in range(at - 1, max(-1, at - 12), -1) if reading.is_mark(place, "(")), None
            )
            if bracket is not None:
                at = bracket
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
