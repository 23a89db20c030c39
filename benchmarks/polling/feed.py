"""The feed of changes while many write at once: what was read of it, against what is on record in the end."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from store.claims import NewClaim, add_claim, get_claim
from store.database import Sessions
from store.tables import VerdictRow
from store.verdicts import record_verdict
from verifier.entities import Label, Verdict

Page = Mapping[str, Any]
Ask = Callable[[str | None], Page]
"""Takes a cursor and gives the page that follows on it."""

_LONGEST_PAUSE = 0.01
"""Seconds that a transaction stays open after its verdict was written, so that transactions overlap."""


@dataclass(frozen=True, slots=True)
class Exactness:
    """What a reader of the feed got, by the ids of the verdicts on record."""

    recorded: int
    skipped: int
    repeated: int
    out_of_order: int


def write_verdicts(sessions: Sessions, *, writers: int, seconds: float) -> None:
    """Let so many writers record verdicts at once, each on a claim of its own; one in ten transactions is undone.

    The time counts from when all of them are connected.
    """
    ready = threading.Barrier(writers, timeout=60)
    threads = [
        threading.Thread(target=_write, args=(sessions, f"claim-{number}", ready, seconds)) for number in range(writers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _write(sessions: Sessions, claim: str, ready: threading.Barrier, seconds: float) -> None:
    chance = random.Random(claim)  # noqa: S311 nobody has to guess it
    with sessions.begin() as session:
        add_claim(session, NewClaim(id=claim, text="The bridge is open"))
    ready.wait()
    ends = time.monotonic() + seconds
    number = 0
    while time.monotonic() < ends:
        number += 1
        verdict = Verdict(
            label=chance.choice(list(Label)),
            confidence=0.5,
            credibility=3,
            reasons=(f"The {number}th.",),
            as_of=None,
            engine="none",
            policy="none",
        )
        with sessions.begin() as session:
            record_verdict(session, get_claim(session, claim), verdict, [], causes=[f"submitted:{claim}"])
            session.flush()
            time.sleep(chance.uniform(0, _LONGEST_PAUSE))
            if chance.random() < 0.1:
                session.rollback()


def follow_feed(ask: Ask, done: threading.Event) -> list[str]:
    """The ids of all changes, asked for page by page until the end that is there when the writers are done."""
    read: list[str] = []
    cursor = None
    while True:
        last = done.is_set()
        page = ask(cursor)
        read += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if last and not page["items"]:
            return read


def list_recorded(sessions: Sessions) -> list[str]:
    """The ids of the verdicts on record, in their order."""
    with sessions.begin() as session:
        return list(session.scalars(select(VerdictRow.id).order_by(VerdictRow.sequence)))


def compare(read: Sequence[str], recorded: Sequence[str]) -> Exactness:
    """What a reader got against what is on record."""
    place = {id: number for number, id in enumerate(recorded)}
    places = [place[id] for id in read if id in place]
    return Exactness(
        recorded=len(recorded),
        skipped=len(set(recorded) - set(read)),
        repeated=len(read) - len(set(read)),
        out_of_order=sum(one > other for one, other in pairwise(places)),
    )
