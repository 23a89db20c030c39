"""Which act a statement is, by the words it uses."""

from __future__ import annotations

from collections.abc import Sequence

from verifier.entities import Act
from verifier.patterns import find_first
from verifier.tokens import Token
from verifier.vocabulary import Lexicon


def classify(tokens: Sequence[Token], lexicon: Lexicon, *, relays: bool) -> Act:
    """The act of a statement: the first in the lexicon's order whose words it uses, otherwise `assert`.

    `relays`: the speaker rests on another source, which makes anything but a denial or a refusal to comment a report.
    """
    for name, patterns in lexicon.acts.items():
        act = Act(name)
        if (act is Act.REPORT and relays) or find_first(patterns, tokens) is not None:
            return act
    return Act.ASSERT
