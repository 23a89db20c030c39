"""A model of speech in the ONNX format: it tells who says what in a text, and which act a statement is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding

from verifier.cross_encoder import softmax
from verifier.entities import Act
from verifier.onnx_model import load_session, load_tokenizer, run_row
from verifier.ports import ModelError

BUNDLED = Path(__file__).with_name("models") / "speech"

OUTPUTS = ("acts", "speaker")

_QUOTED = 80  # characters of a quotation that are looked for in its text
# Characters of a text that are read: before a quotation, from its beginning, from its end, and behind it. Whoever says
# it is seldom named in its midst.
_BEFORE, _BEGINNING, _ENDING, _BEHIND = 300, 80, 10, 150
_LEFT_OUT = " … "
_PIECES = 256
_LEAST = 1e-4


class SpeechReader:
    """Implements `verifier.ports.SpeechModel` with the model in a folder.

    The folder holds `model.onnx` and `tokenizer.json`. The model reads two texts together. Of a statement and the name
    of its speaker, its output `acts` has a logit for each act, in the order of `Act`. Of a text and the beginning of
    what somebody says in it, its output `speaker` has a logit for each piece: how much it looks like who that is; the
    first piece stands for nobody. `secondsource.json` may hold `acts`: how often each act was met in training, as a
    share, so that what was rare there is not taken for rare.
    """

    def __init__(self, directory: Path = BUNDLED) -> None:
        """Raises `ModelError`, naming the file, where the folder cannot be used."""
        self._session = load_session(directory / "model.onnx")
        names = {output.name for output in self._session.get_outputs()}
        if absent := [name for name in OUTPUTS if name not in names]:
            raise ModelError(f"{directory / 'model.onnx'} has no output {' or '.join(absent)}")
        self._tokenizer = load_tokenizer(directory / "tokenizer.json", most=_PIECES)
        self._shares = read_shares(directory / "secondsource.json")

    def read_acts(self, text: str, speaker: str) -> Mapping[Act, float]:
        """The log probability of each act, were all as frequent. Raises `ModelError` where the network fails."""
        logits = run_row(self._session, self._tokenizer.encode(text, speaker), output="acts")
        shares = softmax(logits[None])[0] / self._shares
        return dict(zip(Act, np.log(shares / shares.sum() + _LEAST).tolist(), strict=True))

    def find_speaker(self, text: str, start: int, end: int) -> tuple[tuple[int, int], float] | None:
        """Whom the words around a quotation name, and how sure that is. Raises `ModelError` where the network fails."""
        around = Around.of(text, start, end)
        found = self._tokenizer.encode(around.text, begin_quote(text, start, end))
        place, sure = find_piece(run_row(self._session, found, output="speaker"), found)
        if place is None:
            return None
        # A piece that begins a word has the space before it.
        first = place[1] - len(around.text[slice(*place)].lstrip())
        return (around.place(first), around.place(place[1] - 1) + 1), sure


@dataclass(frozen=True, slots=True)
class Around:
    """What is read of a text to find who says a quotation in it: `text` begins at `first` there.

    From the character `gap` on, it is what stands there `skipped` characters later.
    """

    text: str
    first: int
    gap: int
    skipped: int

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Around:
        """What stands around a quotation, and of a long one its beginning and its end."""
        first, last = max(0, start - _BEFORE), end + _BEHIND
        cut, goes_on = start + _BEGINNING, end - _ENDING
        if goes_on - cut <= len(_LEFT_OUT):
            return cls(text[first:last], first, last, 0)
        shown = text[first:cut] + _LEFT_OUT + text[goes_on:last]
        return cls(shown, first, cut - first + len(_LEFT_OUT), goes_on - cut - len(_LEFT_OUT))

    def place(self, at: int) -> int:
        """Where the character at this place of what is read stands in the text itself."""
        return self.first + at + (self.skipped if at >= self.gap else 0)


def begin_quote(text: str, start: int, end: int) -> str:
    """What a quotation begins with, as the network is shown it: enough to find it by."""
    return text[start : min(end, start + _QUOTED)]


def text_pieces(found: Encoding) -> Iterator[int]:
    """The numbers of the pieces of the first of two texts."""
    return (place for place, sequence in enumerate(found.sequence_ids) if sequence == 0)


def find_piece(logits: NDArray[np.float32], found: Encoding) -> tuple[tuple[int, int] | None, float]:
    """Where the piece stands that looks most like the speaker, and its share; None where nobody is likelier."""
    places = [0, *text_pieces(found)]
    shares = softmax(logits[None, places])[0]
    best = int(shares.argmax())
    return (found.offsets[places[best]] if best else None), float(shares[best])


def read_shares(path: Path) -> NDArray[np.float32]:
    """How often each act was met in training, in their order; all alike where nothing says. Raises `ModelError`."""
    try:
        shares = json.loads(path.read_text(encoding="utf-8"))["acts"] if path.exists() else dict.fromkeys(Act, 1.0)
        return np.array([float(shares[act]) for act in Act], dtype=np.float32)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path}: `acts` must have a share for each of {', '.join(Act)}") from error
