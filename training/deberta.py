"""DeBERTa (He et al. 2021): what a piece says and where it stands are attended to apart. Made to be trained on a CPU.

How much a piece attends to a distance depends on the distance alone. It is worked out once for each distance and
sheared into place, where the published code gathers it pair by pair: the same numbers, four times as fast in training.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

KIND = "deberta-sheared"
"""What `config.json` calls a network of this kind: `transformers` would read its weights by other names."""

_SHUT = -1e4


@dataclass(frozen=True)
class DebertaConfig:
    """Sizes. `near`: distances up to so many have a vector of their own, those up to `far` share the rest."""

    vocab_size: int
    hidden_size: int = 384
    layers: int = 12
    heads: int = 6
    inner: int = 1536
    near: int = 128
    far: int = 512
    epsilon: float = 1e-7

    @property
    def rows(self) -> int:
        """Vectors of distances, on both sides together."""
        return 4 * self.near


@dataclass(frozen=True)
class Read:
    """One vector for each piece, under the name that `transformers` has for it."""

    last_hidden_state: torch.Tensor


class Layer(torch.nn.Module):
    """Attention, and what follows it."""

    def __init__(self, config: DebertaConfig) -> None:
        super().__init__()
        size = config.hidden_size
        self.heads, self.scale = config.heads, 1 / math.sqrt(3 * size // config.heads)
        self.query, self.key, self.value, self.out = (torch.nn.Linear(size, size) for _ in range(4))
        self.up, self.down = torch.nn.Linear(size, config.inner), torch.nn.Linear(config.inner, size)
        self.first, self.second = (torch.nn.LayerNorm(size, config.epsilon) for _ in range(2))

    def forward(self, hidden: torch.Tensor, distances: torch.Tensor, shut: torch.Tensor) -> torch.Tensor:
        """The pieces read once more; a row of `distances` for each, from the least to the greatest."""
        query, key, value = (self._part(made(hidden)) for made in (self.query, self.key, self.value))
        far_key, far_query = (self._part(made(distances[None])) for made in (self.key, self.query))
        scores = query @ key.transpose(-1, -2)
        # Row i, column j is for the distance i - j: along a row it falls, along a column it rises.
        scores = scores + shear(query @ far_key.flip(2).transpose(-1, -2))
        scores = scores + shear(key @ far_query.transpose(-1, -2)).transpose(-1, -2)
        read = torch.softmax(scores * self.scale + shut, dim=-1) @ value
        hidden = self.first(self.out(read.transpose(1, 2).flatten(2)) + hidden)
        return self.second(self.down(torch.nn.functional.gelu(self.up(hidden))) + hidden)

    def _part(self, whole: torch.Tensor) -> torch.Tensor:
        rows, pieces, size = whole.shape  # `unflatten` would have the export hold these sizes for all texts
        return whole.reshape(rows, pieces, self.heads, size // self.heads).transpose(1, 2)


def shear(scores: torch.Tensor) -> torch.Tensor:
    """From scores for 2n - 1 distances in each of n rows, the n of row i that begin at n - 1 - i.

    Shapes (texts, heads, n, 2n - 1) and (texts, heads, n, n).
    """
    texts, heads, count, _ = scores.shape
    row = 2 * count - 2  # one less than there are, so that each row begins one further to the left
    flat = scores.reshape(texts, heads, -1)[:, :, count - 1 : count - 1 + count * row]
    return flat.reshape(texts, heads, count, row)[..., :count]


class Deberta(torch.nn.Module):
    """The layers of DeBERTa-v3, without a head and without dropout. Rows have two pieces or more."""

    def __init__(self, config: DebertaConfig) -> None:
        super().__init__()
        self.config = config
        self.words = torch.nn.Embedding(config.vocab_size, config.hidden_size, padding_idx=0)
        self.distances = torch.nn.Embedding(config.rows, config.hidden_size)
        self.words_norm, self.distances_norm = (
            torch.nn.LayerNorm(config.hidden_size, config.epsilon) for _ in range(2)
        )
        self.layers = torch.nn.ModuleList(Layer(config) for _ in range(config.layers))

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        token_type_ids: torch.Tensor | None = None,  # noqa: ARG002 - other networks are called with it
    ) -> Read:
        """Rows of pieces, read. Which of two texts a piece belongs to is not looked at: a piece stands between them."""
        mask = attention_mask.to(torch.float32)
        hidden = self.words_norm(self.words(input_ids)) * mask[..., None]
        count = input_ids.shape[1]
        places = torch.arange(1 - count, count, device=input_ids.device)
        distances = self.distances_norm(self.distances(self._find_row(places)))
        shut = (1 - mask[:, None, None, :]) * _SHUT
        for layer in self.layers:
            hidden = layer(hidden, distances, shut)
        return Read(hidden)

    def _find_row(self, places: torch.Tensor) -> torch.Tensor:
        near, far = self.config.near, self.config.far
        size = places.abs().clamp_min(1).to(torch.float32)
        beyond = torch.ceil(torch.log(size / near) / math.log((far - 1) / near) * (near - 1)) + near
        found = torch.where(size <= near, places.to(torch.float32), beyond * torch.sign(places))
        return (found.to(torch.long) + 2 * near).clamp(0, self.config.rows - 1)


def load_deberta(folder: Path) -> Deberta:
    """The network of a folder that `save_deberta` wrote."""
    sizes = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    del sizes["model_type"]
    network = Deberta(DebertaConfig(**sizes))
    network.load_state_dict(load_file(folder / "model.safetensors"))
    return network


def save_deberta(network: Deberta, folder: Path) -> None:
    """Writes a folder that `load_deberta` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    described = {"model_type": KIND, **asdict(network.config)}
    (folder / "config.json").write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")
    save_file(network.state_dict(), folder / "model.safetensors")
