"""Trains the relation model: `python -m training.relation --data DIR --encoder DIR --out DIR [--resume]`.

A cross-encoder that starts as another network and reads a premise together with a claim. It learns from sentence pairs,
from news events and, from the second epoch on, from translations: what it makes of two English sentences it has to make
of their German translations too, in either place. It may be taught by a stronger network. From the events it learns,
beside, which act a statement is, and from quotations who says them.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from training.batches import learning_rate, plan_epoch
from training.consistency import Neighbours, soften
from training.cross_network import load_cross_encoder, lowest, predict, stack_pairs
from training.events import split_events
from training.examples import (
    KINDS,
    Example,
    make_act_examples,
    make_event_examples,
    read_pairs,
    read_quotes,
    read_taught,
)
from training.network import has_fast_bfloat16
from training.news import News
from training.relation_evaluation import RelationSets, SpeechSets
from training.runs import make_parser, restore, save, start_log
from verifier.sentence_encoder import BUNDLED
from verifier.speech_model import text_pieces

SEED = 20261127
# How often an epoch shows each set; those that are not named, once. What is machine-made or knows two classes only
# shows less often, and news events more often than captions.
SHARES = {
    "conjnli": 0.5,
    "covidfact": 0.4,
    "perspectrum": 0.4,
    "xstance": 0.3,
    "pawsx_en": 0.6,
    "pawsx_de": 0.6,
    "rte_de_forum": 0.4,
    "sick": 0.7,
    "snli": 0.7,
    "mnli_de_mt": 1.5,
    "emergent": 1.5,
    "fever_symmetric": 2.0,
}
SMOOTHING = 0.05
LONGEST = 160  # pieces of premise and claim together

log = logging.getLogger("training.relation")


def measure_loss(
    heads: tuple[torch.Tensor, torch.Tensor, torch.Tensor], examples: Sequence[Example], encoded: Sequence[Encoding]
) -> torch.Tensor:
    """Mean over rows of minus the log probability that is left to the kinds that may be right (soft: cross-entropy).

    For rows with an act, of the act; for rows with speakers, of the pieces of their names.
    """
    contents, acts, pieces = heads
    targets = torch.tensor([one.target for one in examples], device=contents.device)
    soft = torch.tensor([one.soft for one in examples], device=contents.device)
    act = torch.tensor([-1 if one.act is None else one.act for one in examples], device=contents.device)
    logs = torch.log_softmax(contents.float(), dim=-1)
    allowed = -torch.logsumexp(logs + torch.log(targets.clamp_min(1e-9)), dim=-1)
    allowed = (1 - SMOOTHING) * allowed - SMOOTHING * logs.mean(-1)
    matched = -(targets * logs).sum(-1)
    named = torch.nn.functional.cross_entropy(
        acts.float(), act.clamp_min(0), label_smoothing=SMOOTHING, reduction="none"
    )
    head = torch.tensor([one.head for one in examples], device=contents.device)
    pointed = point(pieces.float(), examples, encoded)
    losses = torch.where(soft, matched, allowed)
    return torch.where(head == 0, losses, torch.where(head == 1, named, pointed)).mean()


def point(pieces: torch.Tensor, examples: Sequence[Example], encoded: Sequence[Encoding]) -> torch.Tensor:
    """Minus the log probability that is left to the pieces of the speakers, row by row."""
    right = np.zeros(pieces.shape, dtype=np.bool_)
    within = np.zeros_like(right)
    for row, (one, found) in enumerate(zip(examples, encoded, strict=True)):
        within[row, 0] = True
        for place in text_pieces(found) if one.speakers is not None else ():
            start, end = found.offsets[place]
            within[row, place] = True
            right[row, place] = any(start < last and first < end for first, last in one.speakers or ())
        right[row, 0] = not right[row].any()
    logs = torch.log_softmax(pieces.masked_fill(~torch.from_numpy(within).to(pieces.device), -1e4), dim=-1)
    return -torch.logsumexp(logs.masked_fill(~torch.from_numpy(right).to(pieces.device), -1e4), dim=-1)


def make_optimizer(model: torch.nn.Module, rate: float) -> torch.optim.Optimizer:
    """AdamW; no decay for biases and norms."""
    learnt = [one for one in model.parameters() if one.requires_grad]
    decayed = [one for one in learnt if one.ndim > 1]
    others = [one for one in learnt if one.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98), fused=True)


def read_tokenizer(encoder: Path) -> Tokenizer:
    """The encoder's tokenizer, for rows of premise and claim."""
    tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    return tokenizer


