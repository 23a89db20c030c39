"""Webhooks on record: whom to call when a verdict changes, with which secret, and whether that is stopped."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from store.errors import NotFoundError
from store.identifiers import new_id
from store.paging import Page, read_page
from store.tables import DeliveryRow, VerdictRow, WebhookRow

# How long messages are signed with the old secret too, once there is a new one.
ROTATION = timedelta(days=1)
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWebhook:
    """A webhook as it is submitted."""

    url: str
    events: Sequence[str]
    description: str | None = None


def add_webhook(session: Session, new: NewWebhook) -> WebhookRow:
    """The webhook on record, with its secret. It is called for every change from now on."""
    row = WebhookRow(
        id=new_id("webhook"),
        url=new.url,
        events=list(new.events),
        description=new.description,
        secret=_new_secret(),
        planned=session.scalar(select(func.coalesce(func.max(VerdictRow.sequence), 0))),
    )
    session.add(row)
    session.flush()
    session.refresh(row)
    return row


def get_webhook(session: Session, id: str, *, lock: bool = False) -> WebhookRow:
    """The webhook with an id, which with `lock` nobody else changes meanwhile. Raises `NotFoundError`."""
    if row := session.get(WebhookRow, id, with_for_update=lock or None):
        return row
    raise NotFoundError("webhook", id)


def list_webhooks(session: Session, *, cursor: str | None = None, limit: int = 50) -> Page[WebhookRow]:
    """Webhooks in the order of recording."""
    return read_page(session, select(WebhookRow), WebhookRow.sequence, cursor=cursor, limit=limit)


def change_webhook(session: Session, id: str, changes: Mapping[str, Any]) -> WebhookRow:
    """The webhook with some of `url`, `description`, `events` and `enabled` changed. Raises `NotFoundError`.

    One that is enabled, or that moves, gets at once all that it has not got so far.
    """
    row = get_webhook(session, id, lock=True)
    for name in changes.keys() - {"enabled"}:
        setattr(row, name, changes[name])
    if changes.get("enabled") is False and row.disabled_at is None:
        disable(session, row, "a request switched it off")
    if changes.get("enabled"):
        row.disabled_at = row.disabled_reason = None
    if changes.get("enabled") or "url" in changes:
        row.failures, row.rests_until = 0, func.clock_timestamp()
        _send_again(session, id)
    session.flush()
    session.refresh(row)
    return row


def disable(session: Session, row: WebhookRow, reason: str) -> None:
    """Stop calling a webhook. What it has not got waits for it to be enabled."""
    row.disabled_at, row.disabled_reason = func.clock_timestamp(), reason
    session.flush()


def rotate_secret(session: Session, id: str) -> WebhookRow:
    """The webhook with a new secret; the old one is good for another `ROTATION`. Raises `NotFoundError`."""
    row = get_webhook(session, id, lock=True)
    row.previous_secret, row.previous_secret_until = row.secret, func.clock_timestamp() + ROTATION
    row.secret = _new_secret()
    session.flush()
    session.refresh(row)
    return row


def remove_webhook(session: Session, id: str) -> None:
    """Take a webhook off the record, with the log of its deliveries. Raises `NotFoundError`."""
    session.delete(get_webhook(session, id, lock=True))
    session.flush()


def _send_again(session: Session, webhook: str) -> None:
    outstanding = or_(
        DeliveryRow.status == "pending", (DeliveryRow.status == "failed") & DeliveryRow.verdict.is_not(None)
    )
    session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.webhook == webhook, outstanding)
        .values(status="pending", attempt=0, next_attempt_at=func.clock_timestamp())
    )


def _new_secret() -> str:
    """In the form that Standard Webhooks has: a prefix, and random bytes in base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
