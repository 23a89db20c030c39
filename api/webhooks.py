"""Webhooks: whom the service calls when a verdict changes, and the log of these calls."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from apiflask import APIBlueprint
from flask import Response, current_app
from flask.typing import ResponseReturnValue
from pydantic import ConfigDict, Field, StrictBool

from api.bodies import JSON
from api.context import get_context
from api.fields import Listing, Name, Posted, Shown, Url
from api.openapi import Responses, headers, problems
from api.problems import ProblemError, invalid
from store.addresses import RefusedAddressError, check_url
from store.deliveries import CHANGED, add_test, list_deliveries, retry_delivery
from store.tables import DeliveryRow, WebhookRow
from store.webhooks import (
    NewWebhook,
    add_webhook,
    change_webhook,
    get_webhook,
    list_webhooks,
    remove_webhook,
    rotate_secret,
)

blueprint = APIBlueprint("webhooks", __name__, tag="Webhooks")

PATH = "/v1/webhooks"

_WHERE = headers(201, Location="Where the webhook is.")
_REMOVED: Responses = {204: {"description": "It is called no more."}}


class Event(StrEnum):
    """What a webhook can be called for."""

    CHANGED = CHANGED


Events = Annotated[list[Event], Field(min_length=1, max_length=10)]


class WebhookIn(Posted):
    """Whom to call, for which events."""

    url: Url
    events: Events = Field(default_factory=lambda: [Event.CHANGED])
    description: Name | None = None


def _drop_defaults(schema: dict[str, Any]) -> None:
    for field in schema["properties"].values():
        field.pop("default", None)


class WebhookChange(Posted):
    """The fields of a webhook that are to be changed; null takes a description away."""

    # A field that is absent has no value at all, so none may be documented.
    model_config = ConfigDict(json_schema_extra=_drop_defaults)

    url: Url = ""
    events: Events = Field(default_factory=list)
    description: Name | None = None
    enabled: StrictBool = True


class Webhook(Shown):
    """A webhook on record. `failures` are those in a row, of whatever message."""

    id: str
    url: str
    description: str | None
    events: list[Event]
    enabled: bool
    disabled_at: datetime | None
    disabled_reason: str | None
    failures: int
    delivered_at: datetime | None
    previous_secret_until: datetime | None
    created_at: datetime


class SecretWebhook(Webhook):
    """A webhook with the secret that its messages are signed with, which is shown this once."""

    secret: str


class Webhooks(Shown):
    """A page of webhooks."""

    items: list[Webhook]
    next_cursor: str | None


class Attempt(Shown):
    """What came of sending a message: the status of the answer, where there was one, and why it does not count."""

    at: datetime
    seconds: float
    status: int | None
    error: str | None


Status = Literal["pending", "delivered", "failed"]


class Delivery(Shown):
    """A message to a webhook; its receiver knows it by the same id. Without a verdict it is a test."""

    id: str
    event: str
    verdict: str | None
    status: Status
    next_attempt_at: datetime | None
    attempts: list[Attempt]
    delivered_at: datetime | None
    created_at: datetime


class Deliveries(Shown):
    """A page of the log."""

    items: list[Delivery]
    next_cursor: str | None


class DeliveryQuery(Listing):
    """Which deliveries to list."""

    status: Status | None = None


def show_webhook(row: WebhookRow) -> Webhook:
    """A webhook as callers see it."""
    return Webhook(**_fields(row))


def show_secret(row: WebhookRow) -> SecretWebhook:
    """A webhook as it is seen once."""
    return SecretWebhook(**_fields(row), secret=row.secret)


def show_delivery(row: DeliveryRow) -> Delivery:
    """A delivery as callers see it."""
    plain = {name: getattr(row, name) for name in Delivery.model_fields}
    return Delivery(**plain | ({} if row.status == "pending" else {"next_attempt_at": None}))


def _fields(row: WebhookRow) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in Webhook.model_fields if name != "enabled"}
    return plain | {"enabled": row.disabled_at is None}


def _check(url: str) -> None:
    """Raises `ProblemError` where an address will never be called. One with a name is checked again at each call."""
    parts = urlsplit(url)
    if parts.username is not None or parts.password is not None:
        raise ProblemError(invalid("url", "must not have a user or a password in it: messages are signed instead"))
    try:
        check_url(url, allowed=get_context().settings.webhook_allow)
    except RefusedAddressError as error:
        raise ProblemError(invalid("url", f"cannot be called: {error}")) from error


@blueprint.post(PATH)
@blueprint.input(WebhookIn, arg_name="webhook")
@blueprint.output(SecretWebhook, 201, description="Recorded. The secret is shown this once.")
@blueprint.doc(responses=_WHERE | problems(400, 413, 415, 422, 503))
def post_webhook(webhook: WebhookIn) -> ResponseReturnValue:
    """Have an address called when a verdict changes.

    For every change from now on, signed as Standard Webhooks say with the `secret`, which is shown this once.
    """
    _check(webhook.url)
    with get_context().sessions.begin() as session:
        shown = show_secret(add_webhook(session, NewWebhook(**webhook.model_dump())))
    return shown.model_dump(mode="json"), 201, {"Location": f"{PATH}/{shown.id}"}


@blueprint.get(PATH)
@blueprint.input(Listing, location="query", arg_name="query")
@blueprint.output(Webhooks)
@blueprint.doc(responses=problems(422, 503))
def get_webhooks(query: Listing) -> Webhooks:
    """List webhooks.

    In the order of recording.
    """
    with get_context().sessions.begin() as session:
        page = list_webhooks(session, cursor=query.cursor, limit=query.limit)
        return Webhooks(items=[show_webhook(row) for row in page.items], next_cursor=page.next_cursor)


@blueprint.get(f"{PATH}/<id:id>")
@blueprint.output(Webhook)
@blueprint.doc(responses=problems(404, 503))
def get_webhook_by_id(id: str) -> Webhook:
    """Get a webhook.

    One that is disabled says since when, and why.
    """
    with get_context().sessions.begin() as session:
        return show_webhook(get_webhook(session, id))


@blueprint.patch(f"{PATH}/<id:id>")
@blueprint.input(WebhookChange, arg_name="change")
@blueprint.output(Webhook)
@blueprint.doc(responses=problems(400, 404, 413, 415, 422, 503))
def patch_webhook(id: str, change: WebhookChange) -> Webhook:
    """Change a webhook.

    Fields that are absent stay as they are. With `enabled` true, or another address, it gets at once all that it has
    not got so far, also what changed while it was disabled.
    """
    if "url" in change.model_fields_set:
        _check(change.url)
    with get_context().sessions.begin() as session:
        return show_webhook(change_webhook(session, id, change.model_dump(exclude_unset=True)))


@blueprint.delete(f"{PATH}/<id:id>")
@blueprint.doc(responses=_REMOVED | problems(404, 503))
def delete_webhook(id: str) -> ResponseReturnValue:
    """Remove a webhook.

    With its secret, and the log of what was sent to it.
    """
    with get_context().sessions.begin() as session:
        remove_webhook(session, id)
    return "", 204


@blueprint.post(f"{PATH}/<id:id>/secret")
@blueprint.output(SecretWebhook)
@blueprint.doc(responses=problems(404, 503))
def post_secret(id: str) -> SecretWebhook:
    """Give a webhook a new secret.

    Until `previous_secret_until`, a day from now, every message is signed with the old one as well.
    """
    with get_context().sessions.begin() as session:
        return show_secret(rotate_secret(session, id))


@blueprint.post(f"{PATH}/<id:id>/test")
@blueprint.output(Delivery, 202, description="It will be sent.")
@blueprint.doc(responses=problems(404, 503))
def post_test(id: str) -> Response:
    """Have a test message sent.

    It is tried once, also where the webhook is disabled; the log says what came of it.
    """
    with get_context().sessions.begin() as session:
        shown = show_delivery(add_test(session, id))
    return _accept(shown)


@blueprint.get(f"{PATH}/<id:id>/deliveries")
@blueprint.input(DeliveryQuery, location="query", arg_name="query")
@blueprint.output(Deliveries)
@blueprint.doc(responses=problems(404, 422, 503))
def get_deliveries(id: str, query: DeliveryQuery) -> Deliveries:
    """List what was sent to a webhook, or is to be.

    Newest first, each with the latest attempts. What is done is kept for 30 days.
    """
    with get_context().sessions.begin() as session:
        page = list_deliveries(session, id, **query.model_dump())
        return Deliveries(items=[show_delivery(row) for row in page.items], next_cursor=page.next_cursor)


@blueprint.post(f"{PATH}/<id:id>/deliveries/<id:delivery>/retry")
@blueprint.output(Delivery, 202, description="It will be sent.")
@blueprint.doc(responses=problems(404, 503))
def post_retry(id: str, delivery: str) -> Response:
    """Have a message sent again.

    With the same id, now, and from the start of the schedule, whatever has become of it so far.
    """
    with get_context().sessions.begin() as session:
        shown = show_delivery(retry_delivery(session, id, delivery))
    return _accept(shown)


def _accept(delivery: Delivery) -> Response:
    return Response(current_app.json.dumps(delivery.model_dump(mode="json")) + "\n", 202, mimetype=JSON)
