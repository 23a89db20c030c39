"""Which words of a statement are its content, and which only attribute it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from verifier.entities import Act
from verifier.folding import fold_name
from verifier.patterns import find_first
from verifier.tokens import Token
from verifier.vocabulary import Lexicon

_OPENING, _CLOSING = frozenset('“„«"»'), frozenset('”“»"«')
_ENDS = frozenset(".!?")
_SHORTEST = 3
_NEAR = 7


@dataclass(frozen=True, slots=True)
class Span:
    """Tokens from `start` up to, and without, `end`.

    It is nominal where it is what a noun is about, and no clause: "a deployment of troops".
    """

    start: int
    end: int
    is_nominal: bool = False

    @property
    def size(self) -> int:
        """How many tokens it has."""
        return self.end - self.start


def find_content(tokens: Sequence[Token], lexicon: Lexicon, act: Act, speaker_names: Sequence[str]) -> Span:
    """The span of a statement's content: the whole text where no attribution is found."""
    whole = _trim(tokens, Span(0, len(tokens)))
    for find in (_leading_clause, _quoted, _under_carrier, _after_according, _beside_saying):
        span = find(tokens, lexicon, act, speaker_names)
        if span is not None and (span := _trim(tokens, _cut(tokens, span, lexicon, act))).size >= _SHORTEST:
            return span
    return whole


def _leading_clause(tokens: Sequence[Token], lexicon: Lexicon, _act: Act, _names: Sequence[str]) -> Span | None:
    """The clause that a sentence begins with: "That it failed, …", "Ob es stimmt, …"."""
    if tokens[0].lower not in lexicon.attribution["complementizers"] or tokens[0].lower in ("if", "how", "wie"):
        return None
    end = _clause_end(tokens, _SHORTEST + 1)
    return Span(1, end) if end < len(tokens) - 1 else None


def _quoted(tokens: Sequence[Token], _lexicon: Lexicon, _act: Act, _names: Sequence[str]) -> Span | None:
    """A quotation that is most of the text."""
    spans = [span for span in _quotations(tokens) if span.size > len(tokens) * 0.4]
    return max(spans, key=lambda span: span.size, default=None)


def _quotations(tokens: Sequence[Token]) -> Iterator[Span]:
    opened: int | None = None
    for index, token in enumerate(tokens):
        if opened is None and token.surface in _OPENING:
            opened = index + 1
        elif opened is not None and token.surface in _CLOSING:
            yield Span(opened, index)
            opened = None


def _under_carrier(tokens: Sequence[Token], lexicon: Lexicon, act: Act, _names: Sequence[str]) -> Span | None:
    """What a refusal or a denial is about: "whether …", "reports of …", "plans for …"."""
    if act not in (Act.DENY, Act.DECLINE):
        return None
    table = lexicon.attribution
    end = _sentence_end(tokens, 0)
    for index, token in enumerate(tokens[:end]):
        if token.lower in ("whether", "ob") or (token.lower == "if" and index > _SHORTEST):
            return Span(index + 1, _clause_end(tokens, index + 1) if index < _SHORTEST else end)
        link = tokens[index + 1] if index + 1 < end else None
        if link is not None and link.surface == "," and index + 2 < end:
            link = tokens[index + 2]
        if token.lemma in table["carriers"] and link is not None and link.lower in table["carrier_links"]:
            start = _position(tokens, link) + 1
            start += 2 if link.lower == "according" else 0
            is_clause = link.lower in table["complementizers"] or link.lower == "according"
            if start < end and tokens[start].lower in table["complementizers"]:
                start, is_clause = start + 1, True
            if end - start >= _SHORTEST:
                return Span(start, end, is_nominal=not is_clause)
    return None


def _after_according(tokens: Sequence[Token], lexicon: Lexicon, _act: Act, names: Sequence[str]) -> Span | None:
    """What follows "according to X," at the beginning, or comes before it at the end."""
    found = find_first(lexicon.attribution["according"], tokens)
    end = _sentence_end(tokens, 0)
    if found is None or found[1] >= end:
        return None
    if found[0] > _SHORTEST:
        return Span(0, found[0])
    own = {fold_name(word) for name in names for word in name.split()}
    after = found[1]
    while after < end and not _begins_clause(tokens[after], lexicon):
        after += 1
    named = [index for index in range(found[1], after) if fold_name(tokens[index].surface) in own]
    return Span(max(named) + 1 if named else after, end)


def _begins_clause(token: Token, lexicon: Lexicon) -> bool:
    if token.surface == ",":
        return True
    return token.is_word and not token.is_capital and token.lower in lexicon.past + lexicon.future


