"""German verbs of saying: "X sagte, dass", "…, sagte X", "wie X berichtet", "heißt es in", "hat X erklärt"."""

from __future__ import annotations

from dataclasses import dataclass

from verifier.cues import ALL_QUOTES, SHORTEST, Cue, Found, find_around, find_before
from verifier.noun_phrases import left_phrase, right_phrase
from verifier.reading import Phrase, Reading, clause_start

_FAR, _COLON_WITHIN, _APPOSITION = 26, 40, 24
_LONG_QUOTE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verb:
    """A verb of saying: its place, the clause that it stands in, the finite verb of that, and what it governs."""

    at: int
    begin: int
    finite: int
    lemma: str
    is_strong: bool
    content: int | None


def read_verb(reading: Reading, at: int, earlier: Phrase | None) -> Found | None:
    """What a verb at a token attributes; None where nothing. `earlier` is the speaker of the verb before it."""
    verb = _place(reading, at, follows=earlier is not None)
    if (found := _read_as(reading, verb)) is not None:
        return found
    if verb.lemma == "heißen":
        return _read_it_says(reading, verb) if "es" in (reading.lower(at + 1), reading.lower(at - 1)) else None
    if _is_behind_content(reading, verb):
        return _read_said(reading, verb)
    if verb.content is None:
        return _read_object(reading, verb, earlier)
    subject = _subject(reading, verb, earlier)
    if subject is None and not verb.is_strong and reading.lower(verb.content) not in reading.words("clause_links"):
        return None
    return Found(
        pieces=((verb.content, reading.size),),
        speaker=subject,
        cue=Cue.CLAUSE,
        verb=verb.lemma,
        left=verb.begin,
        right=max(at + 1, min(verb.content, reading.size)),
    )


def _place(reading: Reading, at: int, *, follows: bool) -> _Verb:
    begin = clause_start(reading, at)
    finite = _finite_of(reading, begin, at)
    if follows and begin < finite and reading.lower(finite - 1) in reading.words("coordinating"):
        begin = finite - 1
    if at - begin <= 2 and begin > 0 and reading.is_mark(begin - 1, ",") and finite == at:
        begin, finite = _before_apposition(reading, at)
    lemma = reading.tokens[at].lemma
    is_strong = lemma not in reading.words("weak_verbs")
    content = _content(reading, at)
    if content is not None and not is_strong and lemma != "heißen" and not _opens_content(reading, content):
        content = None
    return _Verb(at=at, begin=begin, finite=finite, lemma=lemma, is_strong=is_strong, content=content)


def _read_as(reading: Reading, verb: _Verb) -> Found | None:
    """As in "wie X berichtet"."""
    begin, finite, after = verb.begin, verb.finite, verb.at + 1
    says = verb.is_strong or verb.lemma in reading.lexicon.attribution["saying"]
    if reading.lower(begin) != "wie" or not says or finite <= begin:
        return None
    ends = after >= reading.size or reading.quoted[after] or reading.is_mark(after, ",.;:–—)" + ALL_QUOTES)
    if not ends and finite - begin >= 8:
        return None
    if finite > begin + 1:
        return find_around(reading, begin, after, right_phrase(reading, begin + 1), verb.lemma)
    speaker = right_phrase(reading, finite + 1)
    return find_around(reading, begin, max(after, speaker[1] if speaker else after), speaker, verb.lemma)


def _read_it_says(reading: Reading, verb: _Verb) -> Found | None:
    """As in "heißt es in dem Bericht", with the content before or behind."""
    links = reading.words("places_of_words")
    speaker: Phrase | None = None
    right = verb.at + 2
    if reading.lower(right) in links:
        speaker = right_phrase(reading, right + 1)
        right = speaker[1] if speaker else right
    elif reading.lower(verb.begin) in links:
        speaker = right_phrase(reading, verb.begin + 1)
    is_behind = verb.begin == verb.at or reading.lower(verb.begin) in reading.words("so")
    if is_behind and reading.count_words(0, verb.begin) >= SHORTEST:
        return find_before(reading, verb.begin, _attribution_end(reading, right), speaker, verb.lemma)
    if verb.content is None:
        return None
    pieces = ((verb.content, reading.size),)
    return Found(pieces=pieces, speaker=speaker, cue=Cue.CLAUSE, verb=verb.lemma, left=verb.begin, right=right)


