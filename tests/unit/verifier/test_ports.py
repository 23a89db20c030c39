from __future__ import annotations

from verifier.entities import Content
from verifier.ports import Pair, Scores


def test_the_likeliest_content_is_best() -> None:
    assert Scores(0.1, 0.6, 0.2, 0.1).best() == (Content.CONTRADICTS, 0.6)


def test_a_reversed_pair_keeps_each_sentence_with_its_language() -> None:
    pair = Pair(claim="Es brennt", claim_language="de", proposition="It burns", language="en")
    assert pair.reversed() == Pair(claim="It burns", claim_language="en", proposition="Es brennt", language="de")
    assert pair.reversed().reversed() == pair
