"""What German pieces mean in English pieces, learnt from translations alone.

IBM Model 1 (Brown et al. 1993): how likely is each English piece, given a German one. A new German piece then starts
as the mean of the English embeddings, so weighted (after WECHSEL, Minixhofer et al. 2022).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_ROUNDS = 5
_NOTHING = 0  # stands for "no German piece": English words that nothing in the German sentence says


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Links from German to English pieces: probability, and the number of times that a link was expected."""

    german: NDArray[np.int64]
    english: NDArray[np.int64]
    probability: NDArray[np.float64]
    expected: NDArray[np.float64]


def align(german: Sequence[Sequence[int]], english: Sequence[Sequence[int]], size: int) -> Lexicon:
    """The lexicon of sentences that are given by their pieces; `size` is above every number of a piece."""
    sources, targets, slots = _link(german, english)
    keys, links = np.unique(sources * size + targets, return_inverse=True)
    source = keys // size
    probability = np.ones(len(keys))
    expected = probability
    for _ in range(_ROUNDS):
        weight = probability[links]
        weight /= np.bincount(slots, weight)[slots]
        expected = np.bincount(links, weight, minlength=len(keys))
        probability = expected / np.bincount(source, expected)[source]
    return Lexicon(source, keys % size, probability, expected)


def embed_new(lexicon: Lexicon, english: NDArray[np.float32], fallback: NDArray[np.float32]) -> NDArray[np.float32]:
    """Embeddings of the pieces from `len(english)` on: by their links, or the fallback where there are too few."""
    size, width = len(english) + len(fallback), english.shape[1]
    kept = (lexicon.probability > 0.03) & (lexicon.expected > 0.5) & (lexicon.english < len(english))
    german, target, weight = lexicon.german[kept], lexicon.english[kept], lexicon.probability[kept]
    total = np.bincount(german, weight, minlength=size)
    mean = np.zeros((size, width))
    norm = np.bincount(german, weight * np.linalg.norm(english[target], axis=1), minlength=size)
    np.add.at(mean, german, weight[:, None] * english[target])
    # A mean of vectors is shorter than they are: it gets their mean length back.
    mean *= (norm / np.maximum(total, 1e-9) / np.maximum(np.linalg.norm(mean, axis=1), 1e-9))[:, None]
    trusted = total[len(english) :, None] > 0.3
    return np.where(trusted, mean[len(english) :], fallback).astype(np.float32)


def _link(
    german: Sequence[Sequence[int]], english: Sequence[Sequence[int]]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Every German piece with every English one of its sentence, and the English slot that each such link fills."""
    sources, targets, slots = [], [], []
    first = 0
    for left, right in zip(german, english, strict=True):
        row = np.array([_NOTHING, *left], dtype=np.int64)
        sources.append(np.tile(row, len(right)))
        targets.append(np.repeat(np.array(right, dtype=np.int64), len(row)))
        slots.append(np.repeat(np.arange(first, first + len(right)), len(row)))
        first += len(right)
    return np.concatenate(sources), np.concatenate(targets), np.concatenate(slots)
