"""English verbs of saying: "X said that", "…, said X", "as X reported", "was told by X"."""

from __future__ import annotations

from verifier.cues import ALL_QUOTES, NEAR, SHORTEST, Cue, Found, find_around, find_before
from verifier.noun_phrases import left_phrase, right_phrase
from verifier.reading import Phrase, Reading, clause_start

_LONGEST_ATTRIBUTION = 14
_LONGEST_ADVERBIAL = 16


def read_verb(reading: Reading, at: int, earlier: Phrase | None) -> Found | None:
    """What a verb at a token attributes; None where nothing. `earlier` is the speaker of the verb before it."""
    first = first_of_verb(reading, at)
    if reading.lower(at) in reading.words("sourcing"):
        return None  # ", citing two officials"
    found = _read_as(reading, at)
    if found is not None or _is_other_word(reading, first, at):
        return found
    if (found := _read_said(reading, first, at)) is not None:
        return found
    word = reading.lower(at)
    is_passive = not word.endswith("ing") and any(
        reading.lower(index) in reading.words("passive_auxiliaries") for index in range(first, at)
    )
    complement = _complement(reading, at)
    if is_passive:
        return _read_passive(reading, first, at, complement)
    inherits = earlier is not None and (
        word.endswith("ing") or reading.lower(first - 1) in ("and", "but", "or", "then")
    )
    subject = earlier if inherits else left_phrase(reading, first)
    if subject is None and reading.lower(first - 1) in reading.words("linking"):
        subject = _first_subject(reading, first)
    found = _read_parenthesis(reading, at, subject, complement) if subject is not None and not inherits else None
    if subject is None or found is not None:
        return found
    left = _before_link(reading, first) if inherits else min(subject[0], first)
    return _read_behind(reading, at, subject, complement, left)


def _is_sentence(reading: Reading, end: int) -> bool:
    """Whether the words before a token are a sentence, and not "Lee, who has left the town,"."""
    verbs = [at for at in range(end) if _is_finite(reading, at)]
    comma = next((at for at in range(end) if reading.is_mark(at, ",–—")), end)
    is_relative = reading.lower(comma + 1) in reading.words("relatives")
    return bool(verbs) and not (is_relative and verbs[0] > comma)


def _is_finite(reading: Reading, at: int) -> bool:
    """Whether a word looks like a finite verb."""
    token = reading.tokens[at]
    if token.lower == "'s":
        return reading.lower(at - 1) in reading.words("pronouns") | {"that", "there"}
    if token.lower in reading.words("finite"):
        return True
    is_inflected = token.is_word and not token.is_capital and token.lower.endswith(("ed", "s")) and at > 0
    is_plural = token.lemma + "s" == token.lower and not reading.tokens[at - 1].is_capital
    return is_inflected and token.lemma != token.lower and not is_plural


def is_verb(reading: Reading, at: int) -> bool:
    """Whether a word looks like a verb that has a subject: it is finite, or one of saying."""
    token = reading.tokens[at]
    return _is_finite(reading, at) or (token.is_word and not token.is_capital and token.lemma in reading.lexicon.saying)


def first_of_verb(reading: Reading, at: int) -> int:
    """The first of the auxiliaries and adverbs before a verb, or the verb."""
    first = at
    while first > 0 and (
        reading.lower(first - 1) in reading.words("auxiliaries") or reading.lower(first - 1).endswith("ly")
    ):
        first -= 1
    return first


def _is_other_word(reading: Reading, first: int, at: int) -> bool:
    """Whether it is an infinitive, a noun, or part of "according to"."""
    if reading.lower(at) == "according" or any(reading.lower(index) == "to" for index in range(first, at)):
        return True
    before = reading.lower(first - 1)
    is_object = before.endswith(("ing", "ed")) and reading.tokens[first - 1].lemma in reading.lexicon.saying
    if first == at and is_object and reading.lower(at).endswith("s"):
        return True  # "denying reports of cracks"
    return before in reading.words("noun_markers") and not (before == "that" and reading.lower(at).endswith("s"))


def _read_as(reading: Reading, at: int) -> Found | None:
    """As in "as the paper reported"."""
    begin = clause_start(reading, at)
    if reading.lower(begin) != "as" or begin + 1 >= at or at - begin > NEAR + 3 or reading.lower(at + 1) == "that":
        return None
    ends = at + 1 >= reading.size or reading.tokens[at + 1].kind == "mark"
    speaker = left_phrase(reading, at)
    if speaker is None or not (ends or reading.lower(at + 1) in reading.words("prepositions")):
        return None
    return find_around(reading, begin, _attribution_end(reading, at + 1), speaker, reading.tokens[at].lemma)


