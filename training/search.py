"""Teaches the sentence encoder to find: `python -m training.search --data DIR --encoder DIR --out DIR`.

A claim and a statement that speaks to it say different things in different words, and sentences that are alike need not
speak to each other. The encoder of `training.encoder` learns, from news events and from claims with their evidence, to
tell what speaks to a claim from what speaks to the others of the step (contrast, as Wang et al. 2022), and to give
translations the vectors that it gave them before.
"""

from __future__ import annotations

import logging
import random
import time
from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from benchmarks.dossiers import read_dossiers
from training.batches import learning_rate
from training.encoder import LONGEST, TEMPERATURE
from training.evaluation import Embed, SimilaritySet
from training.events import Event, split_events
from training.examples import read_cells
from training.export import export_encoder
from training.network import Encoder, embed, has_fast_bfloat16, load_network, stack
from training.parallel import read_rows, read_translations
from training.runs import make_parser, start_log
from verifier.entities import Content

SEED = 20261128
EVENTS, EVIDENCE, TRANSLATIONS = 64, 16, 48  # rows of a step
KEPT = 5.0  # weight of staying where translations were
EVIDENCED = frozenset({"emergent", "covidfact", "scifact", "check_covid", "fever_symmetric", "perspectrum"})
TOP = 20

log = logging.getLogger("training.search")


@dataclass(frozen=True, slots=True)
class Found:
    """A claim with a text that speaks to it; those of one `group` are not held against each other."""

    claim: str
    text: str
    group: str


def show_statement(said: dict[str, str]) -> str:
    """A statement as the verifier embeds it."""
    return f"{said['speaker']}: {said['text']}"


class Material:
    """What a run learns from."""

    def __init__(self, options: Namespace, events: Sequence[Event]) -> None:
        without = frozenset(options.without)
        self.events = [
            [
                Found(claim["text"], show_statement(dict(said)), str(event["id"]))
                for said, claim, content in read_cells(event)
                if content is not Content.UNRELATED
            ]
            for event in events
        ]
        self.evidence = [
            Found(str(row["claim"]), str(row["evidence"]), str(row["claim"]))
            for row in read_rows(options.data / "pairs" / "train_en.jsonl")
            if str(row["source"]).split("/")[0] in EVIDENCED - without and row["label"] != "neutral"
        ]
        held_out = SimilaritySet(options.data).held_out()
        rows = read_translations(options.data, held_out=held_out, without=without)
        self.sentences = [side for row in rows for side in (row.english, row.german)]

    def steps(self, count: int) -> Iterator[tuple[list[Found], list[int]]]:
        """Claims with what speaks to them, no two of one event, and the numbers of sentences."""
        order = random.Random(SEED)  # noqa: S311 - a shuffle, not a secret
        for _ in range(count):
            found = [order.choice(cells) for cells in order.sample(self.events, EVENTS)]
            found += order.sample(self.evidence, EVIDENCE)
            yield found, order.sample(range(len(self.sentences)), TRANSLATIONS)


def measure_loss(
    student: Encoder, tokenizer: Tokenizer, found: Sequence[Found], sentences: Sequence[str], kept: torch.Tensor
) -> torch.Tensor:
    """Cross-entropy of finding each text by its claim and each claim by its text, and how far the sentences moved."""
    texts = [one.claim for one in found] + [one.text for one in found] + list(sentences)
    with torch.autocast("cpu", torch.bfloat16, enabled=has_fast_bfloat16()):
        vectors = student(*stack(tokenizer.encode_batch(texts)))
    count = len(found)
    claims, said, moved = vectors[:count], vectors[count : 2 * count], vectors[2 * count :]
    groups = np.array([one.group for one in found])
    same = torch.from_numpy((groups[:, None] == groups) & ~np.eye(count, dtype=bool))
    likeness = (claims @ said.T / TEMPERATURE).masked_fill(same, -1e4)
    right = torch.arange(count)
    contrast = torch.nn.functional.cross_entropy(likeness, right) + torch.nn.functional.cross_entropy(likeness.T, right)
    return contrast / 2 + KEPT * (1 - (moved * kept).sum(-1)).mean()


