"""What a statement's own words tell: what its speaker does, with which content, and whom it relays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from verifier.acts import classify, may_be_so
from verifier.citation import find_citation
from verifier.content import Span, find_content
from verifier.entities import Act
from verifier.folding import fold_name
from verifier.patterns import find_first
from verifier.ports import SpeechModel
from verifier.terms import Kind, find_terms
from verifier.tokens import Token, tokenize
from verifier.vocabulary import Lexicon, read_lexicon

_LEXICON, _OPEN = 2.5, 5.0
"""What the lexicon's word weighs beside a model's log probabilities, and where it says that something may be so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """A statement taken apart.

    `proposition` is its content, phrased positively: for a denial, what is denied. `start` and `end` are the character
    offsets of the decisive words in the text. `cited` names the source that the speaker relays, if another than the
    speaker; `unnamed` is set where it relies on others that it does not name.
    """

    act: Act
    proposition: str
    start: int
    end: int
    cited: str | None
    unnamed: bool


def attribute(
    text: str,
    language: str,
    *,
    speaker_names: Sequence[str],
    act: Act | None = None,
    is_outlet: bool = False,
    speech: SpeechModel | None = None,
) -> Attribution:
    """What the words of a statement tell. An act that is given is kept; otherwise the lexicon tells it, and `speech`.

    `is_outlet`: the speaker is one of those who mostly pass on what others know. Where the words name it as the one
    who says so ("the paper wrote"), it reports; what it says in its own voice it asserts.
    Raises `ModelError` where `speech` fails.
    """
    tokens = tokenize(text, language)
    lexicon = read_lexicon(language)
    if not tokens:
        return Attribution(act=act or Act.ASSERT, proposition="", start=0, end=0, cited=None, unnamed=False)
    citation = find_citation(text, tokens, lexicon, speaker_names)
    own = _own_words(speaker_names)
    relays = citation.cited is not None or citation.unnamed
    relays = relays or _is_told(tokens, lexicon, own) or (is_outlet and _names(tokens, own))
    if act is None:
        told = classify(tokens, lexicon, relays=relays, is_outlet=is_outlet, own=own)
        # "Denied" may be said of a permit, and "confirmed" of something else; "cannot be ruled out" means one thing.
        weight = _OPEN if told is Act.SPECULATE and may_be_so(tokens, lexicon) else _LEXICON
        act = _weigh(told, weight, speech, text, speaker_names)
    span = find_content(tokens, lexicon, act, speaker_names)
    return Attribution(
        act=act,
        proposition=_phrase(text, language, span, lexicon, act=act, speaker_names=speaker_names),
        start=tokens[span.start].start,
        end=tokens[span.end - 1].end,
        cited=citation.cited,
        unnamed=citation.unnamed,
    )


def _weigh(found: Act, weight: float, speech: SpeechModel | None, text: str, speaker_names: Sequence[str]) -> Act:
    """The likeliest act for a model to which the lexicon's word counts as one witness more.

    Whether somebody asserts or confirms is left to the lexicon: a model takes most of what officials say for confirmed.
    """
    if speech is None or not speaker_names:
        return found
    logs = dict(speech.read_acts(text, speaker_names[0]))
    logs[Act.ASSERT] = logs[Act.CONFIRM] = math.log(math.exp(logs[Act.ASSERT]) + math.exp(logs[Act.CONFIRM]))
    return max(logs, key=lambda act: logs[act] + (weight if act is found else 0.0))


def _own_words(speaker_names: Sequence[str]) -> frozenset[str]:
    """The words of a speaker's names, folded, without the short ones."""
    return frozenset(fold_name(word) for name in speaker_names for word in name.split() if len(word) > 2)


def _names(tokens: Sequence[Token], own: frozenset[str]) -> bool:
    """Whether the words name the speaker."""
    return any(token.is_word and fold_name(token.surface) in own for token in tokens)


def _is_told(tokens: Sequence[Token], lexicon: Lexicon, own: frozenset[str]) -> bool:
    """Whether somebody tells it to the speaker: "a witness told the Daily News"."""
    for at, token in enumerate(tokens):
        if token.lower in lexicon.attribution["telling"] or token.lemma in lexicon.attribution["telling"]:
            behind = tokens[at + 1 : at + 6]
            named = next((index for index, word in enumerate(behind) if fold_name(word.surface) in own), None)
            before = tokens[:at]
            markers = lexicon.attribution["hearers"]
            is_hearer = not markers or (bool(behind) and behind[0].lower in markers)
            if (
                named is not None
                and is_hearer
                and not any(word.kind == "mark" and word.surface not in '-„“"”»«' for word in behind[:named])
            ):
                return any(word.is_word for word in before) and not any(
                    fold_name(word.surface) in own for word in before[-4:]
                )
    return False


def _phrase(text: str, language: str, span: Span, lexicon: Lexicon, *, act: Act, speaker_names: Sequence[str]) -> str:
    """The content as a sentence of its own: with its actor and, for what is denied, put positively."""
    tokens = tokenize(text, language)
    pieces = []
    cursor = tokens[span.start].start
    for index in range(span.start, span.end):
        token = tokens[index]
        replaced = _replacement(token, index, span, lexicon, act=act, speaker_names=speaker_names)
        if replaced is not None:
            pieces.append(text[cursor : token.start] + replaced)
            cursor = token.end
    pieces.append(text[cursor : tokens[span.end - 1].end])
    content = " ".join("".join(pieces).split()).strip(" ,;:")
    actor = _missing_actor(text, language, span, lexicon, speaker_names)
    return f"{actor}: {content}" if actor else content


def _replacement(
    token: Token, index: int, span: Span, lexicon: Lexicon, *, act: Act, speaker_names: Sequence[str]
) -> str | None:
    """What stands for a token in the proposition; None where it stays as it is."""
    is_negation = token.lower in lexicon.negation or token.lemma in lexicon.negation
    if is_negation and act in (Act.DENY, Act.DECLINE):
        return ""
    is_subject = index == span.start and span.start > 0
    if is_subject and speaker_names and token.lower in lexicon.attribution["self"]:
        return speaker_names[0]
    return None


def _missing_actor(text: str, language: str, span: Span, lexicon: Lexicon, speaker_names: Sequence[str]) -> str | None:
    """Who acts in a content that names nobody who does: whoever the attribution names first, or the speaker.

    "Norway's mission denied a transfer of ships to Iceland" is about a transfer by Norway.
    """
    tokens = tokenize(text, language)
    named = [term for term in find_terms(text, language) if term.kind in (Kind.PLACE, Kind.NAME)]
    inside = [term for term in named if span.start <= term.start < span.end]
    means_own = find_first(lexicon.attribution["own_country"], tokens[span.start : span.start + 2]) is not None
    has_actor = any(not _is_acted_on(tokens, term.start, lexicon) for term in inside)
    if not means_own and (has_actor or not span.is_nominal):
        return None
    before = next((term for term in named if term.end <= span.start and term.kind is Kind.PLACE), None)
    if before is not None:
        return text[tokens[before.start].start : tokens[before.end - 1].end]
    return speaker_names[0] if speaker_names else None


def _is_acted_on(tokens: Sequence[Token], index: int, lexicon: Lexicon) -> bool:
    """Whether a preposition of place or aim stands before a name, an article aside."""
    before = [token.lower for token in tokens[max(0, index - 2) : index]]
    return any(word in lexicon.attribution["toward"] for word in before)
