"""Who says what within one sentence: words of saying, with the speaker on one side and the content on the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from verifier import english, german
from verifier.according import find_according, find_named, find_nouns
from verifier.cues import Cue, Found
from verifier.reading import Phrase, Reading
from verifier.subjects import find_silent
from verifier.vocabulary import Lexicon

_READERS = {"de": german.read_verb, "en": english.read_verb}
_MOSTLY_QUOTED = 0.8
_FEW_WORDS = 2
_OPENING = "„“\"»«‚‘'`"
_MOST = 8
"""Attributions in a sentence, at most: what has more is no sentence, and would take long to settle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """What is said, in one piece or in several around its attribution, by whom: character offsets into the text.

    `speaker` is None where nobody is named. `verb` is the base form of the word of saying, "" where there is none.
    `attribution` are the words that govern what is said, and `sentence` counts those of the text.
    """

    pieces: tuple[tuple[int, int], ...]
    speaker: tuple[int, int] | None
    cue: Cue
    verb: str
    sentence: int
    attribution: tuple[tuple[int, int], ...] = ()

    @property
    def start(self) -> int:
        """Where the first piece begins."""
        return self.pieces[0][0]

    @property
    def end(self) -> int:
        """Where the last piece ends."""
        return self.pieces[-1][1]

    def is_told(self, text: str) -> bool:
        """Whether what is said is only told about: "rejected the plan", "declined to comment"."""
        return self.cue is Cue.OBJECT or text.startswith("to ", self.start)

    def governing(self, text: str) -> str:
        """The words that govern what is said."""
        return " ".join(text[slice(*place)] for place in self.attribution)

    def can_deny(self, words: str, lexicon: Lexicon) -> bool:
        """Whether its words of attribution can deny what is said, `words` of it.

        They cannot where whole sentences are quoted ("He rejected that: “The dam is safe.”"), where they stand behind
        ("The dam is safe, he countered") and where the verb says that something is put against what others say.
        """
        inner = words.lstrip(_OPENING)
        is_whole = inner[:1].isupper() and len(inner.split()) > _FEW_WORDS
        is_quoted = is_whole and (self.cue is Cue.QUOTED or inner != words)
        return not (is_quoted or self.cue is Cue.INVERTED or self.verb in lexicon.speech["retorting"])

    def is_within(self, other: Speech) -> bool:
        """Whether it stands in what the other says, or has just the same words."""
        return other.start <= self.start and self.end <= other.end


def find_speech(reading: Reading, number: int) -> list[Speech]:
    """What is attributed in a sentence, in the order of its words of saying; `number` is the sentence's."""
    found = [*find_according(reading), *_find_verbs(reading), *find_nouns(reading)]
    found = found or [*find_named(reading), *find_silent(reading)]
    found = sorted(found, key=lambda item: item.left)[:_MOST]
    return [_to_speech(item, reading, number) for item in _settle(found, reading)]


def _find_verbs(reading: Reading) -> Iterator[Found]:
    """What verbs of saying attribute; each is tried with the speaker of the one before it at hand."""
    verbs = reading.lexicon.saying
    read = _READERS[reading.language]
    speaker: Phrase | None = None
    taken = -1
    for at, token in enumerate(reading.tokens):
        if reading.quoted[at] or not token.is_word or at < taken or token.lemma not in verbs:
            continue
        if token.is_capital and at > 0 and reading.language == "de":
            continue
        found = read(reading, at, speaker)
        if found is not None and found.pieces:
            speaker = found.speaker or speaker
            taken = found.right
            yield found


def _settle(found: Sequence[Found], reading: Reading) -> Iterator[Found]:
    """Each content without the attributions that stand in it or go on with another content."""
    for item in found:
        pieces = list(item.pieces)
        for other in found:
            if other is item:
                continue
            if other.cue is Cue.ACCORDING and item.cue is not Cue.ACCORDING:
                pieces = [part for piece in pieces for part in _without(piece, other.left, other.right)]
            elif other.speaker == item.speaker and _goes_on(reading, other.left):
                pieces = [(start, other.left if start < other.left < end else end) for start, end in pieces]
            elif other.speaker is not None and other.speaker[0] <= item.left < other.speaker[1]:
                # "Lee, who denies the report, said that it …"
                pieces = [(start, min(end, other.speaker[1])) for start, end in pieces]
        pieces = [piece for piece in pieces if piece[0] < piece[1] and reading.count_words(*piece)]
        if pieces:
            yield replace(item, pieces=tuple(pieces))


def _without(piece: Phrase, left: int, right: int) -> list[Phrase]:
    start, end = piece
    if right <= start or left >= end:
        return [piece]
    return [(first, last) for first, last in ((start, min(left, end)), (max(right, start), end)) if first < last]


def _goes_on(reading: Reading, left: int) -> bool:
    return reading.lower(left) in ("and", "but", "und") or reading.is_mark(left, ",")


def _to_speech(item: Found, reading: Reading, number: int) -> Speech:
    quoted = sum(reading.quoted[at] for start, end in item.pieces for at in range(start, end))
    is_quoted = quoted > _MOSTLY_QUOTED * sum(end - start for start, end in item.pieces)
    return Speech(
        pieces=tuple(reading.place(*piece) for piece in item.pieces),
        speaker=reading.place(*item.speaker) if item.speaker else None,
        cue=Cue.QUOTED if is_quoted and item.cue is not Cue.ACCORDING else item.cue,
        verb=item.verb,
        sentence=number,
        attribution=tuple(reading.place(*piece) for piece in _governing(item, reading)),
    )


def _governing(item: Found, reading: Reading) -> Iterator[Phrase]:
    """The words of an attribution that govern its content.

    In "No minister who denied the report called and said that" they are "No" and "said that".
    """
    start, end = item.left, item.right
    first, last = item.speaker or (start, start)
    verb = next((at for at in range(end - 1, start - 1, -1) if reading.tokens[at].lemma == item.verb), end - 1)
    links = [
        at for at in range(start, end) if reading.lower(at) in reading.words("coordinating") or reading.is_mark(at, ",")
    ]
    if start <= first and last <= verb:
        yield from ((at, at + 1) for at in range(start, last) if reading.lower(at) in reading.lexicon.negation)
        start = last
    start = next((at + 1 for at in reversed(links) if last <= at < verb), start)
    end = next((at for at in links if at > max(verb, last - 1)), end)
    if item.cue is Cue.INVERTED:
        end = next((at for at in range(last, end) if reading.lower(at) in reading.words("breaks")), end)
    if start < end:
        yield start, end
