"""The types of the client keep up with the service."""

from __future__ import annotations

from typing import Any, NotRequired, get_origin, get_type_hints

import pytest

from api.app import create_app
from secondsource import resources
from store.settings import Settings

DOCUMENT: Any = create_app(Settings(database_url="postgresql:///nowhere", redis_url="redis://nowhere")).spec
SCHEMAS = DOCUMENT["components"]["schemas"]
POSTED = {f"New{name}": f"{name}In" for name in ("Source", "Statement", "Confirmation", "Claim")}
TYPES = {name: each for name, each in vars(resources).items() if hasattr(each, "__required_keys__")}
KNOWN = [name for name in TYPES if POSTED.get(name, name) in SCHEMAS]


@pytest.mark.parametrize("name", KNOWN)
def test_every_field_of_the_service_has_its_type(name: str) -> None:
    schema = SCHEMAS[POSTED.get(name, name)]
    hints = get_type_hints(TYPES[name], include_extras=True)
    required = {field for field, hint in hints.items() if get_origin(hint) is not NotRequired}

    assert set(schema["properties"]) <= set(hints)
    if name in POSTED:
        assert required == set(schema["required"])
    else:
        assert required <= set(schema["properties"])


def test_what_is_asked_for_most_is_known() -> None:
    assert {"Claim", "Verdict", "Evidence", "Statement", "Source", "Found", "Similar", *POSTED} <= set(KNOWN)
