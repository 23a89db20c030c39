"""The policy: every number that a verdict depends on, read from one TOML file."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from verifier.entities import Reliability

BUNDLED = Path(__file__).with_name("policy.toml")

Probability = Annotated[float, Field(ge=0, le=1)]
Credibility = Annotated[int, Field(ge=1, le=6)]


class PolicyError(Exception):
    """A policy file that cannot be used. The message names the file and the field."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OriginRules(_Section):
    """How many independent origins corroborate, and whose word counts."""

    needed: Annotated[int, Field(ge=1)]
    counting_reliabilities: frozenset[Reliability]


class CandidateRules(_Section):
    """Which statements are compared with a claim."""

    shared_terms: Annotated[int, Field(ge=1)]
    likeness: Probability
    limit: Annotated[int, Field(ge=1)]


class RelationRules(_Section):
    """Least probabilities for a relation."""

    takes_side: Probability
    speaks_to: Probability


class ConfidenceRules(_Section):
    """How a verdict's confidence follows from the score that it hangs on: Platt scaling, an offset for each label."""

    slope: Annotated[float, Field(ge=0)]
    corroborated: float
    disputed: float
    denied: float
    unconfirmed: float
    no_evidence: float


class ReviewRules(_Section):
    """When a person should look at a verdict."""

    confidence_below: Probability


class ExtractionRules(_Section):
    """When a statement found in an article waits for a person."""

    confidence_below: Probability


class CredibilityTable(_Section):
    """Admiralty credibility for each outcome."""

    corroborated: Credibility
    disputed: Credibility
    unconfirmed_asserted: Credibility
    unconfirmed_raised: Credibility
    denied_asserted: Credibility
    denied: Credibility
    no_evidence: Credibility


class Policy(_Section):
    """The whole policy; see the comments in `policy.toml` for each number."""

    version: Annotated[str, Field(min_length=1)]
    origins: OriginRules
    candidates: CandidateRules
    relation: RelationRules
    confidence: ConfidenceRules
    review: ReviewRules
    extraction: ExtractionRules
    credibility: CredibilityTable


def read_policy(path: Path = BUNDLED) -> Policy:
    """The policy in a TOML file. Raises `PolicyError`, naming the field, where the file is missing or wrong."""
    try:
        return Policy.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise PolicyError(f"cannot read the policy {path}: {error.strerror}") from error
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"the policy {path} is not TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise PolicyError(f"the policy {path} is wrong at {field}: {first['msg']}") from error
