"""Teaches the encoder what a search is for: `python -m training.retrieval --data DIR --model FILE --out DIR`.

A claim has to be nearer to the statements that have to do with it, whatever they say of it and in either language, than
to those of other events, to those of the same event about something else and to what is said in the news (contrast
within each step; Karpukhin et al. 2020, with several right passages a question). Translations keep the vectors that
they have: what the encoder knew already is not to be lost.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

from training.batches import learning_rate
from training.evaluation import SimilaritySet
from training.events import Event, split_events
from training.examples import read_pairs, read_quotes
from training.export import export_encoder
from training.network import MOST_PIECES, Encoder, Floats, embed, has_fast_bfloat16, stack
from training.parallel import Translation, read_translations
from training.runs import make_parser, restore, save, start_log
from training.thaw import read_weights
from verifier.entities import Content

SEED = 20261128
TEMPERATURE = 0.05
EVENTS, PAIRS, QUOTES, TRANSLATIONS = 10, 32, 32, 40
"""How many of each a step has."""
# Sets whose texts are about facts and whose claims were made for them. What they call neutral is about the claim too.
SETS = frozenset({"emergent", "covidfact", "scifact", "check_covid", "citint", "fever_symmetric", "rte", "rte3_de"})
HEADS = 12
_AT_ONCE = 48  # rows

log = logging.getLogger("training.retrieval")


def load_exported(model: Path) -> Encoder:
    """An exported encoder as a network that can learn, its piece embeddings excepted.

    They stay as they are: names that no event has would drift from those that change.
    """
    weights = {name: torch.from_numpy(np.array(value)) for name, value in read_weights(onnx.load(model).graph)}
    prefix = "network."
    state = {name[name.index(prefix) + len(prefix) :]: value for name, value in weights.items() if prefix in name}
    table = state["embeddings.word_embeddings.weight"]
    config = BertConfig(
        vocab_size=len(table),
        hidden_size=table.shape[1],
        num_hidden_layers=1 + max(int(name.split(".")[2]) for name in state if name.startswith("encoder.layer.")),
        num_attention_heads=HEADS,
        intermediate_size=len(state["encoder.layer.0.intermediate.dense.bias"]),
        max_position_embeddings=len(state["embeddings.position_embeddings.weight"]),
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        attn_implementation="eager",
    )
    network = BertModel(config, add_pooling_layer=False)
    network.load_state_dict(state, strict=True)
    network.embeddings.word_embeddings.weight.requires_grad_(False)
    return Encoder(network)


@dataclass(frozen=True, slots=True)
class Step:
    """What one step reads. `right[c, s]`: claim c has to do with statement s; statements without a claim come last."""

    claims: list[str]
    statements: list[str]
    right: NDArray[np.bool_]
    translations: list[int]


class Material:
    """What a run trains on, and the steps of each epoch."""

    def __init__(self, options: argparse.Namespace, events: Sequence[Event]) -> None:
        without = frozenset(options.without)
        self.events = list(events)[: max(1, options.rows // 100) if options.rows else None]
        self.pairs = [(one.claim, one.premise) for one in read_pairs(options.data, without) if one.source in SETS]
        self.quotes = [one.premise for one in read_quotes(options.data, without)]
        held_out = SimilaritySet(options.data).held_out()
        self.translations: list[Translation] = read_translations(options.data, held_out=held_out, without=without)

    def steps(self, epoch: int) -> Iterator[Step]:
        """Every event once, with as many pairs, quotations and translations as there is room for."""
        order = random.Random(SEED + epoch)  # noqa: S311 - a shuffle, not a secret
        events = order.sample(self.events, len(self.events))
        for first in range(0, len(events), EVENTS):
            pairs = order.sample(self.pairs, PAIRS)
            yield make_step(
                events[first : first + EVENTS],
                pairs,
                order.sample(self.quotes, QUOTES),
                order.sample(range(len(self.translations)), TRANSLATIONS),
            )


def make_step(
    events: Sequence[Event], pairs: Sequence[tuple[str, str]], quotes: Sequence[str], translations: list[int]
) -> Step:
    """Claims and statements in the order of the events, then the pairs, then what is nobody's."""
    claims, statements, right = [], [], set()
    for event in events:
        numbers = {one["id"]: len(statements) + place for place, one in enumerate(event["statements"])}
        statements += [f"{one['speaker']}: {one['text']}" for one in event["statements"]]
        for claim in event["claims"]:
            cells = event["content"][claim["id"]].items()
            right |= {(len(claims), numbers[said]) for said, content in cells if content != Content.UNRELATED}
            claims.append(claim["text"])
    first = len(claims)
    for claim, text in pairs:
        right |= {(first + place, len(statements)) for place, (other, _) in enumerate(pairs) if other == claim}
        claims.append(claim)
        statements.append(text)
    statements += quotes
    table = np.zeros((len(claims), len(statements)), dtype=np.bool_)
    for cell in right:
        table[cell] = True
    return Step(claims, statements, table, translations)