def _beside_saying(tokens: Sequence[Token], lexicon: Lexicon, _act: Act, _names: Sequence[str]) -> Span | None:
    """What stands after "X said that", or before ", said X"; of two that may be meant, the longer."""
    table = lexicon.attribution
    for verb, token in enumerate(tokens):
        if not token.is_word or token.lemma not in table["saying"]:
            continue
        begin, end = _sentence_start(tokens, verb), _sentence_end(tokens, verb)
        if (governed := _complement(tokens, verb, end, lexicon)) is not None:
            return Span(governed, end)
        comma = _last_mark(tokens, begin, verb)
        before = Span(begin, comma) if comma is not None and verb - comma <= _NEAR + 3 else Span(verb, verb)
        opened = _clause_start(tokens, verb, end, lexicon)
        if token.lower.endswith("ing") and tokens[verb - 1].surface == "," and end - verb > _SHORTEST:
            return Span(verb + 1, end)  # "hit back, saying the dam was safe"
        after = Span(opened, end) if verb - begin <= _NEAR + 3 or opened > verb + 1 else Span(verb, verb)
        span = max(before, after, key=lambda span: span.size)
        if span.size > _SHORTEST:
            return span
    return None


def _clause_start(tokens: Sequence[Token], verb: int, end: int, lexicon: Lexicon) -> int:
    """Where the words that follow a verb of saying begin: in a language that sets a comma before a clause, after it."""
    nearest = verb + _NEAR if lexicon.clause_after_comma else verb + 2
    return next((at + 1 for at in range(verb + 1, min(nearest, end)) if tokens[at].surface == ","), verb + 1)


def _complement(tokens: Sequence[Token], verb: int, end: int, lexicon: Lexicon) -> int | None:
    """Where the clause that a verb of saying governs begins."""
    for index in range(verb + 1, min(verb + 1 + _NEAR, end)):
        if tokens[index].surface == ":":
            return index + 1
        if tokens[index].lower in lexicon.attribution["complementizers"]:
            return index + 1
    return None


def _cut(tokens: Sequence[Token], span: Span, lexicon: Lexicon, act: Act) -> Span:
    """A span without what judges or sources its content at the end: "as fake news", ", citing X"."""
    cues = lexicon.attribution["judgement"] if act is Act.DENY else ()
    inner = tokens[span.start : span.end]
    for cue in (*cues, *lexicon.attribution["citing"]):
        if cue in lexicon.stop and cue not in ("as", "als"):
            continue
        found = find_first([cue], inner)
        if found is not None and found[0] >= _SHORTEST:
            inner = inner[: found[0]]
    if act in (Act.DENY, Act.DECLINE):
        inner = inner[: _next_saying(inner, lexicon)]
    if act in (Act.DENY, Act.DECLINE) and (judged := find_first(lexicon.acts[act], inner)) is not None:
        is_negation = inner[judged[0]].lower in lexicon.negation
        if judged[0] >= _SHORTEST and len(inner) - judged[0] <= _NEAR + 3 and not (is_negation and act is Act.DENY):
            inner = inner[: judged[0]]
    return Span(span.start, span.start + len(inner), is_nominal=span.is_nominal)


def _next_saying(tokens: Sequence[Token], lexicon: Lexicon) -> int:
    """Where something else is said that the speaker says too: "denied reports of a leak and insisted it was safe"."""
    links, verbs = lexicon.speech["coordinating"], lexicon.attribution["saying"]
    said = (at for at in range(1, len(tokens) - 1) if tokens[at].lower in links and tokens[at + 1].lemma in verbs)
    return next(said, len(tokens))


def _trim(tokens: Sequence[Token], span: Span) -> Span:
    """A span without marks at its ends."""
    start, end = span.start, span.end
    while end > start + 1 and tokens[end - 1].kind == "mark" and tokens[end - 1].surface not in "%)":
        end -= 1
    while start < end - 1 and tokens[start].kind == "mark" and tokens[start].surface not in "(@":
        start += 1
    return Span(start, end, is_nominal=span.is_nominal)


def _sentence_end(tokens: Sequence[Token], index: int) -> int:
    return next((at for at in range(index, len(tokens)) if _ends(tokens, at)), len(tokens))


def _sentence_start(tokens: Sequence[Token], index: int) -> int:
    return next((at + 1 for at in range(index - 1, -1, -1) if _ends(tokens, at)), 0)


def _ends(tokens: Sequence[Token], index: int) -> bool:
    """Whether a token ends a sentence: a full stop after a title or an ordinal does not."""
    if tokens[index].surface not in _ENDS:
        return False
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    before = tokens[index - 1] if index else None
    if following is None:
        return True
    if before is not None and (before.kind == "number" or len(before.surface) <= 2):
        return False
    return not following.is_word or following.is_capital


def _clause_end(tokens: Sequence[Token], index: int) -> int:
    return next((at for at in range(index, len(tokens)) if tokens[at].surface in ",?!.:;"), len(tokens))


def _last_mark(tokens: Sequence[Token], start: int, end: int) -> int | None:
    return next((at for at in range(end - 1, start, -1) if tokens[at].surface in ',;:–—”"»“'), None)


def _position(tokens: Sequence[Token], token: Token) -> int:
    return next(index for index, other in enumerate(tokens) if other is token)
