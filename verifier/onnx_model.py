"""Models in the ONNX format with their tokenizers: one session a process, on one thread."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from verifier.ports import ModelError


def load_session(path: Path) -> onnxruntime.InferenceSession:
    """A session on one thread: what scales is the number of processes. Raises `ModelError`."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Processors without VNNI add eight-bit products in sixteen bits, which overflow: other verdicts on other machines.
    # This has them multiplied exactly, and changes nothing where they are.
    options.add_session_config_entry("session.x64quantprecision", "1")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises classes of its own, one for each status
        raise ModelError(f"cannot read the model {path}: {str(error).splitlines()[0]}") from error


def load_tokenizer(path: Path, *, most: int) -> Tokenizer:
    """A tokenizer that gives at most so many pieces. Raises `ModelError`."""
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises Exception itself
        raise ModelError(f"cannot read the tokenizer {path}: {error}") from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(most)
    return tokenizer


def run_each(session: onnxruntime.InferenceSession, encoded: Sequence[Encoding]) -> NDArray[np.float32]:
    """The first output for each row of pieces, in order; one that has a vector for each piece is averaged over them.

    Each row is run by itself: with eight-bit weights the scale of a run depends on all of its rows, and what is said of
    a pair must not depend on what else was asked. Raises `ModelError` where the run fails.
    """
    found = [run_row(session, one) for one in encoded]
    return np.array([given if given.ndim == 1 else given.mean(axis=0) for given in found], dtype=np.float32)


def run_row(
    session: onnxruntime.InferenceSession, encoded: Encoding, *, output: str | None = None
) -> NDArray[np.float32]:
    """The first output, or the one of this name, for one row of pieces. Raises `ModelError` where the run fails."""
    names = [one.name for one in session.get_inputs()]
    values = {"input_ids": encoded.ids, "attention_mask": encoded.attention_mask, "token_type_ids": encoded.type_ids}
    wanted = [output or session.get_outputs()[0].name]
    try:
        given = session.run(wanted, {name: np.array([values[name]], dtype=np.int64) for name in names})[0][0]
    except Exception as error:  # as above
        raise ModelError(f"the model failed: {str(error).splitlines()[0]}") from error
    return np.asarray(given, dtype=np.float32)
