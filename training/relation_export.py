"""Exports a trained relation model as `verifier.cross_encoder` reads it: `python -m training.relation_export --help`.

With eight-bit weights and with what the search knows weighed in (`training.fusion`); measured as the verifier will use
it, beside the network in single precision.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from benchmarks.dossiers import read_dossiers
from training.cross_network import CrossEncoder, load_cross_encoder
from training.events import split_events
from training.examples import KINDS, Example
from training.export import export
from training.fusion import fit_fusion
from training.relation import LONGEST, read_tokenizer
from training.relation_evaluation import Predict, RelationSets
from training.runs import start_log
from verifier.cross_encoder import CrossEncoderRelation
from verifier.onnx_model import load_session, run_row
from verifier.sentence_encoder import SentenceEncoder
from verifier.speech_model import OUTPUTS

log = logging.getLogger("training.relation_export")


class RelationHead(torch.nn.Module):
    """A cross-encoder without what it says of acts and speakers."""

    def __init__(self, model: CrossEncoder) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        """Logits of contents."""
        logits: torch.Tensor = self.model(input_ids, attention_mask, token_type_ids)[0]
        return logits


def make_predict(session: onnxruntime.InferenceSession, tokenizer: Tokenizer) -> Predict:
    """Logits by an exported model."""

    def predict(examples: Sequence[Example]) -> Sequence[NDArray[np.float32]]:
        # A relation model has one output; one of speech has the two that stand behind it in training.
        output = [None, *OUTPUTS][examples[0].head]
        encoded = tokenizer.encode_batch([(one.premise, one.claim) for one in examples])
        return [run_row(session, one, output=output) for one in encoded]

    return predict


def write_settings(folder: Path, fusion: dict[str, object] | None = None) -> None:
    """What the verifier has to know of the model. The fusion scales the logits: they need no temperature before it."""
    own: dict[str, object] = {"name": "relation-1", "temperature": 1.0, "forms": ["proposition", "whole"]}
    own["pieces"] = LONGEST
    if fusion:
        own["fusion"] = fusion
    (folder / "secondsource.json").write_text(json.dumps(own, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Exports, quantises, calibrates and measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, required=True, help="folder that the run started from")
    parser.add_argument("--search", type=Path, required=True, help="folder of the encoder that the search uses")
    parser.add_argument("--run", type=Path, required=True, help="folder with its checkpoint.pt")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    start_log(log)
    options.out.mkdir(parents=True, exist_ok=True)
    model = load_cross_encoder(options.encoder)
    model.load_state_dict(torch.load(options.run / "checkpoint.pt", weights_only=True)["model"])
    full, small = options.run / "model.onnx", options.out / "model.onnx"
    inputs = ("input_ids", "attention_mask", "token_type_ids")
    export(RelationHead(model), full, small, inputs=inputs, outputs=("logits",))
    tokenizer = read_tokenizer(options.encoder)
    tokenizer.save(str(options.out / "tokenizer.json"))
    names = {str(number): kind.value for number, kind in enumerate(KINDS)}
    (options.out / "config.json").write_text(json.dumps({"id2label": names}, indent=1) + "\n", encoding="utf-8")
    _, held_out = split_events(options.data)
    write_settings(options.out)
    dossiers = read_dossiers(options.data / "dossiers")
    fusion = fit_fusion(held_out, dossiers, CrossEncoderRelation(options.out), SentenceEncoder(options.search))
    write_settings(options.out, fusion)
    log.info("fusion %s, on %d events", fusion, len(held_out))
    sets = RelationSets(options.data, held_out, tokenizer)
    for path in (full, small):
        figures = sets.measure(make_predict(load_session(path), tokenizer))
        log.info("%s, %.1f MB: %s", path, path.stat().st_size / 1e6, figures)


if __name__ == "__main__":
    main()
