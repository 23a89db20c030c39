from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import select, text, update

from store.database import Sessions
from store.deliveries import (
    Attempt,
    Held,
    Message,
    add_test,
    forget_old,
    lease_webhooks,
    list_deliveries,
    measure,
    next_message,
    plan,
    record_delivered,
    record_failed,
    record_gone,
    release,
    retry_delivery,
)
from store.errors import LeaseLostError, NotFoundError
from store.tables import DeliveryRow, WebhookRow
from store.webhooks import NewWebhook, add_webhook, change_webhook, get_webhook, remove_webhook, rotate_secret
from tests.processes import wait_until
from tests.verdicts import change_verdict
from verifier.entities import Label

GOOD = Attempt(at="2020-01-01T08:00:00Z", seconds=0.1, status=200, error=None)
BAD = Attempt(at="2020-01-01T08:00:00Z", seconds=0.1, status=500, error="the receiver answered 500")
GONE = Attempt(at="2020-01-01T08:00:00Z", seconds=0.1, status=410, error="the receiver answered 410")


@pytest.fixture
def webhook(sessions: Sessions) -> str:
    return make(sessions)


def make(sessions: Sessions, url: str = "https://newsroom.example/") -> str:
    with sessions.begin() as session:
        return add_webhook(session, NewWebhook(url=url, events=["verdict.changed"])).id


def change(sessions: Sessions, claim: str = "c", label: Label = Label.UNCONFIRMED, confidence: float = 0.5) -> str:
    with sessions.begin() as session:
        return change_verdict(session, claim, label, confidence=confidence)


def planned(sessions: Sessions, *, limit: int = 1000) -> int:
    with sessions.begin() as session:
        return plan(session, limit=limit)


def lease(sessions: Sessions, *, limit: int = 10, seconds: float = 60) -> list[Held]:
    with sessions.begin() as session:
        return lease_webhooks(session, limit=limit, seconds=seconds)


def take(sessions: Sessions, held: Held) -> Message | None:
    with sessions.begin() as session:
        return next_message(session, held, seconds=60)


def must_take(sessions: Sessions, held: Held) -> Message:
    message = take(sessions, held)
    assert message is not None
    return message


def deliver(sessions: Sessions, held: Held, message: Message) -> None:
    with sessions.begin() as session:
        record_delivered(session, held, message.id, GOOD)


def fail(sessions: Sessions, held: Held, message: Message, *, again_in: float | None, rest: float = 0.0) -> None:
    with sessions.begin() as session:
        record_failed(session, held, message.id, BAD, again_in=again_in, rest=rest)


def look(sessions: Sessions, webhook: str) -> WebhookRow:
    with sessions.begin() as session:
        return get_webhook(session, webhook)


def log(sessions: Sessions, webhook: str) -> list[DeliveryRow]:
    with sessions.begin() as session:
        return list(list_deliveries(session, webhook).items)


def test_every_change_after_its_creation_is_planned_once_and_in_order(sessions: Sessions) -> None:
    change(sessions, "before")
    webhook, other = make(sessions), make(sessions)
    verdicts = [change(sessions, f"c{number}") for number in range(5)]

    assert planned(sessions, limit=3) == 6
    assert planned(sessions, limit=3) == 4
    assert planned(sessions) == 0

    for id in (webhook, other):
        assert [row.verdict for row in log(sessions, id)] == verdicts[::-1]
    ids = [row.id for id in (webhook, other) for row in log(sessions, id)]
    assert len(set(ids)) == 10
    assert all(id.startswith("msg_") for id in ids)


def test_a_change_that_is_committed_late_is_not_passed_over(sessions: Sessions, webhook: str) -> None:
    """Two verdicts are recorded at once: the second waits for the first, so that nothing appears behind the reader."""
    with sessions() as first:
        early = change_verdict(first, "early")
        thread = threading.Thread(target=change, args=(sessions, "late"))
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
        assert planned(sessions) == 0
        first.commit()
    thread.join(10)
    planned(sessions)
    assert [row.verdict for row in log(sessions, webhook)][-1] == early
    assert len(log(sessions, webhook)) == 2


def test_a_message_has_all_that_is_to_be_sent(sessions: Sessions, webhook: str) -> None:
    change(sessions, "c", Label.DENIED)
    change(sessions, "other", Label.CORROBORATED)
    last = change(sessions, "c", Label.DISPUTED)
    planned(sessions)
    [held] = lease(sessions)

    messages = []
    while message := take(sessions, held):
        messages.append(message)
        deliver(sessions, held, message)

    assert [message.previous for message in messages] == [None, None, "denied"]
    assert messages[2].verdict
    assert messages[2].claim
    assert (messages[2].verdict.id, messages[2].claim.id, messages[2].attempt) == (last, "c", 1)
    assert (messages[2].url, list(messages[2].secrets)) == (
        "https://newsroom.example/",
        [look(sessions, webhook).secret],
    )
    assert {row.status for row in log(sessions, webhook)} == {"delivered"}
    assert lease(sessions) == []


