"""What one network makes of pairs, for another to learn: `python -m training.teach --help`.

Distillation (Hinton et al. 2015): probabilities say more than labels. The teacher reads the English side of
translations; the pupil is given one side or both in German.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from training.consistency import find_neighbours
from training.cross_network import load_cross_encoder, predict
from training.evaluation import SimilaritySet
from training.examples import Example, read_pairs
from training.network import has_fast_bfloat16
from training.parallel import read_translations
from training.relation import SEED, read_tokenizer
from training.runs import start_log
from verifier.cross_encoder import softmax
from verifier.sentence_encoder import SentenceEncoder

# How many pairs of each set are read: most of those that are about meaning and least of what is machine-made.
PAIRS = {
    "mnli": 9800,
    "ling_in_loop": 8000,
    "snli": 2500,
    "snli_cad": 2500,
    "conjnli": 2500,
    "covidfact": 1200,
    "fever_symmetric": 700,
    "check_covid": 1000,
    "scifact": 500,
    "citint": 800,
    "perspectrum": 600,
    "sick": 600,
    "neg_nli": 600,
    "monli": 400,
}
_LONGEST, _LONGEST_TRANSLATED = 75, 50  # words of both
_SAME = 1 / 10  # of the translations: a sentence and itself

log = logging.getLogger("training.teach")


def choose_pairs(data: Path, without: frozenset[str], order: random.Random) -> Iterator[tuple[str, str]]:
    """Premises and claims of the English sets."""
    found: dict[str, list[Example]] = defaultdict(list)
    for one in read_pairs(data, without):
        if one.source in PAIRS and _count(one.premise, one.claim) <= _LONGEST:
            found[one.source].append(one)
    for source, count in PAIRS.items():
        order.shuffle(found[source])
        yield from ((one.premise, one.claim) for one in found[source][:count])


def choose_translations(
    data: Path, without: frozenset[str], count: int, order: random.Random
) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """Two English sentences that are near each other or the same, and two for them of which one at least is German."""
    rows = read_translations(data, held_out=SimilaritySet(data).held_out(), without=without)
    vectors = np.array(SentenceEncoder().encode([row.english for row in rows]), np.float32)
    nearest = find_neighbours(vectors)
    for one in order.sample(range(len(rows)), len(rows)):
        left, right = rows[one], rows[one if order.random() < _SAME else int(order.choice(nearest[one].tolist()))]
        if not count:
            return
        if _count(left.english, right.english) <= _LONGEST_TRANSLATED:
            count -= 1
            sides = [(left.german, right.german), (left.german, right.english), (left.english, right.german)]
            yield (left.english, right.english), order.choice(sides)


def _count(*texts: str) -> int:
    return sum(len(text.split()) for text in texts)


def main() -> None:
    """Writes one JSON object a pair, as `training.relation --taught` reads them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with pairs/, parallel/, similarity/")
    parser.add_argument("--encoder", type=Path, required=True, help="folder that the teacher's run started from")
    parser.add_argument("--run", type=Path, required=True, help="folder with the teacher's checkpoint.pt")
    parser.add_argument("--without", action="append", default=[], help="a set to leave out, by its name")
    parser.add_argument("--translations", type=int, default=17000)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    start_log(log)
    without = frozenset(options.without)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    order = random.Random(SEED)  # noqa: S311 - a shuffle, not a secret
    read = [(pair, pair, "taught_pairs") for pair in choose_pairs(options.data, without, order)]
    translated = choose_translations(options.data, without, options.translations, order)
    read += [(english, given, "taught_translations") for english, given in translated]
    log.info("%d pairs to read", len(read))
    model, tokenizer = load_cross_encoder(options.encoder), read_tokenizer(options.encoder)
    model.load_state_dict(torch.load(options.run / "checkpoint.pt", weights_only=True)["model"])
    new = options.out.with_suffix(".new")
    with new.open("w", encoding="utf-8") as lines:
        for first in range(0, len(read), 4096):
            part = read[first : first + 4096]
            encoded = tokenizer.encode_batch([english for english, _, _ in part])
            logits = predict(model, encoded, torch.device("cpu"), fast=has_fast_bfloat16())
            for (_, (premise, claim), source), shares in zip(part, softmax(np.array(logits)).tolist(), strict=True):
                target = [round(share, 4) for share in shares]
                row = {"premise": premise, "claim": claim, "target": target, "source": source}
                lines.write(json.dumps(row, ensure_ascii=False) + "\n")
            log.info("%d read", first + len(part))
    new.replace(options.out)


if __name__ == "__main__":
    main()
