"""Candidates: whether the search over the record finds the statements that speak to a claim."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from sqlalchemy import insert

from benchmarks.accuracy.progress import follow
from benchmarks.accuracy.scores import Value
from benchmarks.dossiers import Pool, read_claims
from store.database import Sessions
from store.tables import SourceRow, StatementRow
from verifier.entities import Relation, Source
from verifier.ports import Record
from verifier.verifier import Verifier

TOP = 20
_AT_ONCE = 200


def measure_recall(pool: Pool, open_record: Callable[[str], Record], verifier: Verifier) -> Value:
    """Share of all statements that are not unrelated to a claim which are among its first `TOP` candidates.

    `open_record` gives the record for the claim with an id. What was said after the claim's date takes up places too.
    """
    wanted = found = 0
    for id, claim in read_claims(pool).items():
        speaking = {key for key, relation in pool.relations[id].items() if relation is not Relation.UNRELATED}
        record = open_record(id)
        candidates = verifier.search(verifier.expand(verifier.index(claim.text, claim.language), record), record)
        wanted += len(speaking)
        found += len(speaking & {one.statement.id for one in candidates[:TOP]})
    return Value(wanted, found / wanted)


def add_distractors(sessions: Sessions, texts: Sequence[tuple[str, str]], verifier: Verifier) -> None:
    """Puts statements that have nothing to do with any claim into the database, as if workers had read them."""
    source = Source(id="distractor", name="")
    batches = [texts[start : start + _AT_ONCE] for start in range(0, len(texts), _AT_ONCE)]
    with sessions.begin() as session:
        session.add(SourceRow(id=source.id, name="distractor"))
    number = 0
    for batch in follow(batches, "distractors"):
        rows = []
        for text, language in batch:
            number += 1
            index = verifier.index(text, language)
            rows.append(
                {"id": f"distractor-{number}", "speaker": source.id, "text": text, "language": language}
                | {"stated_on": date(2000, 1, 1), "act": "assert", "proposition": text, "status": "interpreted"}
                | {"quote_start": 0, "quote_end": len(text), "terms": sorted(index.terms)}
                | {"vector": index.vector, "encoder": index.encoder}
            )
        with sessions.begin() as session:
            session.execute(insert(StatementRow), rows)
