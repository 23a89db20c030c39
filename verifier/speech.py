"""Who says what within one sentence: words of saying, with the speaker on one side and the content on the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from verifier.patterns import find_first
from verifier.tokens import Token
from verifier.reading import (
    QUOTES,
    Phrase,
    Reading,
    clause_start,
    left_phrase,
    quotation_start,
    right_phrase,
)

_NEAR = 9
_LINKS = frozenset("der des von vom eines einer seiner ihrer".split())  # noqa: SIM905
_SHORTEST = 2


class Cue(StrEnum):
    """By which kind of words something is attributed."""

    QUOTED = "quoted"
    """Words in quotation marks, beside a verb of saying."""
    CLAUSE = "clause"
    """ "X said that", "X said:"."""
    INVERTED = "inverted"
    """ "…, said X"."""
    ACCORDING = "according"
    """ "according to X", "wie X berichtet"."""
    OBJECT = "object"
    """ "X rejected the plan"."""
    NOUN = "noun"
    """ "the claim that …"."""
    CONTINUED = "continued"
    """The speech of the sentence before goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """What is said, in one piece or in several around its attribution, by whom: character offsets into the text.

    `speaker` is None where nobody is named. `verb` is the base form of the word of saying.
    """

    pieces: tuple[tuple[int, int], ...]
    speaker: tuple[int, int] | None
    cue: Cue
    verb: str
    sentence: int

    @property
    def start(self) -> int:
        """Where the first piece begins."""
        return self.pieces[0][0]

    @property
    def end(self) -> int:
        """Where the last piece ends."""
        return self.pieces[-1][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """The same, counted in tokens of the sentence; `left` and `right` bound the words of attribution."""

    pieces: tuple[Phrase, ...]
    speaker: Phrase | None
    cue: Cue
    verb: str
    left: int
    right: int


def find_speech(reading: Reading, number: int) -> list[Speech]:
    """What is attributed in a sentence, in the order of its words of saying."""
    found = [*_find_according(reading), *_find_verbs(reading), *_find_nouns(reading)]
    if not found:
        found += _find_named(reading)
    found.sort(key=lambda item: item.left)
    speeches = []
    for item in _settle(found, reading):
        pieces = tuple(
            reading.place(*piece) for piece in item.pieces if reading.count_words(*piece) >= 1
        )
        if not pieces:
            continue
        quoted = sum(reading.quoted[at] for start, end in item.pieces for at in range(start, end))
        size = sum(end - start for start, end in item.pieces)
        cue = Cue.QUOTED if quoted > 0.8 * size and item.cue is not Cue.ACCORDING else item.cue
        speeches.append(
            Speech(
                pieces=pieces,
                speaker=reading.place(*item.speaker) if item.speaker else None,
                cue=cue,
                verb=item.verb,
                sentence=number,
            )
        )
    return speeches


def _settle(found: list[_Found], reading: Reading) -> list[_Found]:
    """Each content without the attributions that stand in it or go on with another content."""
    settled: list[_Found] = []
    for item in found:
        pieces = list(item.pieces)
        for other in found:
            if other is item:
                continue
            if other.cue is Cue.ACCORDING and item.cue is not Cue.ACCORDING:
                pieces = [part for piece in pieces for part in _without(piece, other.left, other.right)]
            elif other.speaker == item.speaker and _goes_on(reading, other.left):
                pieces = [
                    (start, other.left if start < other.left < end else end) for start, end in pieces
                ]
        pieces = [piece for piece in pieces if reading.count_words(*piece)]
        if pieces:
            settled.append(replace(item, pieces=tuple(pieces)))
    return settled


def _without(piece: Phrase, left: int, right: int) -> list[Phrase]:
    start, end = piece
    if right <= start or left >= end:
        return [piece]
    return [(a, b) for a, b in ((start, min(left, end)), (max(right, start), end)) if a < b]


def _goes_on(reading: Reading, left: int) -> bool:
    return reading.lower(left) in ("and", "but", "und") or reading.is_mark(left, ",")


def _find_according(reading: Reading) -> Iterator[_Found]:
    """ "laut X", "X zufolge", "according to X", ", so X"."""
    taken = -1
    for at in range(reading.size):
        if reading.quoted[at] or at < taken:
            continue
        end = _cue_end(reading, at)
        if end is None:
            continue
        is_after = reading.lower(at) == "zufolge"
        if is_after:
            start = at
            while start > 0 and at - start < _NEAR and not reading.is_mark(start - 1, ",;:.–"):
                before = reading.tokens[start - 1]
                if before.is_word and not before.is_capital and start - 1 > 0 and _is_finite(reading, start - 1):
                    break
                start -= 1
            speaker: Phrase | None = (start, at) if start < at else None
            left, right = start, at + 1
        else:
            speaker = right_phrase(reading, end)
            left, right = at, speaker[1] if speaker else end
        if speaker is not None and not is_after and reading.lower(at) == "nach" and reading.lower(end) not in _LINKS:
            speaker = None
        if speaker is None and not is_after and end - at > 1:
            # "nach offiziellen Angaben": nobody but the information itself is named.
            speaker, right = (at + 1, end), end
            if reading.lower(end) in ("aus", "in", "im", "vom"):
                right = (right_phrase(reading, end + 1) or (end, end))[1]
        if speaker is None:
            continue
        if reading.lower(at) in reading.words("so") and not _closes_clause(reading, right):
            continue
        taken = right
        yield _around(reading, left, right, speaker, Cue.ACCORDING, reading.lower(at))


def _cue_end(reading: Reading, at: int) -> int | None:
    if reading.lower(at) in reading.words("so"):
        follows = at > 0 and reading.is_mark(at - 1, ",–" + "".join(QUOTES))
        following = reading.tokens[at + 1] if at + 1 < reading.size else None
        names = following is not None and (following.is_capital or following.lower in ("der", "die", "das", "ein", "eine"))
        return at + 1 if follows and names else None
    if reading.lower(at) == "nach" and (noun := _information_noun(reading, at + 1)) is not None:
        return noun
    matched = [
        at + size
        for size in (1, 2, 3, 4)
        if " ".join(reading.lower(index) for index in range(at, min(at + size, reading.size)))
        in reading.words("according")
    ]
    return max(matched, default=None)


def _information_noun(reading: Reading, at: int) -> int | None:
    """Behind "einem internen Bericht" in "nach einem internen Bericht"."""
    for index in range(at, min(at + 5, reading.size)):
        token = reading.tokens[index]
        if token.is_capital:
            lemma = token.lemma
            known = any(lemma.endswith(noun) for noun in reading.words("information"))
            return index + 1 if known and reading.lower(index + 1) not in ("zufolge",) else None
        if not token.is_word or not token.lower.endswith(("e", "en", "er", "em", "es")):
            return None
    return None


def _closes_clause(reading: Reading, index: int) -> bool:
    return index >= reading.size or reading.tokens[index].kind == "mark" or reading.lower(index) in (
        "in", "im", "am", "gegenüber", "bei", "weiter", "laut", "auf", "zu", "zum", "nach"
    )  # fmt: skip


def _around(reading: Reading, left: int, right: int, speaker: Phrase | None, cue: Cue, verb: str) -> _Found:
    """All of the sentence but its attribution."""
    pieces = tuple(
        (start, end) for start, end in ((0, left), (right, reading.size)) if reading.count_words(start, end) >= 1
    )
    return _Found(pieces=pieces, speaker=speaker, cue=cue, verb=verb, left=left, right=right)


def _find_verbs(reading: Reading) -> Iterator[_Found]:
    read = _read_german if reading.language == "de" else _read_english
    strong = frozenset(reading.lexicon.attribution["saying"]) | reading.words("verbs")
    speaker: Phrase | None = None
    taken = -1
    for at, token in enumerate(reading.tokens):
        if reading.quoted[at] or not token.is_word or at < taken or token.lemma not in strong:
            continue
        if token.is_capital and at > 0 and reading.language == "de":
            continue
        found = read(reading, at, speaker)
        if found is not None:
            speaker = found.speaker or speaker
            taken = found.right
            yield found


# -- English


def _read_english(reading: Reading, at: int, earlier: Phrase | None) -> _Found | None:
    token = reading.tokens[at]
    inserted = _read_as(reading, at)
    if inserted is not None:
        return inserted
    before = at
    while before > 0 and (
        reading.lower(before - 1) in reading.words("auxiliaries") or reading.lower(before - 1).endswith("ly")
    ):
        before -= 1
    auxiliaries = {reading.lower(index) for index in range(before, at)}
    if token.lower == "according" or ("to" in auxiliaries and before < at):
        return None
    is_participle = token.lower.endswith("ing")
    is_passive = bool(auxiliaries & reading.words("passive_auxiliaries")) and not is_participle
    if reading.lower(before - 1) in ("to", "the", "a", "an", "his", "her", "their", "this", "that", "its", "of", "for", "in"):
        if reading.lower(before - 1) != "that" or token.lower.endswith("s") is False:
            return None
    follows_mark = before == 0 or reading.is_mark(before - 1, ",–—-:;)" + "".join(QUOTES)) or reading.quoted[before - 1]
    inherits = reading.lower(before - 1) in ("and", "but", "or", "then") or is_participle
    complement = _english_complement(reading, at)
    strong = token.lemma not in reading.words("weak_verbs")
    # ", said X" and "“…” said X"
    if follows_mark and not is_participle and before == at and (behind := right_phrase(reading, at + 1)) is not None:
        closing = behind[1] >= reading.size or reading.tokens[behind[1]].kind == "mark" or reading.quoted[behind[1]] or (
            reading.lower(behind[1]) in reading.words("prepositions") | {"of", "who"}
        )
        has_before = before == 0 or reading.quoted[before - 1] or _has_verb(reading, 0, before)
        has_before = has_before and closing
        begins_name = reading.tokens[at + 1].is_capital or reading.lower(at + 1) in ("the", "a", "an", "one", "he", "she")
        begins_name = begins_name or (before > 0 and reading.quoted[before - 1])
        if has_before and begins_name and (strong or reading.quoted[before - 1] or reading.quoted[max(before - 2, 0)]):
            return _inverted(reading, before, _attribution_end(reading, behind[1]), behind, token.lemma)
    subject: Phrase | None = None
    if is_passive:
        by = next((index for index in range(at + 1, min(at + _NEAR, reading.size)) if reading.lower(index) == "by"), None)
        subject = right_phrase(reading, by + 1) if by is not None else None
        if complement is None:
            return None
    elif inherits and earlier is not None:
        subject = earlier
    else:
        subject = left_phrase(reading, before)
    if subject is None:
        return None
    left = before if inherits and earlier is not None else min(subject[0], before)
    if inherits and left > 0:
        left -= 1
        if left > 0 and reading.is_mark(left - 1, ","):
            left -= 1
    # "…, X said."
    if not inherits and not is_passive and subject[0] > 1:
        mark = subject[0] - 1
        bounded = reading.is_mark(mark, ",–—" + "".join(QUOTES)) or reading.quoted[mark]
        ending = _attribution_end(reading, at + 1)
        closed = ending >= reading.size or reading.is_mark(ending, ".,;:?!–—" + "".join(QUOTES)) or reading.quoted[ending]
        is_said = any(reading.quoted[:mark]) or _has_verb(reading, 0, mark) or mark == 0
        opened = complement is not None and complement <= ending + 1 and not reading.quoted[min(complement, reading.size - 1)]
        if bounded and closed and (strong or any(reading.quoted[:mark])) and not opened and is_said and _is_clause(reading, 0, mark) and not reading.is_mark(ending, ":"):
            return _inverted(reading, subject[0], ending, subject, token.lemma)
    if complement is not None:
        start = complement
    elif strong or (_verb_is_bare(reading, at)):
        start = _skip_english_adverbial(reading, at + 1)
        if not strong:
            return None
    else:
        return None
    end = _content_end(reading, start)
    if reading.count_words(start, end) < 1:
        return None
    is_object = complement is None and not _is_clause(reading, start, end)
    pieces: tuple[Phrase, ...] = ((start, end),)
    return _Found(
        pieces=pieces,
        speaker=subject,
        cue=Cue.OBJECT if is_object else Cue.CLAUSE,
        verb=token.lemma,
        left=left,
        right=start,
    )


def _read_as(reading: Reading, at: int) -> _Found | None:
    """ "as the paper reported"."""
    begin = clause_start(reading, at)
    if reading.lower(begin) != "as" or begin + 1 >= at or at - begin > _NEAR + 3:
        return None
    ends = at + 1 >= reading.size or reading.tokens[at + 1].kind == "mark" or reading.lower(at + 1) in reading.words("prepositions")
    speaker = left_phrase(reading, at)
    if not ends or speaker is None or reading.lower(at + 1) in ("that",):
        return None
    return _around(reading, begin, _attribution_end(reading, at + 1), speaker, Cue.ACCORDING, reading.tokens[at].lemma)


def _verb_is_bare(reading: Reading, at: int) -> bool:
    return at + 1 < reading.size and reading.tokens[at + 1].is_word


def _english_complement(reading: Reading, at: int) -> int | None:
    """Where a that-clause, a quotation, an infinitive or what follows a colon begins behind a verb."""
    for index in range(at + 1, min(at + 1 + _NEAR, reading.size)):
        if reading.is_mark(index, ":"):
            return index + 1
        if reading.quoted[index]:
            return index
        word = reading.lower(index)
        if word in ("that", "whether", "if"):
            return index + 1 if word == "that" else index
        if word == "to" and index <= at + 1:
            return index
        if word in ("how", "why", "what") and index == at + 1:
            return index
        if reading.is_mark(index, ",;.–—"):
            following = reading.quoted[index + 1] if index + 1 < reading.size else False
            if not following and not (reading.is_mark(index, ",") and reading.lower(index + 1) in ("that", "in", "on")):
                return None
    return None


def _attribution_end(reading: Reading, start: int) -> int:
    """Behind listeners, days and places that follow "X said" up to the next mark."""
    end = start
    while end < reading.size and end - start < 14 and not reading.quoted[end]:
        token = reading.tokens[end]
        if token.kind == "mark" and token.surface not in "-'’.":
            break
        if token.surface == "." and end + 1 >= reading.size:
            break
        if token.lower in ("that", "whether", "if", "he", "she", "they", "it", "there", "we", "is", "are", "was", "would", "will", "has", "had"):
            break
        end += 1
    return end


def _skip_english_adverbial(reading: Reading, start: int) -> int:
    """Behind listeners and days: "told reporters on Monday the bridge" is "the bridge"."""
    at = start
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "today", "yesterday", "tonight", "earlier", "recently", "again", "later")
    while at < reading.size:
        word = reading.lower(at)
        if word in reading.words("listeners") or word in days:
            at += 1
        elif word == "on" and reading.lower(at + 1) in (*days, "twitter", "cnn", "fox", "abc", "cbs", "nbc", "msnbc"):
            at += 2
        elif word in ("in", "during", "at") and reading.lower(at + 1) in ("a", "an", "the", "his", "her") and reading.lower(at + 2) in (
            "statement", "interview", "speech", "tweet", "letter", "email", "post", "briefing", "news", "report", "rally"):
            at += 3
        else:
            break
    return at if at < reading.size else start


