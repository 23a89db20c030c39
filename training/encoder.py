"""Teaches MiniLM German: `python -m training.encoder --data DIR --teacher DIR --out DIR [--resume]`.

The teacher is MiniLM on the English side; the student has to give the same vector for the German side, and still for
the English (Reimers and Gurevych 2020), and to tell each sentence from the others of its step.
"""

from __future__ import annotations

import argparse
import json
import logging
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Encoding, Tokenizer

from training.alignment import align, embed_new
from training.batches import learning_rate, plan_epoch
from training.evaluation import SimilaritySet
from training.export import export_encoder
from training.network import Encoder, Floats, embed, has_fast_bfloat16, load_network, stack, widen
from training.parallel import Translation, count_words, read_dictionary, read_german, read_translations
from training.runs import make_parser, restore, save, start_log
from training.vocabulary import extend, learn_pieces, measure_fertility, read_english

SEED = 20261126
# How often an epoch shows each set. Captions are plain and many; news is what the product reads.
SHARES = {"parallel_multi30k": 0.7, "parallel_wmt": 1.5, "dictionary": 0.35}
ENGLISH_SHARE = 0.25  # of the rows of a step whose English side is read too
TEMPERATURE = 0.05
LONGEST = 96  # pieces; longer rows are paragraphs

log = logging.getLogger("training.encoder")


@dataclass(slots=True)
class Material:
    """What a run trains on."""

    rows: list[Translation]
    german: list[Encoding]
    english: list[Encoding]
    targets: Floats

    def batches(self, epoch: int) -> list[list[int]]:
        """The steps of an epoch."""
        lengths = [max(len(one.ids), len(two.ids)) for one, two in zip(self.german, self.english, strict=True)]
        return plan_epoch([row.source for row in self.rows], lengths, SHARES, SEED + epoch)


def read_rows_to_learn(options: argparse.Namespace, similarity: SimilaritySet) -> list[Translation]:
    """Every translation, the development rows and the sets left out by name excepted."""
    without, held_out = frozenset(options.without), similarity.held_out()
    rows = read_translations(options.data, held_out=held_out, without=without)
    if options.dictionary:
        counts = count_words(read_german(options.data))
        rows += read_dictionary(options.dictionary, frozenset(word for word, count in counts.items() if count > 1))
    return rows[: options.rows] if options.rows else rows


def prepare(options: argparse.Namespace, rows: list[Translation], teacher: Encoder) -> None:
    """Writes the tokenizer, the embeddings of its new pieces and the teacher's vectors, unless they are there."""
    folder: Path = options.out / "prepared"
    if (folder / "targets.npy").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    published = options.teacher / "tokenizer.json"
    english, texts = read_english(published), read_german(options.data)
    tokenizer = extend(published, learn_pieces(texts, options.pieces))
    log.info("pieces a word: %.3f, before %.3f", *(measure_fertility(one, texts[::20]) for one in (tokenizer, english)))
    tokenizer.save(str(folder / "tokenizer.json"))
    np.save(folder / "pieces.npy", start_pieces(tokenizer, english, rows, teacher))
    log.info("reading %d English sentences with the teacher", len(rows))
    np.save(folder / "targets.npy", embed(teacher, english, [row.english for row in rows], fast=has_fast_bfloat16()))


def start_pieces(tokenizer: Tokenizer, english: Tokenizer, rows: list[Translation], teacher: Encoder) -> Floats:
    """Embeddings for the new pieces: what they are translated by, or the mean of the old pieces they are made of."""
    size, old = tokenizer.get_vocab_size(), english.get_vocab_size()
    table = teacher.network.embeddings.word_embeddings.weight.detach().numpy()
    german = tokenizer.encode_batch([row.german for row in rows], add_special_tokens=False)
    translations = english.encode_batch([row.english for row in rows], add_special_tokens=False)
    lexicon = align([one.ids for one in german], [one.ids for one in translations], size)
    fallback = np.zeros((size - old, table.shape[1]), dtype=np.float32)
    for piece in range(old, size):
        word = tokenizer.id_to_token(piece)
        parts = english.encode("a" + word[2:] if word.startswith("##") else word, add_special_tokens=False).ids
        fallback[piece - old] = table[parts[1:] if word.startswith("##") and len(parts) > 1 else parts].mean(0)
    return embed_new(lexicon, table, fallback)


def gather(options: argparse.Namespace, rows: list[Translation], tokenizer: Tokenizer) -> Material:
    """The rows that are short enough, as pieces, with the teacher's vectors."""
    targets: Floats = np.load(options.out / "prepared" / "targets.npy")
    if len(targets) != len(rows):
        raise SystemExit(f"{options.out} was prepared for other data: choose another folder")
    german = tokenizer.encode_batch([row.german for row in rows])
    english = tokenizer.encode_batch([row.english for row in rows])
    kept = [row for row in range(len(rows)) if max(len(german[row].ids), len(english[row].ids)) <= LONGEST]
    return Material(
        [rows[row] for row in kept], [german[row] for row in kept], [english[row] for row in kept], targets[kept]
    )


