"""What the relation model learns from: a premise, a claim, and which kinds of content may be true of them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.accuracy.data import is_held_out
from training.events import Event
from training.parallel import read_rows
from verifier.attribution import attribute
from verifier.cross_encoder import write_premise
from verifier.entities import Act, Content
from verifier.ports import Pair

KINDS = tuple(Content)
"""The order of the network's outputs."""

# Most sentence pairs know no "unrelated": what they call neutral may be either. "Not supports" leaves even more open.
_MEANS = {
    "supports": (Content.ENTAILS,),
    "refutes": (Content.CONTRADICTS,),
    "neutral": (Content.NEUTRAL, Content.UNRELATED),
    "unrelated": (Content.UNRELATED,),
    "not_supports": (Content.CONTRADICTS, Content.NEUTRAL, Content.UNRELATED),
}
_FILES = ("train_en", "train_de", "train_mixed_de_evidence_en_claim", "train_two_way")
_JUDGEMENTS = "judgements"
"""What `secondsource export --judgements` wrote, where somebody has put it there."""


@dataclass(frozen=True, slots=True)
class Example:
    """A premise and a claim; `target` is 1 for each kind of content, as in `KINDS`, that may be the right one.

    Where `soft`, it is a distribution to be matched instead.
    """

    premise: str
    claim: str
    target: tuple[float, ...]
    source: str
    soft: bool = False


def allow(*kinds: Content) -> tuple[float, ...]:
    """The target where one of these kinds is right."""
    return tuple(float(kind in kinds) for kind in KINDS)


def read_pairs(data: Path, without: frozenset[str]) -> list[Example]:
    """The sentence pairs to train on, less the sets left out by name and the headlines that are held out."""
    return [
        Example(str(row["evidence"]), str(row["claim"]), allow(*_MEANS[str(row["label"])]), source)
        for name in (*_FILES, *([_JUDGEMENTS] if (data / "pairs" / f"{_JUDGEMENTS}.jsonl").exists() else []))
        for row in read_rows(data / "pairs" / f"{name}.jsonl")
        if (source := str(row["source"]).split("/")[0]) not in without
        and not (source == "emergent" and is_held_out(str(row["claim"])))
    ]


def make_event_examples(events: Sequence[Event], seed: int) -> list[Example]:
    """Every cell of every event, each statement in every form that the engine may see it in.

    With them, as many cells of two events as there are events times six: what is unrelated.
    """
    order = random.Random(seed)  # noqa: S311 - a shuffle, not a secret
    found = [
        Example(premise, claim["text"], allow(Content(event["content"][claim["id"]][said["id"]])), f"events_{form}")
        for event in events
        for said in event["statements"]
        for form, premise in write_premises(said).items()
        for claim in event["claims"]
    ]
    for event in events:
        for said in event["statements"]:
            form, premise = order.choice(list(write_premises(said).items()))
            other = order.choice([one for one in events if one["id"] != event["id"]])
            claim = order.choice(other["claims"])
            found.append(Example(premise, claim["text"], allow(Content.UNRELATED), f"events_{form}"))
    return found


def write_premises(said: Mapping[str, str]) -> dict[str, str]:
    """A statement as premises: its proposition as written, as the engine reads it, and with all of its text."""
    act = Act(said["act"])
    read = attribute(said["text"], said["lang"], speaker_names=[said["speaker"]], act=act).proposition
    found = {"proposition": said["proposition"]}
    if read:
        found["read"] = read
    found["whole"] = write_premise(
        Pair(
            claim="",
            claim_language="",
            proposition=said["proposition"],
            language=said["lang"],
            text=said["text"],
            speaker=said["speaker"],
            act=act,
        )
    )
    return found


def read_cells(event: Event) -> Iterator[tuple[Mapping[str, str], Mapping[str, str], Content]]:
    """Each statement with each claim of an event, and how its content stands to it."""
    for claim in event["claims"]:
        for said in event["statements"]:
            yield said, claim, Content(event["content"][claim["id"]][said["id"]])
