"""Runs every set against an engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from benchmarks.accuracy.candidates import add_distractors, measure_recall
from benchmarks.accuracy.data import DataFolder
from benchmarks.accuracy.events import CONTENTS, count_acts, count_contents
from benchmarks.accuracy.relations import CLIMATE, SIDES, count_climate, count_sides, to_pair
from benchmarks.accuracy.scores import (
    Counts,
    Value,
    measure_accuracy,
    measure_calibration,
    measure_macro_f1,
)
from benchmarks.accuracy.similarity import measure_similarity
from benchmarks.accuracy.speed import measure_pairs, measure_verdict
from benchmarks.accuracy.stack import Stack, answer_over_http, running_stack
from benchmarks.accuracy.verdicts import Answers, answer_in_memory, count_verdicts, find_differences, read_confidences
from benchmarks.dossiers import TRACKS, Pool, load_record, pool_dossiers
from cli.embedded import Services
from seeds import read_seeds
from store.search import SqlRecord
from verifier.policy import RelationRules
from verifier.ports import Encoder, RelationModel, SpeechModel
from verifier.verifier import Verifier

Values = dict[str, Value]
"""Figures by the key that `catalogue` has them under."""

SEARCHED = "dossiers.acts"
"""The pool on which candidates and speed are measured."""

_TIMED_PAIRS = 1020


def measure_sentences(
    data: DataFolder, model: RelationModel, speech: SpeechModel | None, rules: RelationRules
) -> Values:
    """Everything that needs no record: pairs, headlines, Climate-FEVER, events, and pairs a second."""
    values = Values()
    rows = data.read_pairs("dev_en")
    if rows:
        timed = [to_pair(row, row["evidence"]) for row in rows[:_TIMED_PAIRS]]
        values["speed.pairs"] = measure_pairs(timed, model)
    for name in ("dev_en", "dev_de"):
        counts = count_sides(data.read_pairs(name), model, rules, f"pairs, {name}")
        values |= _measure_pairs(f"pairs.{name}", counts)
    if headlines := data.read_headlines():
        values["headlines"] = measure_accuracy(count_sides(headlines, model, rules, "headlines")["emergent"])
    if climate := data.read_climate():
        values["climate"] = measure_macro_f1(count_climate(climate, model, rules, "Climate-FEVER"), CLIMATE)
    if events := data.read_events():
        within, across = count_contents(events, model, rules, "events, contents")
        values["events.within"] = measure_macro_f1(within, CONTENTS)
        values["events.across"] = measure_macro_f1(across, CONTENTS)
        values["events.acts"] = measure_accuracy(count_acts(events, speech, "events, acts"))
    return values


def measure_encoder(data: DataFolder, encoder: Encoder) -> Values:
    """Likeness and retrieval across languages."""
    english, german = data.read_similarity("en"), data.read_similarity("de")
    return measure_similarity(english, german, encoder) if english and german else Values()


def measure_verdicts(pools: Mapping[str, Pool], answers: Mapping[str, Answers]) -> Values:
    """Accuracy and calibration on pools, each by its name such as `dossiers.acts`."""
    values = Values()
    for name, pool in pools.items():
        values[name] = measure_accuracy(count_verdicts(pool, answers[name]))
        confidences = read_confidences(pool, answers[name])
        if name.startswith("dossiers.") and confidences:
            values[name.replace("dossiers", "calibration")] = measure_calibration(confidences)
    return values


def measure_agreement(
    pools: Mapping[str, Pool], answers: Mapping[str, Answers], others: Mapping[str, Answers]
) -> Values:
    """For each track of the dossiers, the share of claims that two runs give the same verdict."""
    values = Values()
    for name in (name for name in pools if name.startswith("dossiers.")):
        differing = find_differences(answers[name], others[name])
        size = len(pools[name].labels)
        values[name.replace("dossiers", "agreement")] = Value(size, 1 - len(differing) / size)
    return values


def answer_all_in_memory(pools: Mapping[str, Pool], verifier: Verifier) -> dict[str, Answers]:
    """The answers on every pool, over records in memory."""
    return {name: answer_in_memory(pool, verifier, f"{name}, in memory") for name, pool in pools.items()}


def answer_all_over_http(
    pools: Mapping[str, Pool], verifier: Verifier, services: Services, distractors: Sequence[tuple[str, str]]
) -> tuple[dict[str, Answers], Values]:
    """The answers on every pool, each through a service of its own; and the recall of the search in its database.

    The recall is measured once more after texts with their languages, the distractors, have been added.
    """
    answers: dict[str, Answers] = {}
    values = Values()
    for number, (name, pool) in enumerate(pools.items(), start=1):
        with running_stack(services, f"benchmark_{number}") as stack:
            answers[name] = answer_over_http(stack, pool, f"{name}, over HTTP")
            if name == SEARCHED:
                values["candidates"] = _measure_recall(pool, verifier, stack)
                if distractors:
                    add_distractors(stack.sessions, distractors, verifier)
                    values["distracted"] = _measure_recall(pool, verifier, stack)
    return answers, values


def measure_in_memory(pools: Mapping[str, Pool], verifier: Verifier) -> Values:
    """The recall of the search over a record in memory, and the time that a verdict takes."""
    pool = pools.get(SEARCHED)
    if pool is None:
        return {}
    record = load_record(pool, verifier)
    recall = measure_recall(pool, lambda _: record, verifier)
    return {"candidates": recall, "speed.verdict": measure_verdict(pool, verifier)}


def make_pools(data: DataFolder) -> dict[str, Pool]:
    """The dossiers and the founding record, on both tracks."""
    sets = {"dossiers": data.read_dossiers(), "founding": [read_seeds()]}
    return {
        f"{name}.{track}": pool_dossiers(dossiers, track)
        for name, dossiers in sets.items()
        if dossiers
        for track in TRACKS
    }


def _measure_recall(pool: Pool, verifier: Verifier, stack: Stack) -> Value:
    with stack.sessions() as session:
        return measure_recall(pool, lambda id: SqlRecord(session, id), verifier)


def _measure_pairs(key: str, counts: Mapping[str, Counts]) -> Values:
    """Accuracy over a whole file and on each set in it."""
    if not counts:
        return {}
    values = {key: measure_accuracy(sum(counts.values(), Counter()))}
    values |= {f"{key}.{source}": measure_accuracy(found) for source, found in counts.items()}
    if "healthver" in counts:
        values["macro.healthver"] = measure_macro_f1(counts["healthver"], SIDES)
    return values
