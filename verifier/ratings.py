"""Verdicts as ratings for readers, and the ratings of fact-checkers as acts: `verifier/lexicon/ratings.toml`."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from verifier.entities import Act, Label

WORST, BEST = 1, 5
"""The ends of the scale of a rating's value."""

_FILE = Path(__file__).with_name("lexicon") / "ratings.toml"
_OTHER = "en"
"""The language of ratings for a claim in a language that has none."""
_HEAD_ENDS = re.compile(r"[.:!(\[–—]|\s-\s")


def print_rating(label: Label, language: str | None) -> str:
    """A verdict in plain words, in the language of the claim."""
    printed = _read()["printed"]
    return str(printed.get(language, printed[_OTHER])[label.value])


def value_of(label: Label) -> int:
    """A verdict on the scale from `WORST` to `BEST`; neither end is ever reached."""
    return int(_read()["value"][label.value])


def act_of_rating(rating: str) -> Act:
    """The act of who rates a claim so, towards the claim; `report`, which takes no side, where it is not known."""
    known = _read_acts()
    if act := known.get(_fold(rating)):
        return act
    head = known.get(_fold(_HEAD_ENDS.split(rating, maxsplit=1)[0]), Act.REPORT)
    # "True: but it is old news" affirms less than it begins with.
    return Act.REPORT if head is Act.ASSERT else head


def phrase_rating(claim: str, rating: str, language: str | None) -> str:
    """A rated claim as a sentence."""
    sentences = _read()["sentence"]
    return str(sentences.get(language, sentences[_OTHER])).format(claim=claim, rating=rating)


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@cache
def _read_acts() -> Mapping[str, Act]:
    return {
        _fold(rating): Act(act)
        for acts in _read()["acts"].values()
        for act, ratings in acts.items()
        for rating in ratings.split(",")
    }


def _fold(rating: str) -> str:
    plain = unicodedata.normalize("NFKD", rating.casefold().replace("ß", "ss")).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z0-9]+", plain))
