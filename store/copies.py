"""Documents that carry one text, such as that of an agency: found by their signatures, and given one origin.

The bands of a signature are digests of a few of its numbers each: documents that have a band in common are looked at
(locality-sensitive hashing; Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, chapter 3).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session, undefer

from store.identifiers import new_id
from store.queue import Task, TaskName, enqueue
from store.search import shared_terms
from store.tables import DocumentRow, StatementRow

_ROWS = 3
"""Numbers in a band. Of 128 numbers, two texts that have half of them in common share a band in 99.6 of 100 cases, and
two that have one in fifty in common share one in 3 of 10,000."""
_MOST = 200


def make_bands(signature: Sequence[int]) -> list[str]:
    """The bands of a signature, each with its place."""
    return [
        hashlib.blake2b(repr((start, signature[start : start + _ROWS])).encode(), digest_size=8).hexdigest()
        for start in range(0, len(signature) - _ROWS + 1, _ROWS)
    ]


def find_similar(session: Session, bands: Collection[str], *, other_than: str) -> Sequence[DocumentRow]:
    """The documents likest to be near copies of one with these bands, in the order of recording."""
    query = (
        select(DocumentRow)
        .where(DocumentRow.bands.overlap(list(bands)), DocumentRow.id != other_than)
        .order_by(shared_terms(DocumentRow.bands, bands).desc(), DocumentRow.sequence)
        .limit(_MOST)
        .options(undefer(DocumentRow.signature))
    )
    return sorted(session.scalars(query), key=lambda row: row.sequence)


def join_text(session: Session, row: DocumentRow, first: DocumentRow | None, *, place: int) -> tuple[str, list[Task]]:
    """Say that a document carries the text of an earlier one, or one of its own.

    Returns the id of the source whose text it is: the agency that one of the documents that carry it names, otherwise
    whoever printed it first. What the outlets say themselves in it is what that source knows. Where this document makes
    it another one, their statements on record are given that origin and queued, at this `place`.
    """
    row.shared_text = first.shared_text if first else new_id("text")
    session.flush()
    carriers = session.scalars(
        select(DocumentRow).where(DocumentRow.shared_text == row.shared_text).order_by(DocumentRow.sequence)
    ).all()
    before, now = _owner([carrier for carrier in carriers if carrier is not row]), _owner(carriers)
    if before in (None, now):
        return str(now), []
    changed = session.scalars(
        update(StatementRow)
        .where(
            StatementRow.shared_text == row.shared_text,
            StatementRow.origin == before,
            StatementRow.inferred.contains(["origin"]),
        )
        .values(origin=now)
        .returning(StatementRow.id)
    ).all()
    causes = [f"document:{row.id}"]
    return str(now), enqueue(session, TaskName.INTERPRET_STATEMENT, changed, causes=causes, place=place)


def _owner(carriers: Sequence[DocumentRow]) -> str | None:
    """Whose text it is that documents carry, given in the order of recording."""
    agencies = (carrier.agency for carrier in carriers if carrier.agency)
    return next(agencies, carriers[0].publisher if carriers else None)
