"""Approved verdicts in the request and response of Google's Fact Check Tools API, for whoever reads that already."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from apiflask.exceptions import HTTPError
from flask import Response
from pydantic import ConfigDict, Field, ValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from api.bodies import JSON
from api.context import get_context
from api.fields import Flag, Needle, Posted
from api.openapi import Responses
from api.problems import ProblemError, examine, invalid
from api.reviews import Review, read_reviews, read_site, without_unknown
from store.approvals import list_approved
from store.errors import StoreError
from store.paging import read_cursor, write_cursor

blueprint = APIBlueprint("factcheck", __name__, tag="Fact Check Tools")

PATH = "/v1alpha1/claims:search"
_MOST = 200
_MOST_WORDS = 20
_STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    503: "UNAVAILABLE",
}

Count = Annotated[int, Field(ge=0, lt=2**31)]


class SearchQuery(Posted):
    """What Google's API takes, by the same names. `key` and what follows it change nothing of what is found."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    query: Needle = ""
    language_code: Needle = Field(alias="languageCode", default="")
    site: Needle = Field(alias="reviewPublisherSiteFilter", default="")
    max_age_days: Count | None = Field(alias="maxAgeDays", default=None)
    page_size: Count = Field(alias="pageSize", default=10)
    page_token: Needle = Field(alias="pageToken", default="")
    offset: Count = 0
    key: str | None = None
    alt: Literal["json"] = "json"
    pretty_print: Flag = Field(alias="prettyPrint", default=True)
    fields: str | None = None
    quota_user: str | None = Field(alias="quotaUser", default=None)
    access_token: str | None = None
    oauth_token: str | None = None
    upload_type: str | None = Field(alias="uploadType", default=None)
    upload_protocol: str | None = None
    xgafv: Literal["1", "2"] | None = Field(alias="$.xgafv", default=None)


_TEXT: dict[str, Any] = {"type": "string"}


def _object(*required: str, **properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}


_REVIEW = _object(
    publisher=_object(name=_TEXT, site=_TEXT),
    url=_TEXT,
    title=_TEXT,
    reviewDate=_TEXT,
    textualRating=_TEXT,
    languageCode=_TEXT,
)
_REVIEWED = _object(
    "text", text=_TEXT, claimant=_TEXT, claimDate=_TEXT, claimReview={"type": "array", "items": _REVIEW}
)
_FOUND = _object(claims={"type": "array", "items": _REVIEWED}, nextPageToken=_TEXT)
_ERROR = _object(
    "error", error=_object("code", "message", "status", code={"type": "integer"}, message=_TEXT, status=_TEXT)
)
_DESCRIBED = {
    200: ("What was found.", _FOUND),
    400: ("Something in the query is not right.", _ERROR),
    500: ("Something went wrong here.", _ERROR),
    503: ("The service cannot do this right now.", _ERROR),
}
_RESPONSES: Responses = {
    status: {"description": description, "content": {JSON: {"schema": schema}}}
    for status, (description, schema) in _DESCRIBED.items()
}


@blueprint.get(PATH)
@blueprint.input(SearchQuery, location="query", arg_name="query")
@blueprint.doc(responses=_RESPONSES)
def search(query: SearchQuery) -> Response:
    """Search approved verdicts as with Google's Fact Check Tools API.

    Request, response and errors are Google's, so that its own client works here. All words of `query` are in the claim.
    Newest first. `fields` is taken, and the whole answered.
    """
    words = [word.strip("\"'“”„.,;:!?()") for word in query.query.split()][:_MOST_WORDS]
    if not any(words) and not query.site:
        raise ProblemError(invalid("query", "must have a word in it where reviewPublisherSiteFilter is not given"))
    context = get_context()
    own = read_site(context.settings.publisher_url)
    wanted = query.site.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/").lower()
    size = min(query.page_size, _MOST) or 10
    with context.sessions.begin() as session:
        approved = list_approved(
            session,
            words=[word for word in words if word],
            language=query.language_code.split("-")[0].lower() or None,
            site=wanted if own is None and wanted else None,
            since=_days_ago(query.max_age_days),
            before=_read_token(query.page_token),
            offset=0 if query.page_token else query.offset,
            limit=size + 1,
        )
        if own and wanted not in ("", own):  # all that is published here is this newsroom's
            approved = []
        found = read_reviews(session, approved[:size], context.settings)
    shown: dict[str, Any] = {"claims": [_show(review) for review in found]} if found else {}
    if len(approved) > size:
        shown["nextPageToken"] = write_cursor(approved[size - 1].approval.sequence)
    return _respond(shown, 200, indent=2 if query.pretty_print else None)


def _render(error: Exception) -> Response:
    """An error as Google's API has it."""
    cause = error.__cause__ if isinstance(error, HTTPError) else error
    if isinstance(cause, HTTPException):
        code, message = cause.code or 500, cause.description or cause.name
    else:
        problem = examine(cause if isinstance(cause, Exception) else error)
        code, message = problem.kind.status, problem.detail
    code = 400 if code == 422 else code
    shown = {"code": code, "message": message, "status": _STATUSES.get(code, "INTERNAL")}
    return _respond({"error": shown}, code)


for _family in (HTTPException, HTTPError, ProblemError, ValidationError, StoreError, DBAPIError, PoolTimeoutError):
    blueprint.register_error_handler(_family, _render)


def _show(review: Review) -> dict[str, Any]:
    """A claim as Google's API shows it; as there, what is not known is left out."""
    publisher = {"name": review.signed_by, "site": review.site}
    about = {
        "publisher": without_unknown(publisher),
        "url": review.url,
        "title": review.title,
        "reviewDate": _moment(review.approved_at),
        "textualRating": review.rating,
        "languageCode": review.language,
    }
    claim = {
        "text": review.claim,
        "claimant": review.claimant.name if review.claimant else None,
        "claimDate": _moment(_midnight(review.claimed_on)) if review.claimed_on else None,
        "claimReview": [without_unknown(about)],
    }
    return without_unknown(claim)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _read_token(token: str) -> int | None:
    return read_cursor(token, field="pageToken", given="nextPageToken") if token else None


def _days_ago(days: int | None) -> datetime | None:
    if days is None:
        return None
    now = datetime.now(UTC)
    return now - timedelta(days=min(days, now.toordinal() - 1))


def _respond(shown: object, status: int, *, indent: int | None = 2) -> Response:
    text = json.dumps(shown, ensure_ascii=False, indent=indent, separators=None if indent else (",", ":"))
    return Response(text + "\n", status, content_type=f"{JSON}; charset=UTF-8")
