"""How the network's word is weighed against the score of the search: `verifier.cross_encoder.Fusion`, fitted.

On events that the network was not trained on: each claim with the statements of its own event and with those of the
others that the search ranks highest, which is what the verifier will hold against it.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.events import Event
from training.examples import KINDS, read_cells
from verifier.attribution import attribute
from verifier.candidates import MOST_TERMS, NEAREST, TERM_WEIGHT, expand
from verifier.cross_encoder import CrossEncoderRelation
from verifier.entities import Act, Content, Relation
from verifier.frames import read_frame
from verifier.ports import Index, Pair
from verifier.sentence_encoder import SentenceEncoder
from verifier.terms import index_terms

_EVENTS = 110
_OTHERS = 14
_STEPS = 600
_DECAY = 1e-3
_LEAST = 1e-4
_SEED = 3

Numbers = NDArray[np.float64]


def fit_fusion(
    events: Sequence[Event],
    dossiers: Sequence[Mapping[str, Any]],
    model: CrossEncoderRelation,
    encoder: SentenceEncoder,
) -> dict[str, object]:
    """What `secondsource.json` has under `fusion`; `dossiers` are labelled rumours as they are met."""
    pairs, labels = gather(events, encoder)
    logs = np.log(model.read(pairs).astype(np.float64) + _LEAST)
    scores = np.array([[pair.found] for pair in pairs], dtype=np.float64)
    network, weights = regress(logs, np.hstack([scores, np.ones_like(scores)]), labels)
    return {
        "network": round(network, 3),
        "bias": [round(float(part), 3) for part in weights[1]],
        "score": [round(float(part), 3) for part in weights[0]],
        "polarity": round(lean_of_dossiers(dossiers) - lean_of_events(events), 2),
    }


def lean_of_events(events: Sequence[Event]) -> float:
    """Log-odds that content which takes a side takes the claim's, or the other one where the claim is a negation."""
    sides = [
        (content is Content.ENTAILS) != read_frame(claim["text"], claim["lang"]).is_negated
        for event in events
        for _, claim, content in read_cells(event)
        if content in (Content.ENTAILS, Content.CONTRADICTS)
    ]
    return _log_odds(sides)


def lean_of_dossiers(dossiers: Sequence[Mapping[str, Any]]) -> float:
    """The same for rumours: a statement that denies what it is about and refutes the claim is about the claim."""
    sides = [
        ((relation == Relation.SUPPORTS) != (acts[said] == Act.DENY))
        != read_frame(claim["text"], claim["language"]).is_negated
        for dossier in dossiers
        for acts in [{one["id"]: one["act"] for one in dossier["statements"]}]
        for claim in dossier["claims"]
        for said, relation in claim["relations"].items()
        if relation in (Relation.SUPPORTS, Relation.REFUTES)
    ]
    return _log_odds(sides)


def _log_odds(sides: Sequence[bool]) -> float:
    return math.log(sum(sides) / (len(sides) - sum(sides)))


def gather(events: Sequence[Event], encoder: SentenceEncoder) -> tuple[list[Pair], NDArray[np.int64]]:
    """Claims with the statements that a search over all events would find for them, and what each pair is."""
    order = list(events)
    random.Random(_SEED).shuffle(order)  # noqa: S311 - a shuffle, not a secret
    said = [(event["id"], one) for event in order for one in event["statements"]]
    vectors = np.array(encoder.encode([f"{one['speaker']}: {one['text']}" for _, one in said]))
    terms = [index_terms(one["text"], one["lang"]) for _, one in said]
    pairs, labels = [], []
    for event in order[:_EVENTS]:
        for claim in event["claims"]:
            own = Index(terms=index_terms(claim["text"], claim["lang"]), vector=encoder.encode([claim["text"]])[0])
            found, scores = _search(own, vectors, terms)
            ranked = np.argsort(-scores)
            others = [row for row in ranked if said[row][0] != event["id"]][:_OTHERS]
            for row in [*(row for row in ranked if said[row][0] == event["id"]), *others]:
                pairs.append(_pair(claim, said[row][1], float(found[row])))
                is_own = said[row][0] == event["id"]
                label = event["content"][claim["id"]][said[row][1]["id"]] if is_own else Content.UNRELATED
                labels.append(KINDS.index(Content(label)))
    return pairs, np.array(labels)


def _search(own: Index, vectors: Numbers, terms: Sequence[frozenset[str]]) -> tuple[Numbers, Numbers]:
    """For each statement, its score by a claim's own index and by the expanded one (`verifier.candidates`)."""

    def score(index: Index) -> Numbers:
        shares = np.array([min(len(index.terms & known), MOST_TERMS) for known in terms])
        found: Numbers = vectors @ np.array(index.vector) + TERM_WEIGHT * shares
        return found

    found = score(own)
    nearest = np.argsort(-found)[:NEAREST]
    known = [Index(terms=terms[row], vector=tuple(vectors[row].tolist())) for row in nearest]
    return found, score(expand(own, known))


def _pair(claim: dict[str, str], said: dict[str, str], score: float) -> Pair:
    act = Act(said["act"])
    read = attribute(said["text"], said["lang"], speaker_names=[said["speaker"]], act=act).proposition
    return Pair(
        claim=claim["text"],
        claim_language=claim["lang"],
        proposition=read or said["proposition"],
        language=said["lang"],
        text=said["text"],
        speaker=said["speaker"],
        act=act,
        found=score,
    )


def regress(logs: Numbers, others: Numbers, labels: NDArray[np.int64]) -> tuple[float, Numbers]:
    """A weight for the network's log probabilities, and one a kind for each other column, by Adam on the likelihood."""
    wanted = np.eye(len(KINDS))[labels]
    values = [np.array([1.0]), np.zeros((others.shape[1], len(KINDS)))]
    means, squares = [value * 0 for value in values], [value * 0 for value in values]
    for step in range(1, _STEPS + 1):
        logits = values[0] * logs + others @ values[1]
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        error = (shares / shares.sum(axis=1, keepdims=True) - wanted) / len(labels)
        slopes = [np.array([(error * logs).sum()]), others.T @ error + _DECAY * values[1]]
        for at, slope in enumerate(slopes):
            means[at] = 0.9 * means[at] + 0.1 * slope
            squares[at] = 0.999 * squares[at] + 0.001 * slope * slope
            rate = 0.03 * (means[at] / (1 - 0.9**step)) / (np.sqrt(squares[at] / (1 - 0.999**step)) + 1e-8)
            values[at] = values[at] - rate
    return float(values[0][0]), values[1]
