"""Nothing accepted is lost and nothing is done twice, whatever is killed."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter

import requests
from sqlalchemy import func, select

from store.database import Sessions
from store.tables import ClaimRow, StatementRow, TaskRow, VerdictRow
from tests.e2e.conftest import Stack
from tests.processes import wait_until

COUNT = 500
WORKER_KILLS = 12
SYLLABLES = ("ba", "ko", "ri", "tu", "ne", "la", "mo", "si", "fe", "du")


def test_every_claim_ends_in_exactly_one_verdict_while_workers_and_redis_are_killed(
    lexical_stack: Stack, sessions: Sessions
) -> None:
    stack = lexical_stack
    accepted: list[str] = []
    posting = [threading.Thread(target=post_all, args=(stack.url, numbers, accepted)) for numbers in spread(4)]
    killed: Counter[str] = Counter()
    killing = threading.Thread(target=kill_again_and_again, args=(stack, killed))
    for thread in (*posting, killing):
        thread.start()
    for thread in (*posting, killing):
        thread.join()
    assert killed["worker"] >= WORKER_KILLS
    assert killed["redis"] >= WORKER_KILLS // 2
    assert len(accepted) == len(set(accepted)) == 2 * COUNT
    wait_until(lambda: outstanding(sessions) == 0, seconds=120)
    with sessions.begin() as session:
        assert Counter(session.scalars(select(StatementRow.status))) == {"interpreted": COUNT}
        claims = session.scalars(select(ClaimRow)).all()
        history = select(VerdictRow.claim, func.array_agg(VerdictRow.label)).group_by(VerdictRow.claim)
        verdicts = {claim: tuple(labels) for claim, labels in session.execute(history)}
    assert Counter(row.status for row in claims) == {"verified": COUNT}
    assert {row.id for row in claims} <= set(accepted)
    answered = Counter(verdicts[row.id] for row in claims if spoken_to(row))
    unanswered = Counter(verdicts[row.id] for row in claims if not spoken_to(row))
    # Where nothing speaks to a claim there is one verdict and no other; elsewhere the statement may have come later.
    assert unanswered == {("no_evidence",): COUNT // 2}
    assert set(answered) <= {("unconfirmed",), ("no_evidence", "unconfirmed")}
    assert answered.total() == COUNT // 2


def post_all(url: str, numbers: list[int], accepted: list[str]) -> None:
    """Posts one statement and one claim for each number. Every second claim is about something nobody spoke of."""
    with requests.Session() as session:
        for number in numbers:
            statement = {"speaker": "Town clerk", "text": sentence(number) + ".", "stated_on": "2024-05-01"}
            post(session, f"{url}/v1/statements", statement | {"language": "en"}, 201, accepted)
            about = number if number % 2 else number + COUNT
            claim = {"text": sentence(about), "language": "en", "reference": str(number)}
            post(session, f"{url}/v1/claims", claim, 202, accepted)


def post(session: requests.Session, url: str, body: dict[str, str], status: int, accepted: list[str]) -> None:
    answer = session.post(url, json=body, timeout=30)
    assert answer.status_code == status, answer.text
    accepted.append(answer.json()["id"])


def kill_again_and_again(stack: Stack, killed: Counter[str]) -> None:
    """Kills one worker and then the other, so that the one may come back while the other works, and Redis as well."""
    chance = random.Random(7)  # noqa: S311  no secret
    for turn in range(WORKER_KILLS):
        time.sleep(chance.uniform(1.5, 4.5))
        killed["worker"] += stack.kill(f"worker --concurrency {turn % 2 + 1}")
        if turn % 2:
            killed["redis"] += stack.kill("redis-server")


def sentence(number: int) -> str:
    """A sentence that shares no name with that of any other number."""
    name = "".join(SYLLABLES[int(digit)] for digit in f"{number:04d}").capitalize()
    return f"{name}stadt has opened the {name}bad"


def spoken_to(claim: ClaimRow) -> bool:
    return int(claim.reference or 0) % 2 == 1


def spread(ways: int) -> list[list[int]]:
    return [list(range(way, COUNT, ways)) for way in range(ways)]


def outstanding(sessions: Sessions) -> int:
    with sessions.begin() as session:
        return session.scalar(select(func.count()).select_from(TaskRow)) or 0