class Searches:
    """Claims, and among which texts those that speak to them have to be found."""

    def __init__(self, data: Path, events: Sequence[Event]) -> None:
        held_out = [
            (show_statement(dict(said)), claim["text"], content is not Content.UNRELATED)
            for event in events
            for said, claim, content in read_cells(event)
        ]
        dossiers = []
        for dossier in read_dossiers(data / "dossiers"):
            names = {source["id"]: source["name"] for source in dossier["sources"]}
            said = {one["id"]: f"{names[one['speaker']]}: {one['text']}" for one in dossier["statements"]}
            for claim in dossier["claims"]:
                dossiers += [(said[id], claim["text"], kind != "unrelated") for id, kind in claim["relations"].items()]
        self._sets = {"events": held_out, "dossiers": dossiers}

    def measure(self, read: Embed) -> dict[str, float]:
        """The share of what speaks to a claim that is among the nearest texts of all."""
        figures = {}
        for name, cells in self._sets.items():
            texts, claims = (list(dict.fromkeys(cell[side] for cell in cells)) for side in (0, 1))
            if not cells:
                continue
            near = np.argsort(-(read(claims) @ read(texts).T), axis=1)[:, :TOP]
            within = {claim: {texts[row] for row in rows} for claim, rows in zip(claims, near, strict=True)}
            hits = [text in within[claim] for text, claim, speaks in cells if speaks]
            figures[f"{name}@{TOP}"] = round(sum(hits) / len(hits), 4)
        return figures


def main() -> None:
    """Trains, measures and exports."""
    data = "events/, pairs/, parallel/, similarity/, dossiers/"
    parser = make_parser(__doc__, data=data, epochs=1, rate=1e-4, minutes=5)
    parser.add_argument("--encoder", type=Path, required=True, help="folder that training.encoder exported")
    parser.add_argument("--steps", type=int, default=500)
    options = parser.parse_args()
    start_log(log)
    torch.manual_seed(SEED)
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    fast = has_fast_bfloat16()
    tokenizer = Tokenizer.from_file(str(options.encoder / "tokenizer.json"))
    tokenizer.enable_truncation(LONGEST)
    student, before = (Encoder(load_network(options.encoder)) for _ in range(2))
    student.network.embeddings.word_embeddings.weight.requires_grad_(False)
    learnt, held_out = split_events(options.data)
    material, similarity = Material(options, learnt), SimilaritySet(options.data)
    searches = Searches(options.data, held_out)

    def report(name: str) -> None:
        def read(texts: Sequence[str]) -> np.ndarray:
            return embed(student, tokenizer, texts, fast=fast)

        log.info("%s: %s", name, searches.measure(read) | similarity.measure(read))

    report("start")
    learning = [one for one in student.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=options.rate, weight_decay=0.01, betas=(0.9, 0.98), fused=True)
    started = time.monotonic()
    for step, (found, rows) in enumerate(material.steps(options.steps)):
        for group in optimizer.param_groups:
            group["lr"] = options.rate * learning_rate(step, options.steps)
        sentences = [material.sentences[row] for row in rows]
        kept = torch.from_numpy(embed(before, tokenizer, sentences, fast=fast))
        student.train()
        loss = measure_loss(student, tokenizer, found, sentences, kept)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimizer.step()
        if step % 25 == 24:
            left = (time.monotonic() - started) / (step + 1) * (options.steps - step - 1)
            log.info("step %d/%d loss %.3f, %.0f s left", step + 1, options.steps, loss.item(), left)
        if step % 150 == 149:
            report(f"step {step + 1}")
    report("last")
    for name, figures in export_encoder(student, tokenizer, options.out / "encoder", similarity).items():
        log.info("%s: %s", name, figures)


if __name__ == "__main__":
    main()
