"""Makes a checkpoint of an exported network: `python -m training.thaw --model FILE --encoder DIR --out FILE`.

`training.relation --start` goes on from it, where the checkpoint that was exported was not kept. The weights are those
of eight bits. Piece embeddings are the encoder's own, which training leaves as they are, so that another choice of
pieces does no harm.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import GraphProto, numpy_helper

from training.cross_network import load_cross_encoder

_EMBEDDINGS = "network.embeddings.word_embeddings.weight"
_QUANTISED, _TURNED = "_quantized", "_Transposed"


def read_weights(graph: GraphProto) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Each weight of an exported network by its name in `training.cross_network.CrossEncoder`."""
    stored = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    for name, value in stored.items():
        if not name.endswith(_QUANTISED):
            if name.endswith((".weight", ".bias")):
                yield name, value
            continue
        base = name.removesuffix(_QUANTISED)
        # One scale for a table of embeddings; one for each column of a matrix, which stands turned.
        weights = (value.astype(np.float32) - stored[f"{base}_zero_point"]) * stored[f"{base}_scale"]
        if base.endswith(_TURNED):
            yield base.removesuffix(_TURNED), weights.T
        elif base.endswith(".weight"):
            yield base, weights
        else:  # a matrix without a name is known by the bias that is added to what it gives
            yield f"{find_bias(graph, name).removesuffix('.bias')}.weight", weights.T


def find_bias(graph: GraphProto, weights: str) -> str:
    """The name of the first bias behind a matrix. Raises `ValueError` where there is none."""
    outputs = {weights}
    for node in graph.node:  # in an order in which what is used has been made
        if outputs.isdisjoint(node.input):
            continue
        bias = next((name for name in node.input if name.endswith(".bias")), None)
        if node.op_type == "Add" and bias:
            return bias
        outputs.update(node.output)
    raise ValueError(f"no bias is added behind {weights}: this is no network that training.cross_export wrote")


def main() -> None:
    """Writes the checkpoint; what the export lacks begins anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="model.onnx with eight-bit weights")
    parser.add_argument("--encoder", type=Path, required=True, help="folder that its training started from")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    state = load_cross_encoder(options.encoder).state_dict()
    for exported, weights in read_weights(onnx.load(options.model).graph):
        name = exported.removeprefix("model.")
        if name == _EMBEDDINGS:
            continue
        if state[name].shape != weights.shape:
            raise ValueError(f"{options.model}: {name} is {weights.shape}, and of the encoder {state[name].shape}")
        state[name] = torch.from_numpy(np.array(weights))
    torch.save({"model": state}, options.out)


if __name__ == "__main__":
    main()