def _is_behind_content(reading: Reading, verb: _Verb) -> bool:
    """Whether a sentence or a quotation stands before the verb, so that its subject stands behind it."""
    begin = verb.begin
    if verb.finite != begin or begin == 0 or reading.count_words(0, begin) < SHORTEST:
        return False
    if not (reading.quoted[begin - 1] or reading.is_mark(begin - 1, ",:–—" + ALL_QUOTES)):
        return False
    finite = [index for index in range(begin) if reading.is_finite(index) or reading.is_reported(index)]
    if sum(reading.quoted[:begin]) > _LONG_QUOTE:
        return True
    # "Die Firma, die Brücken baut, sagte": a relative clause is no content.
    comma = next((index for index in range(begin) if reading.is_mark(index, ",:–—")), 0)
    is_relative = reading.lower(comma + 1) in reading.words("relatives") and begin - 1 > comma
    return bool(finite) and not (is_relative and finite[0] > comma)


def _read_said(reading: Reading, verb: _Verb) -> Found | None:
    """As in "…, sagte X", "„…“, hat X erklärt"."""
    speaker = right_phrase(reading, verb.finite + 1)
    if speaker is None or _is_object(reading, speaker):
        return None
    end = _attribution_end(reading, speaker[1])
    goes_on = any(
        reading.is_finite(index) and reading.lower(index) not in reading.lexicon.stop
        for index in range(speaker[1], min(end, speaker[1] + 8) - 1)
    )
    governs = verb.content is not None and reading.lower(verb.content) in reading.words("clause_links")
    if goes_on or (governs and not verb.is_strong):
        return None
    return find_before(reading, verb.begin, end, speaker, verb.lemma)


def _read_object(reading: Reading, verb: _Verb, earlier: Phrase | None) -> Found | None:
    """As in "X wies den Vorwurf zurück", "X nannte ihn haltlos": the whole sentence is what is known of it."""
    is_passive = verb.finite != verb.at and reading.lower(verb.finite) in reading.words("passive_auxiliaries")
    holds = verb.lemma == "halten" and any(token.lower in reading.words("held_for") for token in reading.tokens)
    judges = verb.is_strong or holds or reading.judges(verb.at)
    subject = _subject(reading, verb, earlier) if judges and not is_passive else None
    if subject is None:
        return None
    pieces = ((0, reading.size),)
    return Found(pieces=pieces, speaker=subject, cue=Cue.OBJECT, verb=verb.lemma, left=verb.begin, right=verb.at + 1)


def _subject(reading: Reading, verb: _Verb, earlier: Phrase | None) -> Phrase | None:
    """Who says it, or what went before: "und forderte" goes on with the subject of the clause before."""
    if earlier is not None and reading.lower(verb.finite - 1) in reading.words("coordinating"):
        return earlier
    goes_on = reading.lower(verb.begin) in reading.words("linking")
    subject = _own_subject(reading, verb)
    if goes_on and earlier is not None:
        is_new = subject is not None and (subject[0] < verb.finite or verb.content is not None)
        if subject is None or not (is_new or reading.tokens[subject[0]].is_capital):
            return earlier
    return subject


def _own_subject(reading: Reading, verb: _Verb) -> Phrase | None:
    begin, finite = verb.begin, verb.finite
    if finite != verb.at and reading.lower(finite) in reading.words("passive_auxiliaries"):
        places = (begin, *range(finite + 1, verb.at))
        agents = (index for index in places if reading.lower(index) in ("von", "vom", "seitens"))
        by = next(agents, None)
        return right_phrase(reading, by + 1) if by is not None else None
    while begin < finite - 1 and reading.lower(begin) in reading.words("linking"):
        begin += 1
    if begin < finite:
        is_subordinate = reading.lower(begin) in reading.words("breaks") and finite > begin + 2
        before = _subject_before(reading, begin, finite, verb.at)
        if before is not None or is_subordinate:
            return before or right_phrase(reading, begin + 1)
    elif begin > 0 and reading.is_mark(begin - 1, ","):
        phrase = left_phrase(reading, begin)
        if phrase is not None and reading.lower(phrase[0]) not in reading.words("prepositions"):
            return phrase
    return right_phrase(reading, finite + 1)


def _subject_before(reading: Reading, begin: int, finite: int, at: int) -> Phrase | None:
    """The subject, where it stands before the verb."""
    first = reading.lower(begin)
    behind = right_phrase(reading, finite + 1) if finite + 1 < reading.size else None
    if first in reading.words("pronouns") and finite == begin + 1:
        return behind if first in ("dies", "das", "was") and behind is not None else (begin, begin + 1)
    if first in reading.words("prepositions") | reading.words("breaks"):
        return None
    closes = at + 1 >= reading.size or reading.tokens[at + 1].kind == "mark"
    is_relative = closes and reading.is_mark(begin - 1, ",") and first in reading.words("relatives")
    if is_relative and at > begin + 1 and finite == at:
        return begin, begin + 1
    if begin == 0 and finite == 1 and first.endswith(("lich", "weise", "falls", "los", "bar", "ig", "haft", "sam")):
        return None  # "Unmissverständlich sagt das Gericht"
    phrase = right_phrase(reading, begin)
    if phrase is not None and phrase[0] == begin:
        return behind if behind is not None and _is_object(reading, phrase) else (begin, finite)
    return (begin, begin + 1) if first in reading.words("pronouns") else None