def measure_loss(student: Encoder, material: Material, batch: list[int], *, fast: bool) -> torch.Tensor:
    """How far the student's vectors are from the teacher's, and their likenesses to the step's others from its own."""
    also = batch[: max(1, int(len(batch) * ENGLISH_SHARE))]
    pieces = stack([material.german[row] for row in batch] + [material.english[row] for row in also])
    with torch.autocast("cpu", torch.bfloat16, enabled=fast):
        vectors = student(*pieces)
    targets = torch.from_numpy(material.targets[batch])
    own = torch.cat([targets, targets[: len(also)]])
    distance = 1 - (vectors * own).sum(-1).mean()
    wanted = torch.softmax(own @ targets.T / TEMPERATURE, dim=-1)
    contrast = torch.nn.functional.cross_entropy(vectors @ targets.T / TEMPERATURE, wanted)
    return 5 * distance + contrast


def make_optimizer(student: Encoder, rate: float) -> torch.optim.Optimizer:
    """AdamW, faster for the embeddings of pieces: most of them are new."""
    table = student.network.embeddings.word_embeddings.weight
    others = [one for one in student.parameters() if one is not table]
    groups = [{"params": others, "lr": rate, "full": rate}, {"params": [table], "lr": 2 * rate, "full": 2 * rate}]
    return torch.optim.AdamW(groups, weight_decay=0.01, betas=(0.9, 0.98), fused=True)


def train(options: argparse.Namespace, student: Encoder, material: Material, report: Report) -> None:
    """All steps that are left, with a checkpoint and its figures every few minutes."""
    optimizer, path, first = make_optimizer(student, options.rate), options.out / "checkpoint.pt", 0
    if options.resume and path.exists():
        first = restore(path, student, optimizer, torch.device("cpu"))
    plan = [batch for epoch in range(options.epochs) for batch in material.batches(epoch)]
    steps = min(len(plan), options.steps or len(plan))
    fast, started, saved, done = has_fast_bfloat16(), time.monotonic(), time.monotonic(), 0
    log.info("steps %d to %d, %s", first, steps, "bfloat16" if fast else "float32")
    for step in range(first, steps):
        for group in optimizer.param_groups:
            group["lr"] = group["full"] * learning_rate(step, steps)
        student.train()
        loss = measure_loss(student, material, plan[step], fast=fast)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(student.parameters(), 5.0)
        optimizer.step()
        done += len(plan[step])
        if step % 25 == 24:
            spent = time.monotonic() - started
            left = spent / (step + 1 - first) * (steps - step - 1)
            log.info("step %d/%d loss %.3f, %.0f rows/s, %.0f s left", step + 1, steps, loss.item(), done / spent, left)
        if time.monotonic() - saved > options.minutes * 60:
            save(path, student, optimizer, step + 1)
            report.add(f"step {step + 1}", student)
            saved = time.monotonic()
    save(path, student, optimizer, steps)


class Report:
    """Figures by checkpoint, kept beside it."""

    def __init__(self, path: Path, similarity: SimilaritySet, tokenizer: Tokenizer) -> None:
        self._path, self._similarity, self._tokenizer = path, similarity, tokenizer

    def add(self, name: str, encoder: Encoder, tokenizer: Tokenizer | None = None) -> None:
        """Measures an encoder and writes a line."""
        reader, fast = tokenizer or self._tokenizer, has_fast_bfloat16()
        figures = self._similarity.measure(lambda texts: embed(encoder, reader, texts, fast=fast))
        log.info("%s: %s", name, figures)
        with self._path.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"name": name, **figures}) + "\n")


def read_options() -> argparse.Namespace:
    """The command line."""
    data = "parallel/, pairs/, similarity/, events/"
    parser = make_parser(__doc__, data=data, epochs=5, rate=3e-4, minutes=5)
    parser.add_argument("--teacher", type=Path, required=True, help="folder with the published MiniLM")
    parser.add_argument("--dictionary", type=Path, help="a German-English dictionary in the Ding format")
    parser.add_argument("--pieces", type=int, default=20000)
    parser.add_argument("--steps", type=int, help="stop after so many; the learning rate falls to nothing there")
    return parser.parse_args()


def main() -> None:
    """Prepares, trains, measures and exports."""
    options = read_options()
    start_log(log)
    torch.manual_seed(SEED)
    torch.set_num_threads(options.threads)
    similarity, teacher = SimilaritySet(options.data), Encoder(load_network(options.teacher))
    rows = read_rows_to_learn(options, similarity)
    prepare(options, rows, teacher)
    folder = options.out / "prepared"
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    report = Report(options.out / "figures.jsonl", similarity, tokenizer)
    student = Encoder(load_network(options.teacher))
    widen(student.network, np.load(folder / "pieces.npy"))
    if not options.resume:
        report.add("teacher", teacher, read_english(options.teacher / "tokenizer.json"))
        report.add("start", student)
    train(options, student, gather(options, rows, tokenizer), report)
    report.add("final", student)
    for name, figures in export_encoder(student, tokenizer, options.out / "encoder", similarity).items():
        log.info("%s: %s", name, figures)


if __name__ == "__main__":
    main()
