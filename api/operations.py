"""Whether the service is alive and ready, and how much work waits."""

from __future__ import annotations

from typing import Literal

from apiflask import APIBlueprint
from flask import Response
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from api.context import get_context
from api.fields import Shown
from api.metrics import make_registry
from api.openapi import Responses, problems
from api.problems import Kind, refuse
from store.heartbeats import ALIVE_FOR, seen_since
from store.migrations.run import is_current

blueprint = APIBlueprint("operations", __name__, tag="Operations")


_METRICS: Responses = {
    200: {"description": "In the text format of Prometheus.", "content": {"text/plain": {"schema": {"type": "string"}}}}
}


class Alive(Shown):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Ready(Shown):
    """The service takes requests and checks claims; `degraded` where a part is missing that it can do without."""

    status: Literal["ready", "degraded"]
    redis: Literal["up", "down"]
    relay: Literal["up", "down"]


@blueprint.get("/livez")
@blueprint.output(Alive)
def get_livez() -> Alive:
    """Tell whether the process answers."""
    return Alive()


@blueprint.get("/readyz")
@blueprint.output(Ready)
@blueprint.doc(responses=problems(503))
def get_readyz() -> Ready:
    """Tell whether claims are taken and checked.

    Ready once PostgreSQL is reachable and migrated and a worker has been seen of late. Without Redis or the relay the
    service is `degraded`: everything is still taken and done, but some of it later.
    """
    context = get_context()
    try:
        with context.sessions.begin() as session:
            migrated = is_current(session.connection())
            worker, relay = migrated and seen_since(session, "worker"), migrated and seen_since(session, "relay")
    except SQLAlchemyError:
        raise refuse(Kind.NOT_READY, "PostgreSQL cannot be reached.") from None
    if not migrated:
        raise refuse(Kind.NOT_READY, "The database is not migrated: run `secondsource migrate`.")
    if not worker:
        raise refuse(Kind.NOT_READY, f"No worker has been seen in the last {ALIVE_FOR:g} seconds.")
    redis = context.redis_answers()
    return Ready(
        status="ready" if redis and relay else "degraded",
        redis="up" if redis else "down",
        relay="up" if relay else "down",
    )


@blueprint.get("/metrics")
@blueprint.doc(responses=_METRICS)
def get_metrics() -> Response:
    """Measure the queue and the parts of the service.

    Read from PostgreSQL and Redis at each scrape, so it is the same whichever process answers.
    """
    return Response(generate_latest(make_registry(get_context())), content_type=CONTENT_TYPE_LATEST)
