"""How many requests a key may make, counted on Redis for all processes together.

While Redis is gone each process counts by itself, and looks for it again after 1, 2, 4 ... seconds: nothing is refused
for want of it, and no request but those few waits.
"""

from __future__ import annotations

import math
import time
from functools import partial
from typing import Any

import redis
from apiflask import APIFlask
from flask import Response
from flask.logging import default_handler
from flask_limiter import Limiter

from api.identity import current_holder
from store.broker import connect_redis

_PATIENCE = 0.25
"""Seconds that a request waits for the count."""
_PREFIX = "secondsource"


def limit_requests(app: APIFlask, *, redis_url: str, rate: str) -> None:
    """Count the requests of each key, and refuse those beyond its own rate, or beyond `rate` where it has none."""
    limiter = Limiter(
        _name_holder,
        application_limits=[partial(_choose_rate, rate)],
        storage_uri="redis://",  # says what kind of storage it is; where that is, the pool knows
        storage_options=_share_pool(redis_url),
        strategy="fixed-window",
        key_prefix=_PREFIX,
        # It would put Retry-After into every answer, where ours says when a verdict may be there.
        headers_enabled=False,
        in_memory_fallback_enabled=True,
    )
    limiter.logger.addHandler(default_handler)  # else nobody would read that Redis is gone
    limiter.init_app(app)
    app.after_request(partial(_tell, limiter))


def _name_holder() -> str:
    holder = current_holder()
    return holder.key if holder else ""


def _choose_rate(rate: str) -> str:
    holder = current_holder()
    return (holder.rate or rate) if holder else ""


def _share_pool(redis_url: str) -> dict[str, Any]:
    return {"connection_pool": connect_redis(redis_url, patience=_PATIENCE).connection_pool}


def _tell(limiter: Limiter, response: Response) -> Response:
    """Say how much is left, in the fields of the IETF's draft-ietf-httpapi-ratelimit-headers."""
    limit = limiter.current_limit
    if limit is None:
        return response
    try:
        left, reset = limit.remaining, max(1, math.ceil(limit.window.reset_time - time.time()))
    except (redis.RedisError, OSError):
        return response
    response.headers["RateLimit-Policy"] = f'"key";q={limit.limit.amount};w={limit.limit.get_expiry()}'
    response.headers["RateLimit"] = f'"key";r={left};t={reset}'
    if limit.breached:
        response.headers["Retry-After"] = str(reset)
    return response
