"""Speakers that a network points at, beside those that the rules find."""

from __future__ import annotations

import pytest

from tests.unit.verifier.fakes import FakeSpeech
from verifier.discourse import find_speeches
from verifier.pointing import point_at_speaker, point_at_speakers

TEXT = "Mayor Ann Lee met the engineers on Monday. “The dam will hold until the autumn rains”, she said."
QUOTED = (TEXT.index("“"), TEXT.index("”") + 1)


def point(word: str, sure: float, text: str = TEXT) -> str | None:
    """Whom the quotation is given to, where the network points at a word."""
    model = FakeSpeech(word=word, sure=sure)
    place = point_at_speaker(text, find_speeches(text, "en"), QUOTED, model)
    return text[slice(*place)] if place else None


@pytest.mark.parametrize(
    ("word", "sure", "speaker"),
    [
        ("Lee", 0.9, "Mayor Ann Lee"),  # the whole phrase around the word
        ("Lee", 0.1, "she"),  # not sure enough to set the rules aside
        ("she", 0.1, "she"),
        (None, 0.9, "she"),  # the network sees nobody: the rules do
    ],
)
def test_a_network_that_is_sure_has_the_last_word(word: str, sure: float, speaker: str) -> None:
    assert point(word, sure) == speaker


def test_where_the_rules_name_nobody_the_network_is_taken_at_its_word() -> None:
    text = "“The dam will hold until the autumn rains.” So it went all evening at the table of Ann Lee."
    discourse = find_speeches(text, "en")
    place = point_at_speaker(text, discourse, (0, text.index("”") + 1), FakeSpeech(word="Lee", sure=0.2))
    assert place is not None
    assert "Lee" in text[slice(*place)]


def test_every_speech_of_a_text_gets_the_speaker_that_is_pointed_at() -> None:
    discourse = find_speeches(TEXT, "en")
    pointed = point_at_speakers(TEXT, discourse, FakeSpeech(word="Lee", sure=0.9))
    assert [speech.pieces for speech in pointed.speeches] == [speech.pieces for speech in discourse.speeches]
    assert {TEXT[slice(*speech.speaker)] for speech in pointed.speeches if speech.speaker} == {"Mayor Ann Lee"}


def test_where_a_verb_governs_the_words_the_network_has_to_be_surer() -> None:
    text = "Ann Lee had left. At noon the engineer, Sam Roe, said that the dam would hold until the autumn rains."
    said = (text.index("that the dam"), len(text) - 1)
    discourse = find_speeches(text, "en")

    def name(sure: float) -> str:
        place = point_at_speaker(text, discourse, said, FakeSpeech(word="Lee", sure=sure))
        return text[slice(*place)] if place else ""

    assert "Roe" in name(0.25)
    assert "Lee" in name(0.5)
    pointed = point_at_speakers(text, discourse, FakeSpeech(word="Lee", sure=0.25)).speeches
    assert ["Roe" in text[slice(*speech.speaker)] for speech in pointed if speech.speaker] == [True]


def test_where_a_verb_governs_the_words_only_their_surroundings_are_read() -> None:
    between = "It rained all day, and the river rose by another metre behind the old wall. " * 3
    text = f"Ann Lee had left. {between}The engineer said that the dam would hold until the autumn rains."
    said = (text.index("that the dam"), len(text) - 1)
    place = point_at_speaker(text, find_speeches(text, "en"), said, FakeSpeech(word="Lee", sure=0.9))
    assert place is not None
    assert text[slice(*place)] == "The engineer"
    place = point_at_speaker(text, find_speeches(text, "en"), said, FakeSpeech(word="engineer", sure=0.9))
    assert place is not None
    assert text[slice(*place)] == "The engineer"


def test_words_that_begin_before_the_sentence_of_their_verb_are_read_whole() -> None:
    before = "It rained all day, and the river rose by another metre behind the old wall, where it had never been. "
    content = "that the dam would hold until the autumn rains" + ", and that nobody had to leave the valley before" * 5
    text = f"{before}The engineer said {content}."
    place = point_at_speaker(text, find_speeches(text, "en"), (0, len(text) - 1), FakeSpeech(word="engineer", sure=0.9))
    assert place is not None
    assert text[slice(*place)] == "The engineer"


def test_a_name_beside_a_quotation_and_its_verb_is_not_asked_for() -> None:
    text = "Ann Lee had left. At noon the engineer, Sam Roe, said: “The dam will hold until the autumn rains.”"
    quoted = (text.index("“"), text.index("”") + 1)
    place = point_at_speaker(text, find_speeches(text, "en"), quoted, FakeSpeech(word="Lee", sure=0.9))
    assert place is not None
    assert "Roe" in text[slice(*place)]


def test_a_report_is_nobody_who_could_have_said_it() -> None:
    text = "In a report by the Harbour Office there was a claim that the dam will hold. The mayor said: “It leaks.”"
    quoted = (text.index("“"), text.index("”") + 1)
    place = point_at_speaker(text, find_speeches(text, "en"), quoted, FakeSpeech(word="report", sure=0.9))
    assert place is not None
    assert text[slice(*place)] == "The mayor"


def test_whom_something_is_according_to_is_not_asked() -> None:
    text = "According to Sam Roe, the dam will hold until the autumn rains. Ann Lee had left by then."
    pointed = point_at_speakers(text, find_speeches(text, "en"), FakeSpeech(word="Lee", sure=0.9))
    assert ["Roe" in text[slice(*speech.speaker)] for speech in pointed.speeches if speech.speaker] == [True]


def test_who_does_not_answer_is_nobody_that_was_named_before() -> None:
    text = "Ann Lee said the dam would break. The Harbour Office declined to comment."
    model = FakeSpeech(word="Lee", sure=0.9)
    last = point_at_speakers(text, find_speeches(text, "en"), model).speeches[-1].speaker
    assert last is not None
    assert text[slice(*last)] == "The Harbour Office"
