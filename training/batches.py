"""The order of training: which translations make up each step of each epoch. It follows from the seed alone."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

MOST_ROWS = 128
_MOST_PIECES = 3072


def plan_epoch(
    sources: Sequence[str], lengths: Sequence[int], shares: Mapping[str, float], seed: int
) -> list[list[int]]:
    """The rows of each step: every source by its share (1.5: all once, and half of them again), alike in length."""
    order = random.Random(seed)  # noqa: S311 - a shuffle, not a secret
    rows = []
    for row, source in enumerate(sources):
        share = shares.get(source, 1.0)
        rows += [row] * (int(share) + (order.random() < share % 1))
    order.shuffle(rows)
    rows.sort(key=lambda row: lengths[row])  # stable: rows of one length stay shuffled
    batches = []
    while rows:
        count = max(16, min(MOST_ROWS, _MOST_PIECES // lengths[rows[-1]]))
        batches.append(rows[-count:])
        del rows[-count:]
    order.shuffle(batches)
    return batches


def learning_rate(step: int, steps: int) -> float:
    """The share of the full learning rate: up over the first twentieth, then down to nothing."""
    rise = max(1, steps // 20)
    return min((step + 1) / rise, max(0.0, (steps - step) / (steps - rise)))
