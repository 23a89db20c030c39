"""Exports what tells acts and speakers as `verifier.speech_model` reads it: `python -m training.speech_export --help`.

With eight-bit weights, and with how often each act was met in training.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections import Counter
from pathlib import Path

import torch

from training.cross_network import CrossEncoder, load_cross_encoder
from training.events import split_events
from training.examples import ACTS, make_act_examples, read_quotes
from training.export import export
from training.relation import read_tokenizer
from training.relation_evaluation import measure_acts, measure_speakers
from training.relation_export import make_predict
from training.runs import start_log
from verifier.onnx_model import load_session
from verifier.speech_model import OUTPUTS

log = logging.getLogger("training.speech_export")


class SpeechHeads(torch.nn.Module):
    """A cross-encoder without what it says of contents."""

    def __init__(self, model: CrossEncoder) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits of acts, and of pieces."""
        _, acts, speaker = self.model(input_ids, attention_mask, token_type_ids)
        return acts, speaker


def main() -> None:
    """Exports, quantises and measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, required=True, help="folder that the run started from")
    parser.add_argument("--run", type=Path, required=True, help="folder with its checkpoint.pt")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    start_log(log)
    options.out.mkdir(parents=True, exist_ok=True)
    model = load_cross_encoder(options.encoder)
    model.load_state_dict(torch.load(options.run / "checkpoint.pt", weights_only=True)["model"])
    full, small = options.run / "speech.onnx", options.out / "model.onnx"
    export(SpeechHeads(model), full, small, inputs=("input_ids", "attention_mask", "token_type_ids"), outputs=OUTPUTS)
    tokenizer = read_tokenizer(options.encoder)
    tokenizer.save(str(options.out / "tokenizer.json"))
    learnt, held_out = split_events(options.data)
    counts = Counter(one.act for one in make_act_examples(learnt))
    shares = {act.value: round(counts[number] / counts.total(), 4) for number, act in enumerate(ACTS)}
    settings = json.dumps({"acts": shares}, indent=1)
    (options.out / "secondsource.json").write_text(settings + "\n", encoding="utf-8")
    quotes = [one for one in read_quotes(options.data, frozenset(), part="dev") if one.speakers]
    for path in (full, small):
        predict = make_predict(load_session(path), tokenizer)
        figures = measure_acts(make_act_examples(held_out), predict) | measure_speakers(quotes, tokenizer, predict)
        log.info("%s, %.1f MB: %s", path, path.stat().st_size / 1e6, figures)


if __name__ == "__main__":
    main()
