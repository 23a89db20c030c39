"""docs/api.md keeps up with the code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from api.app import create_app
from api.problems import Kind
from store.settings import Settings

PAGE = (Path(__file__).parents[3] / "docs/api.md").read_text(encoding="utf-8")


def test_every_problem_is_documented_with_its_status() -> None:
    documented = set(re.findall(r"^\| `([a-z-]+)` \| (\d{3}) \|", PAGE, re.MULTILINE))

    assert documented == {(kind.urn.rpartition(":")[2], str(kind.status)) for kind in Kind}


def test_every_route_is_documented_and_no_other() -> None:
    app = create_app(Settings(database_url="postgresql:///nowhere", redis_url="redis://nowhere"))
    routes = {
        f"{method} {rule.rule.replace('<id:', '{').replace('>', '}')}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint != "static"
    }

    assert set(re.findall(r"`((?:GET|POST|PATCH|PUT|DELETE) /[^`?]+)[`?]", PAGE)) == routes


def test_every_field_that_may_be_posted_is_documented() -> None:
    app = create_app(Settings(database_url="postgresql:///nowhere", redis_url="redis://nowhere"))
    document: Any = app.spec
    for name in (
        "SourceIn",
        "StatementIn",
        "StatementChange",
        "ConfirmationIn",
        "ClaimIn",
        "PinIn",
        "ApprovalIn",
        "ClaimReviewIn",
        "WebhookIn",
    ):
        for field in document["components"]["schemas"][name]["properties"]:
            assert f"`{field}`" in PAGE, (name, field)
