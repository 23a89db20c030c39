"""Who says what over a whole text: speech that goes on in the next sentence, or whose speaker stands there."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from verifier.cues import Cue
from verifier.noun_phrases import left_phrase, right_phrase
from verifier.patterns import find_first
from verifier.reading import Reading, read_sentence
from verifier.sentences import split_sentences
from verifier.speech import Speech, find_speech
from verifier.subjects import find_subject

_HALF, _MOSTLY, _WHOLLY = 0.5, 0.7, 0.95
_FEW_WORDS, _FEW = 3, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Discourse:
    """A text read for speech: its sentences, and all that is attributed in them, in the order of the text."""

    readings: tuple[Reading, ...]
    speeches: tuple[Speech, ...]


def find_speeches(text: str, language: str) -> Discourse:
    """Everything that someone is said to say in a text."""
    readings = tuple(read_sentence(text, sentence, language) for sentence in split_sentences(text, language))
    found = [find_speech(reading, number) for number, reading in enumerate(readings)]
    speeches: list[Speech] = []
    for number, reading in enumerate(readings):
        own = _of_before(readings, found, number)
        if not own:
            own = _go_on(readings, found, speeches, number)
        elif (more := _quoted_beside(reading, own, number)) is not None:
            own = [*own, more]
        speeches += own
    return Discourse(readings=readings, speeches=tuple(speeches))


def find_speaker(discourse: Discourse, start: int, end: int) -> tuple[int, int] | None:
    """Who says given words, by their place: the speaker of the speech that they are most of, or that is most of them.

    Where that names nobody, whom their sentence is about or, for reported speech, whoever spoke before; else None.
    """
    speech = find_speech_at(discourse, start, end)
    number = next((at for at, item in enumerate(discourse.readings) if start < item.sentence.end), None)
    if number is None or (speech is not None and _likeness(speech, start, end) >= _HALF):
        return speech.speaker if speech else None
    return _speaker_around(discourse, number, start, end)


def find_speech_at(discourse: Discourse, start: int, end: int) -> Speech | None:
    """Of the speeches whose speaker is named, the one that is most like the words at a place; None where none is."""
    named = (speech for speech in discourse.speeches if speech.speaker)
    return max(named, key=lambda speech: _likeness(speech, start, end), default=None)


def _speaker_around(discourse: Discourse, number: int, start: int, end: int) -> tuple[int, int] | None:
    """Whom the sentence of given words is about, or the one before it, where it goes on with reported speech."""
    reading = discourse.readings[number]
    if end - start < _MOSTLY * (reading.sentence.end - reading.sentence.start):
        return _subject_of(reading, start, end)
    before = [speech for speech in discourse.speeches if speech.sentence < number]
    earlier = _speaker_before(discourse.readings, before, number) if number else None
    if number and _is_reported(reading, earlier):
        return earlier or _subject(discourse.readings[number - 1])
    return _subject(reading)


def _likeness(speech: Speech, start: int, end: int) -> float:
    """How much of a speech and of given words is the same, in characters, 0 to 1; half at least for a part of it."""
    common = sum(max(0, min(last, end) - max(first, start)) for first, last in speech.pieces)
    is_part = any(first <= start and end <= last for first, last in speech.pieces)
    return max(
        _HALF if is_part else 0.0, 2 * common / (sum(last - first for first, last in speech.pieces) + end - start)
    )


def _subject_of(reading: Reading, start: int, end: int) -> tuple[int, int] | None:
    """Whom a sentence makes the subject of words in it."""
    places = [reading.sentence.start + token.start for token in reading.tokens]
    phrase = find_subject(reading, bisect_left(places, start), bisect_left(places, end))
    return reading.place(*phrase) if phrase else None


def _of_before(readings: Sequence[Reading], found: Sequence[list[Speech]], number: int) -> list[Speech]:
    """The speech of a sentence, where it points to the one before: "Das bestätigte die Polizei."."""
    own = found[number]
    points = readings[number].lower(0) in ("dies", "das", "this", "that")
    if points and number and not own and not found[number - 1] and _emerges(readings[number]):
        before = readings[number - 1]
        return [_speech(before.place(0, before.size), None, Cue.OBJECT, number)]
    if points and number and own and own[0].cue is Cue.OBJECT and not found[number - 1]:
        before = readings[number - 1]
        return [replace(own[0], pieces=(before.place(0, before.size),)), *own[1:]]
    return own


def _emerges(reading: Reading) -> bool:
    """Whether a sentence says that what stands before it is from documents, or from others."""
    return find_first(reading.lexicon.attribution["emerging"], reading.tokens) is not None


def _go_on(
    readings: Sequence[Reading], found: Sequence[Sequence[Speech]], before: Sequence[Speech], number: int
) -> list[Speech]:
    """The speech of a sentence that has no attribution of its own."""
    reading = readings[number]
    earlier = _speaker_before(readings, before, number)
    quoted = _quoted_piece(reading)
    if quoted is not None and quoted[1] >= _MOSTLY:
        piece, share = quoted
        speaker = _speaker_of_quotation(readings, found, number, earlier=earlier, is_whole=share >= _WHOLLY)
        return [_speech(piece, speaker, Cue.QUOTED, number)]
    if _is_reported(reading, earlier):
        earlier = earlier or _subject(readings[max(0, number - 1)])
        return [_speech(reading.place(0, reading.size), earlier, Cue.CONTINUED, number)]
    if quoted is not None and reading.count_words(0, reading.size) * quoted[1] > _FEW_WORDS:
        speaker = _subject_of(reading, *quoted[0]) or earlier
        return [_speech(quoted[0], speaker, Cue.CONTINUED, number)]
    return []


def _speaker_of_quotation(
    readings: Sequence[Reading],
    found: Sequence[Sequence[Speech]],
    number: int,
    *,
    earlier: tuple[int, int] | None,
    is_whole: bool,
) -> tuple[int, int] | None:
    """Who says a sentence that is a quotation: whom the next one names, whoever spoke before, or was spoken of."""
    following = readings[number + 1] if number + 1 < len(readings) else None
    if following is not None:
        # "“…” Smith said." with a full stop or a question mark between.
        bare = _bare_attribution(following) if is_whole and not found[number + 1] else None
        if bare is not None:
            return bare
        if earlier is None and found[number + 1]:
            same = following.sentence.paragraph == readings[number].sentence.paragraph
            return found[number + 1][0].speaker if same else None
    return earlier or (_subject(readings[number - 1]) if number else None)


def _speech(piece: tuple[int, int], speaker: tuple[int, int] | None, cue: Cue, number: int) -> Speech:
    return Speech(pieces=(piece,), speaker=speaker, cue=cue, verb="", sentence=number)


def _speaker_before(readings: Sequence[Reading], before: Sequence[Speech], number: int) -> tuple[int, int] | None:
    """The speaker of the nearest speech before a sentence, at most one paragraph back; of nested ones the outermost."""
    for speech in reversed(before):
        if readings[number].sentence.paragraph - readings[speech.sentence].sentence.paragraph > 1:
            return None
        beside = [other for other in before[-_FEW:] if other.sentence == speech.sentence and other is not speech]
        # What a paper reports that somebody said goes on as the latter's.
        relays = speech.cue is Cue.ACCORDING and any(other.is_within(speech) and other.speaker for other in beside)
        if speech.speaker is None or relays:
            continue
        around = (other.speaker for other in beside if speech.is_within(other) and other.cue is not Cue.ACCORDING)
        return next((speaker for speaker in around if speaker is not None), speech.speaker)
    return None


def _quoted_piece(reading: Reading) -> tuple[tuple[int, int], float] | None:
    """The longest quotation of a sentence, as offsets into the text, and its share of the words."""
    best: tuple[int, int] | None = None
    start: int | None = None
    for at in range(reading.size + 1):
        inside = at < reading.size and reading.quoted[at]
        if inside and start is None:
            start = at
        elif not inside and start is not None:
            if best is None or at - start > best[1] - best[0]:
                best = (start, at)
            start = None
    if best is None:
        return None
    words = reading.count_words(*best)
    return reading.place(*best), words / max(1, reading.count_words(0, reading.size))


def _is_reported(reading: Reading, earlier: tuple[int, int] | None) -> bool:
    """Whether a sentence stands in the mood of reported speech."""
    outside = [at for at in range(reading.size) if not reading.quoted[at] and not reading.tokens[at].is_capital]
    plain = {reading.lower(at) for at in outside}
    if not plain.isdisjoint(reading.words("first_person")):
        return False
    if any(reading.is_reported(at) for at in outside):
        return True
    if reading.tokens and reading.tokens[0].lower in ("demnach", "danach", "demzufolge"):
        return True
    return earlier is not None and not plain.isdisjoint(reading.words("conditional_mood"))


def _bare_attribution(reading: Reading) -> tuple[int, int] | None:
    """The speaker of a sentence that is an attribution and no more: "Smith said."."""
    if reading.count_words(0, reading.size) > 12:
        return None
    verbs = reading.lexicon.saying
    for at, token in enumerate(reading.tokens):
        if token.is_word and token.lemma in verbs and not reading.quoted[at]:
            phrase = left_phrase(reading, at) if at else None
            phrase = phrase or right_phrase(reading, at + 1)
            return reading.place(*phrase) if phrase else None
    return None


def _subject(reading: Reading) -> tuple[int, int] | None:
    """Whom a sentence without attribution is about: the phrase that it begins with, or that follows its verb."""
    phrase = right_phrase(reading, 0)
    if phrase is None and reading.language == "de":
        finite = next((at for at in range(reading.size - 1) if reading.is_finite(at)), None)
        phrase = right_phrase(reading, finite + 1) if finite is not None else None
    if phrase is None or reading.quoted[phrase[0]]:
        return None
    return reading.place(*phrase)


def _quoted_beside(reading: Reading, own: Sequence[Speech], number: int) -> Speech | None:
    """A long quotation in a sentence with attribution that is in none of its contents."""
    quoted = _quoted_piece(reading)
    if quoted is None:
        return None
    piece, share = quoted
    covered = any(start < piece[1] and piece[0] < end for speech in own for start, end in speech.pieces)
    if covered or share * reading.count_words(0, reading.size) < 2 * _FEW_WORDS:
        return None
    speaker = next((speech.speaker for speech in own if speech.speaker), None)
    return _speech(piece, speaker, Cue.QUOTED, number)
