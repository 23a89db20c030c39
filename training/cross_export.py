"""What the exports of a trained cross-encoder have in common: their options, the files that they write, and logits."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from training.cross_network import CrossEncoder, load_cross_encoder
from training.examples import Example
from training.export import export
from training.relation import read_tokenizer
from training.relation_evaluation import Predict
from verifier.onnx_model import run_row

HEADS = ("logits", "acts", "speaker")
"""What the outputs of the network are called when they are exported, in their order."""

_INPUTS = ("input_ids", "attention_mask", "token_type_ids")


class Heads(torch.nn.Module):
    """A cross-encoder with some of its outputs alone."""

    def __init__(self, model: CrossEncoder, names: Sequence[str]) -> None:
        super().__init__()
        self.model = model
        self.numbers = [HEADS.index(name) for name in names]

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> tuple[torch.Tensor, ...]:
        """Logits of these heads."""
        found = self.model(input_ids, attention_mask, token_type_ids)
        return tuple(found[number] for number in self.numbers)


def make_parser(about: str | None) -> argparse.ArgumentParser:
    """The options of an export."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, required=True, help="folder that the run started from")
    parser.add_argument("--run", type=Path, required=True, help="folder with its checkpoint.pt")
    parser.add_argument("--out", type=Path, required=True)
    return parser


def write_model(options: argparse.Namespace, names: Sequence[str]) -> tuple[tuple[Path, Path], Tokenizer]:
    """Writes the heads of these names, in single precision beside the run and with eight-bit weights; both files."""
    options.out.mkdir(parents=True, exist_ok=True)
    model = load_cross_encoder(options.encoder)
    model.load_state_dict(torch.load(options.run / "checkpoint.pt", weights_only=True)["model"])
    full, small = options.run / f"{names[0]}.onnx", options.out / "model.onnx"
    export(Heads(model, names), full, small, inputs=_INPUTS, outputs=names)
    tokenizer = read_tokenizer(options.encoder)
    tokenizer.save(str(options.out / "tokenizer.json"))
    return (full, small), tokenizer


def make_predict(session: onnxruntime.InferenceSession, tokenizer: Tokenizer) -> Predict:
    """Logits by an exported model."""

    def predict(examples: Sequence[Example]) -> Sequence[NDArray[np.float32]]:
        encoded = tokenizer.encode_batch([(one.premise, one.claim) for one in examples])
        return [run_row(session, one, output=HEADS[examples[0].head]) for one in encoded]

    return predict
