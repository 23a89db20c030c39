"""A relation model in the ONNX format: one network that reads a statement and a claim together.

The bundled one is made by `training/`; any other with a tokenizer and label names can stand in for it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verifier.entities import Act, Content
from verifier.frames import clash, read_frame
from verifier.lexical import LexicalRelation
from verifier.onnx_model import load_session, load_tokenizer, run_each
from verifier.overruling import RULES_VERSION, overrule
from verifier.ports import ModelError, Pair, Scores

BUNDLED = Path(__file__).with_name("models") / "relation"

MOST_PIECES = 160
"""Of statement and claim together, where the folder's `secondsource.json` says nothing else."""

_LEAST = 1e-4

_REMEMBERED = 100_000
"""Pairs of which a process remembers what the network made of them: about 25 MB."""

# What stands between the speaker and the words. English in every language: to the network they are signs.
_DOES = {
    Act.ASSERT: "says",
    Act.CONFIRM: "confirms",
    Act.DENY: "denies",
    Act.REPORT: "reports",
    Act.SPECULATE: "speculates",
    Act.DECLINE: "declines",
}

_NAMES = {
    "entailment": Content.ENTAILS,
    "entails": Content.ENTAILS,
    "supports": Content.ENTAILS,
    "contradiction": Content.CONTRADICTS,
    "contradicts": Content.CONTRADICTS,
    "refutes": Content.CONTRADICTS,
    "neutral": Content.NEUTRAL,
    "not enough info": Content.NEUTRAL,
    "unrelated": Content.UNRELATED,
}
_NEEDED = (Content.ENTAILS, Content.CONTRADICTS, Content.NEUTRAL)


@dataclass(frozen=True, slots=True)
class Fusion:
    """What the network says of a pair, weighed against how well the search found it: a multinomial logistic regression.

    To `network` times the log probabilities are added `bias` and `score` times the score of the search, each with one
    value for each kind of content. Fitted on events that the network was not trained on, each claim among the
    statements of all of them that are nearest to it (stacking, Wolpert 1992).

    `polarity` is how much likelier, as log-odds, a statement on record is about a claim as it is put than about its
    opposite: what is asserted bears it out, what is denied is the claim itself; the other way round where one is a
    negation of the other. The network has learnt from events that have as many of either, so it is told (prior shift,
    Saerens et al. 2002). It holds as well where the claim is held against what a statement denies.
    """

    network: float
    bias: NDArray[np.float32]
    score: NDArray[np.float32]
    polarity: float

    @classmethod
    def read(cls, values: Mapping[str, Any] | None, path: Path) -> Fusion | None:
        """From the settings of a model; None where it has none.

        Raises `ModelError`, naming the file `path` that they are from, where they are not complete.
        """
        if values is None:
            return None
        try:
            bias, score = (np.array(values[name], np.float32) for name in ("bias", "score"))
            if {bias.shape, score.shape} != {(len(Content),)}:
                raise ValueError("bias and score have four values each, one for each kind of content")
            return cls(float(values["network"]), bias, score, float(values.get("polarity", 0.0)))
        except (KeyError, TypeError, ValueError) as error:
            needed = "`fusion` needs network, bias and score, and all of it in numbers"
            raise ModelError(f"{path}: {needed}: {error}") from error

    def apply(self, probabilities: NDArray[np.float32], pairs: Sequence[Pair]) -> NDArray[np.float32]:
        """The probabilities of pairs that a search has found; the others stay as they are."""
        found = probabilities.copy()
        rows = [row for row, pair in enumerate(pairs) if pair.found is not None]
        if rows:
            scores = np.array([[pairs[row].found] for row in rows], np.float32)
            logits = self.network * np.log(probabilities[rows] + _LEAST)
            fused = softmax(logits + self.bias + scores * self.score)
            found[rows] = self._lean(fused, [pairs[row] for row in rows])
        return found

    def _lean(self, probabilities: NDArray[np.float32], pairs: Sequence[Pair]) -> NDArray[np.float32]:
        """The probabilities with the two sides shifted by the polarity; what they have together stays."""
        towards = np.array([-1.0 if _is_opposed(pair) else 1.0 for pair in pairs])
        entails, contradicts = probabilities[:, 0] * np.exp(self.polarity * towards), probabilities[:, 1]
        share = entails / (entails + contradicts)
        sides = probabilities[:, 0] + probabilities[:, 1]
        leaning = probabilities.copy()
        leaning[:, 0], leaning[:, 1] = sides * share, sides * (1 - share)
        return leaning


