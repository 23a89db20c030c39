"""Measure how good the verdicts are, and what leads to them. docs/benchmarks.md explains each figure."""

# ruff: noqa: T201 - a benchmark prints what it measured

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.accuracy.data import LAYOUT, DataError, DataFolder
from benchmarks.accuracy.machine import ROOT, count_cores, read_commit, read_processor
from benchmarks.accuracy.measuring import (
    Values,
    answer_all_in_memory,
    answer_all_over_http,
    make_pools,
    measure_agreement,
    measure_encoder,
    measure_in_memory,
    measure_sentences,
    measure_verdicts,
)
from benchmarks.accuracy.report import BASELINE, Run, show_table, write_results
from benchmarks.accuracy.verdicts import Answers, count_verdicts, find_differences, show_confusion, show_misses
from benchmarks.dossiers import Pool
from cli.embedded import Services, embedded_services
from cli.errors import CommandError
from store.settings import read_settings
from verifier.lexical import LexicalRelation
from verifier.policy import read_policy
from verifier.ports import Encoder, ModelError, RelationModel, SpeechModel
from verifier.verifier import Verifier
from worker.engine import make_encoder, make_relation, make_speech


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints and keeps the results; returns the exit status."""
    options = _read_options(arguments)
    try:
        if not options.data:
            raise DataError(LAYOUT)
        data = DataFolder(Path(options.data))
        with nullcontext() if options.in_memory else _serve() as services:
            run = _measure(data, services, options)
    except (DataError, CommandError, ModelError) as error:
        print(error, file=sys.stderr)
        return 2
    print(*show_table(run), sep="\n")
    if not options.in_memory:
        print(*(f"written: {os.path.relpath(path)}" for path in write_results(run, options.results)), sep="\n")
    return 0


def _read_engine(options: argparse.Namespace) -> tuple[RelationModel, SpeechModel | None, Encoder | None]:
    if options.lexical:
        return LexicalRelation(), None, None
    chosen = {
        "SECONDSOURCE_RELATION_MODEL": options.relation_model and options.relation_model.resolve(),
        "SECONDSOURCE_RELATION_ENDPOINT": options.relation_endpoint,
        "SECONDSOURCE_ENCODER": options.encoder and options.encoder.resolve(),
    }
    # Told to the workers too, by the environment that they inherit.
    os.environ.update({name: str(value) for name, value in chosen.items() if value})
    settings = read_settings({**os.environ, "DATABASE_URL": "-", "REDIS_URL": "-"})
    return make_relation(settings), make_speech(settings), make_encoder(settings)


def _measure(data: DataFolder, services: Services | None, options: argparse.Namespace) -> Run:
    policy = read_policy()
    model, speech, encoder = _read_engine(options)
    verifier = Verifier(relation=model, speech=speech, encoder=encoder, policy=policy)
    pools = make_pools(data)
    values, answers = _measure_alone(data, pools, verifier, model)
    if encoder:
        values |= measure_encoder(data, encoder)
    if services:
        distractors = data.read_distractors(options.distractors)
        over_http, searched = answer_all_over_http(pools, verifier, services, distractors)
        _show_differences(answers, over_http)
        values |= measure_verdicts(pools, over_http) | measure_agreement(pools, over_http, answers) | searched
        answers = over_http
    _show_answers(pools, answers)
    baseline: Values = {}
    if model.name != BASELINE:
        lexical = LexicalRelation()
        baseline, _ = _measure_alone(data, pools, Verifier(relation=lexical, policy=policy), lexical)
    return Run(
        date=datetime.now(UTC).date().isoformat(),
        commit=read_commit(),
        processor=read_processor(),
        cores=count_cores(),
        engine=model.name,
        policy=policy.version,
        values=values,
        baseline=baseline,
        confusions={
            name.removeprefix("dossiers."): count_verdicts(pool, answers[name])
            for name, pool in pools.items()
            if name.startswith("dossiers.")
        },
    )


def _measure_alone(
    data: DataFolder, pools: Mapping[str, Pool], verifier: Verifier, model: RelationModel
) -> tuple[Values, dict[str, Answers]]:
    """Everything that can be measured without a service, and the answers on the pools."""
    values = measure_in_memory(pools, verifier)  # the clock first, before anything has been seen
    values |= measure_sentences(data, model, verifier.speech, verifier.policy.relation)
    answers = answer_all_in_memory(pools, verifier)
    return values | measure_verdicts(pools, answers), answers


@contextmanager
def _serve() -> Iterator[Services]:
    """PostgreSQL and Redis of the run's own, gone when it ends. The path is short because sockets lie in it."""
    folder = Path(tempfile.mkdtemp(prefix="ss-"))
    try:
        with embedded_services(folder) as services:
            yield services
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _show_differences(in_memory: Mapping[str, Answers], over_http: Mapping[str, Answers]) -> None:
    for name, answers in over_http.items():
        for id in find_differences(answers, in_memory[name]):
            one, other = answers[id], in_memory[name][id]
            print(f"{name}, {id}: {one.given} over HTTP, {other.given} in memory")
            taken = {item.statement: (item.relation.value, item.act) for item in other.evidence}
            found = {item.statement: (item.relation.value, item.act) for item in one.evidence}
            for statement in sorted(taken.keys() | found.keys()):
                if taken.get(statement) != found.get(statement):
                    print(f"  {statement}: {found.get(statement)} over HTTP, {taken.get(statement)} in memory")


def _show_answers(pools: Mapping[str, Pool], answers: Mapping[str, Answers]) -> None:
    for name, pool in pools.items():
        print(f"\n{name}")
        print(*show_confusion(count_verdicts(pool, answers[name])), sep="\n")
        print(*show_misses(pool, answers[name]), sep="\n")


def _read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument(
        "data", nargs="?", default=os.environ.get("SECONDSOURCE_DATA_SETS"), help="folder of the labelled data"
    )
    parser.add_argument(
        "--in-memory", action="store_true", help="the quick way: no services, and no results are written"
    )
    engine = parser.add_mutually_exclusive_group()
    engine.add_argument("--relation-model", type=Path, metavar="DIR", help="measure this model, not the bundled one")
    parser.add_argument("--encoder", type=Path, metavar="DIR", help="search with this encoder, not the bundled one")
    parser.add_argument(
        "--distractors", type=int, default=100_000, metavar="N", help="statements about other things, for the search"
    )
    engine.add_argument("--relation-endpoint", metavar="URL", help="measure the model behind this chat endpoint")
    engine.add_argument("--lexical", action="store_true", help="measure the lexical baseline alone, in memory")
    parser.add_argument(
        "--results", type=Path, default=ROOT / "benchmarks" / "results", metavar="DIR", help="where results are kept"
    )
    options = parser.parse_args(arguments)
    options.in_memory = options.in_memory or options.lexical
    return options


if __name__ == "__main__":
    sys.exit(main())
