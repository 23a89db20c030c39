"""ClaimReviews: approved verdicts as other fact-checkers and search engines read them, and theirs as statements."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any

from apiflask import APIBlueprint
from flask import Response, current_app
from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema
from sqlalchemy.orm import Session

from api import statements
from api.atom import MIMETYPE as ATOM
from api.atom import write_feed
from api.caching import respond
from api.context import get_context
from api.fields import Posted, Published, Text, Url, read_name, wrong
from api.languages import LANGUAGES
from api.openapi import KNOWN, Responses, problems
from api.problems import Kind, refuse
from api.reviews import read_reviews, write_claim_review
from api.statements import Statement, show_statement
from api.submission import Done, Repeatable, Submission, submit_once
from store.approvals import get_approved, list_approved
from store.claims import get_claim
from store.sources import resolve_or_add_source
from store.statements import NewStatement, add_statement
from store.tables import StatementRow
from verifier.ratings import act_of_rating, phrase_rating

blueprint = APIBlueprint("claimreviews", __name__, tag="Exchange")

PATH = "/v1/claimreviews"
FEED = f"{PATH}.atom"
JSON_LD = "application/ld+json"
_FEED_LENGTH = 50
_UNNAMED = "Second Source"
"""Who a feed is of where the newsroom's name is not set."""

_TYPE = "ClaimReview"
_THING = {"type": "object", "required": ["@type"], "properties": {"@type": {"type": "string"}}}
_CLAIM_REVIEW = {
    "type": "object",
    "description": "schema.org's ClaimReview.",
    "required": ["@context", "@type", "claimReviewed", "reviewRating", "author", "datePublished", "itemReviewed"],
    "properties": {
        "@context": {"const": "https://schema.org"},
        "@type": {"const": _TYPE},
        "url": {"type": "string", "format": "uri"},
        "datePublished": {"type": "string", "format": "date"},
        "inLanguage": {"type": "string"},
        "claimReviewed": {"type": "string"},
        "author": _THING,
        "itemReviewed": _THING,
        "reviewRating": _THING,
    },
}
_UNCHANGED: Responses = {304: {"description": "It is as it was."}}


def _as(mimetype: str, schema: Mapping[str, Any], description: str) -> Responses:
    return {200: {"description": description, "content": {mimetype: {"schema": schema}}}}


def _read_type(value: object) -> str:
    if value == _TYPE or (isinstance(value, list) and _TYPE in value):
        return _TYPE
    raise wrong(f"must be {_TYPE}")


def _read_author(value: object) -> str:
    """The name of an Organization or Person, of the first where there are several."""
    first = value[0] if isinstance(value, list) and value else value
    return read_name(first.get("name") if isinstance(first, dict) else first)


def _read_rating(value: object) -> str:
    """A rating as it is printed: its words or, where there are none, its number."""
    rating = value[0] if isinstance(value, list) and value else value
    if not isinstance(rating, dict):
        return read_name(rating)
    printed = next((rating[name] for name in ("alternateName", "name", "ratingValue") if rating.get(name)), None)
    if isinstance(printed, list):
        printed = printed[0]
    if printed is None:
        raise wrong("must have an alternateName: the rating in words")
    return read_name(str(printed) if isinstance(printed, int | float) else printed)


def _read_language(value: object) -> str | None:
    """An ISO 639-1 code; None, so that it is worked out, for whatever else structured data has there."""
    code = value.split("-")[0].lower() if isinstance(value, str) else ""
    return code if code in LANGUAGES else None


def _property(read: Any, **schema: Any) -> Any:
    return BeforeValidator(read), WithJsonSchema(schema)


# Each as a thing of its own or, as many publish it, as its name.
_SOMEBODY = {"type": ["object", "string", "array"], "properties": {"name": {"type": "string"}}}
_RATED = {"type": ["object", "string", "array"], "properties": {"alternateName": {"type": "string"}, "ratingValue": {}}}