def test_a_webhook_is_held_by_one_at_a_time_and_a_lost_lease_writes_nothing(sessions: Sessions, webhook: str) -> None:
    change(sessions)
    planned(sessions)
    assert look(sessions, webhook).token is None
    [held] = lease(sessions, seconds=60)
    assert lease(sessions) == []
    message = must_take(sessions, held)
    with sessions.begin() as session:
        session.execute(update(WebhookRow).values(leased_until=text("now() - interval '1 second'")))

    [newer] = lease(sessions)

    with pytest.raises(LeaseLostError):
        deliver(sessions, held, message)
    with pytest.raises(LeaseLostError):
        take(sessions, held)
    with sessions.begin() as session:
        release(session, held)
    again = must_take(sessions, newer)
    assert (again.id, again.attempt) == (message.id, 1)
    deliver(sessions, newer, again)


def test_those_that_have_waited_longest_come_first(sessions: Sessions) -> None:
    webhooks = [make(sessions) for _ in range(3)]
    for number in range(2):
        change(sessions, f"c{number}")
    planned(sessions)

    order = []
    for _ in range(6):
        [held] = lease(sessions, limit=1)
        order.append(held.webhook)
        deliver(sessions, held, must_take(sessions, held))
        with sessions.begin() as session:
            release(session, held)

    assert set(order[:3]) == set(order[3:]) == set(webhooks)


def test_a_webhook_that_fails_rests_with_all_that_waits_for_it(sessions: Sessions, webhook: str) -> None:
    for number in range(2):
        change(sessions, f"c{number}")
    planned(sessions)
    [held] = lease(sessions)
    first = must_take(sessions, held)
    fail(sessions, held, first, again_in=3600, rest=60)
    assert take(sessions, held) is None

    wake(sessions)

    second = must_take(sessions, held)
    assert second.id != first.id
    assert second.failures == 1
    assert log(sessions, webhook)[-1].attempts == [
        {"at": BAD.at, "seconds": 0.1, "status": 500, "error": "the receiver answered 500"}
    ]


@pytest.mark.parametrize(("failures", "again"), [(2, False), (3, True)])
def test_one_that_was_down_gets_all_that_waits_once_it_takes_something(
    sessions: Sessions, webhook: str, failures: int, *, again: bool
) -> None:
    for number in range(failures + 1):
        change(sessions, f"c{number}")
    planned(sessions)
    [held] = lease(sessions)
    for _ in range(failures):
        fail(sessions, held, must_take(sessions, held), again_in=3600)
    deliver(sessions, held, must_take(sessions, held))

    assert (take(sessions, held) is not None) is again
    assert look(sessions, webhook).failures == 0


def test_the_end_of_the_schedule_disables_one_that_took_nothing_meanwhile(sessions: Sessions, webhook: str) -> None:
    change(sessions, "c0")
    planned(sessions)
    [held] = lease(sessions)
    message = must_take(sessions, held)
    fail(sessions, held, message, again_in=0)
    fail(sessions, held, must_take(sessions, held), again_in=None)

    row = look(sessions, webhook)
    assert row.disabled_at
    assert row.disabled_reason == (
        f"{message.id} failed in 2 attempts, the last time because the receiver answered 500"
    )
    change(sessions, "c1")
    assert planned(sessions) == 0
    assert take(sessions, held) is None

    with sessions.begin() as session:
        row = change_webhook(session, webhook, {"enabled": True})
    assert (row.disabled_at, row.disabled_reason, row.failures) == (None, None, 0)
    assert planned(sessions) == 1
    again = must_take(sessions, held)
    assert (again.id, again.attempt) == (message.id, 1)
    deliver(sessions, held, again)
    deliver(sessions, held, must_take(sessions, held))


def test_one_message_that_nobody_takes_does_not_stop_the_others(sessions: Sessions, webhook: str) -> None:
    for number in range(2):
        change(sessions, f"c{number}")
    planned(sessions)
    [held] = lease(sessions)
    bad = must_take(sessions, held)
    fail(sessions, held, bad, again_in=3600)
    deliver(sessions, held, must_take(sessions, held))
    with sessions.begin() as session:
        session.execute(update(DeliveryRow).values(next_attempt_at=text("now()")))
    fail(sessions, held, must_take(sessions, held), again_in=None)

    assert look(sessions, webhook).disabled_at is None
    assert [row.status for row in log(sessions, webhook)] == ["delivered", "failed"]
    with sessions.begin() as session:
        assert retry_delivery(session, webhook, bad.id).status == "pending"
    assert must_take(sessions, held).attempt == 1


