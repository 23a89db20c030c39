"""The phrases that can be a speaker: before or behind a verb, with what stands beside them between commas."""

from __future__ import annotations

from verifier.reading import QUOTES, Phrase, Reading
from verifier.tokens import lemmatize

_LONGEST = 24
_MOST_ADJECTIVES, _LONGEST_TITLE = 4, 4
_SURELY_NO_ABBREVIATION = 4
_ENDINGS = ("e", "en", "er", "es", "em")


def left_phrase(reading: Reading, end: int) -> Phrase | None:
    """The phrase that ends before a token, as a subject before its verb; with what stands beside it between commas."""
    if end <= 0:
        return None
    if reading.is_mark(end - 1, ",)–—"):
        return _left_with_apposition(reading, end - 1)
    return _strip(reading, _walk_left(reading, end), end)


def right_phrase(reading: Reading, start: int) -> Phrase | None:
    """The phrase that begins at a token or soon behind it, as a subject behind its verb."""
    return _right_german(reading, start) if reading.language == "de" else _right_english(reading, start)


def _left_with_apposition(reading: Reading, close: int) -> Phrase | None:
    """As in "Smith, 58, a spokesman for the city," before its verb."""
    at = close
    for _ in range(3):
        begin = at
        while at > max(0, close - 2 * _LONGEST) and not reading.is_mark(at - 1, ",(–—;:"):
            at -= 1
        if at == 0 or reading.is_mark(at - 1, ";:"):
            break
        start = _walk_left(reading, at - 1)
        is_age = at - 2 == start and reading.tokens[start].kind == "number"
        head = (start, at - 1) if is_age else _strip(reading, start, at - 1)
        if head is None:
            break
        first = reading.lower(head[0])
        beside = first in reading.words("relatives") or reading.tokens[head[0]].kind == "number" or first in ("a", "an")
        if not beside or not reading.is_mark(head[0] - 1, ","):
            return head[0], close
        at = head[0]
        if at >= begin:
            break
    return _strip(reading, _walk_left(reading, close), close)


def _walk_left(reading: Reading, end: int) -> int:
    start = end
    while start > 0 and end - start < _LONGEST:
        token = reading.tokens[start - 1]
        if token.kind == "mark" and (token.surface not in "-'’./&\"“”„»«" or _is_full_stop(reading, start - 1)):
            break
        if token.lower in reading.words("breaks"):
            # A relative pronoun is the subject itself.
            return start - 1 if start == end and token.lower in reading.words("relatives") else start
        start -= 1
    return start


def _is_full_stop(reading: Reading, index: int) -> bool:
    """Whether a full stop ends a sentence, as far as the word before it tells."""
    long_before = index > 0 and len(reading.tokens[index - 1].surface) > _SURELY_NO_ABBREVIATION
    return reading.tokens[index].surface == "." and (long_before or index + 1 >= reading.size)


def _strip(reading: Reading, start: int, end: int) -> Phrase | None:
    """A phrase without the adverbial that it begins with: "On Monday the mayor" is "the mayor"."""
    while start < end and (reading.tokens[start].kind == "mark" or reading.lower(start) in reading.words("linking")):
        start += 1
    prepositions = reading.words("prepositions")
    if reading.language == "en" and end - start > 1 and reading.lower(start) in prepositions:
        anew = (at for at in range(end - 1, start, -1) if _begins_anew(reading, at))
        start = next(anew, start)
        while start < end and reading.lower(start) in prepositions:
            start += 1
    return (start, end) if any(token.is_word for token in reading.tokens[start:end]) else None


def _begins_anew(reading: Reading, at: int) -> bool:
    """Whether an English subject can begin at a word: a name, an article or a pronoun, and no preposition before it."""
    word, before = reading.lower(at), reading.lower(at - 1)
    if before in reading.words("prepositions") or before in reading.words("role_links"):
        return False
    if word in reading.words("pronouns") | reading.words("articles"):
        return True
    return reading.tokens[at].is_capital and not reading.tokens[at - 1].is_capital and before != "the"


# -- English


def _right_english(reading: Reading, start: int) -> Phrase | None:
    if reading.lower(start) in reading.words("pronouns"):
        return start, start + 1
    end = start
    while end < reading.size and end - start < _LONGEST and _goes_on(reading, end, is_first=end == start):
        end += 1
    if end == start:
        return None
    # What is beside it between commas: "Smith, a spokesman for the city".
    if reading.is_mark(end, ",") and reading.lower(end + 1) in reading.words("articles") | {"who"}:
        close = _closing_mark(reading, end)
        end = end if _has_verb(reading, end + 1, close) else close
    return (start, end) if any(token.is_word for token in reading.tokens[start:end]) else None


def _has_verb(reading: Reading, start: int, end: int) -> bool:
    """Whether words have a verb of their own, beside a relative clause's: "According to Smith, the dam is safe"."""
    relative = (at for at in range(start, end) if reading.lower(at) in reading.words("relatives"))
    return any(reading.lower(at) in reading.words("finite") for at in range(start, next(relative, end)))


def _goes_on(reading: Reading, at: int, *, is_first: bool) -> bool:
    token = reading.tokens[at]
    if token.kind == "mark":
        joins = token.surface in "-'’./&" and not (reading.quoted[at] and token.surface in QUOTES)
        return joins and not _is_full_stop(reading, at)
    if token.lower in ("in", "at"):
        return at + 1 < reading.size and reading.tokens[at + 1].is_capital
    others = reading.words("breaks") | reading.words("prepositions") | reading.words("verbs_behind")
    return is_first or token.lower not in others