def _read_said(reading: Reading, first: int, at: int) -> Found | None:
    """As in "…, said X" and "“…” said X"."""
    is_quoted = first > 0 and reading.quoted[first - 1]
    follows_mark = first == 0 or is_quoted or reading.is_mark(first - 1, ",–—-:;)" + ALL_QUOTES)
    has_hearer = reading.lower(at) in reading.lexicon.attribution["telling"]  # "…, told the BBC" names who hears it
    if first != at or not follows_mark or has_hearer or reading.lower(at).endswith("ing"):
        return None
    speaker = right_phrase(reading, at + 1)
    if speaker is None or not (first == 0 or is_quoted or _is_sentence(reading, first)):
        return None
    end = speaker[1]
    closes = end >= reading.size or reading.tokens[end].kind == "mark" or reading.quoted[end]
    closes = closes or reading.lower(end) in reading.words("prepositions") | {"of", "who"}
    following = reading.tokens[at + 1]
    # "…, say police.", but not "…, said of the plan."
    is_bare = following.lower not in reading.words("prepositions") | reading.words("role_links")
    is_last = is_bare and reading.tokens[at].lemma == "say" and end + 1 >= reading.size
    names = is_quoted or is_last or following.is_capital or following.lower in reading.words("name_openers")
    is_surely = is_quoted or reading.quoted[max(first - 2, 0)] or _is_strong(reading, at)
    if not (closes and names and is_surely):
        return None
    return find_before(reading, first, _attribution_end(reading, end), speaker, reading.tokens[at].lemma)


def _read_parenthesis(reading: Reading, at: int, subject: Phrase, complement: int | None) -> Found | None:
    """As in "…, X said." and "…, X said, …"."""
    mark = subject[0] - 1
    if reading.lower(subject[0]) in reading.words("relatives"):
        return None
    if mark < 1 or not (reading.quoted[mark] or reading.is_mark(mark, ",–—" + ALL_QUOTES)):
        return None
    is_behind = reading.quoted[mark] or reading.quoted[mark - 1]
    is_last = is_behind and not any(reading.quoted[mark + 1 :])  # "“…,” he told the court before it was cleared"
    end = reading.size if is_last else _attribution_end(reading, at + 1)
    closes = end >= reading.size or reading.quoted[end] or reading.is_mark(end, ".,;?!–—" + ALL_QUOTES)
    is_opened = (
        complement is not None and complement <= end + 1 and not reading.quoted[min(complement, reading.size - 1)]
    )
    quotes = any(reading.quoted[:mark])
    is_strong = _is_strong(reading, at) or reading.tokens[at].lemma in reading.words("closing_verbs")
    is_said = quotes or (is_strong and _is_sentence(reading, mark))
    if not closes or is_opened or not is_said or not _is_clause(reading, 0, mark):
        return None
    return find_before(reading, subject[0], end, subject, reading.tokens[at].lemma)


def _first_subject(reading: Reading, before: int) -> Phrase | None:
    """The subject that a sentence begins with, where a later verb has none of its own: "He paid, but said that"."""
    phrase = right_phrase(reading, 0)
    return phrase if phrase is not None and phrase[0] == 0 and phrase[1] < before else None


def _read_passive(reading: Reading, first: int, at: int, complement: int | None) -> Found | None:
    """As in "it was announced by X that"."""
    near = range(at + 1, min(at + NEAR, reading.size))
    by = next((index for index in near if reading.lower(index) == "by"), None)
    speaker = right_phrase(reading, by + 1) if by is not None else None
    is_said = complement is not None and reading.lower(complement - 1) == "that"
    if complement is None or not (speaker is not None or (is_said and _is_strong(reading, at))):
        return None
    return _read_behind(reading, at, speaker, complement, min(speaker[0], first) if speaker else first)


def _before_link(reading: Reading, first: int) -> int:
    """Where "and said", ", adding" begins."""
    left = max(0, first - 1)
    return left - 1 if left > 0 and reading.is_mark(left - 1, ",") else left


def _read_behind(reading: Reading, at: int, subject: Phrase | None, complement: int | None, left: int) -> Found | None:
    """As in "X said that …", "X said …", "X rejected …"."""
    if complement is None and not _is_strong(reading, at) and not reading.judges(at):
        return None
    start = complement if complement is not None else _skip_adverbial(reading, at + 1)
    if reading.count_words(start, reading.size) < 1:
        return None
    is_object = complement is None and not _is_clause(reading, start, reading.size)
    return Found(
        pieces=((start, reading.size),),
        speaker=subject,
        cue=Cue.OBJECT if is_object else Cue.CLAUSE,
        verb=reading.tokens[at].lemma,
        left=left,
        right=start,
    )


