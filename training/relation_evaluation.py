"""How well a relation model tells contents apart on the development sets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from benchmarks.accuracy.data import DataFolder
from training.events import Event
from training.examples import KINDS, Example, allow, make_act_examples, read_cells, read_quotes, write_premises
from verifier.cross_encoder import softmax
from verifier.entities import Content
from verifier.speech_model import find_piece

Predict = Callable[[Sequence[Example]], Sequence[NDArray[np.float32]]]
"""Logits for each example, of the head that they are for."""

_SIDES = {"supports": 0, "refutes": 1, "neutral": 2}
FORMS = ("proposition", "read", "whole")


class RelationSets:
    """Sentence pairs, headlines and the events that were not trained on."""

    def __init__(self, data: Path, events: Sequence[Event]) -> None:
        folder = DataFolder(data)
        self._rows = {name: folder.read_pairs(name) for name in ("dev_en", "dev_de")}
        self._rows["headlines"] = folder.read_headlines()
        self._cells = [cell for event in events for cell in read_cells(event)]

    def measure(self, predict: Predict) -> dict[str, float]:
        """Accuracy by set of pairs; for events, macro-F1 over entails, contradicts and the rest, by form."""
        figures: dict[str, float] = {}
        for name, rows in self._rows.items():
            if not rows:
                continue
            logits = np.array(predict([Example(row["evidence"], row["claim"], (), "") for row in rows]))
            right = choose(logits) == np.array([_SIDES[row["label"]] for row in rows])
            figures[name] = round(float(right.mean()), 4)
            sources = np.array([row["source"].split("/")[0] for row in rows])
            if len(set(sources)) > 1:
                figures |= {str(one): round(float(right[sources == one].mean()), 4) for one in sorted(set(sources))}
        if self._cells:
            labels = np.array([min(2, KINDS.index(label)) for *_, label in self._cells])
            across = np.array([said["lang"] != claim["lang"] for said, claim, _ in self._cells])
            summed = np.zeros((len(labels), len(KINDS)))
            for form in FORMS:
                logits = np.array(predict(self.examples(form)))
                summed += logits
                figures |= _measure_events(form, choose(logits), labels, across)
            figures |= _measure_events("all", choose(summed), labels, across)
            unrelated = np.array([label is Content.UNRELATED for *_, label in self._cells])
            figures["unrelated_auc"] = round(area(summed[:, 3] - summed[:, 2], unrelated), 4)
        return figures

    def examples(self, form: str) -> list[Example]:
        """The cells of the events with statements in one form."""
        found = []
        for said, claim, label in self._cells:
            forms = write_premises(said)
            found.append(Example(forms.get(form, forms["proposition"]), claim["text"], allow(label), form))
        return found


class SpeechSets:
    """The statements of the events that were not trained on, and the quotations of the development part."""

    def __init__(self, data: Path, events: Sequence[Event], tokenizer: Tokenizer) -> None:
        self._acts = make_act_examples(events)
        self._quotes = [one for one in read_quotes(data, frozenset(), part="dev") if one.speakers]
        self._encoded = tokenizer.encode_batch([(one.premise, one.claim) for one in self._quotes])

    def measure(self, predict: Predict) -> dict[str, float]:
        """How often the likeliest act is right, and the piece that is pointed at one of a marked speaker's."""
        figures: dict[str, float] = {}
        if self._acts:
            right = np.argmax(predict(self._acts), axis=1) == np.array([one.act for one in self._acts])
            figures["acts"] = round(float(right.mean()), 4)
        hits: dict[str, list[bool]] = {}
        pointed = predict(self._quotes) if self._quotes else []
        for one, found, logits in zip(self._quotes, self._encoded, pointed, strict=True):
            place, _ = find_piece(logits, found)
            marked = one.speakers or ()
            is_right = place is not None and any(place[0] < end and start < place[1] for start, end in marked)
            hits.setdefault(one.source, []).append(is_right)
        return figures | {f"speaker_{source}": round(sum(ones) / len(ones), 4) for source, ones in hits.items()}


def choose(logits: NDArray[np.float32]) -> NDArray[np.int64]:
    """The likeliest of entails, contradicts and the rest, by number."""
    shares = softmax(logits)
    chosen: NDArray[np.int64] = np.stack([shares[:, 0], shares[:, 1], shares[:, 2] + shares[:, 3]], axis=1).argmax(1)
    return chosen


def area(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> float:
    """Area under the ROC curve: how often a positive one scores above another."""
    ranks = scores.argsort().argsort()
    count = positive.sum()
    return float((ranks[positive].sum() - count * (count - 1) / 2) / max(1, count * (len(scores) - count)))


def _measure_events(
    form: str, chosen: NDArray[np.int64], labels: NDArray[np.int64], across: NDArray[np.bool_]
) -> dict[str, float]:
    return {
        f"{form}_within": _macro_f1(chosen[~across], labels[~across]),
        f"{form}_across": _macro_f1(chosen[across], labels[across]),
    }


def _macro_f1(chosen: NDArray[np.int64], labels: NDArray[np.int64]) -> float:
    scores = []
    for kind in range(3):
        counts = Counter(zip((chosen == kind).tolist(), (labels == kind).tolist(), strict=True))
        both = 2 * counts[True, True]
        scores.append(both / max(1, both + counts[True, False] + counts[False, True]))
    return round(sum(scores) / len(scores), 4)
