"""The HTTP interface, wired."""

from __future__ import annotations

from functools import partial
from importlib.metadata import version

from apiflask import APIFlask
from werkzeug.routing import BaseConverter

from api import acceptance, claims, confirmations, documents, operations, sources, statements
from api.bodies import MOST_BYTES, StrictJson, check_form
from api.context import EXTENSION, Context
from api.openapi import completer
from api.problems import register_problems
from store.settings import Settings

# What may be posted several at once, by its path.
SEVERAL = {module.PATH: module.SUBMISSION.model for module in (statements, confirmations, documents, claims)}


class IdConverter(BaseConverter):
    """An id in a path: nothing else reaches the database."""

    regex = r"[A-Za-z0-9._:-]{1,100}"


def create_app(settings: Settings) -> APIFlask:
    """The app, connected to nothing yet: it may be made before the server forks."""
    # No page of documentation: APIFlask's loads its scripts from other people's servers.
    app = APIFlask(__name__, title="Second Source", version=version("secondsource"), docs_path=None, json_errors=False)
    app.json = StrictJson(app)
    app.url_map.converters["id"] = IdConverter
    app.config.update(
        MAX_CONTENT_LENGTH=MOST_BYTES + 1,
        AUTO_SERVERS=False,  # it would keep whatever host the first caller named
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_OPERATION_ID=True,
    )
    app.extensions[EXTENSION] = Context(settings)
    app.before_request(partial(check_form, SEVERAL))
    app.spec_processor(completer(SEVERAL))
    register_problems(app)
    for module in (sources, statements, acceptance, documents, confirmations, claims, operations):
        app.register_blueprint(module.blueprint)
    return app
