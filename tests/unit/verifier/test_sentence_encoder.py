"""The bundled sentence encoder."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from verifier.ports import ModelError
from verifier.sentence_encoder import SentenceEncoder


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder()


def test_what_means_the_same_in_both_languages_is_near(encoder: SentenceEncoder) -> None:
    english, german, other = encoder.encode(
        [
            "The government sends soldiers to the border",
            "Die Regierung entsendet Soldaten an die Grenze",
            "The orchestra plays a symphony tonight",
        ]
    )
    assert math.dist(english, german) < 0.7 < math.dist(english, other)


def test_vectors_have_length_one_and_do_not_depend_on_what_is_read_with_them(encoder: SentenceEncoder) -> None:
    texts = ["A short text", "A longer text, which has a good deal more words in it than the short one has", "?"]
    together = encoder.encode(texts)
    for text, vector in zip(texts, together, strict=True):
        assert math.hypot(*vector) == pytest.approx(1)
        assert math.dist(encoder.encode([text])[0], vector) < 0.05
    assert encoder.encode([]) == []


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"model\.onnx"):
        SentenceEncoder(tmp_path)
