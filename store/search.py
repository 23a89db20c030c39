"""Search over the record by index terms, the same way from claims to statements and back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, Integer, Text, any_, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session

from store.sources import load_sources
from store.statements import to_statement
from store.tables import StatementRow
from verifier.entities import Confirmation, Position, Source, Statement


def shared_terms(column: InstrumentedAttribute[list[str]], terms: Collection[str]) -> ColumnElement[int]:
    """How many of these terms a row has; its terms are distinct."""
    wanted = literal(sorted(terms), ARRAY(Text))
    own = func.unnest(column).table_valued("term").render_derived()
    count = select(func.count()).select_from(own).where(own.c.term == any_(wanted))
    return cast(count.scalar_subquery(), Integer)


class SqlRecord:
    """`verifier.ports.Record` on PostgreSQL, for one claim and one transaction."""

    def __init__(self, session: Session, claim: str) -> None:
        self._session = session
        self._claim = claim
        self._named: set[str] = set()

    def search(self, terms: frozenset[str], *, shared: int, limit: int) -> Sequence[Statement]:
        """See `verifier.ports.Record`. The newest come first among those that share as many terms."""
        if not terms:
            return []
        count = shared_terms(StatementRow.terms, terms)
        query = (
            select(StatementRow)
            .where(
                StatementRow.terms.overlap(sorted(terms)),
                count >= shared,
                StatementRow.status == "interpreted",
                StatementRow.retracted_at.is_(None),
                StatementRow.target_claim.is_(None),
            )
            .order_by(count.desc(), StatementRow.stated_on.desc(), StatementRow.sequence.desc())
            .limit(limit)
        )
        return [self._take(row) for row in self._session.scalars(query)]

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

    def sources(self) -> Mapping[str, Source]:
        """See `verifier.ports.Record`; call it after the others."""
        return load_sources(self._session, self._named)

    def _take(self, row: StatementRow) -> Statement:
        self._named |= {id for id in (row.speaker, row.publisher, row.origin) if id}
        return to_statement(row)
