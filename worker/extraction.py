"""The task `extract_document`: an article becomes statements on record."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial

from billiard.exceptions import SoftTimeLimitExceeded
from sqlalchemy.orm import Session

from store.copies import find_similar, join_text, make_bands
from store.documents import await_turn, get_document
from store.extraction import Finding, record_findings
from store.queue import Lease, Task, complete
from store.sources import find_named, get_source, to_source
from store.tables import DocumentRow
from verifier.article import Article, Passage
from verifier.copies import NEAR_COPY, likeness, sign
from verifier.entities import Source
from verifier.extraction import extract
from verifier.verifier import recognise
from worker.agencies import find_agencies, list_agencies
from worker.context import Context
from worker.dating import bound, earlier
from worker.execution import CannotError
from worker.fetching import fetch
from worker.page import Page, read_page, read_plain
from worker.speakers import Speakers, show_mention

# Texts of one outlet that are at least this alike are one article, and not two on one matter.
_SAME_ARTICLE = 0.9
_LONGEST_STATEMENT = 10_000
# So much of a page is what is shown to those who do not pay, or to those without JavaScript.
_LEAST_WORDS = 25
_ENOUGH_TO_TELL = 5_000
"""Characters by which the language of a text is told."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Submitted:
    """A document as it is to be read; `content` is None for one that is still to be fetched."""

    form: str
    content: bytes | None
    url: str | None
    title: str | None
    language: str | None
    published_on: date | None
    publisher: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What was read in it."""

    article: Article
    published_on: date
    passages: Sequence[Passage]
    signature: tuple[int, ...]


def extract_document(context: Context, held: Lease) -> None:
    """Read the article and put the statements in it on record.

    What is fetched and read is so outside of any transaction. What cannot be read fails at once with its reason.
    """
    submitted = _begin(context, held)
    if submitted is None:
        return
    try:
        read = _read(context, submitted)
    except SoftTimeLimitExceeded as error:
        raise CannotError("the document took too long to be read") from error
    with context.sessions.begin() as session:
        await_turn(session)
        again = complete(session, held)
        row = get_document(session, held.task.subject)
        tasks = _record(
            session, row, read, place=held.place, threshold=context.verifier.policy.extraction.confidence_below
        )
        row.status, row.error = ("queued" if again else "extracted"), None
        if again:
            tasks.append(held.task)
        else:
            row.submitted = None
    context.bell.ring(tasks)


def _begin(context: Context, held: Lease) -> _Submitted | None:
    """The document as it is to be read; None where there is none any more."""
    with context.sessions.begin() as session:
        row = session.get(DocumentRow, held.task.subject, with_for_update=True)
        if row is None:
            complete(session, held)
            return None
        row.status, row.error = "extracting", None
        # What was submitted is gone once it has been read: then its text is read again.
        left = row.submitted is not None or row.form == "url"
        return _Submitted(
            form=row.form if left else "text",
            content=row.submitted if left else (row.text or "").encode(),
            url=row.url,
            title=None if "title" in row.inferred else row.title,
            language=None if "language" in row.inferred else row.language,
            published_on=None if "published_on" in row.inferred else row.published_on,
            publisher=row.publisher,
        )


def _read(context: Context, submitted: _Submitted) -> _Read:
    page = _open(submitted, context)
    language = recognise(page.text[:_ENOUGH_TO_TELL], submitted.language)
    published_on = submitted.published_on or earlier(page.published_on, datetime.now(UTC).date())
    with context.sessions.begin() as session:
        publisher = to_source(get_source(session, submitted.publisher))
    article = Article(
        text=page.text,
        language=language,
        publisher=publisher,
        title=submitted.title or page.title,
        published_on=published_on,
        agencies=find_agencies(page.bylines, language),
    )
    passages = extract(article, partial(_find_named, context), context.verifier.speech)
    signature = sign(page.text, language)
    return _Read(article=article, published_on=published_on, passages=passages, signature=signature)


def _find_named(context: Context, name: str) -> list[Source]:
    # Reading a long article takes seconds, and no transaction stays open as long.
    with context.sessions.begin() as session:
        return find_named(session, name)


def _open(submitted: _Submitted, context: Context) -> Page:
    """The article. Raises `CannotError` where there is none."""
    if submitted.form == "url":
        return _fetch(str(submitted.url), context)
    content = submitted.content or b""
    return read_page(content, charset="utf-8") if submitted.form == "html" else read_plain(content, charset="utf-8")


def _fetch(url: str, context: Context) -> Page:
    fetched = fetch(url, allowed=context.settings.fetch_allow)
    if fetched.media_type == "text/plain":
        return read_plain(fetched.content, charset=fetched.charset)
    page = read_page(fetched.content, charset=fetched.charset, url=url)
    if not page.is_free:
        raise CannotError("the page says that it is not free to read: post the text of the article instead")
    if (words := len(page.text.split())) < _LEAST_WORDS:
        raise CannotError(f"the page shows only {words} words of text: post the text of the article instead")
    return page


def _record(session: Session, row: DocumentRow, read: _Read, *, place: int, threshold: float) -> list[Task]:
    """Put down what was read, and how it stands to the documents that are there."""
    article = read.article
    row.text, row.title, row.language = article.text, article.title, article.language
    row.published_on, row.agencies = read.published_on, list(article.agencies)
    known = (*article.agencies, *list_agencies(article.language))
    speakers = Speakers(session, publisher=row.publisher, agencies=known)
    findings = [
        _find(speakers, row, passage, threshold=threshold)
        for passage in read.passages
        if _stands(passage, article.text, row.id)
    ]
    row.agency = speakers.find_agency(article.agencies) or speakers.find_credited(findings)
    row.signature, row.bands = list(read.signature), make_bands(read.signature)
    near = [
        (likeness(read.signature, other.signature), other)
        for other in find_similar(session, row.bands, other_than=row.id)
        if other.signature
    ]
    copies = [other for score, other in near if score >= NEAR_COPY]
    same = [other for score, other in near if score >= _SAME_ARTICLE and other.publisher == row.publisher]
    row.same_as = next((other.id for other in same if other.sequence < row.sequence), None)
    owner, tasks = join_text(session, row, copies[0] if copies else None, place=place)
    findings = [
        replace(finding, origin=owner) if finding.speaker == finding.origin == row.publisher else finding
        for finding in findings
    ]
    return tasks + record_findings(session, row, findings, place=place)


def _find(speakers: Speakers, row: DocumentRow, passage: Passage, *, threshold: float) -> Finding:
    speaker = speakers.resolve(passage.speaker)
    own = passage.origin is not None and passage.origin.name == passage.speaker.name
    candidates = () if speaker else speakers.candidates(passage.speaker)
    stated_on, stated_from = bound(passage.stated, printed_on=row.published_on or date.max)
    inferred = ["speaker", "act", "origin", "proposition", "stated_on"]
    inferred += ["publisher"] if passage.publisher else []
    return Finding(
        start=passage.start,
        end=passage.end,
        quote_start=passage.quote_start,
        quote_end=passage.quote_end,
        speaker=speaker,
        mention=show_mention(passage.speaker, candidates, own_knowledge=own),
        publisher=(passage.publisher and speakers.resolve(passage.publisher)) or row.publisher,
        origin=speaker if own else speakers.find_origin(passage.origin),
        act=passage.act.value,
        proposition=passage.proposition,
        stated_on=stated_on,
        stated_from=stated_from,
        confidence=round(passage.confidence, 4),
        proposed=speaker is None or passage.confidence < threshold,
        inferred=(*inferred, *(field for field in ("language", "published_on") if field in row.inferred)),
    )


def _stands(passage: Passage, text: str, document: str) -> bool:
    """Whether the words stand in the text where the passage says: one that does not is not put on record."""
    stands = 0 <= passage.start <= passage.quote_start < passage.quote_end <= passage.end <= len(text)
    if not stands or passage.end - passage.start > _LONGEST_STATEMENT:
        _log.warning("document %s: a passage at %d to %d is left out", document, passage.start, passage.end)
        return False
    return True