def _is_clause(reading: Reading, start: int, end: int) -> bool:
    """Whether words make a sentence of their own: they have a finite verb, or are quoted."""
    if any(reading.quoted[start:end]) and reading.count_words(start, end) >= 1:
        return True
    if reading.count_words(start, end) < 3:
        return False
    first = reading.lower(start)
    if first in ("after", "when", "in", "on", "at", "while", "as", "during", "before", "if", "with", "by", "for", "because", "asked", "speaking", "since", "although", "though", "unlike", "despite") and end - start < 16 and not _has_second_clause(reading, start, end):
        return False
    return True


def _has_verb(reading: Reading, start: int, end: int) -> bool:
    """Whether some English words have what looks like a finite verb."""
    for at in range(start, end):
        token = reading.tokens[at]
        if token.lower in reading.words("finite"):
            return True
        if token.is_word and not token.is_capital and at > start and token.lower.endswith(("ed", "s")) and (
            token.lemma + "s" != token.lower or reading.tokens[at - 1].is_capital
        ) and token.lemma != token.lower:
            return True
    return False


def _has_second_clause(reading: Reading, start: int, end: int) -> bool:
    return any(reading.is_mark(index, ",") for index in range(start + 2, end - 2))


def _content_end(reading: Reading, start: int) -> int:
    """Where the sentence ends."""
    return reading.size


