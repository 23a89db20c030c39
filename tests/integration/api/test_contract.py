"""Whatever is sent, the answers keep to /openapi.json: its statuses, headers and schemas, and never a 5xx."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, strategies
from hypothesis import settings as bounds

from api.app import create_app
from api.bodies import NDJSON
from api.context import EXTENSION, Context
from store.settings import Settings
from tests.conftest import empty_record

# No database is connected before a test runs: each hands in the one of the tests.
APP = create_app(Settings(database_url="postgresql:///nowhere", redis_url="redis://nowhere", keys_required=False))
CHECKS = {
    # Whether a source is on record no schema can say, so what fits it may be refused: by a 422 like any other.
    "positive_data_acceptance": {"enabled": False},
    # 207: of several that were sent, each bad one has its problem.
    "negative_data_rejection": {"expected-statuses": [207, 400, 404, 405, 409, 413, 415, 422, "5xx"]},
}
NOT_READY = {
    "include-name": "GET /readyz",
    "checks": {"not_a_server_error": {"expected-statuses": ["2xx", "4xx", 503]}},
}
# A claim that was just submitted has no approval and no evidence yet.
NOT_YET = [
    {"include-name": name, "checks": {"ensure_resource_availability": {"enabled": False}}}
    for name in (
        "GET /v1/claims/{id}/claimreview",
        "DELETE /v1/claims/{id}/approval",
        "PUT /v1/claims/{id}/evidence/{statement}",
        "DELETE /v1/claims/{id}/evidence/{statement}",
    )
]
CONFIG = schemathesis.Config.from_dict({"checks": CHECKS, "operations": [NOT_READY, *NOT_YET]})


def is_endless(context: Any) -> bool:
    """Whether an operation streams events: an answer that goes on until somebody hangs up cannot be checked."""
    responses = context.operation.definition.raw["responses"].values()
    return any("text/event-stream" in response.get("content", ()) for response in responses)


@schemathesis.hook
def before_load_schema(_context: Any, raw_schema: dict[str, Any]) -> None:
    """Leaves out how many items an array may have: to send thousands over and over takes all the time there is."""
    for operations in raw_schema["paths"].values():
        for schema in operations.get("post", {}).get("requestBody", {}).get("content", {}).values():
            for form in schema["schema"].get("oneOf", ()):
                form.pop("maxItems", None)


@schemathesis.serializer(NDJSON)
def write_lines(_context: Any, value: Any) -> bytes:
    """One line for each item of an array; what is no array is one line."""
    lines = value if isinstance(value, list) else [value]
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


# Days on which something may have been said: of all days that there are, most are still to come.
schemathesis.openapi.format("date", strategies.dates(date(1990, 1, 1), date(2024, 12, 31)).map(str))
CONTRACT = schemathesis.openapi.from_wsgi("/openapi.json", APP, config=CONFIG).exclude(is_endless)


# The same examples in every run.
SAME = bounds(derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))


@schemathesis.hook
def before_call(_context: Any, case: schemathesis.Case[Any], kwargs: Any) -> None:  # noqa: ARG001  named by the library
    """Waits for nothing that does not come."""
    case.headers.pop("Prefer", None)


@pytest.fixture(autouse=True)
def record(settings: Settings) -> Iterator[None]:
    """An empty record, and Redis."""
    context = APP.extensions[EXTENSION] = Context(settings)
    yield
    context.close()


@CONTRACT.parametrize()
@bounds(SAME, max_examples=15)
def test_every_route_answers_as_it_says(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate()


class Calls(CONTRACT.as_state_machine()):  # type: ignore[misc]  # it is made of the document
    """Calls that use what earlier ones were answered; each series on an empty record, so that it is the same again."""

    def setup(self) -> None:
        empty_record(APP.extensions[EXTENSION].sessions)


def test_calls_that_follow_on_each_other_are_answered_as_they_should_be() -> None:
    Calls.run(settings=bounds(SAME, max_examples=30, stateful_step_count=12))
