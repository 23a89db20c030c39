"""Documents: articles, from which a worker takes the statements."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from apiflask import APIBlueprint
from flask import Response, current_app
from pydantic import Field, ValidationInfo, field_validator
from sqlalchemy.orm import Session

from api.bodies import JSON
from api.claims import say_when
from api.context import get_context
from api.fields import ArticleText, Id, Language, Listing, Name, Needle, PageHtml, PastDay, Posted, Shown, Url, wrong
from api.openapi import KNOWN, headers, problems
from api.statements import Statement, show_statement
from api.submission import Done, Repeatable, Submission, submit_once
from store.documents import NewDocument, add_document, get_document, list_documents, statements_of
from store.tables import DocumentRow, StatementRow

blueprint = APIBlueprint("documents", __name__, tag="Documents")

PATH = "/v1/documents"

_ACCEPTED = headers(202, Location="Where the document is.", Retry_After="Seconds after which to ask for it.")
_FOUND = headers(200, Retry_After="Seconds after which to ask again.")

Status = Literal["queued", "extracting", "extracted", "failed"]


class DocumentIn(Posted):
    """An article: exactly one of its text, the HTML of its page, and its address. publisher is an id or a name."""

    publisher: Name
    text: ArticleText | None = None
    html: PageHtml | None = None
    url: Annotated[Url | None, Field(validate_default=True)] = None
    id: Id | None = None
    title: Name | None = None
    language: Language | None = None
    published_on: PastDay | None = None

    @field_validator("url")
    @classmethod
    def _check_one(cls, value: str | None, info: ValidationInfo) -> str | None:
        if not {"text", "html"} <= info.data.keys():
            return value  # one of them is wrong, and that is said
        given = [name for name in ("text", "html") if info.data[name] is not None] + (["url"] if value else [])
        if len(given) != 1:
            raise wrong(
                f"must be given where text and html are not, and only then: {' and '.join(given) or 'none'} given"
            )
        return value


class FoundStatement(Statement):
    """A statement that stands in a document; `quote_start` and `quote_end` count characters of the document's text."""


class Summary(Shown):
    """A document on record. What is in `inferred` was not given, but found out by a worker.

    `agencies` are those whose material it says that it carries. `same_as` is the id of an earlier document of the same
    publisher with nearly the same text: what stands in that one in the same words is not recorded again.
    """

    id: str
    status: Status
    error: str | None
    title: str | None
    language: str | None
    publisher: str
    published_on: date | None
    url: str | None
    agencies: list[str]
    inferred: list[str]
    same_as: str | None
    created_at: datetime
    updated_at: datetime


class Document(Summary):
    """A document with its text, as it is stored, and the statements that stand in it."""

    text: str | None
    statements: list[FoundStatement]


class Documents(Shown):
    """A page of documents."""

    items: list[Summary]
    next_cursor: str | None


class DocumentQuery(Listing):
    """Which documents to list."""

    publisher: Name | None = None
    status: Status | None = None
    q: Needle | None = None


def add(session: Session, new: DocumentIn) -> Done[DocumentRow]:
    """Record a document."""
    row, tasks = add_document(session, NewDocument(**new.model_dump()))
    return row, tasks or None


def show_document(session: Session, row: DocumentRow) -> Document:
    """A document as callers see it."""
    plain = {name: getattr(row, name) for name in Document.model_fields if name != "statements"}
    return Document(**plain, statements=[_show_found(session, found) for found in statements_of(session, row.id)])


def _show_found(session: Session, row: StatementRow) -> FoundStatement:
    shown = show_statement(session, row).model_dump()
    start = row.document_start or 0
    return FoundStatement(**shown | {field: start + (shown[field] or 0) for field in ("quote_start", "quote_end")})


SUBMISSION = Submission(model=DocumentIn, add=add, show=show_document, path=PATH, status=202, headers=say_when)


@blueprint.post(PATH)
@blueprint.input(Repeatable, location="headers", arg_name="sent")
@blueprint.output(Document, 202, description="Recorded; it will be read.")
@blueprint.doc(responses=KNOWN | _ACCEPTED | problems(400, 409, 413, 415, 422, 503))
def post_documents(sent: Repeatable) -> Response:
    """Submit an article, or several.

    A worker takes the statements in it; `Location` says where to ask for them, `Retry-After` when. With the id or the
    address of one on record it is another version of that one. A request with an `Idempotency-Key` can be sent again
    for a day without submitting anything twice.
    """
    return submit_once(SUBMISSION, sent.idempotency_key)


@blueprint.get(PATH)
@blueprint.input(DocumentQuery, location="query", arg_name="query")
@blueprint.output(Documents)
@blueprint.doc(responses=problems(422, 503))
def get_documents(query: DocumentQuery) -> Documents:
    """List documents.

    In the order of recording, without their texts. `publisher` is an id, `q` is looked for in titles, texts and
    addresses.
    """
    with get_context().sessions.begin() as session:
        page = list_documents(session, **query.model_dump())
        items = [Summary.model_validate(row, from_attributes=True) for row in page.items]
        return Documents(items=items, next_cursor=page.next_cursor)


@blueprint.get(f"{PATH}/<id:id>")
@blueprint.output(Document)
@blueprint.doc(responses=_FOUND | problems(404, 503))
def get_document_by_id(id: str) -> Response:
    """Get a document and the statements that stand in it.

    While it is being read, `Retry-After` says when to ask again.
    """
    with get_context().sessions.begin() as session:
        shown = show_document(session, get_document(session, id))
        waiting = shown.status in ("queued", "extracting")
        given = say_when(session) if waiting else {}
    text = current_app.json.dumps(shown.model_dump(mode="json")) + "\n"
    return Response(text, headers=dict(given), mimetype=JSON)
