"""Claims like another one, or like a text that is not on record, so that nothing is checked twice unawares."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import cast, func, select
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from store.claims import get_claim
from store.identifiers import fold_text
from store.lookup import readings
from store.search import is_like
from store.tables import ClaimRow
from verifier.ports import Index

# Below these a claim is about something else: the cosine of the bundled encoder is 0.8 and more for what says the same,
# in either language, and 0.5 and less for what only has a word or the kind of event in common.
_LEAST_MEANING = 0.6
_LEAST_WORDS = 0.4
_LOOKED_AT = 100


class Likeness(StrEnum):
    """By what one claim is like another."""

    TEXT = "text"
    MEANING = "meaning"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class SimilarClaim:
    """A claim, and how like it is, 0 to 1: 1 for the same text, else the cosine or the share of words in common."""

    row: ClaimRow
    score: float
    by: Likeness


def claims_like(session: Session, id: str, *, limit: int) -> list[SimilarClaim]:
    """The claims most like the one with an id: the same text first, then by meaning as the encoder read it.

    Where no encoder has read it (yet), by words. Raises `NotFoundError`.
    """
    claim = get_claim(session, id)
    found = [*_same_text(session, claim.text, limit, but=id)]
    if claim.vector is None:
        found += _same_words(session, claim.text)
    else:
        like = is_like(
            ClaimRow.vector, ClaimRow.encoder, Index(terms=frozenset(), vector=claim.vector, encoder=claim.encoder)
        )
        query = select(ClaimRow, like).where(like >= _LEAST_MEANING, ClaimRow.folded != claim.folded)
        rows = session.execute(query.order_by(like.desc(), ClaimRow.sequence.desc()).limit(limit))
        found += [SimilarClaim(row, min(float(score), 1.0), Likeness.MEANING) for row, score in rows]
    return found[:limit]


def claims_like_text(session: Session, text: str, *, limit: int) -> list[SimilarClaim]:
    """The claims most like a text: the same text first, then by the words that both have."""
    return [*_same_text(session, text, limit), *_same_words(session, text)][:limit]


def _same_text(session: Session, text: str, limit: int, but: str | None = None) -> Iterator[SimilarClaim]:
    query = select(ClaimRow).where(ClaimRow.folded == fold_text(text), ClaimRow.id != (but or ""))
    for row in session.scalars(query.order_by(ClaimRow.sequence.desc()).limit(limit)):
        yield SimilarClaim(row, 1.0, Likeness.TEXT)


def _same_words(session: Session, text: str) -> list[SimilarClaim]:
    found = []
    for rows, rules in readings(ClaimRow):
        own = set(session.scalar(select(func.tsvector_to_array(func.to_tsvector(rules, text)))) or ())
        if not own:
            continue
        query = cast(_any_of(own), TSQUERY)
        candidates = (
            select(ClaimRow, func.tsvector_to_array(ClaimRow.words))
            .where(rows, ClaimRow.words.bool_op("@@")(query), ClaimRow.folded != fold_text(text))
            .order_by(func.ts_rank(ClaimRow.words, query, 1).desc(), ClaimRow.sequence.desc())
            .limit(_LOOKED_AT)
        )
        for row, words in session.execute(candidates):
            score = len(own.intersection(words)) / len(own.union(words))
            if score >= _LEAST_WORDS:
                found.append(SimilarClaim(row, score, Likeness.WORDS))
    return sorted(found, key=lambda claim: (claim.score, claim.row.sequence), reverse=True)


def _any_of(words: Collection[str]) -> str:
    """A query, as PostgreSQL writes it, that finds what has any of these words."""
    quoted = (word.replace("\\", "\\\\").replace("'", "''") for word in sorted(words))
    return " | ".join(f"'{word}'" for word in quoted)
