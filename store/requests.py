"""Requests that carry an `Idempotency-Key`: the same one again gets the same answer and stores nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from store.errors import StoreError
from store.tables import RequestRow

_KEPT_FOR = timedelta(days=1)


class KeyReusedError(StoreError):
    """An `Idempotency-Key` came with another request than the first time."""


def open_request(session: Session, key: str, body: bytes) -> Mapping[str, Any] | None:
    """The answer that a key got before, or None where this is its first request.

    While the first one is under way a second one with the same key waits for it. Raises `KeyReusedError` where the
    body is another.
    """
    digest = hashlib.sha256(body).hexdigest()
    opened = insert(RequestRow).values(key=key, digest=digest).on_conflict_do_nothing().returning(RequestRow.key)
    if session.scalar(opened):
        return None
    known = session.get_one(RequestRow, key)
    if known.digest != digest:
        raise KeyReusedError("this Idempotency-Key was used for another request: use a new key for a new request")
    return known.answer


def close_request(session: Session, key: str, answer: Mapping[str, Any]) -> None:
    """Keep the answer to a request that `open_request` opened in this transaction."""
    session.get_one(RequestRow, key).answer = dict(answer)


def forget_old(session: Session) -> None:
    """Drop the answers that nobody will ask for again."""
    session.execute(delete(RequestRow).where(RequestRow.created_at < func.now() - _KEPT_FOR))