def _inverted(reading: Reading, left: int, right: int, speaker: Phrase | None, verb: str) -> _Found:
    """What stands before the attribution; and behind it, where the speech goes on."""
    pieces = []
    start = 0
    if reading.count_words(start, left) >= 1:
        pieces.append((_last_quotation(reading, left), left))
    rest = right
    while rest < reading.size and reading.is_mark(rest, ",:.–—;"):
        rest += 1
    if rest < reading.size and reading.count_words(rest, reading.size) >= _SHORTEST:
        goes_on = reading.quoted[rest] or (
            reading.is_mark(right, ",") and reading.lower(rest) not in ("who", "adding", "citing", "when", "as", "while", "after", "referring", "in", "which", "noting", "calling")
        )
        if goes_on and pieces and not reading.tokens[rest].lower.endswith("ing"):
            pieces.append((rest, reading.size))
        elif goes_on and not pieces:
            pieces.append((rest, reading.size))
    return _Found(pieces=tuple(pieces), speaker=speaker, cue=Cue.INVERTED, verb=verb, left=left, right=right)


def _last_quotation(reading: Reading, end: int) -> int:
    """Where a quotation begins that ends before the attribution and stands by itself; else 0."""
    close = end - 1
    while close > 0 and reading.is_mark(close, ",–—") and not reading.quoted[close]:
        close -= 1
    if close < 0 or not reading.quoted[close]:
        return 0
    opened = quotation_start(reading, close)
    stands_alone = opened == 0 or reading.is_mark(opened - 1, ":,;–—.?!") or reading.quoted[opened - 1]
    return opened if stands_alone and reading.count_words(opened, end) >= 4 else 0


