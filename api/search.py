"""Search for people: by words, and for claims like another one."""

from __future__ import annotations

from typing import Annotated, Literal

from apiflask import APIBlueprint
from pydantic import Field
from sqlalchemy.orm import Session

from api.claims import Claim, show_claims
from api.context import get_context
from api.fields import Day, Language, Name, Posted, Shown, Text
from api.openapi import problems
from api.statements import Statement, show_statement
from store.lookup import Hit, look_up
from store.similarity import Likeness, SimilarClaim, claims_like, claims_like_text
from store.tables import ClaimRow, StatementRow

blueprint = APIBlueprint("search", __name__, tag="Search")

Limit = Annotated[int, Field(ge=1, le=200)]


class SearchQuery(Posted):
    """What to look for, and among what."""

    q: Name
    kind: Literal["claim", "statement"] | None = None
    language: Language | None = None
    speaker: Name | None = None
    since: Day | None = None
    until: Day | None = None
    limit: Limit = 50


class Highlight(Shown):
    """From which character of a snippet to before which there is a word that was looked for."""

    start: int
    end: int


class Found(Shown):
    """A claim or a statement that was found. `score` says how well it fits, next to the others."""

    kind: Literal["claim", "statement"]
    score: float
    snippet: str
    highlights: list[Highlight]
    claim: Claim | None
    statement: Statement | None


class SearchResult(Shown):
    """What was found, the best first."""

    items: list[Found]


class LikeQuery(Posted):
    """How many claims are wanted at most."""

    limit: Limit = 10


class TextQuery(LikeQuery):
    """The text that they are to be like."""

    text: Text


class Similar(Shown):
    """A claim, and how like it is, 0 to 1: 1 where the `text` is the same, else by `meaning` or by `words`."""

    score: float
    by: Likeness
    claim: Claim


class SimilarClaims(Shown):
    """Claims, the most like first."""

    items: list[Similar]


@blueprint.get("/v1/search")
@blueprint.input(SearchQuery, location="query", arg_name="query")
@blueprint.output(SearchResult)
@blueprint.doc(responses=problems(422, 503))
def get_search(query: SearchQuery) -> SearchResult:
    """Search claims and statements by their words.

    The best first, in German and in English in any form of the words. `q` is written as for a search engine: all
    words, "a phrase", or, -without. `since` and `until` are days: of a statement that on which it was made, of a claim
    that on which it was submitted.
    """
    with get_context().sessions.begin() as session:
        hits = look_up(session, **query.model_dump())
        claims = _show(session, [hit.row for hit in hits if isinstance(hit.row, ClaimRow)])
        return SearchResult(items=[_show_hit(session, hit, claims) for hit in hits])


@blueprint.get("/v1/similar")
@blueprint.input(TextQuery, location="query", arg_name="query")
@blueprint.output(SimilarClaims)
@blueprint.doc(responses=problems(422, 503))
def get_similar(query: TextQuery) -> SimilarClaims:
    """Find the claims on record that are like a text.

    Ask before submitting it: the same text comes first, then claims with most of its words.
    """
    with get_context().sessions.begin() as session:
        return _show_similar(session, claims_like_text(session, query.text, limit=query.limit))


@blueprint.get("/v1/claims/<id:id>/similar")
@blueprint.input(LikeQuery, location="query", arg_name="query")
@blueprint.output(SimilarClaims)
@blueprint.doc(responses=problems(404, 422, 503))
def get_claims_like(id: str, query: LikeQuery) -> SimilarClaims:
    """Find the claims that are like this one.

    The same text comes first, then what means the same in either language, once a worker has read the claim.
    """
    with get_context().sessions.begin() as session:
        return _show_similar(session, claims_like(session, id, limit=query.limit))


def _show(session: Session, rows: list[ClaimRow]) -> dict[str, Claim]:
    return {claim.id: claim for claim in show_claims(session, rows)}


def _show_hit(session: Session, hit: Hit, claims: dict[str, Claim]) -> Found:
    row = hit.row
    return Found(
        kind="claim" if isinstance(row, ClaimRow) else "statement",
        score=round(hit.score, 4),
        snippet=hit.snippet,
        highlights=[Highlight(start=start, end=end) for start, end in hit.highlights],
        claim=claims[row.id] if isinstance(row, ClaimRow) else None,
        statement=show_statement(session, row) if isinstance(row, StatementRow) else None,
    )


def _show_similar(session: Session, found: list[SimilarClaim]) -> SimilarClaims:
    claims = _show(session, [each.row for each in found])
    return SimilarClaims(
        items=[Similar(score=round(each.score, 4), by=each.by, claim=claims[each.row.id]) for each in found]
    )
