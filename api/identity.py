"""Who asks: the key that a request carries, where keys are asked for."""

from __future__ import annotations

from typing import NoReturn

from flask import g, has_request_context, request

from api.context import get_context
from api.problems import Kind, Problem, ProblemError
from api.scopes import GOOGLE, needed_scope
from store.audit import LOCAL, Action
from store.keys import Holder, Scope


def current_actor() -> str:
    """The name of the key that the current request carries; `local` where keys are off, and outside a request."""
    holder = current_holder()
    return holder.name if holder else LOCAL


def current_holder() -> Holder | None:
    """Who holds the key that the current request carries; None where it needs none, and outside a request."""
    found: Holder | None = g.get("holder") if has_request_context() else None
    return found


def current_action() -> Action:
    """What the current request does, and who asks for it."""
    holder = current_holder()
    rule = request.url_rule.rule if has_request_context() and request.url_rule else ""
    name = f"{request.method} {rule.replace('<id:', '{').replace('>', '}')}" if rule else "service"
    return Action(name=name, actor=current_actor(), key=holder.key if holder else None)


def authenticate() -> None:
    """Find out who asks, before anything else is done. Raises `ProblemError` where they may not."""
    needed = needed_scope(request.method, request.url_rule.rule) if request.url_rule else None
    if needed is None:
        return
    key = _read_key()
    # That the database is gone must be seen by whoever watches for it.
    holder = get_context().keys.find(key, or_last_known=request.path == "/metrics") if key else None
    if holder is None:
        _refuse(sent=bool(key))
    if not holder.scope.includes(needed):
        _refuse_scope(holder, needed)
    g.holder = holder


def _read_key() -> str:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return key.strip()
    return request.args.get("key", "") if request.path == GOOGLE else ""


def _refuse(*, sent: bool) -> NoReturn:
    if sent:
        detail = "The key that was sent is not known here, or it is revoked or past its time."
    elif get_context().keys.is_empty():
        detail = "There is no key yet: make one with `secondsource keys create NAME --scope admin`, then send it."
    else:
        detail = "Send a key, with the header Authorization: Bearer ss_..."
    challenge = 'Bearer error="invalid_token"' if sent else "Bearer"
    raise ProblemError(Problem(Kind.UNAUTHORIZED, detail, headers={"WWW-Authenticate": challenge}))


def _refuse_scope(holder: Holder, needed: Scope) -> NoReturn:
    detail = f"This needs a key of the scope {needed}; the key {holder.name!r} has {holder.scope}."
    challenge = f'Bearer error="insufficient_scope", scope="{needed}"'
    raise ProblemError(Problem(Kind.FORBIDDEN, detail, headers={"WWW-Authenticate": challenge}))
