"""A sentence encoder in the ONNX format: texts of one meaning, in English or German, get vectors that are near."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from verifier.onnx_model import load_session, load_tokenizer, run_each
from verifier.ports import ModelError, Vector

BUNDLED = Path(__file__).with_name("models") / "encoder"

_MOST_PIECES = 128


class SentenceEncoder:
    """Implements `verifier.ports.Encoder` with the model in a folder.

    The folder holds `model.onnx` and `tokenizer.json`. The model's first output is one vector for each text, or one for
    each piece of it, of which the mean is taken.
    """

    def __init__(self, directory: Path = BUNDLED) -> None:
        """Raises `ModelError`, naming the file, where the folder cannot be used."""
        self._session = load_session(directory / "model.onnx")
        self._tokenizer = load_tokenizer(directory / "tokenizer.json", most=_MOST_PIECES)
        version = hashlib.sha256((directory / "model.onnx").read_bytes()).hexdigest()[:8]
        self.name = f"{directory.resolve().name}@{version}"

    def encode(self, texts: Sequence[str]) -> list[Vector]:
        """A unit vector for each text, in order. Raises `ModelError` where the network fails."""
        if not texts:
            return []
        vectors = run_each(self._session, self._tokenizer.encode_batch(list(texts)))
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(vectors).all() or not lengths.all():
            raise ModelError("the encoder gave a vector without a direction")
        return [tuple(row) for row in (vectors / lengths).tolist()]