# -- German


def _read_german(reading: Reading, at: int, earlier: Phrase | None) -> _Found | None:
    token = reading.tokens[at]
    begin = clause_start(reading, at)
    finite = _finite_of(reading, begin, at)
    if at - begin <= 2 and begin > 0 and reading.is_mark(begin - 1, ",") and finite == at:
        begin, finite = _before_apposition(reading, at)
    strong = token.lemma not in reading.words("weak_verbs")
    first = reading.lower(begin)
    ends_clause = at + 1 >= reading.size or reading.is_mark(at + 1, ",.;:–—)" + "".join(QUOTES)) or reading.quoted[at + 1]
    # "wie X berichtet"
    if first == "wie" and strong and finite - begin >= 1 and (ends_clause or finite - begin < 8):
        speaker = right_phrase(reading, begin + 1) if begin + 1 < finite else None
        right = at + 1
        if finite == begin + 1:
            speaker = right_phrase(reading, finite + 1)
            right = max(right, speaker[1] if speaker else right)
        return _around(reading, max(begin, 0), right, speaker, Cue.ACCORDING, token.lemma)
    passive = reading.lower(finite) in reading.words("passive_auxiliaries") and finite != at
    content = _german_content(reading, at)
    if content is not None and not strong and not _opens_content(reading, content):
        content = None
    comma_before = begin > 0 and (reading.is_mark(begin - 1, ",:–—" + "".join(QUOTES)) or reading.quoted[begin - 1])
    is_bare = token.lemma in ("heißen", "lauten")
    if token.lemma == "heißen" and "es" in (reading.lower(at + 1), reading.lower(at - 1)):
        return _read_it_says(reading, begin, at, content)
    is_said = any(reading.quoted[:begin]) or any(_is_finite(reading, index) or reading.lower(index) in reading.words("subjunctive") for index in range(begin))
    # "…, sagte X", "„…“, sagte X"
    if finite == begin and finite > 0 and comma_before and is_said and reading.count_words(0, begin) >= _SHORTEST:
        if is_bare and reading.lower(finite + 1) == "es":
            speaker = None
            for index in range(finite + 2, min(finite + 5, reading.size)):
                if reading.lower(index) in ("in", "im", "aus", "von", "bei", "auf", "beim"):
                    speaker = right_phrase(reading, index + 1)
                    break
            right = speaker[1] if speaker else finite + 2
        else:
            speaker = right_phrase(reading, finite + 1)
            right = speaker[1] if speaker else finite + 1
        if speaker is None and not is_bare:
            return None
        closing = not any(
            _is_finite(reading, index) and reading.lower(index) not in reading.lexicon.stop
            for index in range(right, min(_german_attribution_end(reading, right), right + 8) - 1)
        )
        if closing and not (not strong and _german_complement(reading, at)):
            return _inverted(reading, begin, _german_attribution_end(reading, right), speaker, token.lemma)
        return None
    subject = _german_subject(reading, begin, finite, at, passive=passive)
    if subject is None and first in ("und", "aber", "doch") and earlier is not None:
        subject = earlier
    if subject is not None and first in ("und", "aber") and subject[0] >= finite and content is None:
        subject = subject if reading.tokens[subject[0]].is_capital else earlier
    if content is None and not strong and not (token.lemma == "halten" and _holds_for(reading)):
        return None
    if content is None:
        if subject is None or passive:
            return None
        start, end = 0, reading.size
        return _Found(pieces=((start, end),), speaker=subject, cue=Cue.OBJECT, verb=token.lemma, left=begin, right=at + 1)
    if not strong and subject is None and not is_bare:
        return None
    return _Found(
        pieces=((content, reading.size),),
        speaker=subject,
        cue=Cue.CLAUSE,
        verb=token.lemma,
        left=begin,
        right=max(at + 1, min(content, reading.size)),
    )


