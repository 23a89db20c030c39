"""Attribution without a verb of saying: "according to X", "X zufolge", ", so X", "the claim that", "X: …"."""

from __future__ import annotations

from collections.abc import Iterator

from verifier.cues import ALL_QUOTES, NEAR, Cue, Found, find_around
from verifier.noun_phrases import left_phrase, right_phrase
from verifier.reading import Phrase, Reading
from verifier.subjects import find_subject

_LONGEST_CUE = 4
_HEADLINE = 7


def find_according(reading: Reading) -> Iterator[Found]:
    """As in "laut X", "X zufolge", "according to X", ", so X"."""
    taken = -1
    for at in range(reading.size):
        end = None if reading.quoted[at] or at < taken else _cue_end(reading, at)
        if end is None:
            continue
        if reading.lower(at) in reading.words("according_after"):
            speaker: Phrase | None = (_start_before(reading, at), at)
            left, right = _start_before(reading, at), at + 1
            if left == at:
                continue
        else:
            speaker, right = _named_behind(reading, at, end)
            if reading.words("own").intersection(token.lower for token in reading.tokens[at:end]):
                speaker = find_subject(reading, at, end) or speaker
            left = at
            right = _mark_behind(reading, right) if at == 0 or reading.language == "en" else right
        if speaker is None or (reading.lower(at) in reading.words("so") and not _closes_clause(reading, right)):
            continue
        taken = right
        yield find_around(reading, left, right, speaker, reading.lower(at))


def _cue_end(reading: Reading, at: int) -> int | None:
    """Behind a cue that begins at a token; None where there is none."""
    word = reading.lower(at)
    if word in reading.words("so"):
        follows = at > 0 and reading.is_mark(at - 1, ",–" + ALL_QUOTES)
        following = reading.tokens[at + 1] if at + 1 < reading.size else None
        names = following is not None and (following.is_capital or following.lower in reading.words("articles"))
        return at + 1 if follows and names else None
    if word in reading.words("after_noun") and (noun := _information_noun(reading, at + 1)) is not None:
        return noun
    known = reading.words("according") | reading.words("according_after")
    sizes = range(_LONGEST_CUE, 0, -1)
    return next((at + size for size in sizes if reading.phrase(at, at + size) in known), None)


def _information_noun(reading: Reading, at: int) -> int | None:
    """Behind "einem internen Bericht" in "nach einem internen Bericht"."""
    for index in range(at, min(at + 5, reading.size)):
        token = reading.tokens[index]
        if token.is_capital:
            # "Kremlangaben" is in no dictionary and has no base form.
            ends = tuple(noun + ending for noun in reading.words("information") for ending in ("", "n", "en"))
            known = token.lemma.endswith(ends) or token.lower.endswith(ends)
            follows = reading.lower(index + 1) in reading.words("according_after")
            return index + 1 if known and not follows else None
        if not token.is_word or not token.lower.endswith(("e", "en", "er", "em", "es")):
            return None
    return None


def _start_before(reading: Reading, at: int) -> int:
    """Where the name begins that stands before "zufolge"."""
    start = at
    while start > 0 and at - start < NEAR and not reading.is_mark(start - 1, ",;:.–"):
        before = reading.tokens[start - 1]
        if before.is_word and not before.is_capital and start - 1 > 0 and reading.is_finite(start - 1):
            break
        start -= 1
    return start


def _named_behind(reading: Reading, at: int, end: int) -> tuple[Phrase | None, int]:
    """Who is named behind a cue, and where that ends; "nach offiziellen Angaben" names the information itself."""
    speaker = right_phrase(reading, end)
    if reading.lower(at) in reading.words("after_noun") and reading.lower(end) not in reading.words("genitive_links"):
        speaker = _genitive_name(reading, end)
    if speaker is not None and reading.lower(speaker[1]) in reading.words("authors"):
        speaker = right_phrase(reading, speaker[1] + 1) or speaker
    if speaker is not None and at == 0 and not reading.count_words(speaker[1], reading.size):
        # "According to Smith, the dam broke": what looks like more about Smith is what Smith says.
        comma = next((index for index in range(end, speaker[1]) if reading.is_mark(index, ",")), speaker[1])
        speaker = speaker[0], comma
    if speaker is not None:
        return speaker, speaker[1]
    if end - at == 1:
        return None, end
    right = end
    if reading.lower(end) in reading.words("role_links"):
        right = (right_phrase(reading, end + 1) or (end, end))[1]
    return (at + 1, end), right


def _genitive_name(reading: Reading, at: int) -> Phrase | None:
    """A name in the genitive without an article: "nach Angaben Kiews", "nach Angaben Polens Regierung"."""
    if at >= reading.size or not (reading.tokens[at].is_capital and reading.lower(at).endswith("s")):
        return None
    goes_on = at + 1 < reading.size and reading.tokens[at + 1].is_word and reading.tokens[at + 1].is_capital
    return at, at + 1 + goes_on