def _is_object(reading: Reading, phrase: Phrase) -> bool:
    """Whether the article of a phrase is never a subject's: "den Vorwurf"."""
    objective = reading.words("objective")
    return reading.lower(phrase[0]) in objective or reading.lower(phrase[0] - 1) in objective


def _finite_of(reading: Reading, begin: int, at: int) -> int:
    """The finite verb that a participle or an infinitive goes with, else the verb itself."""
    word = reading.lower(at)
    if not word.startswith("ge") and not word.endswith(("t", "en", "ern", "eln")):
        return at
    return next((index for index in range(begin, at) if reading.lower(index) in reading.words("auxiliaries")), at)


def _before_apposition(reading: Reading, at: int) -> Phrase:
    """The clause, and its finite verb, that go on behind a phrase between commas: "wie X, der Sprecher, sagte"."""
    is_participle = reading.lower(at).endswith(("t", "en"))
    commas = 0
    for index in range(at - 1, max(-1, at - _APPOSITION), -1):
        is_comma = reading.is_mark(index, ",")
        commas += is_comma
        if reading.quoted[index] or commas > 2 or reading.is_mark(index, ":;."):
            break
        if is_comma and reading.lower(index + 1) in reading.words("clause_links"):
            break
        if reading.lower(index) == "wie" and (index == 0 or reading.is_mark(index - 1, ",")):
            return index, at
        if commas > 1 and is_participle and reading.lower(index) in reading.words("perfect"):
            return clause_start(reading, index), index
    return clause_start(reading, at), at


def _content(reading: Reading, at: int) -> int | None:
    """Where the clause begins that a verb governs: behind a colon before a quotation, or behind the next comma."""
    for index in range(at + 1, min(at + _COLON_WITHIN, reading.size - 1)):
        if (
            reading.lower(index) in reading.words("clause_links")
            or reading.is_mark(index, ".;")
            or reading.quoted[index]
            or _speaks_again(reading, index)
        ):
            break
        if reading.is_mark(index, ":") and reading.quoted[index + 1]:
            return index + 1
    for index in range(at + 1, min(at + _FAR, reading.size)):
        if reading.is_mark(index, ";.") or _speaks_again(reading, index):
            return None
        if reading.quoted[index] and reading.is_mark(index, ALL_QUOTES) and _is_long_quote(reading, index):
            return index
        if reading.is_mark(index, ":") or (reading.is_mark(index, ",") and not _is_insert(reading, index)):
            return index + 1
    return None


def _speaks_again(reading: Reading, index: int) -> bool:
    """Whether another verb of saying goes on here: "dementierte den Bericht und sagte, …"."""
    is_link = reading.lower(index) in reading.words("coordinating") and index + 1 < reading.size
    return is_link and reading.tokens[index + 1].lemma in reading.lexicon.saying and reading.is_finite(index + 1)


def _opens_content(reading: Reading, start: int) -> bool:
    """Whether what follows a comma can only be said: a that-clause, a quotation, reported speech."""
    if reading.is_mark(start - 1, ":") or reading.lower(start) in reading.words("clause_links") | {"wie"}:
        return True
    if reading.lower(start) == "um" or start >= reading.size:
        return False
    if reading.quoted[start]:
        return True
    end = next((at for at in range(start, reading.size) if reading.is_mark(at, ",;.")), reading.size)
    is_infinitive = any(reading.lower(at) == "zu" for at in range(max(start, end - 3), end))
    return is_infinitive or any(reading.is_reported(at) for at in range(start, end))


def _is_insert(reading: Reading, comma: int) -> bool:
    """Whether an apposition or a relative clause follows, which a comma closes: "sagte X, Sprecher der Y, dass"."""
    behind = range(comma + 1, reading.size)
    close = next((index for index in behind if reading.is_mark(index, ",:")), None)
    if close is None:
        return False
    following = reading.tokens[comma + 1]
    opens = reading.is_mark(close, ":") or reading.lower(close + 1) in reading.words("clause_links")
    opens = opens or reading.quoted[min(close + 1, reading.size - 1)]
    return opens and (following.is_capital or following.lower in reading.words("articles"))


def _is_long_quote(reading: Reading, index: int) -> bool:
    end = index
    while end < reading.size and reading.quoted[end]:
        end += 1
    return reading.count_words(index, end) >= _LONG_QUOTE


def _attribution_end(reading: Reading, right: int) -> int:
    end = right
    while end < reading.size and not reading.quoted[end] and not reading.is_mark(end, ",;:–—"):
        if reading.is_mark(end, ".") and end + 1 >= reading.size:
            break
        end += 1
    return end
