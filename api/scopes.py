"""How far a key must go for each route: a new route is closed until something here opens it."""

from __future__ import annotations

from store.keys import Scope

# Who asks whether the service lives, or how to use it, need not say who they are.
_OPEN = ("/livez", "/readyz", "/openapi.json", "/docs", "/static")
_ADMIN = ("/v1/audit", "/v1/webhooks")
GOOGLE = "/v1alpha1/claims:search"
"""Takes its key as Google's clients send it, in the query."""


def needed_scope(method: str, rule: str) -> Scope | None:
    """The scope that a method needs on a route, as in `/v1/claims/<id:id>`; None where no key is asked for."""
    if method == "OPTIONS" or _is_under(rule, _OPEN):
        return None
    if _is_under(rule, _ADMIN):
        return Scope.ADMIN
    return Scope.READ if method in ("GET", "HEAD") else Scope.WRITE


def _is_under(rule: str, paths: tuple[str, ...]) -> bool:
    return any(rule == path or rule.startswith(f"{path}/") for path in paths)
