"""Answers of a relation model that takes long or costs money, kept by what was asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from store.database import Sessions
from store.tables import RelationCacheRow
from verifier.ports import Pair, Scores

_AT_ONCE = 500
"""Rows that one statement reads or writes."""


def make_key(name: str, pair: Pair) -> str:
    """What an answer is kept under: SHA-256 in hex over the model's name and all that it is asked with."""
    content = {
        "name": name,
        "claim": pair.claim,
        "claim_language": pair.claim_language,
        "proposition": pair.proposition,
        "language": pair.language,
        "text": pair.text,
        "speaker": pair.speaker,
        "act": pair.act,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


class RelationCache:
    """Scores by key, in PostgreSQL, each call in a transaction of its own."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def get(self, keys: Collection[str]) -> dict[str, Scores]:
        """The scores that are kept under these keys; none for a key that is not there."""
        found: dict[str, Scores] = {}
        ordered = list(keys)
        if not ordered:
            return found
        with self._sessions.begin() as session:
            for start in range(0, len(ordered), _AT_ONCE):
                query = select(RelationCacheRow).where(RelationCacheRow.key.in_(ordered[start : start + _AT_ONCE]))
                for row in session.scalars(query):
                    found[row.key] = Scores(row.entails, row.contradicts, row.neutral, row.unrelated)
        return found

    def put(self, scores: Mapping[str, Scores]) -> None:
        """Keep scores under their keys. What is there already stays, so that an answer never changes."""
        rows = [
            {
                "key": key,
                "entails": answer.entails,
                "contradicts": answer.contradicts,
                "neutral": answer.neutral,
                "unrelated": answer.unrelated,
            }
            for key, answer in sorted(scores.items())  # in one order, so that two at once do not lock each other out
        ]
        if not rows:
            return
        with self._sessions.begin() as session:
            for start in range(0, len(rows), _AT_ONCE):
                kept = insert(RelationCacheRow).values(rows[start : start + _AT_ONCE])
                session.execute(kept.on_conflict_do_nothing())
