"""The statements in an article: who is on record in it, with which words; the outlet with what it says itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from verifier.acts import classify
from verifier.article import Article, Dating, FindSources, Mention, Passage
from verifier.attribution import attribute
from verifier.citation import find_citation
from verifier.cues import Cue
from verifier.dating import UNKNOWN, find_dating
from verifier.discourse import Discourse, find_speeches
from verifier.entities import Act
from verifier.mentions import Cast, Voice
from verifier.patterns import find_first
from verifier.pointing import MOST, point_at_speakers
from verifier.ports import SpeechModel
from verifier.reading import Reading
from verifier.sentences import split_sentences
from verifier.speech import Speech
from verifier.terms import Kind, find_terms
from verifier.tokens import tokenize
from verifier.topics import leaves_out_what, resolve_topics
from verifier.vocabulary import Lexicon, read_lexicon

# How often a passage has the right words and the right speaker, by the words that attribute it: on the training part of
# the labelled quotations, both languages together (`python -m benchmarks.attribution DATA --part train`).
_BY_RULES = {
    Cue.ACCORDING: 0.9,
    Cue.QUOTED: 0.85,
    Cue.CLAUSE: 0.77,
    Cue.INVERTED: 0.76,
    Cue.OBJECT: 0.68,
    Cue.CONTINUED: 0.65,
    Cue.NOUN: 0.4,
}
# The same where a network has pointed at the speakers: on the development part, since it has learnt from the other.
# Of nouns there are few there, so that what the rules alone are right in counts as five cases more.
_BY_NETWORK = {
    Cue.ACCORDING: 0.92,
    Cue.QUOTED: 0.94,
    Cue.CLAUSE: 0.83,
    Cue.INVERTED: 0.86,
    Cue.OBJECT: 0.88,
    Cue.CONTINUED: 0.76,
    Cue.NOUN: 0.75,
}
# "As the paper reported" stands around what it reports, and "the claim that" inside of who makes it.
_DEPTH = {Cue.ACCORDING: 0, Cue.NOUN: 2}
_DATELINE = re.compile(r"[\w .,/-]{0,50}\(([^()]{2,30})\)\s*[-–—]*\s*")
_QUOTE_MARK = re.compile(r"[„“”\"»«]|''|``")
_OWN, _OWN_UNCLEAR, _NOBODY_NAMED = 0.75, 0.6, 0.8
_MOSTLY = 0.8
_FEW_WORDS, _FEW_TERMS, _GOVERNED = 4, 2, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Words of one speech that make a statement: with `pieces` where the attribution stands between them."""

    start: int
    end: int
    words: str


def extract(article: Article, find: FindSources, model: SpeechModel | None = None) -> list[Passage]:
    """The statements that an article prints, in the order of the text.

    `find` gives the sources on record with a name. Somebody who is named nowhere else is new; whom it is not clear is
    meant has candidates and a low confidence. Any text gives an answer: what cannot be read gives no passage.
    `model` helps to tell who speaks; raises `ModelError` where it fails.
    """
    discourse, certainty = find_speeches(article.text, article.language), _BY_RULES
    if model is not None:
        discourse, certainty = point_at_speakers(article.text, discourse, model), _BY_NETWORK
    cast = Cast(article, discourse, find)
    lexicon = read_lexicon(article.language)
    found: list[Passage] = []
    taken: set[int] = set()
    for speech in _outermost(article.text, discourse, cast, certainty):
        passages = list(_read_speech(article, discourse, cast, lexicon, speech))
        if passages:
            number = speech.speech.sentence
            taken.add(number)
            if _is_before(discourse.readings[number], speech.speech):
                taken.add(number - 1)  # "That was confirmed by Lee": the outlet has from Lee what it says before
            found += passages
    for number, reading in enumerate(discourse.readings):
        if number not in taken and (own := _read_own(article, cast, lexicon, reading)) is not None:
            found.append(own)
    found.sort(key=lambda passage: (passage.quote_start, passage.quote_end, passage.speaker.name))
    return resolve_topics(article, lexicon, found[:MOST])


def _is_before(reading: Reading, speech: Speech) -> bool:
    """Whether a speech is the sentence before that with its words of attribution."""
    return speech.end <= reading.sentence.start


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attributed:
    """A speech with its speakers, and the outlet that printed it first, where the article names one.

    `certainty` (0 to 1) is how often passages with such words of attribution are right.
    """

    speech: Speech
    voices: tuple[Voice, ...]
    publisher: Mention | None
    certainty: float