def _is_strong(reading: Reading, at: int) -> bool:
    return reading.tokens[at].lemma not in reading.words("weak_verbs")


def _complement(reading: Reading, at: int) -> int | None:
    """Where a that-clause, a quotation, an infinitive or what follows a colon begins behind a verb."""
    for index in range(at + 1, min(at + 1 + NEAR, reading.size)):
        word = reading.lower(index)
        if _names_source(reading, index):
            return _behind_source(reading, index)
        if _speaks_again(reading, index):
            break
        if reading.is_mark(index, ":") or (word == "that" and reading.tokens[at].lemma not in reading.words("judging")):
            is_second = reading.lower(index - 1) in reading.words("coordinating")  # "said it was safe and that …"
            return None if is_second else index + 1
        is_close = index == at + 1 and word in ("to", "how", "why", "what")
        if reading.quoted[index]:
            # "said he was “encouraged”" goes on before the quotation.
            opens = index <= _skip_adverbial(reading, at + 1) or reading.tokens[index - 1].kind == "mark"
            return index if opens else None
        if word in ("whether", "if") or is_close:
            return index
        if reading.is_mark(index, ",;.–—"):
            goes_on = index + 1 < reading.size and reading.quoted[index + 1]
            is_inserted = reading.is_mark(index, ",") and reading.lower(index + 1) in ("that", "in", "on")
            if not goes_on and not is_inserted:
                return None
    return None


def _names_source(reading: Reading, index: int) -> bool:
    return reading.is_mark(index, ",") and reading.lower(index + 1) in reading.words("sourcing")


def _behind_source(reading: Reading, index: int) -> int | None:
    """Where the that-clause begins behind a source: "reported, citing two officials, that"."""
    close = next((at for at in range(index + 2, reading.size) if reading.is_mark(at, ",;.")), None)
    return close + 2 if close is not None and reading.lower(close + 1) == "that" else None


def _speaks_again(reading: Reading, index: int) -> bool:
    """Whether another verb of saying goes on here: "dismissed the report and insisted that …"."""
    is_link = reading.lower(index) in reading.words("coordinating") or reading.is_mark(index, ",")
    following = reading.tokens[index + 1] if is_link and index + 1 < reading.size else None
    return (
        following is not None
        and following.lemma in reading.lexicon.saying
        and following.lower.endswith(("ing", "ed", "said", "told", "wrote"))
    )


def _attribution_end(reading: Reading, start: int) -> int:
    """Behind listeners, days and places that follow "X said" up to the next mark."""
    end = start
    while end < reading.size and end - start < _LONGEST_ATTRIBUTION and not reading.quoted[end]:
        token = reading.tokens[end]
        is_last = token.surface == "." and end + 1 >= reading.size
        if is_last or (token.kind == "mark" and token.surface not in "-'’."):
            break
        if token.lower in reading.words("clause_openers"):
            break
        end += 1
    return end


def _skip_adverbial(reading: Reading, start: int) -> int:
    """Behind listeners and days: "told reporters on Monday the bridge" is "the bridge"."""
    at = start
    times = reading.words("days") | reading.words("adverbs_of_time")
    while at < reading.size:
        word, following = reading.lower(at), reading.lower(at + 1)
        is_listener = word in reading.words("listeners") or (
            word in reading.words("hearers") and reading.lower(start - 1) in reading.lexicon.attribution["telling"]
        )
        if is_listener or word in times:
            at += 1
        elif word == "on" and following in times | reading.words("channels"):
            at += 2
        elif word in ("in", "during", "at") and reading.lower(at + 2) in reading.words("utterances"):
            at += 3
        else:
            break
    return at if at < reading.size else start


def _is_clause(reading: Reading, start: int, end: int) -> bool:
    """Whether words can be what somebody says: quoted, or no mere "after the game"."""
    if any(reading.quoted[start:end]):
        return reading.count_words(start, end) >= 1
    if reading.count_words(start, end) <= SHORTEST:
        return False
    has_comma = any(reading.is_mark(index, ",") for index in range(start + 2, end - 2))
    is_adverbial = reading.lower(start) in reading.words("subordinators") and end - start < _LONGEST_ADVERBIAL
    return has_comma or not is_adverbial