def test_who_answers_that_it_is_gone_is_called_no_more(sessions: Sessions, webhook: str) -> None:
    for number in range(2):
        change(sessions, f"c{number}")
    planned(sessions)
    [held] = lease(sessions)
    message = must_take(sessions, held)
    with sessions.begin() as session:
        record_gone(session, held, message.id, GONE)

    assert "answered 410" in str(look(sessions, webhook).disabled_reason)
    assert take(sessions, held) is None
    assert lease(sessions) == []
    assert [row.status for row in log(sessions, webhook)] == ["pending", "failed"]


def test_a_test_goes_to_one_that_is_disabled_and_changes_nothing_there(sessions: Sessions, webhook: str) -> None:
    with sessions.begin() as session:
        change_webhook(session, webhook, {"enabled": False})
        add_test(session, webhook)
    assert look(sessions, webhook).disabled_reason == "a request switched it off"
    [held] = lease(sessions)
    message = must_take(sessions, held)
    assert (message.event, message.claim, message.verdict) == ("webhook.test", None, None)
    fail(sessions, held, message, again_in=None)

    assert look(sessions, webhook).failures == 0
    assert [row.status for row in log(sessions, webhook)] == ["failed"]
    with pytest.raises(NotFoundError, match="there is no webhook 'none'"), sessions.begin() as session:
        add_test(session, "none")


def test_a_secret_that_rotates_leaves_the_old_one_good_for_a_day(sessions: Sessions, webhook: str) -> None:
    old = look(sessions, webhook).secret
    with sessions.begin() as session:
        new = rotate_secret(session, webhook).secret
        add_test(session, webhook)
    [held] = lease(sessions)
    assert old != new
    assert list(must_take(sessions, held).secrets) == [new, old]
    with sessions.begin() as session:
        session.execute(
            update(WebhookRow).values(previous_secret_until=text("previous_secret_until - interval '24 hours'"))
        )
    assert list(must_take(sessions, held).secrets) == [new]


def test_what_is_removed_while_it_is_called_is_gone(sessions: Sessions, webhook: str) -> None:
    change(sessions)
    planned(sessions)
    [held] = lease(sessions)
    message = must_take(sessions, held)
    with sessions.begin() as session:
        remove_webhook(session, webhook)
    with pytest.raises(LeaseLostError, match="or was removed"):
        deliver(sessions, held, message)
    with sessions.begin() as session:
        assert session.scalars(select(DeliveryRow)).all() == []


def test_the_measures_count_what_waits_also_where_nobody_delivers(sessions: Sessions, webhook: str) -> None:
    measured: Callable[[], dict[str, float]] = lambda: look_at_measures(sessions)  # noqa: E731
    assert measured() == {"pending": 0, "oldest": 0, "disabled": 0}
    for number in range(3):
        change(sessions, f"c{number}")
        if number == 0:
            planned(sessions)
    with sessions.begin() as session:
        session.execute(update(DeliveryRow).values(created_at=text("now() - interval '1 minute'")))
    found = measured()
    assert (found["pending"], found["disabled"]) == (3, 0)
    assert 60 <= found["oldest"] < 70
    with sessions.begin() as session:
        change_webhook(session, webhook, {"enabled": False})
    assert measured() == {"pending": 0, "oldest": 0, "disabled": 1}


def test_the_log_forgets_what_is_done_and_old_and_nothing_else(sessions: Sessions, webhook: str) -> None:
    for number in range(3):
        change(sessions, f"c{number}")
    planned(sessions)
    [held] = lease(sessions)
    deliver(sessions, held, must_take(sessions, held))
    with sessions.begin() as session:
        session.execute(
            update(DeliveryRow).where(DeliveryRow.sequence < 3).values(created_at=text("now() - interval '31 days'"))
        )
        forget_old(session)
    assert [row.status for row in log(sessions, webhook)] == ["pending", "pending"]


def test_several_who_plan_at_once_make_each_delivery_once(sessions: Sessions, webhook: str) -> None:
    for number in range(20):
        change(sessions, f"c{number}")
    threads = [threading.Thread(target=planned, args=(sessions,), kwargs={"limit": 3}) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_until(lambda: planned(sessions, limit=3) == 0, seconds=5)
    assert len(log(sessions, webhook)) == 20


def wake(sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.execute(update(WebhookRow).values(rests_until=text("now()")))


def look_at_measures(sessions: Sessions) -> dict[str, float]:
    with sessions.begin() as session:
        return measure(session)
