"""Who asks: the key that a request carries, where keys are asked for."""

from __future__ import annotations

from flask import g, has_request_context

LOCAL = "local"
"""Who asks where keys are off: whoever can reach the service."""


def current_actor() -> str:
    """The name of the key that the current request carries; `local` where keys are off, and outside a request."""
    return str(g.get("actor", LOCAL)) if has_request_context() else LOCAL