def _mark_behind(reading: Reading, right: int) -> int:
    """Where words of attribution end that have a clause to themselves: "according to officials close to the talks"."""
    for at in range(right, min(right + NEAR, reading.size)):
        if reading.is_mark(at, ",.;:"):
            return at
        if reading.quoted[at] or reading.lower(at) in reading.words("finite") or reading.is_finite(at):
            break
    return right


def _closes_clause(reading: Reading, index: int) -> bool:
    at_end = index >= reading.size or reading.tokens[index].kind == "mark"
    return at_end or reading.lower(index) in reading.words("prepositions")


def find_named(reading: Reading) -> Iterator[Found]:
    """As in "Smith: the bridge is safe", as a headline has it."""
    colon = next((at for at in range(1, min(_HEADLINE, reading.size)) if reading.is_mark(at, ":")), None)
    if colon is None or any(reading.quoted[:colon]) or reading.count_words(colon, reading.size) < 3:
        return
    if reading.lower(0) in reading.words("breaks") | reading.words("joint") | reading.words("prepositions"):
        return
    links = reading.words("role_links") | reading.words("articles") | {"-", "/"}
    named = all(token.is_capital or token.lower in links for token in reading.tokens[:colon])
    is_name = colon > 1 or not reading.tokens[0].known or reading.language == "en" or reading.quoted[colon + 1]
    if named and is_name:
        pieces = ((colon + 1, reading.size),)
        yield Found(pieces=pieces, speaker=(0, colon), cue=Cue.CLAUSE, verb="", left=0, right=colon + 1)


def find_nouns(reading: Reading) -> Iterator[Found]:
    """As in "the claim that …", "die Ankündigung, dass …"."""
    for at, token in enumerate(reading.tokens):
        is_noun = token.lemma in reading.words("nouns") and (reading.language == "en" or token.is_capital)
        if reading.quoted[at] or not is_noun:
            continue
        link = _link(reading, at)
        if link is not None:
            start = link + 1 if reading.lower(link) == "that" else link
            end = _clause_end(reading, start)
            speaker = _named_source(reading, at, end) or _noun_speaker(reading, at, link)
            yield Found(pieces=((start, end),), speaker=speaker, cue=Cue.NOUN, verb=token.lemma, left=at, right=start)


def _link(reading: Reading, at: int) -> int | None:
    """The word that opens the clause under a noun: close behind it in English, behind a comma in German."""
    for index in range(at + 1, min(at + 8, reading.size)):
        if reading.is_mark(index, ".;:") or (reading.is_mark(index, ",") and reading.language == "en"):
            return None
        if index > at + 1 and reading.tokens[index].lemma in reading.words("nouns"):
            return None
        if reading.lower(index) in reading.words("clause_links"):
            return index if reading.language == "de" or index <= at + 3 else None
        if index > at + 1 and reading.is_mark(index - 1, ",") and _is_reported(reading, index):
            return index
    return None


def _is_reported(reading: Reading, start: int) -> bool:
    """Whether a clause stands in the mood of reported speech: "mit dem Argument, die Brücke sei sicher"."""
    end = next((at for at in range(start, reading.size) if reading.is_mark(at, ",;.")), reading.size)
    return any(reading.is_reported(at) for at in range(start, end))


def _clause_end(reading: Reading, start: int) -> int:
    """Where a German clause under a noun ends: before a comma and the verb of the sentence around it."""
    if reading.language == "de":
        for at in range(start + 3, reading.size - 1):
            if reading.is_mark(at, ",") and reading.lower(at + 1) in reading.words("auxiliaries"):
                return at
    return reading.size


def _named_source(reading: Reading, at: int, end: int) -> Phrase | None:
    """As in "Source of the reports that … is X"."""
    around = range(max(0, at - 6), at)
    known = reading.words("source_nouns")
    named = any(reading.tokens[index].lemma in known or reading.lower(index) in known for index in around)
    if end + 2 >= reading.size or not named:
        return None
    start = end + 2
    if reading.phrase(start, start + 2) == "unter anderem":
        start += 2
    return right_phrase(reading, start)


def _noun_speaker(reading: Reading, at: int, end: int) -> Phrase | None:
    """Whose claim it is: "Smith's claim", "die Ankündigung der Polizei"; else whom the sentence is about."""
    before, behind = reading.lower(at - 1), reading.lower(at + 1)
    if reading.language == "de":
        if behind in reading.words("genitive_links"):
            return right_phrase(reading, at + 2)
    elif before == "'s":
        return left_phrase(reading, at - 1)
    elif before in ("his", "her", "their"):
        return at - 1, at
    elif behind in ("by", "from", "of"):
        return at + 2, end
    phrase = right_phrase(reading, 0)
    if reading.lower(0) in reading.words("pronouns") and at > 0 and (phrase is None or phrase[1] <= 1):
        return 0, 1
    return phrase if phrase is not None and phrase[0] == 0 and phrase[1] < at else None
