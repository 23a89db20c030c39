"""A message to a webhook: what it says, how it is signed, and what comes of sending it.

Signed as Standard Webhooks say (https://www.standardwebhooks.com), so that a receiver can check it with a library.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import requests
from standardwebhooks import Webhook
from urllib3.exceptions import HTTPError

from store.addresses import RefusedAddressError
from store.deliveries import Attempt, Message
from store.tables import ClaimRow
from store.verdicts import show_moment, show_recorded

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 15.0
GONE = 410

# What went wrong, from the special to the general; what a library says of it may name what lies behind the service.
_REASONS: Sequence[tuple[type[Exception], str]] = (
    (requests.exceptions.SSLError, "no secure connection could be made: its certificate may not be right"),
    (requests.exceptions.ConnectTimeout, f"there was no connection within {CONNECT_SECONDS:g} s"),
    (requests.exceptions.Timeout, "there was no answer within {:g} s"),
    (requests.exceptions.ConnectionError, "there was no connection, or it broke off"),
    (Exception, "the address cannot be called"),
)


def compose(message: Message) -> dict[str, Any]:
    """What a message says, as JSON; it is the same each time that it is sent."""
    happened = message.created_at
    data: dict[str, Any] = {"webhook": message.webhook}
    if message.verdict and message.claim:
        happened, verdict = message.verdict.verified_at, show_recorded(message.verdict)
        data = {
            "sequence": message.verdict.sequence,
            "claim": _show_claim(message.claim),
            "previous": message.previous,
            "verdict": verdict,
            "causes": verdict["causes"],
        }
    return {"type": message.event, "timestamp": show_moment(happened), "data": data}


def sign(message: Message, body: str, *, at: datetime) -> dict[str, str]:
    """The headers by which a receiver knows a message and its sender; two signatures while a secret rotates."""
    signatures = [Webhook(secret).sign(message.id, at, body) for secret in message.secrets]
    return {
        "webhook-id": message.id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def send(session: requests.Session, message: Message, *, seconds: float = ANSWER_SECONDS) -> Attempt:
    """Send a message and tell what came of it, within `seconds` and the time that its connection takes."""
    body = json.dumps(compose(message), ensure_ascii=False, separators=(",", ":"))
    at, began = datetime.now(UTC), time.monotonic()
    headers = {
        **sign(message, body, at=at),
        "Content-Type": "application/json",
        "User-Agent": f"SecondSource/{version('secondsource')}",
    }
    status, error = None, None
    try:
        with session.post(
            message.url,
            data=body.encode(),
            headers=headers,
            timeout=(CONNECT_SECONDS, seconds),
            allow_redirects=False,
            stream=True,  # what a receiver has to say beyond the status is not read
        ) as answer:
            status = answer.status_code
            error = _judge(status)
    except RefusedAddressError as refused:
        error = str(refused)
    except (requests.RequestException, HTTPError, OSError, ValueError) as failed:
        error = next(reason for kind, reason in _REASONS if isinstance(failed, kind)).format(seconds)
    return Attempt(at=show_moment(at), seconds=round(time.monotonic() - began, 3), status=status, error=error)


def _judge(status: int) -> str | None:
    """Why a status does not say that a message has been taken, or None."""
    if 200 <= status < 300:
        return None
    followed = ", and redirects are not followed" if 300 <= status < 400 else ""
    return f"the receiver answered {status}{followed}"


def _show_claim(row: ClaimRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "text": row.text,
        "language": row.language,
        "as_of": row.as_of.isoformat() if row.as_of else None,
        "reference": row.reference,
    }