class ClaimReviewIn(Posted):
    """A ClaimReview as a fact-checker publishes it; what else it has is passed over."""

    model_config = ConfigDict(extra="ignore")

    type: Annotated[str, *_property(_read_type, const=_TYPE)] = Field(alias="@type")
    claim_reviewed: Text = Field(alias="claimReviewed")
    author: Annotated[str, *_property(_read_author, **_SOMEBODY)]
    rating: Annotated[str, *_property(_read_rating, **_RATED)] = Field(alias="reviewRating")
    published: Published = Field(alias="datePublished")
    url: Url | None = None
    language: Annotated[
        str | None,
        *_property(_read_language, description="An ISO 639-1 code; anything else leaves it to be worked out."),
    ] = Field(alias="inLanguage", default=None)


def add(session: Session, new: ClaimReviewIn) -> Done[StatementRow]:
    """Record what a fact-checker says of a claim, as a statement by it of what the claim says."""
    speaker = resolve_or_add_source(session, "author", new.author, kind="fact_checker")
    content = [new.author, new.claim_reviewed, new.rating, new.published.isoformat(), new.url]
    digest = hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]
    row, tasks = add_statement(
        session,
        NewStatement(
            id=f"claimreview-{digest}",
            speaker=speaker,
            publisher=speaker,
            origin=speaker,
            text=phrase_rating(new.claim_reviewed, new.rating, new.language),
            stated_on=new.published,
            published_on=new.published,
            language=new.language,
            act=act_of_rating(new.rating),
            proposition=new.claim_reviewed,
            url=new.url,
        ),
    )
    return row, tasks or None


SUBMISSION = Submission(model=ClaimReviewIn, add=add, show=show_statement, path=statements.PATH)


@blueprint.post(PATH)
@blueprint.input(Repeatable, location="headers", arg_name="sent")
@blueprint.output(Statement, 201, description="Recorded, as a statement of the fact-checker.")
@blueprint.doc(responses=KNOWN | problems(400, 409, 413, 415, 422, 503))
def post_claimreviews(sent: Repeatable) -> Response:
    """Record a ClaimReview of a fact-checker, or several.

    Each becomes a statement whose speaker is its author: a claim rated true is asserted, one rated false is denied, and
    a rating that leaves it open, or that is not known, takes no side. The same one again is on record already.
    """
    return submit_once(SUBMISSION, sent.idempotency_key)


@blueprint.get("/v1/claims/<id:id>/claimreview")
@blueprint.doc(responses=_as(JSON_LD, _CLAIM_REVIEW, "In JSON-LD.") | _UNCHANGED | problems(404, 503))
def get_claimreview(id: str) -> Response:
    """Get the verdict on a claim as schema.org's ClaimReview.

    Only where a person has approved the verdict that stands.
    """
    context = get_context()
    with context.sessions.begin() as session:
        get_claim(session, id)
        approved = get_approved(session, id)
        if approved is None:
            detail = (
                f"No person has approved the verdict that stands for claim {id!r}: post to /v1/claims/{id}/approval."
            )
            raise refuse(Kind.NOT_APPROVED, detail)
        [review] = read_reviews(session, [approved], context.settings)
    return respond(current_app.json.dumps(write_claim_review(review)) + "\n", JSON_LD)


@blueprint.get(FEED)
@blueprint.doc(responses=_as(ATOM, {"type": "string"}, "In Atom (RFC 4287).") | _UNCHANGED | problems(503))
def get_feed() -> Response:
    """Read the newest approved verdicts as an Atom feed.

    The fifty that were approved last and still stand.
    """
    context = get_context()
    with context.sessions.begin() as session:
        reviews = read_reviews(session, list_approved(session, limit=_FEED_LENGTH), context.settings)
    settings = context.settings
    publisher = settings.publisher_name or _UNNAMED
    return respond(write_feed(reviews, path=FEED, publisher=publisher, home=settings.publisher_url), ATOM)
