"""Verdicts on dossiers: how many are right, and what misled those that are not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.accuracy.progress import follow
from benchmarks.accuracy.scores import Counts
from benchmarks.dossiers import Pool, load_record, read_claims
from verifier.entities import Label, Relation, Verdict
from verifier.verifier import Verifier

FAILED = "failed"
"""What is given where the check could not be carried out: never right."""

LABELS = tuple(label.value for label in Label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearing:
    """One statement as it was taken to bear on a claim."""

    statement: str
    relation: Relation
    score: float
    act: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was given for a claim: a label, or `FAILED`, with what it rests on."""

    given: str
    confidence: float = 0.0
    evidence: tuple[Bearing, ...] = ()


Answers = Mapping[str, Answer]
"""The answer for each claim, by its id."""


def answer_in_memory(pool: Pool, verifier: Verifier, what: str) -> dict[str, Answer]:
    """The answer for each claim of a pool, over a record in memory."""
    record = load_record(pool, verifier)
    claims = list(read_claims(pool).items())
    return {id: from_verdict(verifier.verify(claim, record)) for id, claim in follow(claims, what)}


def from_verdict(verdict: Verdict) -> Answer:
    """The answer that a verdict is."""
    evidence = tuple(
        Bearing(
            statement=item.statement.id,
            relation=item.relation,
            score=item.score,
            act=item.statement.act.value,
            quote=item.quote,
        )
        for item in verdict.evidence
    )
    return Answer(given=verdict.label.value, confidence=verdict.confidence, evidence=evidence)


def from_resource(claim: Mapping[str, Any]) -> Answer:
    """The answer that a claim carries, as the HTTP interface shows it."""
    verdict = claim["verdict"]
    if claim["status"] != "verified" or verdict is None:
        return Answer(given=FAILED)
    evidence = tuple(
        Bearing(
            statement=item["statement"],
            relation=Relation(item["relation"]),
            score=item["score"],
            act=item["act"],
            quote=item["quote"],
        )
        for item in verdict["evidence"]
    )
    return Answer(given=verdict["label"], confidence=verdict["confidence"], evidence=evidence)


def count_verdicts(pool: Pool, answers: Answers) -> Counts:
    """How often each labelled verdict was taken for which."""
    return Counter((label.value, answers[id].given) for id, label in pool.labels.items())


def read_confidences(pool: Pool, answers: Answers) -> list[tuple[float, bool]]:
    """The confidence of each verdict, and whether it is right. A failed check has no verdict."""
    return [
        (answers[id].confidence, answers[id].given == label.value)
        for id, label in pool.labels.items()
        if answers[id].given != FAILED
    ]


def find_differences(one: Answers, other: Answers) -> list[str]:
    """Ids of the claims for which two runs give other labels."""
    return [id for id in one if one[id].given != other[id].given]


def show_confusion(counts: Counts) -> list[str]:
    """The lines of a confusion matrix."""
    columns = [*LABELS, *([FAILED] if any(given == FAILED for _, given in counts) else [])]
    lines = ["labelled \\ given".ljust(17) + "".join(name.rjust(13) for name in columns)]
    lines += [label.ljust(17) + "".join(str(counts[label, given]).rjust(13) for given in columns) for label in LABELS]
    return lines


def show_misses(pool: Pool, answers: Answers) -> Iterator[str]:
    """Each claim with a wrong verdict, as lines, and the statements that were taken for something else than they are.

    Where a labeller says nothing about a statement, it is of another dossier: unrelated.
    """
    claims, texts = read_claims(pool), {item["id"]: item["text"] for item in pool.statements}
    for id, label in pool.labels.items():
        answer = answers[id]
        if answer.given == label.value:
            continue
        yield f"{id} (as of {claims[id].as_of}): {label.value} was taken for {answer.given}"
        yield f"  {claims[id].text}"
        taken = {item.statement: item for item in answer.evidence}
        labelled = pool.relations[id]
        for statement in sorted({*taken, *labelled}) if labelled else sorted(taken):
            expected = labelled.get(statement, Relation.UNRELATED) if labelled else None
            found = taken.get(statement)
            if expected is not (found.relation if found else Relation.UNRELATED):
                yield f"  {statement}: {_tell(found)}{f', labelled {expected}' if expected else ''}"
                yield f"    {found.quote if found else texts[statement]}"


def _tell(found: Bearing | None) -> str:
    return f"{found.relation} ({found.score:.2f}, {found.act})" if found else "not found, or unrelated"