def _read_it_says(reading: Reading, begin: int, at: int, content: int | None) -> _Found | None:
    """ "heißt es in dem Bericht", with the content before or behind."""
    links = ("in", "im", "aus", "von", "vom", "bei", "beim", "seitens", "auf")
    speaker: Phrase | None = None
    right = at + 2
    if reading.lower(at + 2) in links:
        speaker = right_phrase(reading, at + 3)
        right = speaker[1] if speaker else right
    elif reading.lower(begin) in links:
        speaker = right_phrase(reading, begin + 1)
    if begin == at and reading.count_words(0, begin) >= _SHORTEST:
        return _inverted(reading, begin, _german_attribution_end(reading, right), speaker, "heißen")
    if content is None:
        return None
    return _Found(
        pieces=((content, reading.size),), speaker=speaker, cue=Cue.CLAUSE, verb="heißen", left=begin, right=right
    )


def _before_apposition(reading: Reading, at: int) -> Phrase:
    """The clause, and its finite verb, that a verb ends behind a phrase between commas: "wie X, der Sprecher, sagte"."""
    index, commas = at - 1, 0
    while index >= 0 and at - index < 24 and commas < 3 and not reading.quoted[index]:
        commas += reading.is_mark(index, ",")
        start = index == 0 or reading.is_mark(index - 1, ",")
        if start and reading.lower(index) == "wie":
            return index, at
        is_participle = reading.tokens[at].lower.endswith(("t", "en"))
        if commas > 1 and is_participle and reading.lower(index) in ("hat", "hatte", "haben", "hatten", "habe", "hätte"):
            return clause_start(reading, index), index
        if reading.is_mark(index, ":;.") or (reading.is_mark(index, ",") and reading.lower(index + 1) in ("dass", "ob")):
            break
        index -= 1
    begin = clause_start(reading, at)
    return begin, at


