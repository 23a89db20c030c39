"""Speed on one core, after load: reported, and not to be compared between machines."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from benchmarks.accuracy.candidates import TOP
from benchmarks.accuracy.scores import Value
from benchmarks.dossiers import Pool, load_record, read_claims
from verifier.entities import Claim, Confirmation, Pin, Source
from verifier.ports import Candidate, Index, Pair, RelationModel
from verifier.verifier import Verifier, warm_up

_BATCH = 20


@dataclass(frozen=True, slots=True)
class _Found:
    """A record whose search has been done: implements `verifier.ports.Record`."""

    candidates: Sequence[Candidate]
    known: Mapping[str, Source]

    def search(self, index: Index, *, shared: int, likeness: float, limit: int) -> Sequence[Candidate]:  # noqa: ARG002
        return self.candidates

    def confirmations(self) -> Sequence[Confirmation]:
        return ()

    def pins(self) -> Sequence[Pin]:
        return ()

    def sources(self) -> Mapping[str, Source]:
        return self.known


def measure_verdict(pool: Pool, verifier: Verifier) -> Value:
    """Milliseconds for one verdict with `TOP` candidates, search left out: the median over the claims of a pool."""
    record = load_record(pool, verifier)
    prepared = []
    for claim in read_claims(pool).values():
        index = verifier.index(claim.text, claim.language)
        closest = record.search(index, shared=1, likeness=-1.0, limit=TOP)
        prepared.append((claim, _Found(closest, record.known)))
    with _one_core():
        warm_up()
        verifier.verify(*prepared[0])
        seconds = [_time_verdict(verifier, *item) for item in prepared]
    return Value(len(seconds), 1000 * median(seconds))


def measure_pairs(pairs: Sequence[Pair], model: RelationModel) -> Value:
    """Pairs compared in a second, twenty at a time, none of them seen before."""
    first, rest = pairs[:_BATCH], pairs[_BATCH:]
    with _one_core():
        model.compare(list(first))
        start = time.perf_counter()
        for place in range(0, len(rest), _BATCH):
            model.compare(list(rest[place : place + _BATCH]))
        seconds = time.perf_counter() - start
    return Value(len(rest), len(rest) / seconds)


def _time_verdict(verifier: Verifier, claim: Claim, record: _Found) -> float:
    start = time.perf_counter()
    verifier.verify(claim, record)
    return time.perf_counter() - start


@contextmanager
def _one_core() -> Iterator[None]:
    """Keeps this process on one core, where the system can (Linux)."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