class CrossEncoderRelation:
    """Implements `verifier.ports.RelationModel` with the model in a folder.

    The folder holds `model.onnx` (one output: logits), `tokenizer.json` and `config.json` with `id2label`. It may
    hold `secondsource.json`: `name`, `temperature` (logits are divided by it), `forms` (`proposition`, `whole`:
    what of a statement is read, the probabilities of several averaged), `pieces` (the most that are read) and `fusion`
    (see `Fusion`).
    A model that does not tell neutral from unrelated leaves that to the words that both sentences share.
    """

    def __init__(self, directory: Path = BUNDLED) -> None:
        """Raises `ModelError`, naming the file, where the folder cannot be used."""
        settings = directory / "secondsource.json"
        own = _read_json(settings) if settings.exists() else {}
        self._session = load_session(directory / "model.onnx")
        self._tokenizer = load_tokenizer(directory / "tokenizer.json", most=int(own.get("pieces", MOST_PIECES)))
        self._labels = read_labels(directory / "config.json")
        self._temperature = float(own.get("temperature", 1.0))
        self._forms = [str(form) for form in own.get("forms", ["proposition"])]
        self._fusion = Fusion.read(own.get("fusion"), settings)
        self._lexical = LexicalRelation()
        self._known: dict[bytes, NDArray[np.float32]] = {}
        self.name = f"{own.get('name', directory.name)}@{_digest(directory, own)}"

    def compare(self, pairs: Sequence[Pair]) -> list[Scores]:
        """Scores for each pair, in order. Raises `ModelError` where the network fails."""
        probabilities = self.read(pairs)
        if self._fusion:
            probabilities = self._fusion.apply(probabilities, pairs)
        lexical = self._lexical.compare(pairs)
        found = [_to_scores(row) for row in probabilities]
        if Content.UNRELATED not in self._labels:
            found = [_part(scores, by) for scores, by in zip(found, lexical, strict=True)]
        # Of two bare sentences, the same words say less: that people speak of one matter makes them mean the same.
        return [
            scores if pair.is_bare else overrule(pair, scores, words)
            for pair, scores, words in zip(pairs, found, lexical, strict=True)
        ]

    def read(self, pairs: Sequence[Pair]) -> NDArray[np.float32]:
        """What the network makes of pairs: probabilities, one row a pair, columns in the order of `Content`."""
        rows = [(row, (premise, pair.claim)) for row, pair in enumerate(pairs) for premise in self._premises(pair)]
        summed = np.zeros((len(pairs), len(Content)), dtype=np.float32)
        if not rows:
            return summed
        shares = softmax(self._run([texts for _, texts in rows]) / self._temperature)
        meant = np.array([[label is kind for kind in Content] for label in self._labels], dtype=np.float32)
        for (row, _), share in zip(rows, shares, strict=True):
            summed[row] += share @ meant
        found: NDArray[np.float32] = summed / summed.sum(axis=1, keepdims=True)
        return found

    def _run(self, texts: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Logits for premises and claims, from memory where they were met before.

        A claim that is verified again because of one statement more is held against all the others again.
        """
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        keys = [hashlib.blake2b("\0".join(pair).encode(), digest_size=16).digest() for pair in texts]
        unknown = {key: pair for key, pair in zip(keys, texts, strict=True) if key not in self._known}
        if unknown:
            logits = run_each(self._session, self._tokenizer.encode_batch(list(unknown.values())))
            if logits.shape[1:] != (len(self._labels),) or not np.isfinite(logits).all():
                raise ModelError(
                    f"the relation model gave {logits.shape[1:]} values a pair, or some that are no number"
                )
            self._known.update(zip(unknown, logits, strict=True))
        return np.stack([self._known[key] for key in keys])

    def _premises(self, pair: Pair) -> Iterator[str]:
        """The forms of a statement that are read, each once."""
        written = {"proposition": pair.proposition, "whole": write_premise(pair)}
        yield from dict.fromkeys(written[form] for form in self._forms)


def _is_opposed(pair: Pair) -> bool:
    """Whether the claim is put as a negation or, and not both, with the opposite of a word that the proposition has.

    In the converse of a statement, which has no act, the claim stands in the proposition's place.
    """
    claim, proposition = read_frame(pair.claim, pair.claim_language), read_frame(pair.proposition, pair.language)
    asked = proposition if pair.act is None else claim
    return asked.is_negated != clash(claim, proposition)


def write_premise(pair: Pair) -> str:
    """The statement that a proposition was read from, as one line that says who does what: the form of training."""
    if pair.text is None or pair.act is None:
        return pair.proposition
    return f"{pair.speaker} {_DOES[pair.act]}: {pair.text}"


def read_labels(path: Path) -> list[Content]:
    """What each output of a model means, from `id2label` of its configuration. Raises `ModelError`."""
    names = _read_json(path).get("id2label")
    if not isinstance(names, Mapping):
        raise ModelError(f"{path} has no id2label, which says what each output of the model means")
    labels = []
    for number in sorted(names, key=int):
        label = _NAMES.get(str(names[number]).lower().replace("_", " "))
        if label is None:
            raise ModelError(f"{path}: the label {names[number]!r} is none of {', '.join(sorted(_NAMES))}")
        labels.append(label)
    if absent := [kind.value for kind in _NEEDED if kind not in labels]:
        raise ModelError(f"{path}: no output means {' or '.join(absent)}; the model must tell all three apart")
    return labels


def _digest(directory: Path, own: Mapping[str, Any]) -> str:
    """What tells one version of an engine from another: its weights, its settings and the rules around it."""
    settings = json.dumps([own, RULES_VERSION], sort_keys=True).encode()
    return hashlib.sha256((directory / "model.onnx").read_bytes() + settings).hexdigest()[:8]


def _read_json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"cannot read {path}: {error}") from error
    if not isinstance(found, dict):
        raise ModelError(f"{path} holds no JSON object")
    return found


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Probabilities from logits, row by row."""
    exps = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: NDArray[np.float32] = exps / exps.sum(axis=1, keepdims=True)
    return shares


def _to_scores(row: NDArray[np.float32]) -> Scores:
    return Scores(*(float(part) for part in row))


def _part(scores: Scores, by: Scores) -> Scores:
    """Neutral parted into neutral and unrelated, as another model would."""
    share = by.unrelated / (by.neutral + by.unrelated)
    rest = scores.neutral + scores.unrelated
    return Scores(scores.entails, scores.contradicts, rest * (1 - share), rest * share)