def _outermost(text: str, discourse: Discourse, cast: Cast, certainty: Mapping[Cue, float]) -> Iterator[_Attributed]:
    """Each speech that does not stand in another's; but what an outlet reports that somebody said is the latter's."""
    by_sentence: dict[int, list[Speech]] = {}
    for speech in discourse.speeches:
        by_sentence.setdefault(speech.sentence, []).append(speech)
    for speeches in by_sentence.values():
        heard = [(speech, tuple(cast.voices(speech))) for speech in speeches]
        for speech, voices in heard:
            # "Reports that he left are false, his office said": what the office says is told as such.
            is_told = speech.cue is Cue.NOUN or speech.is_told(text)
            if is_told and not voices and any(_overlaps(speech, other) for other, _ in heard):
                continue
            around = [other for other in heard if other[0] is not speech and _is_inside(speech, other[0])]
            outlets = [item for item in around if any(voice.is_outlet for voice in item[1])]
            if len(around) > len(outlets):
                continue
            inner = [other for other in heard if other[0] is not speech and _is_inside(other[0], speech)]
            if any(voice.is_outlet for voice in voices) and any(item[1] for item in inner):
                continue
            publisher = outlets[0][1][0].mention if outlets else None
            yield _Attributed(speech=speech, voices=voices, publisher=publisher, certainty=certainty[speech.cue])


def _overlaps(noun: Speech, other: Speech) -> bool:
    return other is not noun and other.cue is not Cue.NOUN and other.start < noun.end and noun.start < other.end


def _is_inside(one: Speech, other: Speech) -> bool:
    """Whether one speech is part of what another says; of two with the same words, by their kinds."""
    if not one.is_within(other):
        return False
    if (one.start, one.end) == (other.start, other.end):
        return one.cue is not Cue.OBJECT and _DEPTH.get(one.cue, 1) > _DEPTH.get(other.cue, 1)
    return True


def _read_speech(
    article: Article, discourse: Discourse, cast: Cast, lexicon: Lexicon, found: _Attributed
) -> Iterator[Passage]:
    """The passages of one speech: one for each speaker, and for each sentence of a quotation."""
    speech, reading = found.speech, discourse.readings[found.speech.sentence]
    is_signed = _is_first_person(article.text, speech)
    voices = _signed_below(discourse, cast, speech) if is_signed else found.voices
    # Whom nobody could name does not stand on record: the outlet does, with a report.
    own = Voice(mention=_publisher(article), certainty=1.0, is_outlet=True)
    frame = _frame(article.text, reading, speech)
    sentence = article.text[reading.sentence.start : reading.sentence.end]
    stated = find_dating(frame, article.language, article.published_on)
    governing = speech.governing(article.text) or frame
    is_bare = leaves_out_what(reading, speech)
    for part in _parts(article, reading, speech):
        for voice in voices or (own,):
            is_outlet = voice.is_outlet or not voices
            words = sentence if speech.cue is Cue.OBJECT and _is_before(reading, speech) else part.words
            act = _act(words, governing, article.language, lexicon, speech, is_outlet=is_outlet)
            origin = _origin(sentence, cast, lexicon, article.language, voice=voice, act=act) if voices else None
            yield Passage(
                start=min(reading.sentence.start, part.start),
                end=max(reading.sentence.end, part.end),
                quote_start=part.start,
                quote_end=part.end,
                speaker=voice.mention,
                act=act,
                proposition="" if act is Act.DECLINE and is_bare else _proposition(part.words, article, voice, act),
                publisher=found.publisher,
                origin=origin,
                stated=stated,
                confidence=round(found.certainty * (voice.certainty if voices else _NOBODY_NAMED), 3),
            )


def _publisher(article: Article) -> Mention:
    return Mention(name=article.publisher.name, source=article.publisher.id)


def _parts(article: Article, reading: Reading, speech: Speech) -> Iterator[_Part]:
    """What is said, sentence by sentence; pieces of one sentence are joined.

    What is only told about ("rejected the plan", "declined to comment") is known by the whole sentence.
    """
    text, language = article.text, article.language
    joined: list[list[tuple[int, int]]] = []
    lexicon = read_lexicon(language)
    end = speech.end if speech.end < reading.place(0, reading.size)[1] else reading.sentence.end
    is_told = speech.is_told(text) and not _is_before(reading, speech)
    for piece in [(reading.sentence.start, end)] if is_told else speech.pieces:
        inner = _without_marks(text, _behind_dateline(text, piece[0], piece[1], lexicon), piece[1])
        sentences = [
            (item.start + inner[0], item.end + inner[0]) for item in split_sentences(text[slice(*inner)], language)
        ]
        for number, sentence in enumerate(sentences):
            if joined and number == 0 and not _is_sentence(text[slice(*sentence)]):
                joined[-1].append(sentence)
            else:
                joined.append([sentence])
    for pieces in joined:
        words = " ".join(text[slice(*piece)].strip(" ,") for piece in pieces)
        start, end = pieces[0][0], pieces[-1][1]
        while end > start and text[end - 1] in ", ;–—":
            end -= 1
        if len(re.findall(r"\w+", words)) >= 2:
            yield _Part(start=start, end=end, words=words)


