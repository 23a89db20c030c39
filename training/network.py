"""The network: MiniLM as published, wider by German pieces, and sentences as means of its last layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer
from transformers import BertModel

MOST_PIECES = 128

Floats: TypeAlias = NDArray[np.float32]


class Encoder(torch.nn.Module):
    """Sentences as unit vectors."""

    def __init__(self, network: BertModel) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """One vector for each row of pieces."""
        last = self.network(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state.float()
        mask = attention_mask[..., None].float()
        means = (last * mask).sum(1) / mask.sum(1)
        return torch.nn.functional.normalize(means, dim=-1)


def load_network(folder: Path) -> BertModel:
    """The published network. No dropout: the teacher's vectors are exact, and a run resumes exactly."""
    # "eager": with the fused attention of torch for CPUs, a step in bfloat16 takes twice as long.
    network: BertModel = BertModel.from_pretrained(
        folder, attn_implementation="eager", hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
    )
    return network


def widen(network: BertModel, rows: Floats) -> None:
    """More pieces, with these embeddings."""
    old = network.embeddings.word_embeddings.weight.detach()
    wide = torch.cat([old, torch.from_numpy(rows)])
    network.embeddings.word_embeddings = torch.nn.Embedding.from_pretrained(wide, freeze=False, padding_idx=0)
    network.config.vocab_size = len(wide)


def has_fast_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 by itself: then training takes half the time."""
    return bool(torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported())


def stack(encoded: Sequence[Encoding]) -> tuple[torch.Tensor, torch.Tensor]:
    """Rows of pieces, padded to the longest, and their mask."""
    longest = max(len(one.ids) for one in encoded)
    ids = np.zeros((len(encoded), longest), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, one in enumerate(encoded):
        ids[row, : len(one.ids)] = one.ids
        mask[row, : len(one.ids)] = 1
    return torch.from_numpy(ids), torch.from_numpy(mask)


def load_reader(folder: Path, tokenizer: Tokenizer) -> Callable[[Sequence[str]], Floats]:
    """Texts to vectors by the encoder in a folder; the tokenizer itself is left as it is."""
    encoder, own = Encoder(load_network(folder)), Tokenizer.from_str(tokenizer.to_str())
    return partial(embed, encoder, own, fast=has_fast_bfloat16())


def embed(encoder: Encoder, tokenizer: Tokenizer, texts: Sequence[str], *, fast: bool = False) -> Floats:
    """The vectors of texts, in their order, worked through by length."""
    tokenizer.enable_truncation(MOST_PIECES)
    encoded = tokenizer.encode_batch(list(texts))
    order = sorted(range(len(texts)), key=lambda index: len(encoded[index].ids))
    vectors = np.zeros((len(texts), encoder.network.config.hidden_size), dtype=np.float32)
    encoder.eval()
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=fast):
        for first in range(0, len(order), 128):
            rows = order[first : first + 128]
            vectors[rows] = encoder(*stack([encoded[row] for row in rows])).numpy()
    return vectors