def contrast(likeness: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Mean over right cells of minus the log probability of theirs, against all wrong ones of their row."""
    scores = likeness / TEMPERATURE
    wrong = torch.logsumexp(scores.masked_fill(right, -1e4), dim=-1, keepdim=True)
    return (torch.nn.functional.softplus(wrong - scores)[right]).mean()


class Learner:
    """The network with what its losses need: the tokenizer, the translations and the vectors that they had."""

    def __init__(self, student: Encoder, tokenizer: Tokenizer, material: Material, targets: Floats) -> None:
        self.student, self.tokenizer, self.material, self.targets = student, tokenizer, material, targets
        self.fast = has_fast_bfloat16()

    def measure_loss(self, step: Step) -> torch.Tensor:
        """How badly the claims of a step find their statements, and how far translations are from where they were."""
        claims, statements = self.read(step.claims), self.read(step.statements)
        right = torch.from_numpy(step.right)
        likeness = claims @ statements.T
        found = contrast(likeness, right) + 0.5 * contrast(likeness.T, right.T)
        rows = [self.material.translations[row] for row in step.translations]
        own = torch.from_numpy(self.targets[step.translations])
        kept = self.read([*(row.english for row in rows), *(row.german for row in rows)])
        distance = 1 - (kept * torch.cat([own, own])).sum(-1).mean()
        return found + 5 * distance

    def read(self, texts: Sequence[str]) -> torch.Tensor:
        """The vectors of texts, to learn from: those of like length together, because rows are padded."""
        encoded = self.tokenizer.encode_batch(list(texts))
        order = sorted(range(len(texts)), key=lambda row: len(encoded[row].ids))
        with torch.autocast("cpu", torch.bfloat16, enabled=self.fast):
            parts = [
                self.student(*stack([encoded[row] for row in order[first : first + _AT_ONCE]]))
                for first in range(0, len(order), _AT_ONCE)
            ]
        return torch.cat(parts)[torch.from_numpy(np.argsort(order))]


def measure_recall(learner: Learner, events: Sequence[Event], top: int = 20) -> float:
    """Share of the statements of held-out events that are among the first of their claims, over all such events."""
    step = make_step(events, [], [], [])
    vectors = [
        embed(learner.student, learner.tokenizer, texts, fast=learner.fast) for texts in (step.claims, step.statements)
    ]
    nearest = np.argsort(-(vectors[0] @ vectors[1].T), axis=1)[:, :top]
    return float(np.take_along_axis(step.right, nearest, axis=1).sum() / step.right.sum())


def train(options: argparse.Namespace, learner: Learner) -> None:
    """All steps that are left, with a checkpoint every few minutes."""
    learnt = [one for one in learner.student.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(learnt, lr=options.rate, weight_decay=0.01, betas=(0.9, 0.98), fused=True)
    path, first = options.out / "checkpoint.pt", 0
    if options.resume and path.exists():
        first = restore(path, learner.student, optimizer, torch.device("cpu"))
    plan = [step for epoch in range(options.epochs) for step in learner.material.steps(epoch)]
    started = saved = time.monotonic()
    log.info("steps %d to %d", first, len(plan))
    for number in range(first, len(plan)):
        for group in optimizer.param_groups:
            group["lr"] = options.rate * learning_rate(number, len(plan))
        learner.student.train()
        loss = learner.measure_loss(plan[number])
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        optimizer.step()
        if number % 20 == 19:
            left = (time.monotonic() - started) / (number + 1 - first) * (len(plan) - number - 1)
            log.info("step %d/%d loss %.3f, %.0f s left", number + 1, len(plan), loss.item(), left)
        if time.monotonic() - saved > options.minutes * 60:
            save(path, learner.student, optimizer, number + 1)
            saved = time.monotonic()
    save(path, learner.student, optimizer, len(plan))


def main() -> None:
    """Trains, measures and exports."""
    parser = make_parser(
        __doc__, data="parallel/, pairs/, quotes/, similarity/, events/", epochs=1, rate=2e-4, minutes=5
    )
    parser.add_argument(
        "--model", type=Path, required=True, help="model.onnx of training.encoder, its tokenizer beside it"
    )
    options = parser.parse_args()
    start_log(log)
    torch.manual_seed(SEED)
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    learnt, held_out = split_events(options.data)
    material, similarity = Material(options, learnt), SimilaritySet(options.data)
    tokenizer = Tokenizer.from_file(str(options.model.parent / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MOST_PIECES)
    student, path = load_exported(options.model), options.out / "targets.npy"
    if not path.exists():
        log.info("reading %d sentences as they are", len(material.translations))
        texts = [one.english for one in material.translations]
        np.save(path, embed(student, tokenizer, texts, fast=has_fast_bfloat16()))
    learner = Learner(student, tokenizer, material, np.load(path))
    log.info("recall at 20 on %d held-out events: %.3f", len(held_out), measure_recall(learner, held_out))
    train(options, learner)
    log.info("recall at 20 on %d held-out events: %.3f", len(held_out), measure_recall(learner, held_out))
    figures = export_encoder(student, tokenizer, options.out / "encoder", similarity)
    log.info("%s", json.dumps(figures))


if __name__ == "__main__":
    main()
