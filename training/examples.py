"""What the relation model learns from: a premise, a claim, and which kinds of content may be true of them.

Or a statement, who made it, and which act it is; or a text, what is quoted in it, and who says that.
"""

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
from verifier.speech_model import begin_quote

KINDS = tuple(Content)
"""The order of the network's outputs."""
ACTS = tuple(Act)
"""The order of those of its other head."""

# Most sentence pairs know no "unrelated": what they call neutral may be either. "Not supports" leaves even more open.
_MEANS = {
    "supports": (Content.ENTAILS,),
    "refutes": (Content.CONTRADICTS,),
    "neutral": (Content.NEUTRAL, Content.UNRELATED),
    "unrelated": (Content.UNRELATED,),
    "not_supports": (Content.CONTRADICTS, Content.NEUTRAL, Content.UNRELATED),
}
_FILES = ("train_en", "train_de", "train_mixed_de_evidence_en_claim", "train_two_way")
_LONG = 8  # statements
_JUDGEMENTS = "judgements"
"""What `secondsource export --judgements` wrote, where somebody has put it there."""


@dataclass(frozen=True, slots=True)
class Example:
    """A premise and a claim; `target` is 1 for each kind of content, as in `KINDS`, that may be the right one.

    Where `soft`, it is a distribution to be matched instead. Where there is an `act`, the premise is the text of a
    statement, the claim is the name of its speaker, and there is no target. Where there are `speakers`, the claim is
    what somebody says in the premise, and they are the places (character offsets) where that one is named: no place,
    nobody is.
    """

    premise: str
    claim: str
    target: tuple[float, ...]
    source: str
    soft: bool = False
    act: int | None = None
    speakers: tuple[tuple[int, int], ...] | None = None

    @property
    def head(self) -> int:
        """Which output of the network it is for."""
        return 2 if self.speakers is not None else int(self.act is not None)


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


def read_taught(path: Path) -> list[Example]:
    """Pairs with the probabilities that another network gives to the kinds, as `training.teach` writes them."""
    return [
        Example(str(row["premise"]), str(row["claim"]), tuple(row["target"]), str(row["source"]), soft=True)
        for row in read_rows(path)
    ]


def make_event_examples(events: Sequence[Event], seed: int) -> list[Example]:
    """Every cell of every event, each statement in every form that the engine may see it in.

    With them, as many cells of two events as there are events times six: what is unrelated.
    """
    order = random.Random(seed)  # noqa: S311 - a shuffle, not a secret
    found = [
        Example(
            premise, claim["text"], allow(Content(event["content"][claim["id"]][said["id"]])), name_source(event, form)
        )
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
            found.append(Example(premise, claim["text"], allow(Content.UNRELATED), name_source(event, form)))
    return found


def name_source(event: Event, form: str) -> str:
    """What the examples of an event are called: long ones are affairs, some of them in the manner of the wires."""
    if str(event["id"]).startswith("wire-"):
        return f"wire_{form}"
    return f"affairs_{form}" if len(event["statements"]) > _LONG else f"events_{form}"


def make_act_examples(events: Sequence[Event]) -> list[Example]:
    """Every statement of every event, with its speaker and its act."""
    return [
        Example(said["text"], said["speaker"], allow(), "acts", act=ACTS.index(Act(said["act"])))
        for event in events
        for said in event["statements"]
    ]


def read_quotes(data: Path, without: frozenset[str], part: str = "train") -> list[Example]:
    """Quotations in their texts, with the places of their speakers, less the sets left out by name."""
    return [
        Example(
            str(row["text"]),
            begin_quote(row["text"], *min(row["quote_spans"])),
            allow(),
            f"quotes_{language}",
            speakers=tuple((start, end) for start, end in row["speaker_spans"]),
        )
        for language in ("en", "de")
        if f"quotes_{language}" not in without
        for row in read_rows(data / "quotes" / f"{language}_{part}.jsonl")
        if row["quote_spans"]
    ]


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