def _finite_of(reading: Reading, begin: int, at: int) -> int:
    """The finite verb that a participle or an infinitive goes with, else the verb itself."""
    token = reading.tokens[at]
    if not token.lower.startswith("ge") and not token.lower.endswith(("t", "en")):
        return at
    for index in range(begin, at):
        if reading.lower(index) in reading.words("auxiliaries"):
            return index
    return at


def _german_subject(reading: Reading, begin: int, finite: int, at: int, *, passive: bool) -> Phrase | None:
    if passive:
        for index in range(finite + 1, at):
            if reading.lower(index) in ("von", "vom", "seitens"):
                return right_phrase(reading, index + 1)
        return None
    while begin < finite - 1 and reading.lower(begin) in ("auch", "aber", "doch", "und", "nur", "selbst", "sogar"):
        begin += 1
    if begin < finite:
        first = reading.lower(begin)
        if first in reading.words("pronouns") and finite == begin + 1 and first not in ("dies", "das"):
            return begin, begin + 1
        if reading.is_mark(begin - 1, ",") and first not in reading.words("prepositions") | reading.words("breaks"):
            # Either a relative clause or an apposition that closes: "X, Sprecher der Y, sagte".
            if first in reading.words("relatives") and at > begin + 1 and finite == at:
                return begin, begin + 1
        behind = right_phrase(reading, finite + 1) if finite + 1 < reading.size else None
        if first in ("dies", "das", "was") and finite == begin + 1 and behind is not None:
            return behind
        is_adverb = begin == 0 and finite == 1 and first not in reading.words("pronouns") and is_adverb_form(reading.tokens[0])
        if first not in reading.words("prepositions") and first not in reading.words("breaks") and not is_adverb:
            phrase = right_phrase(reading, begin)
            if phrase is not None and phrase[0] == begin:
                return begin, finite
            if first in reading.words("pronouns"):
                return begin, begin + 1
        if first in reading.words("breaks"):
            return right_phrase(reading, begin + 1)
    elif begin > 0 and reading.is_mark(begin - 1, ","):
        phrase = left_phrase(reading, begin)
        if phrase is not None and reading.lower(phrase[0]) not in reading.words("prepositions"):
            return phrase
    return right_phrase(reading, finite + 1)


