"""Who says what, where a network has read the text too: it sees whom the build of a sentence does not tell."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from verifier import english
from verifier.acts import classify
from verifier.cues import Cue
from verifier.discourse import Discourse, find_speaker, find_speech_at
from verifier.entities import Act
from verifier.noun_phrases import left_phrase
from verifier.ports import SpeechModel
from verifier.reading import Reading
from verifier.speech import Speech

Place = tuple[int, int]
"""Character offsets into the text."""

MOST = 400
"""Speeches that are pointed at, and passages that are kept, of one text: what has more is no article."""

_SURE, _SURE_OF_VERBS = 0.2, 0.3
"""From which on the network's word counts more than that of the rules, where they name somebody else.

Where a verb of saying has its subject beside it and governs the words ("X said: …"), the rules are right as often as a
network that is less sure than the second."""
_MARGIN = 100
"""Characters around a sentence that are read with it."""
_GOVERNED = frozenset({Cue.QUOTED, Cue.CLAUSE, Cue.INVERTED})


def point_at_speakers(text: str, discourse: Discourse, model: SpeechModel) -> Discourse:
    """A text's speeches with their speakers as the network sees them, the first `MOST`; the others by the rules.

    Whom something is according to, who has a name beside a quotation and its verb, and who does not answer, the rules
    know as well as the network, and faster. Raises `ModelError` where the network fails.
    """
    pointed = (
        speech if _is_plain(text, discourse, speech) else _point(text, discourse, speech, model)
        for speech in discourse.speeches[:MOST]
    )
    return replace(discourse, speeches=(*pointed, *discourse.speeches[MOST:]))


def point_at_speaker(text: str, discourse: Discourse, place: Place, model: SpeechModel) -> Place | None:
    """Who says the words at a place. Raises `ModelError` where the network fails."""
    ruled = find_speaker(discourse, *place)
    speech = find_speech_at(discourse, *place)
    if speech is None or speech.speaker != ruled:
        return _choose(discourse, ruled, model.find_speaker(text, *place), least=_SURE)
    return ruled if _is_plain(text, discourse, speech) else _ask(text, discourse, speech, place, model)


def _point(text: str, discourse: Discourse, speech: Speech, model: SpeechModel) -> Speech:
    piece = max(speech.pieces, key=lambda piece: piece[1] - piece[0])
    return replace(speech, speaker=_ask(text, discourse, speech, piece, model))


def _ask(text: str, discourse: Discourse, speech: Speech, place: Place, model: SpeechModel) -> Place | None:
    """Who says the words of a speech at a place. Where a verb governs them, whoever it is stands in its sentence."""
    first, last = 0, len(text)
    if speech.verb and speech.cue in _GOVERNED:
        sentence = discourse.readings[speech.sentence].sentence
        first, last = max(0, min(sentence.start, place[0]) - _MARGIN), max(sentence.end, place[1]) + _MARGIN
    found = model.find_speaker(text[first:last], place[0] - first, place[1] - first)
    if found is not None:
        (start, end), sure = found
        found = (first + start, first + end), sure
    return _choose(discourse, speech.speaker, found, least=_least(speech))


def _is_plain(text: str, discourse: Discourse, speech: Speech) -> bool:
    """Whether the rules are as good as any network."""
    if speech.speaker is None:
        return False
    return speech.cue is Cue.ACCORDING or _is_named_beside(text, speech) or _is_only_told(text, discourse, speech)


def _is_named_beside(text: str, speech: Speech) -> bool:
    """Whether a quotation in marks has a verb of saying and a name beside it."""
    if speech.speaker is None or not speech.verb or speech.cue is not Cue.QUOTED:
        return False
    return text[slice(*speech.speaker)].rsplit(maxsplit=1)[-1][0].isupper()


def _is_only_told(text: str, discourse: Discourse, speech: Speech) -> bool:
    """Whether it is only told what somebody did, and not said by anyone: that he took no position, or rejected one."""
    reading = discourse.readings[speech.sentence]
    if not speech.is_told(text):
        return False
    return classify(reading.tokens, reading.lexicon, relays=False) is Act.DECLINE or _opens(discourse, reading, speech)


def _is_named(discourse: Discourse, word: str) -> bool:
    """Whether a word that may be a common one is a name elsewhere: "Kern" behind "Eva Kern"."""
    return any(
        token.surface == word and at > 1 and reading.tokens[at - 1].is_word and reading.tokens[at - 1].is_capital
        for reading in discourse.readings
        for at, token in enumerate(reading.tokens)
    )


def _opens(discourse: Discourse, reading: Reading, speech: Speech) -> bool:
    """Whether a sentence begins with its speaker and the verb: "The Harbour Office rejected the report"."""
    place = speech.speaker or (0, 0)
    at = [index for index in range(reading.size) if place[0] <= _token_start(reading, index) < place[1]]
    if not at or at[0] > 0 or at[-1] + 1 >= reading.size or reading.lower(0) in reading.words("prepositions"):
        return False
    is_verb = reading.is_finite if reading.language == "de" else partial(english.is_verb, reading)
    is_name = len(at) > 1 or not reading.tokens[0].known or _is_named(discourse, reading.tokens[0].surface)
    return is_name and is_verb(at[-1] + 1) and not any(is_verb(index) for index in at[1:])


def _least(speech: Speech) -> float:
    return _SURE_OF_VERBS if speech.verb and speech.cue in _GOVERNED else _SURE


def _choose(
    discourse: Discourse, ruled: Place | None, found: tuple[Place, float] | None, *, least: float
) -> Place | None:
    """Whom the rules name, unless the network is sure that it is another."""
    if found is None:
        return ruled
    place, sure = found
    agrees = ruled is not None and ruled[0] < place[1] and place[0] < ruled[1]
    at = _token_at(discourse, place)
    if agrees or (ruled is not None and (sure < least or (at is not None and _is_information(*at)))):
        return ruled
    return _phrase(*at) if at is not None else place


def _token_at(discourse: Discourse, place: Place) -> tuple[Reading, int] | None:
    """The sentence that a place is in, and the number of its token there."""
    for reading in discourse.readings:
        if reading.sentence.start <= place[0] < reading.sentence.end:
            at = next((at for at in range(reading.size) if _token_end(reading, at) > place[0]), None)
            return None if at is None else (reading, at)
    return None


def _is_information(reading: Reading, at: int) -> bool:
    """Whether a token is what somebody gave, and not who: "a report by the service"."""
    speech = reading.lexicon.speech
    return reading.tokens[at].lemma in (*speech["nouns"], *speech["carriers"], *speech["information"])


def _token_start(reading: Reading, at: int) -> int:
    return reading.sentence.start + reading.tokens[at].start


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
