"""Which act a statement is, by the words it uses."""

from __future__ import annotations

from collections.abc import Sequence

from verifier.entities import Act
from verifier.folding import fold_name
from verifier.patterns import find_first
from verifier.tokens import Token
from verifier.vocabulary import Lexicon

_BESIDE = 5  # words between a verb and its subject
_CLAUSE_MARKS = frozenset(',;:.!?“”„"»«–—')


def classify(
    tokens: Sequence[Token],
    lexicon: Lexicon,
    *,
    relays: bool,
    is_outlet: bool = False,
    own: frozenset[str] = frozenset(),
) -> Act:
    """The act of a statement: what it says outright, or else the first in the lexicon's order whose words it uses.

    `assert` where there is neither.
    `relays`: the speaker rests on another source, which makes anything but a denial or a refusal to comment a report.
    `is_outlet`: it mostly passes on what others know; that it could not check something is no refusal to say.
    `own`: the words of the speaker's names, folded; of itself it does not pass anything on ("the airport reported").
    """
    tokens = _without_set_phrases(tokens, lexicon)
    plain = _find_plain(tokens, lexicon, relays=relays, is_outlet=is_outlet)
    if plain is not None:
        return plain
    for name, patterns in lexicon.acts.items():
        act = Act(name)
        told = act is Act.REPORT and (relays or _passes_on(tokens, lexicon, own))
        if told or find_first(patterns, tokens) is not None:
            return Act.REPORT if act is Act.CONFIRM and relays else act
    return Act.ASSERT


def may_be_so(tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether the words say outright that something may be so: "cannot be ruled out"."""
    return find_first(lexicon.attribution["possible"], _without_set_phrases(tokens, lexicon)) is not None


def _find_plain(tokens: Sequence[Token], lexicon: Lexicon, *, relays: bool, is_outlet: bool) -> Act | None:
    """The act that goes before whatever else a statement says, where its words tell it."""
    if _leaves_open(tokens, lexicon):
        return Act.DECLINE
    if may_be_so(tokens, lexicon):
        return Act.SPECULATE
    if _denies_plainly(tokens, lexicon):
        return Act.DENY
    if not relays and _confirms_plainly(tokens, lexicon):
        return Act.CONFIRM
    could_not_check = is_outlet and find_first(lexicon.attribution["unverified"], tokens) is not None
    return Act.REPORT if could_not_check else None


def _passes_on(tokens: Sequence[Token], lexicon: Lexicon, own: frozenset[str]) -> bool:
    """Whether somebody else than the speaker reports: a verb of reporting has no word of its names beside it."""
    verbs = lexicon.attribution["passing_on"]
    return any(
        not any(fold_name(word.surface) in own for word in tokens[max(0, at - _BESIDE) : at + _BESIDE + 1])
        for at, token in enumerate(tokens)
        if token.lower in verbs or token.lemma in verbs
    )


def _without_set_phrases(tokens: Sequence[Token], lexicon: Lexicon) -> Sequence[Token]:
    """The words without phrases that only look like a denial: "no doubt", "nicht nur"."""
    kept = list(tokens)
    while (found := find_first(lexicon.attribution["set_phrases"], kept)) is not None:
        del kept[found[0] : found[1]]
    return kept


def _leaves_open(tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether a question is put first and not answered: "Whether it will close, nobody could say"."""
    if not tokens or tokens[0].lower not in lexicon.attribution["open_questions"]:
        return False
    end = next((at for at, token in enumerate(tokens) if token.surface in ",?"), len(tokens))
    return any(token.lower in lexicon.negation for token in tokens[end:])


def _denies_plainly(tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether it uses a word that says it outright; "neither confirms nor denies" does not."""
    table = lexicon.attribution
    if any(token.lower in table["either"] for token in tokens):
        return False
    return find_first(table["denying"], tokens) is not None


def _confirms_plainly(tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether a verb of confirming stands in a clause of its own without negation: what it confirms may have one."""
    for at, token in enumerate(tokens):
        if token.lemma not in lexicon.attribution["confirming"] or not token.is_word:
            continue
        start = next((index + 1 for index in range(at - 1, -1, -1) if tokens[index].surface in _CLAUSE_MARKS), 0)
        end = next((index for index in range(at, len(tokens)) if tokens[index].surface in _CLAUSE_MARKS), len(tokens))
        clause = {word.lower for word in (*tokens[max(start, at - 6) : at], *tokens[at : min(end, at + 4)])}
        if not clause & (lexicon.negation | set(lexicon.attribution["unconfirming"])):
            return True
    return False
