"""The bundled model of speech, and what is said of a folder that cannot be used."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path

import pytest

from verifier import cross_encoder
from verifier.entities import Act
from verifier.ports import ModelError
from verifier.speech_model import BUNDLED, SpeechReader


@pytest.fixture(scope="module")
def model() -> SpeechReader:
    return SpeechReader()


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("Mayor Ann Lee denied that the bridge had been closed.", Act.DENY),
        ("Ann Lee bestätigte am Montag, dass die Brücke gesperrt ist.", Act.CONFIRM),
        ("The bridge may be closed before the winter, Ann Lee believes.", Act.SPECULATE),
    ],
)
def test_acts_in_both_languages(model: SpeechReader, text: str, act: Act) -> None:
    logs = model.read_acts(text, "Ann Lee")
    assert set(logs) == set(Act)
    assert sum(math.exp(log) for log in logs.values()) == pytest.approx(1, abs=0.01)
    assert max(logs, key=lambda one: logs[one]) is act


@pytest.mark.parametrize(
    ("text", "said", "speaker"),
    [
        ("“The dam will hold”, engineer Mara Kern told reporters on Monday.", "“The dam will hold”", "Mara Kern"),
        ("Der Damm werde halten, sagte Mara Kern am Montag dem Boten.", "Der Damm werde halten", "Mara Kern"),
    ],
)
def test_speakers_in_both_languages(model: SpeechReader, text: str, said: str, speaker: str) -> None:
    start = text.index(said)
    found = model.find_speaker(text, start, start + len(said))
    assert found is not None
    (first, last), sure = found
    named = text.index(speaker)
    assert named < last
    assert first < named + len(speaker)
    assert 0 < sure <= 1


def test_a_speaker_is_found_in_the_midst_of_a_long_text(model: SpeechReader) -> None:
    before = "The council met again and went home late. " * 100
    said = "“The dam will hold”"
    text = f"{before}{said}, engineer Mara Kern told reporters. {before}"
    found = model.find_speaker(text, len(before), len(before) + len(said))
    assert found is not None
    assert text[slice(*found[0])].strip() in "engineer Mara Kern"


def test_a_speaker_is_found_behind_a_long_quotation(model: SpeechReader) -> None:
    said = f"“The dam will hold{', and whoever doubts that may come and look' * 30}”"
    text = f"The council met again. {said}, engineer Mara Kern told reporters. It went home late."
    start = text.index(said)
    found = model.find_speaker(text, start, start + len(said))
    assert found is not None
    assert text[slice(*found[0])].strip() in "engineer Mara Kern"


def test_a_model_without_the_outputs_is_refused(tmp_path: Path) -> None:
    shutil.copytree(cross_encoder.BUNDLED, tmp_path / "own")
    with pytest.raises(ModelError, match="has no output acts or speaker"):
        SpeechReader(tmp_path / "own")


@pytest.mark.parametrize("own", ["{", json.dumps({"acts": {"deny": 1}}), json.dumps({"act": {}})])
def test_settings_that_do_not_name_every_act_are_refused(tmp_path: Path, own: str) -> None:
    shutil.copytree(BUNDLED, tmp_path / "own")
    (tmp_path / "own" / "secondsource.json").write_text(own, encoding="utf-8")
    with pytest.raises(ModelError, match="a share for each of assert, confirm, deny"):
        SpeechReader(tmp_path / "own")
