"""News sentences as examples: what is near a claim, often in its words, and does not say it.

Public sentence pairs and events of six statements hold few of those that a search brings up. Here each sentence of the
translated news and of the quotations meets the sentences nearest to it, its own translation, and its translation with a
number or a name changed.
"""

from __future__ import annotations

import argparse
import logging
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from training.consistency import find_neighbours
from training.evaluation import SimilaritySet
from training.events import Event
from training.examples import Example, allow, write_premises
from training.parallel import read_rows, read_translations
from verifier.entities import Content
from verifier.sentence_encoder import SentenceEncoder

_TOO_ALIKE = 0.8  # nearer sentences may well say the same
_SAME, _CHANGED = 0.25, 0.25  # shares of sentences that meet themselves; the others meet a neighbour
_LEAST_WORDS, _MOST_WORDS = 5, 45
_WORD = re.compile(r"[^\W\d_][\w-]*")
_NUMBER = re.compile(r"(?<![\w.,])\d{1,4}(?![\w.,]*\d)")
_CONJUNCTIONS = re.compile(r"^(that|dass|daß)\s+", re.IGNORECASE)

log = logging.getLogger("training.relation")


@dataclass(frozen=True, slots=True)
class Sentence:
    """What one sentence says: `forms` are its languages, or a quotation with what is quoted."""

    forms: tuple[str, ...]
    names: frozenset[str]

    def has_right_length(self) -> bool:
        """Whether it is neither a fragment nor a paragraph."""
        return all(_LEAST_WORDS <= len(form.split()) <= _MOST_WORDS for form in self.forms)


class News:
    """Sentences of news and those nearest to each, and the claims of other events nearest to each statement."""

    def __init__(self, options: argparse.Namespace, events: Sequence[Event]) -> None:
        self.sentences = read_sentences(options)
        encoder = SentenceEncoder(options.search)  # of the search: near is what it would bring up
        log.info("reading %d sentences of news", len(self.sentences))
        vectors = np.array(encoder.encode([one.forms[-1] for one in self.sentences]), np.float32)
        self.nearest = find_neighbours(vectors)
        self.likeness = np.einsum("ik,ijk->ij", vectors, vectors[self.nearest])
        self.said = [(event["id"], one) for event in events for one in event["statements"]]
        self.claims = [(event["id"], one) for event in events for one in event["claims"]]
        statements = np.array(encoder.encode([one["proposition"] for _, one in self.said]), np.float32)
        claims = np.array(encoder.encode([one["text"] for _, one in self.claims]), np.float32)
        said_in, claimed_in = (np.array([event for event, _ in items]) for items in (self.said, self.claims))
        likeness = np.where(said_in[:, None] == claimed_in, -1.0, statements @ claims.T)
        self.other_claims = np.argsort(-likeness, axis=1)[:, :15]

    def make_examples(self, seed: int) -> list[Example]:
        """One example a sentence, and two a statement of an event."""
        order = random.Random(seed)  # noqa: S311 - a shuffle, not a secret
        found = [one for row in range(len(self.sentences)) if (one := self._make_example(row, order))]
        for (_, said), near in zip(self.said, self.other_claims, strict=True):
            for number in order.sample(list(near), 2):
                form, premise = order.choice(list(write_premises(said).items()))
                claim = self.claims[number][1]["text"]
                found.append(Example(premise, claim, allow(Content.UNRELATED), f"events_{form}"))
        return found

    def _make_example(self, row: int, order: random.Random) -> Example | None:
        sentence, chance = self.sentences[row], order.random()
        premise, claim = order.sample(sentence.forms, 2)
        if chance < _SAME:
            premise, claim = sentence.forms if len(sentence.forms[1]) < len(sentence.forms[0]) else (premise, claim)
            return Example(premise, claim, allow(Content.ENTAILS), "news_same")
        near = int(order.randrange(self.nearest.shape[1]))
        other = self.sentences[int(self.nearest[row][near])]
        if chance < _SAME + _CHANGED and (changed := change(claim, sentence.names, other.names, order)):
            return Example(premise, changed, allow(Content.CONTRADICTS, Content.NEUTRAL), "news_changed")
        if self.likeness[row][near] > _TOO_ALIKE:
            return None
        claim = order.choice(other.forms)
        return Example(premise, claim, allow(Content.NEUTRAL, Content.UNRELATED), "news_near")


def read_sentences(options: argparse.Namespace) -> list[Sentence]:
    """The translated news and the quotations to train on, less what is left out by name or held out."""
    without = frozenset(options.without)
    held_out = SimilaritySet(options.data).held_out()
    translations = read_translations(options.data, held_out=held_out, without=without)
    found = [
        Sentence((one.english, one.german), find_names(one.english) & find_names(one.german))
        for one in translations
        if one.source == "parallel_wmt"
    ]
    for language in ("en", "de"):
        if f"quotes_{language}" in without:
            continue
        for row in read_rows(options.data / "quotes" / f"{language}_train.jsonl"):
            text, quote = str(row["text"]), _CONJUNCTIONS.sub("", str(row["quote"]))
            names = find_names(quote) if language == "en" else frozenset()
            found.append(Sentence((text, quote), names))
    return [one for one in dict.fromkeys(found) if one.has_right_length()]


def find_names(text: str) -> frozenset[str]:
    """Capitalised words that do not begin the sentence: names in English, and in German those that the English has."""
    words = [match.group() for match in _WORD.finditer(text)][1:]
    return frozenset(word for word in words if word[0].isupper() and len(word) > 3)


def change(claim: str, own: frozenset[str], others: frozenset[str], order: random.Random) -> str | None:
    """The claim with another number, or with a name of another sentence in the place of one of its own."""
    numbers = list(_NUMBER.finditer(claim))
    if numbers:
        one = order.choice(numbers)
        value = int(one.group())
        instead = order.choice([value * 2 + 1, value + order.randint(1, 9), max(1, value // 2 - 1)])
        if instead != value:
            return claim[: one.start()] + str(instead) + claim[one.end() :]
    present = sorted(name for name in own if name in claim)
    foreign = sorted(others - own)
    if not present or not foreign:
        return None
    return claim.replace(order.choice(present), order.choice(foreign))
