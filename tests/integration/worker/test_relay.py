from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from redis.exceptions import RedisError
from sqlalchemy import text, update

from store import heartbeats
from store.broker import QUEUE, connect_redis
from store.claims import NewClaim, add_claim
from store.database import Sessions
from store.queue import TaskName, enqueue, lease, measure
from store.settings import Settings
from store.tables import TaskRow
from worker import relay as relay_module
from worker.relay import Relay, run_relay


def queue_up(sessions: Sessions, count: int) -> None:
    with sessions.begin() as session:
        enqueue(session, TaskName.INTERPRET_STATEMENT, [f"s{number}" for number in range(count)], causes=["test:1"])
        session.execute(update(TaskRow).values(publish_at=text("now()")))


def waiting(settings: Settings) -> int:
    with connect_redis(settings.redis_url) as redis:
        return int(redis.llen(QUEUE))


def test_what_nobody_rang_for_is_delivered(settings: Settings, sessions: Sessions) -> None:
    queue_up(sessions, 3)
    relay = Relay(settings)
    assert relay.sweep() == 3
    assert relay.sweep() == 0
    assert waiting(settings) == 3
    relay.close()


def test_what_redis_forgot_is_delivered_again(settings: Settings, sessions: Sessions) -> None:
    queue_up(sessions, 3)
    relay = Relay(settings)
    relay.sweep()
    with connect_redis(settings.redis_url) as redis:
        redis.flushall()
    with sessions.begin() as session:
        session.execute(update(TaskRow).values(publish_at=text("now()")))  # ten seconds later
    assert relay.sweep() == 3
    assert waiting(settings) == 3
    relay.close()


def test_the_task_of_a_dead_worker_is_delivered_again(settings: Settings, sessions: Sessions) -> None:
    with sessions.begin() as session:
        _, [task] = add_claim(session, NewClaim(text="It rained"))
    with sessions.begin() as session:
        lease(session, task, seconds=60)
    relay = Relay(settings)
    assert relay.sweep() == 0
    with sessions.begin() as session:
        session.execute(update(TaskRow).values(leased_until=text("now()"), publish_at=text("now()")))
    assert relay.sweep() == 1
    relay.close()


def test_a_long_queue_is_not_piled_up_in_redis(
    settings: Settings, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "_MOST_IN_REDIS", 10)
    queue_up(sessions, 30)
    relay = Relay(settings)
    for _ in range(3):
        relay.sweep()
        with sessions.begin() as session:
            session.execute(update(TaskRow).values(publish_at=text("now()")))
    assert waiting(settings) == 10
    monkeypatch.setattr(relay_module, "_MOST_IN_REDIS", 5)  # as when the API has rung for many
    assert relay.sweep() == 0
    relay.close()


def test_without_redis_nothing_is_taken_for_delivered(settings: Settings, sessions: Sessions) -> None:
    queue_up(sessions, 3)
    unreachable = Relay(replace(settings, redis_url="redis://127.0.0.1:1/0"))
    with pytest.raises(RedisError):
        unreachable.sweep()
    unreachable.close()
    relay = Relay(settings)
    assert relay.sweep() == 3
    relay.close()
    with sessions.begin() as session:
        assert measure(session)["interpret_statement"]["depth"] == 3


def test_the_relay_outlives_redis_and_postgresql_being_away_and_stops_when_told(settings: Settings) -> None:
    stop = threading.Event()
    lost = replace(settings, redis_url="redis://127.0.0.1:1/0")
    thread = threading.Thread(target=run_relay, args=(lost,), kwargs={"stop": stop})
    thread.start()
    thread.join(1.5)
    assert thread.is_alive()
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def test_the_relay_says_that_it_is_alive(settings: Settings, sessions: Sessions) -> None:
    relay = Relay(settings)
    relay.sweep()
    with sessions.begin() as session:
        assert heartbeats.seen_since(session, "relay")
        assert not heartbeats.seen_since(session, "worker")
        assert not heartbeats.seen_since(session, "relay", host="another-host")
    relay.close()
    with sessions.begin() as session:
        assert not heartbeats.seen_since(session, "relay")
