"""Messages to webhooks: what is to be sent, what came of each attempt, and the log of both.

A change becomes one delivery for each webhook, with an id that stays the same however often it is sent. The lease is
on the webhook, so that each gets one message at a time, whoever delivers; it is fenced like those of the queue.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Text, and_, delete, exists, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from store.changes import previous_label
from store.errors import LeaseLostError, NotFoundError
from store.identifiers import new_id
from store.paging import Page, read_page
from store.tables import ClaimRow, DeliveryRow, VerdictRow, WebhookRow
from store.webhooks import disable, get_webhook

CHANGED = "verdict.changed"
TEST = "webhook.test"

# How long what was delivered, or failed for good, stays in the log.
KEPT_FOR = timedelta(days=30)
# So many attempts of one delivery are kept in the log.
_MOST_ATTEMPTS = 20
# A webhook that takes a message after so many failures in a row was down: what waits for it need wait no longer.
_DOWN_AFTER = 3


@dataclass(frozen=True, slots=True)
class Held:
    """The right to call a webhook for a while."""

    webhook: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is to be sent next: to where, signed with which secrets, about what. A test is about nothing.

    `previous` is the label that the claim had before the verdict. `failures` are those of the webhook in a row.
    """

    id: str
    event: str
    webhook: str
    url: str
    secrets: Sequence[str]
    created_at: datetime
    attempt: int
    failures: int
    claim: ClaimRow | None
    verdict: VerdictRow | None
    previous: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What came of sending a message: the status of the answer, where there was one, and why it does not count."""

    at: str
    seconds: float
    status: int | None
    error: str | None


def plan(session: Session, *, limit: int = 1000) -> int:
    """Make the deliveries of what has changed, in order, some at a time; gives their number.

    Verdicts come to be on record in the order of `sequence` (store/changes.py), so none is passed over.
    """
    latest = session.scalar(select(func.max(VerdictRow.sequence))) or 0
    behind = select(WebhookRow).where(WebhookRow.disabled_at.is_(None), WebhookRow.planned < latest)
    count = 0
    for webhook in session.scalars(behind.order_by(WebhookRow.sequence).with_for_update(skip_locked=True)).all():
        changed = (
            select(VerdictRow.sequence)
            .where(VerdictRow.sequence > webhook.planned, VerdictRow.sequence <= latest)
            .order_by(VerdictRow.sequence)
            .limit(limit)
        )
        last = session.scalar(select(func.max(changed.subquery().c.sequence)))
        id = literal("msg_") + func.replace(func.gen_random_uuid().cast(Text), "-", "")
        found = (
            select(id, literal(webhook.id), literal(CHANGED), VerdictRow.id)
            .where(VerdictRow.sequence > webhook.planned, VerdictRow.sequence <= last)
            .order_by(VerdictRow.sequence)
        )
        columns = [DeliveryRow.id, DeliveryRow.webhook, DeliveryRow.event, DeliveryRow.verdict]
        made = session.scalars(insert(DeliveryRow).from_select(columns, found).returning(DeliveryRow.id)).all()
        webhook.planned = last or latest
        count += len(made)
    return count


def lease_webhooks(session: Session, *, limit: int, seconds: float) -> list[Held]:
    """Take webhooks for which something is due and that nobody has, those first that have waited longest."""
    free = or_(WebhookRow.leased_until.is_(None), WebhookRow.leased_until < func.clock_timestamp())
    found = (
        select(WebhookRow.id)
        .where(free, exists().where(DeliveryRow.webhook == WebhookRow.id, _due()))
        .order_by(WebhookRow.leased_until.asc().nulls_first())
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    token = secrets.token_hex(8)
    taken = update(WebhookRow).where(WebhookRow.id.in_(found)).values(token=token, leased_until=_in(seconds))
    return [Held(id, token) for id in session.scalars(taken.returning(WebhookRow.id))]


def next_message(session: Session, held: Held, *, seconds: float) -> Message | None:
    """What to send now, the webhook being held for another `seconds`; None where nothing is due.

    Raises `LeaseLostError` where it is held no more.
    """
    webhook = _lock(session, held)
    webhook.leased_until = _in(seconds)
    due = select(DeliveryRow).join(WebhookRow).where(DeliveryRow.webhook == held.webhook, _due())
    row = session.scalars(due.order_by(DeliveryRow.sequence).limit(1)).first()
    if row is None:
        return None
    verdict = session.get_one(VerdictRow, row.verdict) if row.verdict else None
    return Message(
        id=row.id,
        event=row.event,
        webhook=webhook.id,
        url=webhook.url,
        secrets=_secrets(session, webhook),
        created_at=row.created_at,
        attempt=row.attempt + 1,
        failures=webhook.failures,
        claim=session.get_one(ClaimRow, verdict.claim) if verdict else None,
        verdict=verdict,
        previous=_read_previous(session, verdict) if verdict else None,
    )


def record_delivered(session: Session, held: Held, id: str, attempt: Attempt) -> None:
    """Say that a message has arrived. Raises `LeaseLostError`."""
    webhook, row = _lock(session, held), session.get_one(DeliveryRow, id)
    _add(row, attempt)
    row.status, row.delivered_at = "delivered", func.clock_timestamp()
    if webhook.failures >= _DOWN_AFTER:
        waits = (DeliveryRow.webhook == webhook.id) & (DeliveryRow.status == "pending")
        session.execute(update(DeliveryRow).where(waits).values(next_attempt_at=func.clock_timestamp()))
    webhook.delivered_at = webhook.rests_until = func.clock_timestamp()
    webhook.failures = 0


def record_failed(
    session: Session, held: Held, id: str, attempt: Attempt, *, again_in: float | None, rest: float
) -> None:
    """Say that a message has not arrived: it is sent again in some seconds or, with None, not any more.

    The webhook as a whole rests for `rest` seconds. It is disabled where it took nothing at all while this message was
    tried to the end. Raises `LeaseLostError`.
    """
    webhook, row = _lock(session, held), session.get_one(DeliveryRow, id)
    _add(row, attempt)
    if again_in is None:
        row.status = "failed"
    else:
        row.next_attempt_at = _in(again_in)
    if row.event == TEST:
        return
    webhook.failures += 1
    webhook.rests_until = _in(rest)
    first = datetime.fromisoformat(row.attempts[-min(row.attempt, _MOST_ATTEMPTS)]["at"])
    if again_in is None and (webhook.delivered_at is None or webhook.delivered_at < first):
        disable(session, webhook, f"{row.id} failed in {row.attempt} attempts, the last time because {attempt.error}")


def record_gone(session: Session, held: Held, id: str, attempt: Attempt) -> None:
    """Say that the receiver wants no more messages: the webhook is disabled. Raises `LeaseLostError`."""
    webhook, row = _lock(session, held), session.get_one(DeliveryRow, id)
    _add(row, attempt)
    row.status = "failed"
    disable(session, webhook, f"the receiver answered {attempt.status}, which says that it wants no more messages")


def release(session: Session, held: Held) -> None:
    """Let go of a webhook, if it is still held."""
    free = {"token": None, "leased_until": func.clock_timestamp()}
    session.execute(update(WebhookRow).where(_is_held(held)).values(free))


def add_test(session: Session, webhook: str) -> DeliveryRow:
    """A test message, to be sent once, also to a webhook that is disabled or rests. Raises `NotFoundError`."""
    get_webhook(session, webhook)
    row = DeliveryRow(id=new_id("msg").replace("-", "_"), webhook=webhook, event=TEST)
    session.add(row)
    session.flush()
    session.refresh(row)
    return row


def retry_delivery(session: Session, webhook: str, id: str) -> DeliveryRow:
    """A delivery to be sent again, from the start of the schedule, whatever became of it. Raises `NotFoundError`."""
    get_webhook(session, webhook, lock=True)
    row = session.get(DeliveryRow, id, with_for_update=True)
    if row is None or row.webhook != webhook:
        raise NotFoundError("delivery", id)
    row.status, row.attempt, row.next_attempt_at = "pending", 0, func.clock_timestamp()
    session.flush()
    session.refresh(row)
    return row


def list_deliveries(
    session: Session, webhook: str, *, status: str | None = None, cursor: str | None = None, limit: int = 50
) -> Page[DeliveryRow]:
    """The log of a webhook, newest first. Raises `NotFoundError`."""
    get_webhook(session, webhook)
    query = select(DeliveryRow).where(DeliveryRow.webhook == webhook)
    if status:
        query = query.where(DeliveryRow.status == status)
    return read_page(session, query, DeliveryRow.sequence, cursor=cursor, limit=limit, newest_first=True)


def measure(session: Session) -> dict[str, float]:
    """`pending` messages to webhooks that are enabled, the age of the `oldest` in seconds, and webhooks `disabled`.

    What has changed and is still to become a delivery is counted too, so that the numbers are right when nobody
    delivers.
    """
    enabled = WebhookRow.disabled_at.is_(None)
    made = select(func.count().label("count"), func.min(DeliveryRow.created_at).label("oldest")).select_from(
        DeliveryRow
    )
    made = made.join(WebhookRow).where(enabled, DeliveryRow.status == "pending")
    coming = select(func.count().label("count"), func.min(VerdictRow.verified_at).label("oldest"))
    coming = coming.select_from(WebhookRow).join(VerdictRow, VerdictRow.sequence > WebhookRow.planned).where(enabled)
    both = made.union_all(coming).subquery()
    age = func.extract("epoch", func.clock_timestamp() - func.min(both.c.oldest))
    pending, oldest = session.execute(select(func.sum(both.c.count), age)).one()
    disabled = session.scalar(select(func.count()).select_from(WebhookRow).where(~enabled))
    return {"pending": float(pending), "oldest": float(oldest or 0), "disabled": float(disabled or 0)}


def forget_old(session: Session) -> None:
    """Drop what has been in the log for long; what is still to be sent stays."""
    old = DeliveryRow.created_at < func.now() - KEPT_FOR
    session.execute(delete(DeliveryRow).where(DeliveryRow.status != "pending", old))


def _due() -> ColumnElement[bool]:
    """Its time has come, and that of its webhook: a test goes to one that is disabled or rests, too."""
    awake = and_(WebhookRow.disabled_at.is_(None), WebhookRow.rests_until <= func.clock_timestamp())
    return and_(
        DeliveryRow.status == "pending",
        DeliveryRow.next_attempt_at <= func.clock_timestamp(),
        or_(awake, DeliveryRow.event == TEST),
    )


def _in(seconds: float) -> ColumnElement[datetime]:
    return func.clock_timestamp() + timedelta(seconds=seconds)


def _is_held(held: Held) -> ColumnElement[bool]:
    return and_(WebhookRow.id == held.webhook, WebhookRow.token == held.token)


def _lock(session: Session, held: Held) -> WebhookRow:
    row = session.scalar(select(WebhookRow).where(_is_held(held)).with_for_update())
    if row is None:
        raise LeaseLostError(f"{held.webhook} is called by another process by now, or was removed")
    return row


def _secrets(session: Session, webhook: WebhookRow) -> list[str]:
    """With the new one first; while a secret rotates there are two."""
    old = select(WebhookRow.previous_secret).where(
        WebhookRow.id == webhook.id, WebhookRow.previous_secret_until > func.clock_timestamp()
    )
    return [webhook.secret, *(secret for secret in session.scalars(old) if secret)]


def _read_previous(session: Session, verdict: VerdictRow) -> str | None:
    return session.scalar(select(previous_label()).where(VerdictRow.id == verdict.id))


def _add(row: DeliveryRow, attempt: Attempt) -> None:
    row.attempt += 1
    row.attempts = [*row.attempts, asdict(attempt)][-_MOST_ATTEMPTS:]