def _closing_mark(reading: Reading, comma: int) -> int:
    close = comma + 1
    while close < reading.size and close - comma < _LONGEST and not reading.is_mark(close, ',.;:–—"“„”»«'):
        close += 1
    return close


# -- German


def _right_german(reading: Reading, start: int) -> Phrase | None:
    while start < reading.size and reading.lower(start) in reading.words("prepositions") | reading.words("days"):
        start = _skip_adverbial(reading, start)
    if start >= reading.size or (reading.tokens[start].kind == "mark" and reading.tokens[start].surface not in QUOTES):
        return None
    if reading.lower(start) in reading.words("pronouns") and not _is_nominal(reading, start + 1):
        return start, start + 1
    if reading.quoted[start] and start + 1 < reading.size and (name := _quoted_name(reading, start)) is not None:
        return name
    end = _with_genitives(reading, start)
    if end is None or reading.tokens[end - 1].lemma in reading.words("times"):
        return None
    if reading.is_mark(end, ",") and end + 1 < reading.size and _is_apposition(reading, end + 1):
        close = _closing_mark(reading, end)
        end = close if reading.is_mark(close, ",") else end
    return start, end


def _quoted_name(reading: Reading, start: int) -> Phrase | None:
    """A name in quotation marks, however it is written: „heise online“."""
    end = start
    while end < reading.size and reading.quoted[end]:
        end += 1
    return (start, end) if 0 < reading.count_words(start, end) <= _LONGEST_TITLE else None


def _with_genitives(reading: Reading, start: int) -> int | None:
    """The end of a noun group and of those that depend on it or are joined to it; a name has none of the former."""
    end = _noun_group(reading, start)
    first = reading.tokens[start]
    is_described = first.lower in reading.words("articles") or not first.is_capital or first.known
    while end is not None and end < reading.size:
        is_joined = reading.lower(end) in ("und", "sowie")
        if not is_joined and not (is_described and reading.lower(end) in reading.words("genitive_links")):
            break
        further = _noun_group(reading, end + is_joined)
        if further is None:
            break
        end = further
    return end


def _is_apposition(reading: Reading, index: int) -> bool:
    """Whether a role or a name follows a comma."""
    if reading.tokens[index].is_capital:
        if is_role(reading, index) or reading.is_mark(index + 1, "-"):
            return True
        close = index
        while close < reading.size and close - index < 6:
            if not (reading.tokens[close].is_capital or reading.is_mark(close, "-.")):
                break
            close += 1
        return reading.is_mark(close, ",")
    following = range(index + 1, min(index + 5, reading.size))
    return reading.lower(index) in reading.words("articles") and any(is_role(reading, at) for at in following)


def is_role(reading: Reading, index: int) -> bool:
    """Whether a noun says what a person is: a German compound ends in one that does."""
    lemma = reading.tokens[index].lemma
    known = reading.words("spokespeople") | reading.words("roles")
    return lemma in known or (
        reading.language == "de" and lemma.endswith(tuple(word for word in known if len(word) > 6))
    )


def _is_nominal(reading: Reading, index: int) -> bool:
    if index >= reading.size or not reading.tokens[index].is_word or reading.lower(index) in reading.words("articles"):
        return False
    return reading.tokens[index].is_capital or reading.tokens[index].lower.endswith(_ENDINGS)


def _skip_adverbial(reading: Reading, start: int) -> int:
    """Behind an adverb, or behind a preposition with its noun."""
    end = _noun_group(reading, start + 1) if reading.lower(start) in reading.words("with_noun") else None
    if end is None:
        return start + 1
    while reading.lower(end) in ("des", "der", "von", "vom") and (further := _noun_group(reading, end)) is not None:
        end = further
    return end


def _noun_group(reading: Reading, start: int) -> int | None:
    """The end of article, adjectives and nouns or names; None where there is no noun."""
    tokens, at = reading.tokens, start
    while at < reading.size and reading.lower(at) in reading.words("articles") | reading.words("genitive_links"):
        at += 1
    adjectives = 0
    while at < reading.size and tokens[at].is_word and not tokens[at].is_capital and adjectives < _MOST_ADJECTIVES:
        if reading.is_mark(at + 1, "-") and at + 2 < reading.size:
            at += 2  # "rot-grünen"
            continue
        if at > start and tokens[at].lower in reading.words("days"):
            at += 1  # "einer gestern verbreiteten Erklärung"
            continue
        if not tokens[at].lower.endswith((*_ENDINGS, "ei")) or _is_verb(reading, at):
            break
        adjectives, at = adjectives + 1, at + 1
    is_described = at == start + 2 and reading.lower(start) in reading.words("articles")
    if is_described and at < reading.size and not (tokens[at].is_capital or tokens[at].surface in QUOTES):
        return at  # "der 81-jährige"
    begun = at
    while at < reading.size and at - begun < _LONGEST and _joins_name(reading, at, is_first=at == begun):
        at += 1
    return at if any(token.is_word for token in tokens[begun:at]) else None


def _joins_name(reading: Reading, at: int, *, is_first: bool) -> bool:
    token = reading.tokens[at]
    if token.is_word:
        return token.is_capital or token.lower in ("van", "de", "al", "bin", "zu", "el", "ben")
    if token.kind == "number":
        return not is_first
    if token.surface not in "-„“\"»«'’./&" or at + 1 >= reading.size:
        return False
    opens_name = reading.tokens[at + 1].is_capital or token.surface in QUOTES
    return opens_name and not _is_full_stop(reading, at)


def _is_verb(reading: Reading, index: int) -> bool:
    token = reading.tokens[index]
    lemma, _ = lemmatize(token.surface, reading.language)
    return lemma.endswith("n") and lemma != token.lower and token.lower not in reading.lexicon.stop
