"""Translations as examples: what the network makes of two English sentences, it has to make of their translations."""

from __future__ import annotations

import argparse
import logging
import random
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from training.evaluation import SimilaritySet
from training.examples import Example
from training.parallel import read_translations
from verifier.cross_encoder import softmax
from verifier.sentence_encoder import SentenceEncoder

_NEAREST = 12
_LONGEST = 60  # words of both English sentences

log = logging.getLogger("training.relation")


class Predictor(Protocol):
    """Whatever gives logits for examples."""

    def predict(self, examples: Sequence[Example]) -> Sequence[NDArray[np.float32]]:
        """One row of logits for each example."""


class Neighbours:
    """Translations, and for each the others that are nearest in meaning: those that a claim may be about too."""

    def __init__(self, options: argparse.Namespace) -> None:
        held_out = SimilaritySet(options.data).held_out()
        self.rows = read_translations(options.data, held_out=held_out, without=frozenset(options.without))
        self.per_epoch = min(options.consistency, len(self.rows))
        path = options.out / "neighbours.npy"
        if not path.exists():
            log.info("reading %d sentences for their neighbours", len(self.rows))
            vectors = SentenceEncoder(options.search).encode([row.english for row in self.rows])
            np.save(path, find_neighbours(np.array(vectors, np.float32)))
        self.nearest: NDArray[np.int32] = np.load(path)


def find_neighbours(vectors: NDArray[np.float32]) -> NDArray[np.int32]:
    """For each row the numbers of the rows nearest to it, itself left out."""
    found = np.zeros((len(vectors), _NEAREST), dtype=np.int32)
    for first in range(0, len(vectors), 512):
        likeness = vectors[first : first + 512] @ vectors.T
        rows = np.arange(len(likeness))
        likeness[rows, rows + first] = -1
        found[first : first + 512] = np.argpartition(-likeness, _NEAREST, axis=1)[:, :_NEAREST]
    return found


def soften(neighbours: Neighbours, predictor: Predictor, seed: int) -> list[Example]:
    """Examples with at least one German side, each with what the network makes of both English sides."""
    order = random.Random(seed)  # noqa: S311 - a shuffle, not a secret
    rows = neighbours.rows
    pairs = []
    for one in order.sample(range(len(rows)), neighbours.per_epoch):
        # One in eight is a sentence and itself: translations entail each other.
        other = one if order.random() < 1 / 8 else int(order.choice(neighbours.nearest[one].tolist()))
        if len(rows[one].english.split()) + len(rows[other].english.split()) <= _LONGEST:
            pairs.append((rows[one], rows[other]))
    english = [Example(one.english, other.english, (), "english") for one, other in pairs]
    shares = softmax(np.array(predictor.predict(english)))
    found = []
    for (left, right), share in zip(pairs, shares, strict=True):
        premise, claim = order.choice(
            [(left.german, right.german), (left.german, right.english), (left.english, right.german)]
        )
        found.append(Example(premise, claim, tuple(float(part) for part in share), "consistency", soft=True))
    return found
