"""How well vectors tell likeness within English, within German and across, and find translations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from training.parallel import fold, read_rows

Embed = Callable[[Sequence[str]], NDArray[np.float32]]


class SimilaritySet:
    """STS benchmark, development part: row n is the same pair in both languages."""

    def __init__(self, data: Path) -> None:
        english, german = (list(read_rows(data / "similarity" / f"stsb_{name}_dev.jsonl")) for name in ("en", "de"))
        self.english = [[str(row[side]) for row in english] for side in "ab"]
        self.german = [[str(row[side]) for row in german] for side in "ab"]
        self.scores = [float(str(row["score"])) for row in english]

    def held_out(self) -> frozenset[str]:
        """Its sentences, folded: nothing of it may be trained on."""
        return frozenset(fold(text) for side in (*self.english, *self.german) for text in side)

    def measure(self, embed: Embed) -> dict[str, float]:
        """Spearman's rank correlation with the scores, and how often the nearest German sentence is the translation."""
        (en_a, en_b), (de_a, de_b) = ([embed(side) for side in sides] for sides in (self.english, self.german))
        return {
            "en-en": self._correlate(en_a, en_b),
            "de-de": self._correlate(de_a, de_b),
            "en-de": round((self._correlate(en_a, de_b) + self._correlate(de_a, en_b)) / 2, 4),
            **self._retrieve(np.concatenate([en_a, en_b]), np.concatenate([de_a, de_b])),
        }

    def _correlate(self, left: NDArray[np.float32], right: NDArray[np.float32]) -> float:
        return round(float(spearmanr((left * right).sum(1), self.scores).statistic), 4)

    def _retrieve(self, english: NDArray[np.float32], german: NDArray[np.float32]) -> dict[str, float]:
        texts = zip([*self.english[0], *self.english[1]], [*self.german[0], *self.german[1]], strict=True)
        seen: set[str] = set()
        rows = []
        for row, pair in enumerate(texts):
            if not seen & {fold(text) for text in pair}:
                rows.append(row)
            seen |= {fold(text) for text in pair}
        likeness = english[rows] @ german[rows].T
        right = np.arange(len(rows))
        return {
            "en>de": round(float((likeness.argmax(1) == right).mean()), 4),
            "de>en": round(float((likeness.argmax(0) == right).mean()), 4),
            "sentences": len(rows),
        }
