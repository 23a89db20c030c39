"""Measure what polling costs, and whether the feed of changes is exact. docs/benchmarks.md explains each figure."""

# ruff: noqa: T201 - a benchmark prints what it measured

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import requests

from benchmarks.accuracy.machine import ROOT, count_cores, read_commit, read_processor
from benchmarks.polling.feed import Exactness, compare, list_recorded, write_verdicts
from benchmarks.polling.pollers import Request, StatusError, run_pollers
from benchmarks.polling.readers import Ending, Reading, follow_pages, follow_stream
from benchmarks.polling.report import Latency, Run, show_tables, summarise, write_results
from benchmarks.polling.server import Servers, read_cpu, running_servers
from cli.embedded import embedded_services
from cli.errors import CommandError
from store.claims import NewClaim, add_claim, end_check
from store.verdicts import record_verdict
from verifier.entities import Act, Evidence, Label, Relation, Statement, Verdict

_ROUNDS = 3
"""How often both servers are measured in turn, so that what else the machine does falls on both."""

_PACES = {"each once a second": 1.0, "as fast as it goes": 0.0}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints and keeps the results; returns the exit status."""
    options = _read_options(arguments)
    load = os.getloadavg()[0]
    folder = Path(tempfile.mkdtemp(prefix="ss-"))  # short, because sockets lie in it
    try:
        with (
            embedded_services(folder) as services,
            running_servers(services, connections=options.writers + 1) as servers,
        ):
            readers = _measure_feed(servers, writers=options.writers, seconds=options.feed_seconds)
            claims = _ask_for_claims(servers, options.pollers)
            paces = {pace: _measure_polling(servers, claims, options.seconds, pause) for pace, pause in _PACES.items()}
    except (CommandError, StatusError) as error:
        print(error, file=sys.stderr)
        return 2
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    run = Run(
        date=datetime.now(UTC).date().isoformat(),
        commit=read_commit(),
        processor=read_processor(),
        cores=count_cores(),
        load=load,
        pollers=options.pollers,
        paces=paces,
        writers=options.writers,
        seconds=options.feed_seconds,
        readers=readers,
    )
    print(*show_tables(run), sep="\n")
    print(f"written: {os.path.relpath(write_results(run, options.results))}")
    return 0 if all(_is_exact(exact) for exact, _ in readers.values()) else 1


def _measure_feed(servers: Servers, *, writers: int, seconds: float) -> dict[str, tuple[Exactness, Latency]]:
    """What each reader got of the feed while so many wrote."""
    ending = Ending()
    readings = {"Prefer: wait": Reading(), "stream": Reading()}
    threads = [
        threading.Thread(target=follow, args=(servers.api, ending, reading))
        for follow, reading in zip((follow_pages, follow_stream), readings.values(), strict=True)
    ]
    for thread in threads:
        thread.start()
    write_verdicts(servers.sessions, writers=writers, seconds=seconds)
    recorded = list_recorded(servers.sessions)
    ending.set(recorded[-1] if recorded else None)
    for thread in threads:
        thread.join()
    return {
        name: (compare(reading.ids, recorded), summarise(reading.delays, seconds=seconds))
        for name, reading in readings.items()
    }


def _is_exact(found: Exactness) -> bool:
    return found.recorded > 0 and not (found.skipped or found.repeated or found.out_of_order)


def _ask_for_claims(servers: Servers, count: int) -> list[Request]:
    """As many verified claims, and what asks for each with the tag of its state."""
    ids = [f"polled-{number}" for number in range(count)]
    with servers.sessions.begin() as session:
        for id in ids:
            claim, _ = add_claim(session, NewClaim(id=id, text="The bridge is open", language="en"))
            record_verdict(session, claim, _verdict(), [], causes=[f"submitted:{id}"])
            end_check(claim, again=False)
    asked = [requests.get(f"http://127.0.0.1:{servers.api}/v1/claims/{id}", timeout=20) for id in ids]
    return [Request(f"/v1/claims/{id}", 304, answer.headers["ETag"]) for id, answer in zip(ids, asked, strict=True)]


def _verdict() -> Verdict:
    """A verdict of usual size."""
    statements = [
        Statement(
            id=f"statement-{number}",
            speaker=f"speaker-{number}",
            text="The bridge is open.",
            language="en",
            stated_on=date(2024, 7, 1),
            act=Act.ASSERT,
            proposition="The bridge is open.",
            sequence=number,
            origin=f"speaker-{number}",
            quote_start=0,
            quote_end=19,
        )
        for number in range(8)
    ]
    return Verdict(
        label=Label.CORROBORATED,
        confidence=0.8,
        credibility=2,
        reasons=("Two independent origins affirm it.",) * 3,
        as_of=None,
        engine="none",
        policy="none",
        evidence=tuple(Evidence(statement=one, relation=Relation.SUPPORTS, score=0.9) for one in statements),
    )


def _measure_polling(
    servers: Servers, claims: Sequence[Request], seconds: float, pause: float
) -> tuple[Latency, Latency]:
    """Flask's hello, and a 304 of a claim, in turn."""
    hello = [Request("/", 200)] * len(claims)
    took: tuple[list[float], list[float]] = ([], [])
    cost = [0.0, 0.0]
    for _ in range(_ROUNDS):
        for number, (port, asked) in enumerate(((servers.hello, hello), (servers.api, claims))):
            before = read_cpu()
            took[number].extend(run_pollers(port, asked, seconds=seconds / _ROUNDS, pause=pause))
            cost[number] += read_cpu() - before
    first, second = (summarise(answers, seconds=seconds, cpu=cpu) for answers, cpu in zip(took, cost, strict=True))
    return first, second


def _read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.polling", description=__doc__)
    parser.add_argument("--pollers", type=int, default=200, metavar="N", help="pollers at once")
    parser.add_argument(
        "--seconds", type=float, default=30.0, metavar="S", help="how long each of the four is measured"
    )
    parser.add_argument("--writers", type=int, default=20, metavar="N", help="writers of verdicts at once")
    parser.add_argument("--feed-seconds", type=float, default=60.0, metavar="S", help="how long they write")
    parser.add_argument(
        "--results", type=Path, default=ROOT / "benchmarks" / "results", metavar="DIR", help="where results are kept"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