def is_adverb_form(token: Token) -> bool:
    """Whether a German word with a capital letter is no noun: "Unmissverständlich sagt er"."""
    return token.lower.endswith(("lich", "weise", "falls", "los", "bar", "ig", "haft", "sam"))


def _german_content(reading: Reading, at: int) -> int | None:
    """Where the clause begins that a verb governs: behind a colon, or behind the next comma."""
    limit = min(at + 26, reading.size)
    for index in range(at + 1, min(at + 40, reading.size - 1)):
        if reading.lower(index) in ("dass", "daß", "ob", "weil") or reading.is_mark(index, ".;") or reading.quoted[index]:
            break
        if reading.is_mark(index, ":") and reading.quoted[index + 1]:
            return index + 1
    for index in range(at + 1, limit):
        if reading.is_mark(index, ":"):
            return index + 1
        if reading.quoted[index] and reading.tokens[index].surface in QUOTES and _is_long_quote(reading, index):
            return index
        if reading.is_mark(index, ";."):
            return None
        if reading.is_mark(index, ","):
            if _is_closed_insert(reading, index):
                continue
            return index + 1
    return None


def _opens_content(reading: Reading, start: int) -> bool:
    """Whether what follows a comma can only be said: a that-clause, a quotation, reported speech."""
    if reading.is_mark(start - 1, ":") or reading.lower(start) in ("dass", "daß", "ob", "wonach", "wie", "um"):
        return reading.lower(start) != "um"
    if start < reading.size and reading.quoted[start]:
        return True
    end = next((at for at in range(start, reading.size) if reading.is_mark(at, ",;.")), reading.size)
    return any(reading.lower(at) in reading.words("subjunctive") for at in range(start, end))


def _german_complement(reading: Reading, at: int) -> bool:
    content = _german_content(reading, at)
    return content is not None and reading.lower(content) in ("dass", "daß", "ob")


def _holds_for(reading: Reading) -> bool:
    """ "hält … für wahrscheinlich"."""
    held = reading.words("held_for")
    return any(token.lower in held for token in reading.tokens)


def _is_closed_insert(reading: Reading, comma: int) -> bool:
    """Whether an apposition or a relative clause follows, which a comma closes: "sagte X, Sprecher der Y, dass"."""
    close = next((index for index in range(comma + 1, reading.size) if reading.is_mark(index, ",:")), None)
    if close is None:
        return False
    following = reading.tokens[comma + 1]
    word = reading.lower(close + 1)
    is_opening = reading.is_mark(close, ":") or word in ("dass", "daß", "ob", "wonach") or reading.quoted[min(close + 1, reading.size - 1)]
    return is_opening and (following.is_capital or following.lower in ("der", "die", "das", "ein", "eine", "dem"))


def _is_long_quote(reading: Reading, index: int) -> bool:
    end = index
    while end < reading.size and reading.quoted[end]:
        end += 1
    return reading.count_words(index, end) >= 4


def _german_attribution_end(reading: Reading, right: int) -> int:
    end = right
    while end < reading.size and not reading.quoted[end] and not reading.is_mark(end, ",;:–—"):
        if reading.is_mark(end, ".") and end + 1 >= reading.size:
            break
        end += 1
    return end


