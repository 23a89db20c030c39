"""What is found in a document, put on record: new statements, and what becomes of those of an earlier version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import Session

from store.documents import statements_of
from store.identifiers import new_id
from store.queue import Task, TaskName, enqueue
from store.tables import DocumentRow, StatementRow

# Share of their words that two passages have in common where one is taken for the corrected form of the other.
_CORRECTED = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A statement as it was found in a document, at offsets of its text; the sources are ids.

    `speaker` is None where it is not clear who is meant, and `mention` tells how the document names him or her.
    `stated_on` is the last day on which it may have been said and `stated_from` the first, None where that is not
    known. It is `proposed` where a person is to look at it before it counts.
    """

    start: int
    end: int
    quote_start: int
    quote_end: int
    speaker: str | None
    mention: dict[str, Any]
    publisher: str
    origin: str | None
    act: str
    proposition: str
    stated_on: date
    stated_from: date | None
    confidence: float
    proposed: bool
    inferred: tuple[str, ...]


def record_findings(session: Session, document: DocumentRow, findings: Sequence[Finding], *, place: int) -> list[Task]:
    """Put what was found in a document's text on record; gives what is to be done about it, at this `place`.

    What an earlier version had in the same words stays as it is; what it had in other words is superseded, and what is
    in the text no more is retracted. What a document of the same publisher has in the same words, where this one
    repeats that, is not recorded again.
    """
    text = document.text or ""
    old = _Rows(statements_of(session, document.id))
    elsewhere = _Rows(statements_of(session, document.same_as) if document.same_as else ())
    fresh, moved = [], []
    for finding in findings:
        if row := old.take(text, finding):
            moved += [row.id] if _move(row, document, finding) else []
        elif not elsewhere.take(text, finding):
            fresh.append(finding)
    tasks = enqueue(session, TaskName.INTERPRET_STATEMENT, moved, causes=[f"document:{document.id}"], place=place)
    rows = []
    for finding in fresh:
        before = old.take_corrected(text, finding)
        row = _add(session, document, finding, supersedes=before)
        rows.append(row)
        if before:
            tasks += _retire(session, before, f"superseded by {row.id} in a later version of {document.id}", place)
    for row in old.left():
        tasks += _retire(session, row, f"a later version of {document.id} has it no more", place)
    session.flush()
    for row in rows:
        if row.status == "queued":
            causes = [f"statement:{row.id}"]
            tasks += enqueue(session, TaskName.INTERPRET_STATEMENT, [row.id], causes=causes, place=place)
    return tasks


class _Rows:
    """Statements on record, each to be taken once by what was found in the same or in corrected words."""

    def __init__(self, rows: Iterable[StatementRow]) -> None:
        self._rows = list(rows)

    def take(self, text: str, finding: Finding) -> StatementRow | None:
        """The one with the same words and day, sooner of the same speaker: a person may have named another."""
        words, quote = text[finding.start : finding.end], text[finding.quote_start : finding.quote_end]
        same = [
            row
            for row in self._rows
            if row.text == words and row.text[row.quote_start : row.quote_end] == quote and _same_day(row, finding)
        ]
        same.sort(key=lambda row: row.speaker != finding.speaker)
        return self._take(same)

    def take_corrected(self, text: str, finding: Finding) -> StatementRow | None:
        """The one of the same speaker whose words are most like those that were found, if they are like enough."""
        words = text[finding.start : finding.end]
        like = [(_likeness(row.text, words), row) for row in self._rows if row.speaker == finding.speaker]
        best = sorted((item for item in like if item[0] >= _CORRECTED), key=lambda item: -item[0])
        return self._take([row for _, row in best])

    def left(self) -> Sequence[StatementRow]:
        """Those that nothing has taken."""
        return self._rows

    def _take(self, rows: Sequence[StatementRow]) -> StatementRow | None:
        if not rows:
            return None
        self._rows.remove(rows[0])
        return rows[0]


def _same_day(row: StatementRow, finding: Finding) -> bool:
    if "stated_on" not in row.inferred:
        return True
    return (row.stated_on, row.stated_from) == (finding.stated_on, finding.stated_from)


def _likeness(one: str, other: str) -> float:
    words, others = set(one.casefold().split()), set(other.casefold().split())
    return len(words & others) / max(1, len(words | others))


def _add(session: Session, document: DocumentRow, finding: Finding, supersedes: StatementRow | None) -> StatementRow:
    row = StatementRow(
        id=new_id("statement"),
        speaker=finding.speaker,
        publisher=finding.publisher,
        origin=finding.origin,
        text=(document.text or "")[finding.start : finding.end],
        language=document.language,
        stated_on=finding.stated_on,
        stated_from=finding.stated_from,
        published_on=document.published_on,
        url=document.url,
        act=finding.act,
        proposition=finding.proposition,
        quote_start=finding.quote_start - finding.start,
        quote_end=finding.quote_end - finding.start,
        inferred=list(finding.inferred),
        status="proposed" if finding.proposed else "queued",
        document=document.id,
        document_start=finding.start,
        document_end=finding.end,
        confidence=finding.confidence,
        mention=finding.mention,
        supersedes=supersedes.id if supersedes else None,
        shared_text=document.shared_text,
    )
    session.add(row)
    session.flush()  # one by one: the order of recording is that of the text
    return row


def _move(row: StatementRow, document: DocumentRow, finding: Finding) -> bool:
    """Say where an unchanged statement stands now; True where whose knowledge it is has changed."""
    row.document_start, row.document_end, row.shared_text = finding.start, finding.end, document.shared_text
    if row.origin == finding.origin or "origin" not in row.inferred or row.speaker != finding.speaker:
        return False
    row.origin = finding.origin
    return row.status in ("queued", "interpreted")


def _retire(session: Session, row: StatementRow, reason: str, place: int) -> list[Task]:
    """Stop a statement from counting that the document has no more, and from being shown with it."""
    row.document_start = row.document_end = None
    if row.retracted_at:
        return []
    row.retracted_at, row.retraction_reason = func.clock_timestamp(), reason
    session.flush()
    causes = [f"retraction:{row.id}"]
    return enqueue(session, TaskName.INTERPRET_STATEMENT, [row.id], causes=causes, place=place)
