"""From the body of a chat completion to scores, or to what is wrong with it."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from verifier.ports import ModelError, Scores

_TOLERANCE = 0.05
"""How far from 1 the probabilities may add up: models round."""

Probability = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Completion(BaseModel):
    """What is read of a chat completion; servers add much else."""

    choices: Annotated[list[_Choice], Field(min_length=1, max_length=1)]


class Answer(BaseModel):
    """What `schema.json` describes, as the server may not have seen to it."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    entails: Probability
    contradicts: Probability
    neutral: Probability
    unrelated: Probability


def read_answer(body: bytes) -> Scores:
    """The scores that a chat completion gives. Raises `ModelError`, saying what is wrong, where it gives none."""
    try:
        choice = _Completion.model_validate(_load(body)).choices[0]
    except ValueError as error:
        raise ModelError(
            "what answers is no chat completion with one choice: see that SECONDSOURCE_RELATION_ENDPOINT is an"
            " OpenAI-compatible interface and ends before /chat/completions"
        ) from error
    if choice.message.refusal or choice.finish_reason == "content_filter":
        raise ModelError("the model behind the relation endpoint refused to answer: use a model that does not")
    if choice.finish_reason == "length":
        raise ModelError(
            "the answer of the relation endpoint was cut off at its limit of tokens: raise the limit there, or use a"
            " model that does not think aloud"
        )
    if choice.finish_reason != "stop" or choice.message.content is None:
        raise ModelError("the model behind the relation endpoint did not finish an answer: see the server's own log")
    return _to_scores(choice.message.content)


def _to_scores(content: str) -> Scores:
    try:
        found = _load(content)
    except ValueError as error:
        raise ModelError(
            "the answer of the model behind the relation endpoint is not JSON alone: use a server and a model that keep"
            " to the response format json_schema"
        ) from error
    try:
        answer = Answer.model_validate(found)
    except ValidationError as error:
        raise ModelError(
            "the answer of the model behind the relation endpoint is not four probabilities from 0 to 1 and nothing"
            " else: use a server and a model that keep to the response format json_schema"
        ) from error
    total = answer.entails + answer.contradicts + answer.neutral + answer.unrelated
    if abs(total - 1) > _TOLERANCE + 1e-9:
        raise ModelError(
            f"the probabilities of the model behind the relation endpoint add up to {total:.2f} rather than 1: use a"
            " more able model"
        )
    return Scores(
        entails=answer.entails / total,
        contradicts=answer.contradicts / total,
        neutral=answer.neutral / total,
        unrelated=answer.unrelated / total,
    )


def _load(text: str | bytes) -> Any:
    """The value of a JSON text (RFC 8259). Raises `ValueError` where it is none, or names a property twice."""
    try:
        return json.loads(text, object_pairs_hook=_name_once, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("too deep") from error


def _name_once(properties: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(properties)
    if len(found) < len(properties):
        raise ValueError("a property is named twice")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
