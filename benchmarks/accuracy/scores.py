"""The measures: what a count of right and wrong answers comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Counts = Counter[tuple[str, str]]
"""How often what is labelled so was taken for what: (labelled, given)."""

_BINS = 10


@dataclass(frozen=True, slots=True)
class Value:
    """One measured figure: from how many items, and what always giving the commonest label comes to, if anything."""

    size: int
    value: float
    majority: float | None = None


def measure_accuracy(counts: Counts) -> Value:
    """Share of the answers that are right."""
    return Value(counts.total(), accuracy(counts), accuracy(_always_commonest(counts)))


def measure_macro_f1(counts: Counts, classes: Sequence[str]) -> Value:
    """Mean over the classes of the harmonic mean of precision and recall, 0 for a class that is never met."""
    return Value(counts.total(), macro_f1(counts, classes), macro_f1(_always_commonest(counts), classes))


def measure_calibration(answers: Iterable[tuple[float, bool]]) -> Value:
    """Expected calibration error (Guo et al. 2017) of answers, each as its confidence and whether it is right.

    Over ten bins of equal width: the mean of the distance between confidence and share of right answers, each bin
    weighted by its answers.
    """
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
    for confidence, right in answers:
        bins[min(int(confidence * _BINS), _BINS - 1)].append((confidence, right))
    size = sum(map(len, bins))
    distance = sum(abs(sum(confidence - right for confidence, right in found)) for found in bins)
    return Value(size, distance / size)


def accuracy(counts: Counts) -> float:
    """Share of the answers that are right."""
    return sum(count for (label, given), count in counts.items() if label == given) / counts.total()


def macro_f1(counts: Counts, classes: Sequence[str]) -> float:
    """See `measure_macro_f1`."""
    return sum(_f1(counts, name) for name in classes) / len(classes)


def _f1(counts: Counts, name: str) -> float:
    labelled = sum(count for (label, _), count in counts.items() if label == name)
    given = sum(count for (_, given), count in counts.items() if given == name)
    return 2 * counts[name, name] / (labelled + given) if labelled + given else 0.0


def _always_commonest(counts: Counts) -> Counts:
    labels: Counter[str] = Counter()
    for (label, _), count in counts.items():
        labels[label] += count
    commonest = max(labels, key=lambda label: (labels[label], label))
    return Counter({(label, commonest): count for label, count in labels.items()})
