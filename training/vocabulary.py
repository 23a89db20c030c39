"""An English WordPiece vocabulary, extended by German pieces.

The pieces that are there keep their numbers, so that English reads as before. Umlauts stay: `fordern` (demand) is not
`fördern` (promote). Other accents go, as in the English vocabulary.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
# Where umlauts hide while accents are stripped: code points for private use, which the step before has removed.
_SHELTER = {"ä": "\ue000", "ö": "\ue001", "ü": "\ue002"}


def read_english(path: Path) -> Tokenizer:
    """The tokenizer as published, less its padding and truncation."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def learn_pieces(texts: Iterable[str], size: int) -> list[str]:
    """German pieces, the most useful first."""
    learner = Tokenizer(models.WordPiece(unk_token="[UNK]"))  # noqa: S106 - a piece, not a password
    learner.normalizer = make_normalizer()
    learner.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=size, special_tokens=SPECIAL, continuing_subword_prefix="##", min_frequency=3, show_progress=False
    )
    learner.train_from_iterator(texts, trainer)
    vocabulary = learner.get_vocab()
    return sorted(vocabulary, key=vocabulary.__getitem__)


def extend(english: Path, pieces: Sequence[str]) -> Tokenizer:
    """The English tokenizer with these pieces added behind its own, and umlauts kept."""
    described = json.loads(english.read_text(encoding="utf-8"))
    vocabulary = described["model"]["vocab"]
    for piece in pieces:
        vocabulary.setdefault(piece, len(vocabulary))
    described |= {"padding": None, "truncation": None}
    tokenizer = Tokenizer.from_str(json.dumps(described))
    tokenizer.normalizer = make_normalizer()
    return tokenizer


def make_normalizer() -> normalizers.Normalizer:
    """Lower case without accents, umlauts excepted."""
    return normalizers.Sequence(
        [
            normalizers.NFC(),
            normalizers.BertNormalizer(lowercase=True, strip_accents=False),
            *(normalizers.Replace(umlaut, shelter) for umlaut, shelter in _SHELTER.items()),
            normalizers.NFD(),
            normalizers.StripAccents(),
            *(normalizers.Replace(shelter, umlaut) for umlaut, shelter in _SHELTER.items()),
        ]
    )


def measure_fertility(tokenizer: Tokenizer, texts: Sequence[str]) -> float:
    """Pieces a word."""
    encoded = tokenizer.encode_batch(list(texts), add_special_tokens=False)
    return sum(len(one.ids) for one in encoded) / sum(len({*one.word_ids}) for one in encoded)
