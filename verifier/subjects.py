"""Who is the subject of a sentence, where no word of saying tells who speaks, or who does not."""

from __future__ import annotations

from collections.abc import Iterator

from verifier import english
from verifier.cues import Cue, Found
from verifier.noun_phrases import left_phrase, right_phrase
from verifier.patterns import find_first
from verifier.reading import Phrase, Reading


def find_silent(reading: Reading) -> Iterator[Found]:
    """Who did not answer: "the ministry could not be reached", "die Firma nahm keine Stellung"."""
    silent = find_first(reading.lexicon.attribution["silent"], reading.tokens)
    if silent is None or any(reading.quoted[slice(*silent)]):
        return
    start, end = silent
    if reading.language == "en":
        subject = left_phrase(reading, english.first_of_verb(reading, start))
    elif reading.lower(0) in reading.words("questions"):
        subject = right_phrase(reading, start + 1)
    else:
        subject = _before_german(reading, end)
    if subject is not None:
        pieces = ((0, reading.size),)
        yield Found(pieces=pieces, speaker=subject, cue=Cue.OBJECT, verb="", left=start, right=end)


def find_subject(reading: Reading, start: int, end: int) -> Phrase | None:
    """Whom a sentence makes the subject of words in it, given by their first and last-but-one token.

    Of the verb before them ("Lee went on to praise “the plan”"), else of one behind them.
    """
    if reading.count_words(0, start) > 1:
        return _before_german(reading, start) if reading.language == "de" else _before_english(reading, start)
    behind = (right_phrase(reading, at) for at in range(end, min(end + 6, reading.size)))
    return next((phrase for phrase in behind if phrase is not None and phrase[0] >= end), None)


def _before_english(reading: Reading, start: int) -> Phrase | None:
    for at in range(start - 1, 0, -1):
        if english.is_verb(reading, at):
            phrase = left_phrase(reading, english.first_of_verb(reading, at))
            if phrase is not None and reading.lower(phrase[0]) != "that":
                return phrase
    return right_phrase(reading, 0)


def _before_german(reading: Reading, start: int) -> Phrase | None:
    finite = next((at for at in range(start) if reading.is_finite(at)), None)
    if finite is None:
        return right_phrase(reading, 0)
    phrase = right_phrase(reading, 0)
    if phrase is not None and phrase[0] == 0 and phrase[1] <= finite:
        return phrase
    return right_phrase(reading, finite + 1)