def _is_finite(reading: Reading, index: int) -> bool:
    token = reading.tokens[index]
    return token.lower in reading.words("auxiliaries") or (
        token.lemma.endswith("n") and token.lemma != token.lower and token.lower not in reading.lexicon.stop
        and token.lower.endswith(("t", "te", "ten", "en"))
    )


# -- Names and nouns


def _find_named(reading: Reading) -> Iterator[_Found]:
    """ "Smith: the bridge is safe", as a headline has it."""
    colon = next((at for at in range(1, min(7, reading.size)) if reading.is_mark(at, ":")), None)
    if colon is None or any(reading.quoted[:colon]) or reading.count_words(colon, reading.size) < 3:
        return
    if reading.lower(0) in reading.words("breaks") | reading.words("joint") | reading.words("prepositions"):
        return
    named = [token.is_capital or token.lower in ("of", "the", "von", "der", "des", "-", "/") for token in reading.tokens[:colon]]
    if all(named) and (colon > 1 or not reading.tokens[0].known or reading.language == "en" or reading.quoted[colon + 1]):
        yield _Found(pieces=((colon + 1, reading.size),), speaker=(0, colon), cue=Cue.CLAUSE, verb="", left=0, right=colon + 1)


def _find_nouns(reading: Reading) -> Iterator[_Found]:
    """ "the claim that …", "die Ankündigung, dass …"."""
    for at, token in enumerate(reading.tokens):
        if reading.quoted[at] or token.lemma not in reading.words("nouns"):
            continue
        if reading.language == "de" and not token.is_capital:
            continue
        for index in range(at + 1, min(at + 8, reading.size)):
            word = reading.lower(index)
            if reading.is_mark(index, ".;:") or (reading.is_mark(index, ",") and reading.language == "en"):
                break
            if index > at + 1 and reading.tokens[index].lemma in reading.words("nouns"):
                break
            if word in ("that", "dass", "daß", "wonach"):
                start = index + 1 if word == "that" else index
                if word == "that" and index > at + 3:
                    break
                end = _clause_end(reading, start)
                speaker = _named_source(reading, at, end) or _noun_speaker(reading, at, index)
                yield _Found(
                    pieces=((start, end),), speaker=speaker, cue=Cue.NOUN, verb=token.lemma, left=at, right=start
                )
                break


def _clause_end(reading: Reading, start: int) -> int:
    """Where a German clause under a noun ends: before a comma and the verb of the sentence around it."""
    if reading.language == "de":
        for at in range(start + 3, reading.size - 1):
            if reading.is_mark(at, ",") and reading.lower(at + 1) in reading.words("auxiliaries"):
                return at
    return reading.size


def _named_source(reading: Reading, at: int, end: int) -> Phrase | None:
    """ "Source of the reports that … is X"."""
    around = range(max(0, at - 6), at)
    known = reading.words("source_nouns")
    named = any(reading.tokens[index].lemma in known or reading.lower(index) in known for index in around)
    if end + 2 >= reading.size or not named:
        return None
    start = end + 2
    if reading.lower(start) == "unter" and reading.lower(start + 1) == "anderem":
        start += 2
    return right_phrase(reading, start)


def _noun_speaker(reading: Reading, at: int, end: int) -> Phrase | None:
    """Whose claim it is: "Trump's claim", "die Ankündigung der Polizei"."""
    if reading.language == "de":
        if reading.lower(at + 1) in ("der", "des", "von", "vom", "eines", "einer"):
            return right_phrase(reading, at + 2)
        return _sentence_subject(reading, at)
    if reading.lower(at - 1) == "'s":
        return left_phrase(reading, at - 1)
    if reading.lower(at - 1) in ("his", "her", "their"):
        return at - 1, at
    if reading.lower(at + 1) in ("by", "from", "of"):
        return at + 2, end
    return _sentence_subject(reading, at)


def _sentence_subject(reading: Reading, end: int) -> Phrase | None:
    """The phrase that a sentence begins with."""
    if reading.lower(0) in reading.words("pronouns") and end > 0:
        return 0, 1
    phrase = right_phrase(reading, 0)
    return phrase if phrase is not None and phrase[0] == 0 and phrase[1] < end else None


def is_unattributed_relay(reading: Reading) -> bool:
    """Whether a sentence rests on others whom it does not name: "reportedly", "angeblich"."""
    return find_first(reading.lexicon.attribution["unnamed"], reading.tokens) is not None
