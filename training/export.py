"""Weights as they are shipped: ONNX in single precision and quantised to eight bits, with the tokenizer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer

from training.evaluation import Embed, SimilaritySet
from training.network import MOST_PIECES, Encoder, Floats
from verifier.onnx_model import load_session


def export_encoder(
    encoder: Encoder, tokenizer: Tokenizer, folder: Path, similarity: SimilaritySet
) -> dict[str, dict[str, float]]:
    """Writes both models and says what each measures: the loss by quantising is between the two."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.enable_truncation(MOST_PIECES)
    tokenizer.save(str(folder / "tokenizer.json"))
    encoder.network.save_pretrained(folder)
    full, small = folder / "encoder.onnx", folder / "encoder.int8.onnx"
    export(encoder, full, small, inputs=("input_ids", "attention_mask"), outputs=("embedding",))
    figures = {}
    for path in (full, small):
        measured = similarity.measure(make_embed(path, tokenizer))
        figures[path.name] = measured | {"megabytes": round(path.stat().st_size / 1e6, 1)}
    (folder / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return figures


def export(model: torch.nn.Module, full: Path, small: Path, *, inputs: Sequence[str], outputs: Sequence[str]) -> None:
    """Two files, in single precision and with eight-bit weights, for any number of rows of any length."""
    model.eval()
    example = torch.ones(2, 8, dtype=torch.long)
    torch.onnx.export(
        model,
        (example,) * len(inputs),
        str(full),
        input_names=list(inputs),
        output_names=list(outputs),
        dynamic_axes={name: {0: "rows", 1: "pieces"} for name in inputs} | {name: {0: "rows"} for name in outputs},
        opset_version=17,
        dynamo=False,
    )
    quantize_dynamic(full, small, weight_type=QuantType.QInt8, per_channel=True)


def make_embed(path: Path, tokenizer: Tokenizer) -> Embed:
    """Sentences to vectors by an exported model, on one thread."""
    session = load_session(path)

    def embed(texts: list[str]) -> Floats:
        encoded = tokenizer.encode_batch(texts)
        order = sorted(range(len(texts)), key=lambda row: len(encoded[row].ids))
        vectors = []
        for first in range(0, len(order), 32):
            part = [encoded[row] for row in order[first : first + 32]]
            longest = max(len(one.ids) for one in part)
            ids = np.array([one.ids + [0] * (longest - len(one.ids)) for one in part], dtype=np.int64)
            mask = np.array([one.attention_mask + [0] * (longest - len(one.ids)) for one in part], dtype=np.int64)
            vectors.append(session.run(None, {"input_ids": ids, "attention_mask": mask})[0])
        joined: Floats = np.concatenate(vectors)
        return joined[np.argsort(order)]

    return lambda texts: embed(list(texts))
