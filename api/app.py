"""The HTTP interface, wired."""

from __future__ import annotations

from functools import partial
from importlib.metadata import version

from apiflask import APIFlask
from werkzeug.routing import BaseConverter

from api import (
    acceptance,
    approvals,
    audit,
    changes,
    claimreviews,
    claims,
    confirmations,
    documents,
    factcheck,
    judgements,
    operations,
    reference,
    search,
    sources,
    statements,
    webhooks,
)
from api.bodies import MOST_BYTES, StrictJson, check_form
from api.context import EXTENSION, Context
from api.identity import authenticate, current_action
from api.limits import limit_requests
from api.openapi import completer
from api.problems import register_problems
from store.audit import watch
from store.settings import Settings

ROUTES = (
    sources,
    statements,
    acceptance,
    documents,
    confirmations,
    claims,
    judgements,
    approvals,
    changes,
    webhooks,
    claimreviews,
    factcheck,
    search,
    audit,
    operations,
    reference,
)
# What may be posted several at once, by its path.
SEVERAL = {
    module.PATH: module.SUBMISSION.model
    for module in (sources, statements, confirmations, documents, claims, claimreviews)
}


class IdConverter(BaseConverter):
    """An id in a path: nothing else reaches the database."""

    regex = r"[A-Za-z0-9._:-]{1,100}"


def create_app(settings: Settings) -> APIFlask:
    """The app, connected to nothing yet: it may be made before the server forks."""
    # Not APIFlask's own page of documentation, which loads its scripts from other people's servers.
    app = APIFlask(__name__, title="Second Source", version=version("secondsource"), docs_path=None, json_errors=False)
    app.json = StrictJson(app)
    app.url_map.converters["id"] = IdConverter
    app.config.update(
        MAX_CONTENT_LENGTH=MOST_BYTES + 1,
        AUTO_SERVERS=False,  # it would keep whatever host the first caller named
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_OPERATION_ID=True,
        STREAM_SECONDS=300.0,  # then its reader connects again, to whichever process has room
        HEARTBEAT_SECONDS=15.0,
    )
    context = app.extensions[EXTENSION] = Context(settings)
    watch(context.sessions, current_action)
    if settings.keys_required:
        app.before_request(authenticate)
        limit_requests(app, redis_url=settings.redis_url, rate=settings.rate_limit)
    app.before_request(partial(check_form, SEVERAL))
    app.spec_processor(completer(SEVERAL, keys=settings.keys_required))
    register_problems(app)
    for module in ROUTES:
        app.register_blueprint(module.blueprint)
    return app