def _is_sentence(words: str) -> bool:
    return words[:1].isupper() and words.rstrip("\"”“»«’'")[-1:] in ".!?" and len(words.split()) > _FEW_WORDS


def _behind_dateline(text: str, start: int, end: int, lexicon: Lexicon) -> int:
    """Behind "RODAU (dpa) - ", where words begin with it."""
    found = _DATELINE.match(text, start, min(end, start + 100))
    return found.end() if found is not None and found[1].lower() in lexicon.speech["agencies"] else start


def _without_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """A quotation without its marks and the comma before the closing one."""
    opening, closing = "„“”\"»«‚‘'`", "“”\"»«’‘'"
    inner = text[start + 1 : end - 1]
    if (
        end - start > 2
        and text[start] in opening
        and text[end - 1] in closing
        and not any(mark in inner for mark in '„“”"»«')
    ):
        start, end = start + 1, end - 1
        while end - start > 2 and text[end - 1] in "'`,":
            end -= 1
        while end - start > 2 and text[start] in "'`":
            start += 1
    return start, end


def _frame(text: str, reading: Reading, speech: Speech) -> str:
    """The words of a sentence that are no part of what is said."""
    pieces, cursor = [], reading.sentence.start
    for start, end in speech.pieces:
        pieces.append(text[cursor : max(cursor, start)])
        cursor = max(cursor, end)
    pieces.append(text[cursor : max(cursor, reading.sentence.end)])
    if speech.cue is Cue.OBJECT:
        return text[reading.sentence.start : reading.sentence.end]
    return " ".join(piece.strip() for piece in pieces if piece.strip())


def _is_first_person(text: str, speech: Speech) -> bool:
    """Whether the speaker is "I" outside of any quotation: a pull quote, whose speaker stands below it."""
    return speech.speaker is not None and text[slice(*speech.speaker)].lower() in ("ich", "i", "wir", "we")


def _signed_below(discourse: Discourse, cast: Cast, speech: Speech) -> tuple[Voice, ...]:
    """Whoever stands alone in the next sentence."""
    if speech.sentence + 1 >= len(discourse.readings):
        return ()
    below = discourse.readings[speech.sentence + 1]
    if below.count_words(0, below.size) > 8 or not below.tokens[0].is_capital:
        return ()
    place = (below.sentence.start, below.sentence.end)
    signed = replace(speech, speaker=place, sentence=speech.sentence + 1)
    return tuple(voice for voice in cast.voices(signed) if not voice.mention.candidates)[:1]


# -- Act, content, origin


def _act(words: str, frame: str, language: str, lexicon: Lexicon, speech: Speech, *, is_outlet: bool) -> Act:
    """By the words that govern what is said, then by those; an outlet reports, unless it denies or leaves open."""
    said = tokenize(words, language)
    relays = is_outlet
    if speech.cue is Cue.OBJECT:
        return classify(said, lexicon, relays=relays)
    # "declined to comment" is told by the verb and by what it governs.
    governed = "" if speech.cue is Cue.QUOTED else " ".join(words.split()[:_GOVERNED])
    outer = classify(tokenize(f"{frame.rstrip(' .')} {governed}", language), lexicon, relays=relays)
    inner = classify(said, lexicon, relays=False)
    if speech.cue is Cue.CONTINUED:
        outer = Act.REPORT if is_outlet else Act.ASSERT
    if outer in (Act.DECLINE, Act.SPECULATE) or (outer is Act.DENY and speech.can_deny(words, lexicon)):
        return outer
    if is_outlet:
        # "Reports of a sale are false, his office said" is no report of a sale.
        judges = inner is Act.DENY and any(token.lemma in lexicon.speech["carriers"] for token in said)
        return inner if inner is Act.DECLINE or judges else Act.REPORT
    if outer is Act.CONFIRM:
        return outer if inner is not Act.DECLINE else inner
    return inner if inner is not Act.CONFIRM else Act.ASSERT


def _proposition(words: str, article: Article, voice: Voice, act: Act) -> str:
    """What is said, as a sentence of its own."""
    words = " ".join(_QUOTE_MARK.sub("", words).split())
    first, _, rest = words.partition(" ")
    if first.lower() in ("dass", "daß", "that", "ob", "whether", "wonach") and rest:
        words = rest
    content = attribute(words, article.language, speaker_names=[voice.mention.name], act=act).proposition
    is_cut = len(content.split()) < _MOSTLY * len(words.split()) and act not in (Act.DENY, Act.DECLINE)
    return (words if is_cut or not content else content).strip(" ,;:")


