"""Who says what, where a network has read the text too: it sees whom the build of a sentence does not tell."""

from __future__ import annotations

from dataclasses import replace

from verifier.discourse import Discourse, find_speaker
from verifier.noun_phrases import left_phrase
from verifier.ports import SpeechModel
from verifier.reading import Reading
from verifier.speech import Speech

Place = tuple[int, int]
"""Character offsets into the text."""

MOST = 400
"""Speeches that are pointed at, and passages that are kept, of one text: what has more is no article."""

_SURE = 0.2
"""From which on the network's word counts more than that of the rules, where they name somebody else."""


def point_at_speakers(text: str, discourse: Discourse, model: SpeechModel) -> Discourse:
    """A text's speeches with their speakers as the network sees them, the first `MOST`; the others by the rules.

    Raises `ModelError` where the network fails.
    """
    pointed = (_point(text, discourse, speech, model) for speech in discourse.speeches[:MOST])
    return replace(discourse, speeches=(*pointed, *discourse.speeches[MOST:]))


def point_at_speaker(text: str, discourse: Discourse, place: Place, model: SpeechModel) -> Place | None:
    """Who says the words at a place. Raises `ModelError` where the network fails."""
    return _choose(text, discourse, place, find_speaker(discourse, *place), model)


def _point(text: str, discourse: Discourse, speech: Speech, model: SpeechModel) -> Speech:
    piece = max(speech.pieces, key=lambda piece: piece[1] - piece[0])
    return replace(speech, speaker=_choose(text, discourse, piece, speech.speaker, model))


def _choose(text: str, discourse: Discourse, said: Place, ruled: Place | None, model: SpeechModel) -> Place | None:
    """Whom the rules name, unless the network is sure that it is another."""
    found = model.find_speaker(text, *said)
    if found is None:
        return ruled
    place, sure = found
    agrees = ruled is not None and ruled[0] < place[1] and place[0] < ruled[1]
    if agrees or (ruled is not None and sure < _SURE):
        return ruled
    return _phrase_around(discourse, place)


def _phrase_around(discourse: Discourse, place: Place) -> Place:
    """The phrase that names somebody around a piece of it."""
    for reading in discourse.readings:
        if reading.sentence.start <= place[0] < reading.sentence.end:
            at = next((at for at in range(reading.size) if _token_end(reading, at) > place[0]), None)
            return place if at is None else _phrase(reading, at)
    return place


def _token_end(reading: Reading, at: int) -> int:
    return reading.sentence.start + reading.tokens[at].end


def _phrase(reading: Reading, at: int) -> Place:
    """The name around a token; around one of a description, the phrase that ends with it and the name behind."""
    end = at + 1
    while end < reading.size and _is_name(reading, end):
        end += 1
    start = at
    if not _is_name(reading, at):
        start, _ = left_phrase(reading, at + 1) or (at, end)
    while start > 0 and _is_name(reading, start) and _is_name(reading, start - 1):
        start -= 1
    return reading.place(start, end)


def _is_name(reading: Reading, at: int) -> bool:
    return reading.tokens[at].is_word and reading.tokens[at].is_capital
