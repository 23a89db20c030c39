"""Full text: what a person finds by words, in any of their forms, and where in a text they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeAlias, cast

from sqlalchemy import ColumnElement, Select, case, func, literal_column, or_, select
from sqlalchemy.orm import Session

from store.errors import FieldError
from store.paging import like
from store.tables import ClaimRow, StatementRow

Row: TypeAlias = ClaimRow | StatementRow
Table: TypeAlias = type[ClaimRow] | type[StatementRow]

# By which rules of PostgreSQL the words of a language are read; the same as in the column `words`.
_RULES = {"de": "german", "en": "english"}
_OTHER = "simple"
# Characters that no text on record has.
_START, _STOP = "\x02", "\x03"
_MARKS = f"StartSel={_START},StopSel={_STOP}"
_WHOLE = f"{_MARKS},HighlightAll=true"
_PIECES = f"{_MARKS},MaxFragments=2,MinWords=15,MaxWords=35,FragmentDelimiter= … "
_SHORT = 250


@dataclass(frozen=True, slots=True)
class Hit:
    """A claim or statement that was found: how well it fits, and the piece of its text that does.

    `highlights` are the characters from and to which a word of the snippet was looked for.
    """

    row: Row
    score: float
    snippet: str
    highlights: tuple[tuple[int, int], ...]


def mentions(table: Table, text: str) -> ColumnElement[bool]:
    """Whether a row has these words, or has this very piece of text: part of a word, or a percent sign."""
    return or_(_match(table, text), table.text.ilike(like(text), escape="\\"))


def look_up(
    session: Session,
    q: str,
    *,
    kind: str | None = None,
    language: str | None = None,
    speaker: str | None = None,
    since: date | None = None,
    until: date | None = None,
    limit: int = 50,
) -> list[Hit]:
    """What has these words, the best first, and of two that are level the newest.

    `q` is written as for a search engine on the web: all words, "a phrase", or, -without. The days are those on which
    a statement was made and a claim submitted. Raises `FieldError` where a speaker is asked for among claims.
    """
    if speaker and kind == "claim":
        raise FieldError("speaker", "must not be given for claims: nobody is on record as having made them")
    scored: list[tuple[float, Row]] = []
    if kind != "claim":
        statements = select(StatementRow).where(_match(StatementRow, q))
        if speaker:
            statements = statements.where(StatementRow.speaker == speaker)
        if since:
            statements = statements.where(StatementRow.stated_on >= since)
        if until:
            statements = statements.where(StatementRow.stated_on <= until)
        scored += _read(session, statements, StatementRow, q=q, language=language, limit=limit)
    if kind != "statement" and not speaker:
        claims = select(ClaimRow).where(_match(ClaimRow, q))
        if since:
            claims = claims.where(ClaimRow.created_at >= _begin(since))
        if until:
            claims = claims.where(ClaimRow.created_at < _begin(until) + timedelta(days=1))
        scored += _read(session, claims, ClaimRow, q=q, language=language, limit=limit)
    scored.sort(key=lambda found: (found[0], found[1].created_at), reverse=True)
    best = scored[:limit]
    snippets = {table: _cut_snippets(session, table, q, best) for table in (ClaimRow, StatementRow)}
    return [Hit(row, score, *_read_marks(snippets[type(row)][row.id])) for score, row in best]


def _read(
    session: Session, query: Select[Any], table: Table, *, q: str, language: str | None, limit: int
) -> Iterator[tuple[float, Row]]:
    if language:
        query = query.where(table.language == language)
    score = _rank(table, q)
    for row, found in session.execute(
        query.add_columns(score).order_by(score.desc(), table.sequence.desc()).limit(limit)
    ):
        yield found, row


def readings(table: Table) -> Iterator[tuple[ColumnElement[bool], ColumnElement[Any]]]:
    """For each way in which texts are read, which rows it is for, and the name of its rules."""
    for language, rules in _RULES.items():
        yield table.language == language, literal_column(f"'{rules}'::regconfig")
    yield or_(table.language.is_(None), table.language.not_in(_RULES)), literal_column(f"'{_OTHER}'::regconfig")


def _match(table: Table, q: str) -> ColumnElement[bool]:
    return or_(
        *(rows & table.words.bool_op("@@")(func.websearch_to_tsquery(rules, q)) for rows, rules in readings(table))
    )


def _of_reading(table: Table, make: Callable[[ColumnElement[Any]], ColumnElement[Any]]) -> ColumnElement[Any]:
    """What is made for each row by the rules by which it is read."""
    return case(*((rows, make(rules)) for rows, rules in readings(table)))


def _rank(table: Table, q: str) -> ColumnElement[float]:
    """How well a row fits; a short text that has the words fits better than a long one."""
    return _of_reading(table, lambda rules: func.ts_rank(table.words, func.websearch_to_tsquery(rules, q), 1))


def _cut_snippets(session: Session, table: Table, q: str, found: Sequence[tuple[float, Row]]) -> dict[str, str]:
    ids = [row.id for _, row in found if isinstance(row, table)]
    options = case((func.length(table.text) <= _SHORT, _WHOLE), else_=_PIECES)
    snippet = _of_reading(
        table, lambda rules: func.ts_headline(rules, table.text, func.websearch_to_tsquery(rules, q), options)
    )
    rows = session.execute(select(table.id, snippet).where(table.id.in_(ids))).all() if ids else []
    return {id: cast(str, text) for id, text in rows}


def _read_marks(marked: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A snippet without its marks, and where they were."""
    plain, highlights = "", []
    for part in re.split(f"({_START}[^{_STOP}]*{_STOP})", marked):
        text = part.strip(_START + _STOP)
        if text != part:
            highlights.append((len(plain), len(plain) + len(text)))
        plain += text
    return plain, tuple(highlights)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