def _origin(sentence: str, cast: Cast, lexicon: Lexicon, language: str, *, voice: Voice, act: Act) -> Mention | None:
    """Whose knowledge it is; None where the words leave that open."""
    citation = find_citation(sentence, tokenize(sentence, language), lexicon, [voice.mention.name])
    if voice.is_outlet and citation.cited is not None:
        return cast.look_up(citation.cited)
    is_open = citation.unnamed and (voice.is_outlet or act is Act.REPORT)
    return None if is_open else voice.mention


# -- What the outlet says itself


def _read_own(article: Article, cast: Cast, lexicon: Lexicon, reading: Reading) -> Passage | None:
    """A sentence of the outlet that says something which can be checked; None for a question, a title, a remark."""
    end = reading.sentence.end
    start = _behind_dateline(article.text, reading.sentence.start, end, lexicon)
    sentence = article.text[start:end]
    if not _is_checkable(sentence, article.language, reading, lexicon):
        return None
    read = attribute(sentence, article.language, speaker_names=[article.publisher.name])
    others = lexicon.attribution["unnamed"] + lexicon.attribution["unverified"]
    relays = read.unnamed or read.cited is not None or find_first(others, reading.tokens) is not None
    act = Act.REPORT if relays and read.act is not Act.DECLINE else read.act
    act = Act.ASSERT if act is Act.CONFIRM else act  # an outlet is no party to what it writes of
    content = _behind_colon(article, start + read.start, start + read.end)
    origin: Mention | None = _publisher(article)
    if read.cited is not None:
        origin = cast.look_up(read.cited)
    elif relays:
        origin = None
    elif article.agencies:
        origin = cast.look_up(article.agencies[0]) if len(article.agencies) == 1 else None
    elif (tagged := _tagged_agencies(article, lexicon)) is not None:
        origin = cast.look_up(tagged[0]) if len(tagged) == 1 else None
    return Passage(
        start=reading.sentence.start,
        end=end,
        quote_start=content[0],
        quote_end=content[1],
        speaker=_publisher(article),
        act=act,
        proposition=(read.proposition if content[0] == start + read.start else "") or article.text[slice(*content)],
        publisher=None,
        origin=origin,
        stated=Dating(first=article.published_on, last=article.published_on) if article.published_on else UNKNOWN,
        confidence=_OWN_UNCLEAR if relays else _OWN,
    )


def _behind_colon(article: Article, start: int, end: int) -> tuple[int, int]:
    """The words behind a colon, where they are a sentence: "It is an old rumour: the bridge is to close"."""
    if end <= start:
        return start, max(end, start + 1)
    before, colon, behind = article.text[start:end].rpartition(": ")
    return (start + len(before) + len(colon), end) if len(behind.split()) > _FEW_WORDS else (start, end)


def _is_checkable(sentence: str, language: str, reading: Reading, lexicon: Lexicon) -> bool:
    if sentence.rstrip("\"”“»«’' )")[-1:] == "?" or reading.count_words(0, reading.size) <= _FEW_WORDS:
        return False
    plain = [token for token in reading.tokens if token.kind == "word" and not token.is_capital]
    has_verb = any(
        token.lower in lexicon.past + lexicon.future or token.lower in lexicon.stop for token in plain
    ) or any(token.lemma != token.lower for token in plain)
    terms = [term for term in find_terms(sentence, language) if not term.light]
    is_about_something = any(term.kind in (Kind.NAME, Kind.PLACE, Kind.NUMBER) for term in terms)
    return has_verb and len(terms) >= _FEW_TERMS and is_about_something


def _tagged_agencies(article: Article, lexicon: Lexicon) -> Sequence[str] | None:
    """The agencies in the tags of a text: "(dpa)", "BERLIN (Reuters) -", "mit Material von dpa"."""
    head, tail = article.text[:300], article.text[-300:]
    found: dict[str, None] = {}
    for part in (head, tail):
        for inside in re.findall(r"\(([^()]{2,40})\)", part):
            for name in re.split(r"[/,;]|\bund\b|\band\b", inside):
                if name.strip().lower() in lexicon.speech["agencies"]:
                    found[name.strip()] = None
        lower = part.lower()
        for phrase in lexicon.speech["material"]:
            at = lower.find(phrase)
            if at >= 0:
                for name in re.split(r"[/,;.\s]|\bund\b|\band\b", part[at + len(phrase) : at + len(phrase) + 40]):
                    if name.strip().lower() in lexicon.speech["agencies"]:
                        found[name.strip()] = None
    return tuple(found) or None
