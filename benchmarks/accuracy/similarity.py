"""Sentence pairs with a score of likeness, the same in English and German: how well vectors agree across languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.scores import Value
from verifier.ports import Encoder

Rows = Sequence[Mapping[str, Any]]


def measure_similarity(english: Rows, german: Rows, encoder: Encoder) -> dict[str, Value]:
    """Spearman's correlation of likeness across languages with the scores, and the share of translations found.

    Row n is the same pair in both languages. A translation is found where it is the nearest of all German sentences to
    the English one, each sentence taken once.
    """
    vectors = {
        name: [np.array(encoder.encode([row[side] for row in rows]), dtype=np.float32) for side in "ab"]
        for name, rows in (("en", english), ("de", german))
    }
    scores = np.array([float(row["score"]) for row in english])
    likenesses = [(vectors["en"][one] * vectors["de"][1 - one]).sum(1) for one in (0, 1)]
    spearman = sum(_correlate(likeness, scores) for likeness in likenesses) / 2
    texts = [(row[side], other[side]) for side in "ab" for row, other in zip(english, german, strict=True)]
    kept = _once(texts)
    near = np.concatenate(vectors["en"])[kept] @ np.concatenate(vectors["de"])[kept].T
    right = float((near.argmax(1) == np.arange(len(kept))).mean())
    return {"stsb": Value(len(scores), spearman), "retrieval": Value(len(kept), right)}


def _once(texts: Sequence[tuple[str, str]]) -> list[int]:
    seen: set[str] = set()
    kept = []
    for number, pair in enumerate(texts):
        folded = {text.casefold().strip() for text in pair}
        if not folded & seen:
            kept.append(number)
        seen |= folded
    return kept


def _correlate(one: NDArray[np.floating[Any]], other: NDArray[np.floating[Any]]) -> float:
    """Spearman's rank correlation: Pearson's, of ranks, those that are level sharing theirs."""
    return float(np.corrcoef(_ranks(one), _ranks(other))[0, 1])


def _ranks(values: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    middles: NDArray[np.float64] = np.cumsum(counts) - (counts - 1) / 2
    ranks: NDArray[np.float64] = middles[places]
    return ranks
