from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from typing import Any

import pytest

from store.relation_cache import make_key
from verifier.entities import Act, Content
from verifier.ports import ModelError, Pair
from worker.endpoint.answer import Answer
from worker.endpoint.relation import PROMPT, SCHEMA, EndpointRelation

PAIR = Pair(
    claim="It rains",
    claim_language="en",
    proposition="Es regnet",
    language="de",
    text="A: Es regnet.",
    speaker="A",
    act=Act.ASSERT,
)


def make(**options: Any) -> EndpointRelation:
    defaults: dict[str, Any] = {
        "url": "http://127.0.0.1:8000/v1",
        "model": "qwen",
        "key": None,
        "timeout": 1.0,
        "cache": None,
    }
    return EndpointRelation(**(defaults | options))


def test_the_name_tells_the_model_and_what_it_is_asked_with() -> None:
    digest = hashlib.sha256(PROMPT.read_bytes() + SCHEMA.read_bytes()).hexdigest()

    assert make(model="org/Qwen3:8b").name == f"endpoint:org/Qwen3:8b@{digest[:8]}"


def test_the_schema_and_the_prompt_ask_for_what_is_read() -> None:
    schema = json.loads(SCHEMA.read_bytes())
    kinds = [kind.value for kind in Content]

    assert list(schema["properties"]) == schema["required"] == list(Answer.model_fields) == kinds
    assert schema["additionalProperties"] is False
    assert all(f"- `{kind}`: " in PROMPT.read_text(encoding="utf-8") for kind in kinds)


@pytest.mark.parametrize(
    ("options", "setting"),
    [
        ({"url": ""}, "ENDPOINT"),
        ({"url": "127.0.0.1:8000/v1"}, "ENDPOINT"),
        ({"url": "ftp://host/v1"}, "ENDPOINT"),
        ({"url": "http:///v1"}, "ENDPOINT"),
        ({"url": "http://[::1/v1"}, "ENDPOINT"),
        ({"url": "http://host:99999/v1"}, "ENDPOINT"),
        ({"url": "http://host/v1?key=s3cret"}, "ENDPOINT"),
        ({"url": "http://user:s3cret@host/v1"}, "ENDPOINT"),
        ({"model": " "}, "ENDPOINT_MODEL"),
        ({"key": "s3cret\n"}, "ENDPOINT_KEY"),
        ({"key": "s3cret key"}, "ENDPOINT_KEY"),
        ({"key": "s3cretß"}, "ENDPOINT_KEY"),
        ({"timeout": 0.0}, "ENDPOINT_TIMEOUT"),
        ({"timeout": float("nan")}, "ENDPOINT_TIMEOUT"),
        ({"timeout": float("inf")}, "ENDPOINT_TIMEOUT"),
    ],
)
def test_an_option_that_cannot_be_right_is_named_and_no_secret_shown(options: dict[str, Any], setting: str) -> None:
    with pytest.raises(ModelError, match=f"SECONDSOURCE_RELATION_{setting} ") as caught:
        make(**options)

    assert "s3cret" not in str(caught.value)


def test_an_answer_is_kept_under_everything_that_was_asked() -> None:
    others = [
        replace(PAIR, claim="x"),
        replace(PAIR, claim_language="de"),
        replace(PAIR, proposition="x"),
        replace(PAIR, language="en"),
        replace(PAIR, text=None),
        replace(PAIR, speaker="x"),
        replace(PAIR, act=None),
    ]
    keys = {make_key("m", PAIR), make_key("n", PAIR), *(make_key("m", other) for other in others)}

    assert len(keys) == 9
    assert all(re.fullmatch("[0-9a-f]{64}", key) for key in keys)
    assert make_key("m", replace(PAIR)) == make_key("m", PAIR)
