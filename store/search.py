"""Search over the record by index terms, the same way from claims to statements and back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, Integer, Text, any_, case, cast, func, literal, select, union
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session, undefer

from store.judgements import standing_pins
from store.sources import load_sources
from store.statements import UNACCEPTED, to_statement
from store.tables import StatementRow
from store.vector import likeness
from verifier.candidates import MOST_TERMS, TERM_WEIGHT
from verifier.entities import Confirmation, Pin, Position, Relation, Source, Statement
from verifier.ports import Candidate, Index

_FOUND = (
    StatementRow.status == "interpreted",
    StatementRow.retracted_at.is_(None),
    StatementRow.target_claim.is_(None),
)
"""What a search finds."""


def shared_terms(
    column: InstrumentedAttribute[list[str]], terms: Collection[str], *, least: int | ColumnElement[int] = 1
) -> ColumnElement[int]:
    """How many of these terms a row has, 0 where that is fewer than `least`; its terms are distinct."""
    wanted = literal(sorted(terms), ARRAY(Text))
    own = func.unnest(column).table_valued("term").render_derived()
    count = select(func.count()).select_from(own).where(own.c.term == any_(wanted)).having(func.count() >= least)
    return cast(func.coalesce(count.scalar_subquery(), 0), Integer)


def is_like(
    vectors: InstrumentedAttribute[tuple[float, ...] | None], encoders: InstrumentedAttribute[str | None], index: Index
) -> ColumnElement[float]:
    """How like a row's vector is to another; 0 where there is none of the same encoder."""
    if index.vector is None:
        return literal(0.0)
    return func.coalesce(case((encoders == index.encoder, likeness(vectors, index.vector))), 0.0)


def to_score(shared: ColumnElement[int], likes: ColumnElement[float]) -> ColumnElement[float]:
    """`verifier.candidates.score`."""
    return likes + TERM_WEIGHT * func.least(shared, MOST_TERMS)


class SqlRecord:
    """`verifier.ports.Record` on PostgreSQL, for one claim and one transaction."""

    def __init__(self, session: Session, claim: str) -> None:
        self._session = session
        self._claim = claim
        self._named: set[str] = set()

    def search(self, index: Index, *, shared: int, likeness: float, limit: int) -> Sequence[Candidate]:
        """See `verifier.ports.Record`.

        What is found by its terms is cut off by the score, and the rest, which has no more than its likeness, by that:
        so nothing is cut off that ranks among the first.
        """
        count = shared_terms(StatementRow.terms, index.terms, least=shared)
        like = is_like(StatementRow.vector, StatementRow.encoder, index)
        newest = (StatementRow.stated_on.desc(), StatementRow.sequence.desc())
        searches = [
            select(StatementRow.id)
            .where(*_FOUND, StatementRow.terms.overlap(sorted(index.terms)), count > 0)
            .order_by(to_score(count, like).desc(), *newest)
            .limit(limit)
        ]
        if index.vector is not None:
            searches.append(
                select(StatementRow.id).where(*_FOUND, like >= likeness).order_by(like.desc(), *newest).limit(limit)
            )
        found = union(*(search.subquery().select() for search in searches)).subquery()
        query = (
            select(StatementRow, count, like)
            .join(found, found.c.id == StatementRow.id)
            .options(undefer(StatementRow.vector))
        )
        return [
            Candidate(
                statement=self._take(row),
                index=Index(terms=frozenset(row.terms), vector=row.vector, encoder=row.encoder),
                shared=shares,
                likeness=float(likes),
            )
            for row, shares, likes in self._session.execute(query)
        ]

    def confirmations(self) -> Sequence[Confirmation]:
        """See `verifier.ports.Record`."""
        query = (
            select(StatementRow)
            .where(
                StatementRow.target_claim == self._claim,
                StatementRow.status == "interpreted",
                StatementRow.retracted_at.is_(None),
            )
            .order_by(StatementRow.sequence)
        )
        return [
            Confirmation(statement=self._take(row), position=Position(str(row.position)))
            for row in self._session.scalars(query)
        ]

    def pins(self) -> Sequence[Pin]:
        """See `verifier.ports.Record`."""
        pins = standing_pins(self._claim).subquery()
        query = (
            select(StatementRow, pins.c.value, pins.c.by)
            .join(pins, pins.c.statement == StatementRow.id)
            .where(StatementRow.retracted_at.is_(None), StatementRow.status.not_in(UNACCEPTED))
            .order_by(StatementRow.sequence)
        )
        return [
            Pin(statement=self._take(row), relation=Relation(relation), by=by)
            for row, relation, by in self._session.execute(query)
        ]

    def sources(self) -> Mapping[str, Source]:
        """See `verifier.ports.Record`; call it after the others."""
        return load_sources(self._session, self._named)

    def _take(self, row: StatementRow) -> Statement:
        self._named |= {id for id in (row.speaker, row.publisher, row.origin) if id}
        return to_statement(row)
