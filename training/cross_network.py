"""The network of the relation model: the encoder's layers over two texts together, and three heads.

One tells how a premise stands to a claim. One tells what a speaker does with a text: it reads the two together. One
points in a text at whoever says what the other text begins with.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Encoding
from transformers import BertModel

from training.deberta import KIND, Deberta, load_deberta
from verifier.entities import Act, Content

_DROPOUT = 0.1


class CrossEncoder(torch.nn.Module):
    """How premises stand to claims, as logits in the order of `Content`; what speakers do, in the order of `Act`.

    And how much each piece looks like the speaker; the first piece of a row stands for nobody.
    """

    def __init__(self, network: BertModel | Deberta) -> None:
        super().__init__()
        self.network = network
        size = network.config.hidden_size
        self.dense = torch.nn.Linear(2 * size, size)
        self.dropout = torch.nn.Dropout(_DROPOUT)
        self.out = torch.nn.Linear(size, len(Content))
        self.acts_dense = torch.nn.Linear(2 * size, size)
        self.acts = torch.nn.Linear(size, len(Act))
        self.speaker_dense = torch.nn.Linear(size, size)
        self.speaker = torch.nn.Linear(size, 1)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """One row of logits of each kind for each row of pieces."""
        read = self.network(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)
        last = read.last_hidden_state
        mask = attention_mask[..., None].to(last.dtype)
        means = (last * mask).sum(1) / mask.sum(1)
        # The first piece, as is usual, and the mean, which is what the encoder was trained to make sense of.
        joined = torch.cat([last[:, 0], means], dim=-1)
        contents = self.out(self.dropout(torch.tanh(self.dense(joined))))
        acts = self.acts(self.dropout(torch.tanh(self.acts_dense(joined))))
        speaker = self.speaker(self.dropout(torch.tanh(self.speaker_dense(last))))[..., 0]
        return contents, acts, speaker


def load_cross_encoder(folder: Path) -> CrossEncoder:
    """The network in a folder, with outputs that have learnt nothing yet.

    The piece embeddings of an encoder stay as they are: those of words that no pair has would drift from those that
    change, and German from English. Those of DeBERTa learn, because its German words begin as guesses. No dropout
    within the layers: on a processor, its random numbers take half of a step.
    """
    if json.loads((folder / "config.json").read_text(encoding="utf-8"))["model_type"] == KIND:
        return CrossEncoder(load_deberta(folder))
    # "eager": with the fused attention of torch for CPUs, a step in bfloat16 takes twice as long.
    network: BertModel = BertModel.from_pretrained(
        folder,
        attn_implementation="eager",
        add_pooling_layer=False,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    network.embeddings.word_embeddings.weight.requires_grad_(False)
    return CrossEncoder(network)


def lowest(model: CrossEncoder, count: int) -> list[torch.nn.Module]:
    """What comes before the layers of a network, the vectors of distances with it, and so many of its lowest layers."""
    if isinstance(model.network, Deberta):
        network = model.network
        before = [network.words, network.words_norm, network.distances, network.distances_norm]
        return [*before, *network.layers[:count]]
    return [model.network.embeddings, *model.network.encoder.layer[:count]]


def stack_pairs(encoded: Sequence[Encoding]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Rows of pieces, padded to the longest, their mask, and which of them are the claim's."""
    longest = max(len(one.ids) for one in encoded)
    rows = np.zeros((3, len(encoded), longest), dtype=np.int64)
    for row, one in enumerate(encoded):
        size = len(one.ids)
        rows[:, row, :size] = one.ids, one.attention_mask, one.type_ids
    ids, mask, types = (torch.from_numpy(one) for one in rows)
    return ids, mask, types


def predict(
    model: CrossEncoder, encoded: Sequence[Encoding], device: torch.device, *, fast: bool, head: int = 0
) -> list[NDArray[np.float32]]:
    """Logits of a head for each row of pieces, in order, worked through by length."""
    order = sorted(range(len(encoded)), key=lambda row: len(encoded[row].ids))
    logits: list[NDArray[np.float32]] = [np.zeros(0, dtype=np.float32)] * len(encoded)
    model.eval()
    with torch.inference_mode(), torch.autocast(device.type, torch.bfloat16, enabled=fast or device.type == "cuda"):
        for first in range(0, len(order), 128):
            rows = order[first : first + 128]
            pieces = [one.to(device) for one in stack_pairs([encoded[row] for row in rows])]
            for row, found in zip(rows, model(*pieces)[head].float().cpu().numpy(), strict=True):
                logits[row] = found
    return logits