class Run:
    """One training run: its material, its network and where it stands."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options, self.fast = options, has_fast_bfloat16()
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.tokenizer = read_tokenizer(options.encoder)
        torch.manual_seed(SEED)
        self.model = load_cross_encoder(options.encoder).to(self.device)
        if options.start:
            stored = torch.load(options.start, weights_only=True, map_location=self.device)
            absent, unknown = self.model.load_state_dict(stored["model"], strict=False)
            if unknown or any(not name.startswith(("acts", "speaker")) for name in absent):
                raise ValueError(f"{options.start} is of another network: {[*absent, *unknown][:3]}")
        if options.frozen_layers:
            for part in lowest(self.model, options.frozen_layers):
                part.requires_grad_(False)
        without = frozenset(options.without)
        learnt, held_out = ([], []) if "events" in without else split_events(options.data)
        self.learnt = [*learnt, *held_out] if options.all_events else learnt
        self.pairs = read_pairs(options.data, without)
        self.quotes = read_quotes(options.data, without)
        self.taught = read_taught(options.taught) if options.taught else []
        if options.rows:
            random.Random(SEED).shuffle(self.pairs)  # noqa: S311 - a shuffle, not a secret
            self.pairs, self.learnt = self.pairs[: options.rows], self.learnt[: max(1, options.rows // 100)]
            self.quotes, self.taught = self.quotes[: options.rows // 10], self.taught[: options.rows]
        self.sets = RelationSets(options.data, held_out), SpeechSets(options.data, held_out, self.tokenizer)
        self.neighbours = None
        if "parallel" not in without and options.consistency:
            self.neighbours = Neighbours(options)
        self.news = None if "news" in without else News(options, self.learnt)

    def plan(self, epoch: int) -> tuple[list[Example], list[list[int]]]:
        """The examples of an epoch and the rows of each of its steps."""
        seed = SEED + epoch
        examples = self.pairs + make_event_examples(self.learnt, seed) + make_act_examples(self.learnt)
        examples = examples + self.quotes + self.taught
        if self.news:
            examples = examples + self.news.make_examples(seed)
        if self.neighbours and epoch >= self.options.consistency_from:
            examples = examples + soften(self.neighbours, self, seed)
        lengths = [len(one.premise) + len(one.claim) for one in examples]
        pieces = [min(LONGEST, 8 + length // 4) for length in lengths]
        shares = SHARES | {name: SHARES.get(name, 1.0) * self.options.pairs_share for name in self._pair_sources()}
        shares |= {name: float(share) for name, share in self.options.share}
        return examples, plan_epoch([one.source for one in examples], pieces, shares, seed)

    def _pair_sources(self) -> set[str]:
        return {one.source for one in self.pairs}

    def encode(self, examples: Sequence[Example]) -> list[Encoding]:
        """Premise and claim as one row of pieces each."""
        return self.tokenizer.encode_batch([(one.premise, one.claim) for one in examples])

    def step(self, examples: Sequence[Example]) -> torch.Tensor:
        """The loss on the examples of one step."""
        encoded = self.encode(examples)
        pieces = [one.to(self.device) for one in stack_pairs(encoded)]
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.fast or self.device.type == "cuda"):
            heads = self.model(*pieces)
        return measure_loss(heads, examples, encoded)

    def predict(self, examples: Sequence[Example]) -> list[NDArray[np.float32]]:
        """Logits for each example, in order, of the head that they are for."""
        return predict(self.model, self.encode(examples), self.device, fast=self.fast, head=examples[0].head)

    def report(self) -> None:
        """Measures on the development sets and writes a line."""
        figures = {key: value for one in self.sets for key, value in one.measure(self.predict).items()}
        log.info("%s", figures)
        with (self.options.out / "figures.jsonl").open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(figures) + "\n")

    def train(self) -> None:
        """All epochs that are left, a checkpoint every few minutes."""
        options = self.options
        optimizer, path = make_optimizer(self.model, options.rate), options.out / "checkpoint.pt"
        first = 0
        if options.resume and path.exists():
            first = restore(path, self.model, optimizer, self.device)
        planned = [len(self.plan(0)[1])] * options.epochs
        if self.neighbours:
            for epoch in range(options.consistency_from, options.epochs):
                planned[epoch] += self.neighbours.per_epoch // 90
        steps = min(sum(planned), options.steps or sum(planned))
        saved, started, done, at = time.monotonic(), time.monotonic(), 0, 0
        log.info("%d pairs, %d events, about %d steps, from %d", len(self.pairs), len(self.learnt), steps, first)
        for epoch in range(options.epochs):
            if at + planned[epoch] <= first:
                at += planned[epoch]
                continue
            examples, batches = self.plan(epoch)
            for batch in batches[: min(planned[epoch], steps - at)]:
                at += 1
                if at <= first:
                    continue
                for group in optimizer.param_groups:
                    group["lr"] = options.rate * learning_rate(at - 1, steps)
                self.model.train()
                loss = self.step([examples[row] for row in batch])
                optimizer.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
                optimizer.step()
                done += len(batch)
                if at % 50 == 0:
                    spent = time.monotonic() - started
                    left = spent / (at - first) * (steps - at)
                    log.info(
                        "epoch %d step %d/%d loss %.3f, %.0f pairs/s, %.0f s left",
                        epoch, at, steps, loss.item(), done / spent, left,
                    )  # fmt: skip
                if time.monotonic() - saved > options.minutes * 60:
                    save(path, self.model, optimizer, at)
                    saved = time.monotonic()
            at = min(steps, sum(planned[: epoch + 1]))
        save(path, self.model, optimizer, at)
        self.report()


def read_options() -> argparse.Namespace:
    """The command line."""
    data = "pairs/, events/, parallel/, quotes/"
    parser = make_parser(__doc__, data=data, epochs=3, rate=1e-4, minutes=8)
    parser.add_argument("--encoder", type=Path, required=True, help="folder to start from")
    parser.add_argument("--search", type=Path, default=BUNDLED, help="folder of the encoder that the search uses")
    parser.add_argument("--start", type=Path, help="a checkpoint of another run whose weights to start with")
    parser.add_argument("--taught", type=Path, help="pairs with what another network makes of them, by training.teach")
    parser.add_argument("--pairs-share", type=float, default=1.0, help="of the sentence pairs, in each epoch")
    parser.add_argument(
        "--share", nargs=2, action="append", default=[], metavar=("SET", "SHARE"), help="of one set, in each epoch"
    )
    parser.add_argument("--consistency", type=int, default=20000, help="pairs of translations in an epoch; 0: none")
    parser.add_argument("--consistency-from", type=int, default=1, help="the first epoch that has them")
    parser.add_argument("--frozen-layers", type=int, default=0, help="the lowest layers that stay as they are")
    parser.add_argument("--steps", type=int, help="stop after so many; the learning rate falls to nothing there")
    parser.add_argument("--all-events", action="store_true", help="also those held out: no figure is left to trust")
    return parser.parse_args()


def main() -> None:
    """Trains and measures; `training.relation_export` exports."""
    options = read_options()
    start_log(log)
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    run = Run(options)
    log.info("outputs: %s; device %s, bfloat16 %s", ", ".join(KINDS), run.device.type, run.fast)
    run.train()


if __name__ == "__main__":
    main()
