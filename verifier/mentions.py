"""Whom a speaker's phrase means: resolved inside the article, then against the sources on record. Never guessed."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from verifier.article import Article, FindSources, Mention
from verifier.cues import Cue
from verifier.discourse import Discourse
from verifier.entities import Source
from verifier.folding import fold_name
from verifier.naming import Naming, read_naming, split_joint
from verifier.noun_phrases import left_phrase, right_phrase
from verifier.reading import Reading
from verifier.speech import Speech
from verifier.vocabulary import read_lexicon

_OUTLETS = frozenset({"news_outlet", "news_agency", "social_media"})
_CROWD = 20
_SURE, _LIKELY, _DOUBTFUL = 1.0, 0.8, 0.45


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A speaker of a speech. `certainty` (0 to 1) is how sure it is that this one is meant."""

    mention: Mention
    certainty: float
    is_outlet: bool = False


@dataclass(slots=True)
class _Figure:
    """Someone who is named in the article: everything that it says of them, and where."""

    naming: Naming
    places: list[int] = field(default_factory=list)


# "Kremlangaben" and "Polizeiberichten" are by the Kremlin and the police.
_INFORMATION = re.compile(r"(?<=\w{4})s?(?:angaben|berichten?|informationen|mitteilung)$")


class Cast:
    """Everybody whom an article names, and who is meant by a phrase at a place in it."""

    def __init__(self, article: Article, discourse: Discourse, find: FindSources) -> None:
        """Reads every speaker's phrase once, so that a full name is known wherever it stands."""
        self._article = article
        self._find = find
        self._language = article.language
        self._speech = read_lexicon(article.language).speech
        self._readings = discourse.readings
        self._figures: dict[str, list[_Figure]] = {}
        self._known: dict[str, Sequence[Source]] = {}
        self._last: list[tuple[int, _Figure]] = []
        for speech in discourse.speeches:
            if speech.speaker is not None:
                for phrase in split_joint(article.text[slice(*speech.speaker)], self._language):
                    self._meet(self._read(phrase, speech), speech.speaker[0])
        for reading in discourse.readings:
            self._meet_names(reading)
        everyone = [figure for figures in self._figures.values() for figure in figures]
        self._stage = sorted(
            ((place, number) for number, figure in enumerate(everyone) for place in figure.places),
            key=lambda item: item[0],
        )
        self._everyone = everyone

    def voices(self, speech: Speech) -> list[Voice]:
        """The speakers of a speech: several where they speak jointly, none where nobody is named."""
        if speech.speaker is None:
            return []
        phrase = self._article.text[slice(*speech.speaker)]
        found = []
        for part in split_joint(phrase, self._language):
            voice = self._voice(part, speech)
            if voice is not None:
                found.append(voice)
        return found

    def look_up(self, name: str) -> Mention:
        """A name as it stands, held against the record alone."""
        return self._to_mention(Naming(name=name))

    # -- what the article names

    def _meet(self, naming: Naming, place: int) -> None:
        if naming.name is None or naming.is_unnamed:
            return
        figures = self._figures.setdefault(_last_word(naming.name), [])
        for figure in figures:
            if _is_same(figure.naming, naming):
                figure.naming = _fuller(figure.naming, naming)
                figure.places.append(place)
                return
        figures.append(_Figure(naming, [place]))

    def _meet_names(self, reading: Reading) -> None:
        """Persons who are named elsewhere, so that a surname is theirs; and all the places where people are named."""
        at = 0
        while at < reading.size:
            token = reading.tokens[at]
            opens = (
                at == 0 and token.lower in reading.words("prepositions") | reading.words("joint") | reading.lexicon.stop
            )
            if not (token.is_word and token.is_capital) or reading.quoted[at] or opens:
                at += 1
                continue
            end = at + 1
            while end < reading.size and reading.tokens[end].is_word and reading.tokens[end].is_capital:
                end += 1
            place = reading.sentence.start + token.start
            owns = reading.lower(end) in ("'s", "’s")  # "Rodau's mayor, Eva Kern,"
            if (end - at >= 2 or owns) and (phrase := right_phrase(reading, at)) is not None and phrase[0] == at:
                naming = read_naming(self._article.text[slice(*reading.place(*phrase))], self._language)
                if naming.is_person and naming.name is not None and " " in naming.name:
                    self._meet(naming, place)
            for figure in self._figures.get(fold_name(reading.tokens[end - 1].surface), ()):
                figure.places.append(place)
            at = end

    def _read(self, phrase: str, speech: Speech) -> Naming:
        """Who a phrase names; a name that stands in the genitive without an article is put in the nominative."""
        phrase = _INFORMATION.sub("", phrase)
        naming = read_naming(phrase, self._language)
        is_genitive = speech.cue is Cue.ACCORDING and speech.verb in self._speech["after_noun"]
        if is_genitive and naming.name == phrase and " " not in phrase:
            return replace(naming, name=phrase.removesuffix("s"))
        return naming

    # -- who is meant

    def _voice(self, phrase: str, speech: Speech) -> Voice | None:
        lower = phrase.lower().strip()
        if lower in self._speech["pronouns"] | self._speech["relatives"] | {"who"}:
            return self._voice_of_pronoun(lower, speech)
        naming = self._read(phrase, speech)
        if naming.name is not None:
            return self._voice_of_name(naming, speech)
        if naming.is_definite and naming.head is not None:
            return self._voice_of_description(naming, phrase, speech)
        return None

    def _voice_of_name(self, naming: Naming, speech: Speech) -> Voice:
        assert naming.name is not None  # noqa: S101 - narrowed by the caller
        same = [figure for figure in self._figures.get(_last_word(naming.name), []) if _is_same(figure.naming, naming)]
        full = {figure.naming.name for figure in same}
        if len(full) > 1 and " " not in naming.name:
            # Two of one surname: everybody on record who may be meant, for a person to choose.
            ids = sorted({source.id for name in full if name for source in self._search(name)})
            return Voice(
                mention=Mention(name=naming.name, role=naming.role, candidates=tuple(ids)), certainty=_DOUBTFUL
            )
        if same:
            self._remember(same[0], speech)
            naming = _fuller(same[0].naming, naming)
        mention = self._to_mention(naming)
        is_doubtful = mention.candidates or (naming.is_common and mention.source is None)
        certainty = _DOUBTFUL if is_doubtful else _SURE
        return Voice(mention=mention, certainty=certainty, is_outlet=naming.is_outlet or self._is_outlet(mention))

    def _voice_of_pronoun(self, word: str, speech: Speech) -> Voice | None:
        assert speech.speaker is not None  # noqa: S101 - narrowed by the caller
        place = speech.speaker[0]
        reading = self._readings[speech.sentence]
        if word in self._speech["relatives"] and word not in ("that", "die", "das"):
            antecedent = _antecedent(self._article.text, reading, place)
            if antecedent is not None:
                return self._voice(antecedent, replace(speech, speaker=(place, place)))
        inside = self._nearest(reading.sentence.start, place)
        if len(inside) == 1:
            return self._voice_of_figure(inside[0], _LIKELY, speech)
        is_person = word in self._speech["male"] | self._speech["female"]
        recent = [item for item in self._last if item[0] < place and not (is_person and _is_body(item[1].naming))]
        if not recent:
            earlier = self._nearest(max(0, reading.sentence.start - 400), reading.sentence.start)
            return self._voice_of_figure(earlier[0], _DOUBTFUL, speech) if len(earlier) == 1 else None
        at, figure = recent[-1]
        rivals = [other for other in self._nearest(at, place) if other is not figure]
        certainty = _DOUBTFUL if rivals or inside else _LIKELY
        return self._voice_of_figure(figure, certainty, speech)

    def _voice_of_description(self, naming: Naming, phrase: str, speech: Speech) -> Voice | None:
        """As in "The expert": whoever the article calls one. One that it never names is called by the description."""
        assert naming.head is not None  # noqa: S101 - narrowed by the caller
        head, place = naming.head, speech.speaker[0] if speech.speaker else 0
        fitting = [
            figure
            for figures in self._figures.values()
            for figure in figures
            if any(other < place for other in figure.places) and _is_called(head, figure.naming)
        ]
        recent = [figure for at, figure in self._last if at < place and figure in fitting]
        if len(fitting) == 1 or recent:
            return self._voice_of_figure(recent[-1] if recent else fitting[0], _LIKELY, speech)
        if len(fitting) > 1:
            ids = [self._to_mention(figure.naming).source for figure in fitting]
            candidates = tuple(sorted({id for id in ids if id is not None}))
            return Voice(mention=Mention(name=_plain(phrase), candidates=candidates), certainty=_DOUBTFUL)
        return Voice(mention=self._to_mention(Naming(name=_plain(phrase), role=naming.role)), certainty=_DOUBTFUL)

    def _voice_of_figure(self, figure: _Figure, certainty: float, speech: Speech) -> Voice:
        self._remember(figure, speech)
        mention = self._to_mention(figure.naming)
        outlet = figure.naming.is_outlet or self._is_outlet(mention)
        return Voice(mention=mention, certainty=_DOUBTFUL if mention.candidates else certainty, is_outlet=outlet)

    def _nearest(self, start: int, end: int) -> list[_Figure]:
        """Those, but outlets and bodies, who are named between two places; at most the last twenty."""
        left, right = (bisect_left(self._stage, (place, -1)) for place in (start, end))
        numbers = dict.fromkeys(number for _, number in self._stage[max(left, right - _CROWD) : right])
        figures = [self._everyone[number] for number in numbers]
        return [item for item in figures if item.naming.is_person is not False and not item.naming.is_outlet]

    def _remember(self, figure: _Figure, speech: Speech) -> None:
        if speech.speaker is not None:
            self._last.append((speech.speaker[0], figure))

    # -- the record

    def _to_mention(self, naming: Naming) -> Mention:
        name = naming.name or ""
        found = self._search(name)
        if not found and fold_name(name) == fold_name(_plain(self._article.publisher.name)):
            found = [self._article.publisher]  # whose name is written without its article
        if len(found) > 1 and naming.affiliation is not None:
            bodies = {source.id for source in self._search(naming.affiliation)}
            found = [source for source in found if source.parent in bodies] or found
        affiliation = naming.affiliation if naming.affiliation != naming.name else None
        if len(found) == 1:
            return Mention(name=name, role=naming.role, affiliation=affiliation, source=found[0].id)
        candidates = tuple(sorted(source.id for source in found))
        return Mention(name=name, role=naming.role, affiliation=affiliation, candidates=candidates)

    def _search(self, name: str) -> Sequence[Source]:
        if name not in self._known:
            self._known[name] = self._find(name)
        return self._known[name]

    def _is_outlet(self, mention: Mention) -> bool:
        if mention.name.lower() in self._speech["agencies"]:
            return True
        found = self._search(mention.name)
        return len(found) == 1 and found[0].kind in _OUTLETS


def _is_body(naming: Naming) -> bool:
    return naming.is_person is False or naming.is_outlet


def _antecedent(text: str, reading: Reading, place: int) -> str | None:
    """The phrase before a relative pronoun."""
    at = next(
        (index for index, token in enumerate(reading.tokens) if reading.sentence.start + token.start == place), None
    )
    if at is None or at < 2 or not reading.is_mark(at - 1, ","):
        return None
    phrase = left_phrase(reading, at - 1)
    return text[slice(*reading.place(*phrase))] if phrase else None


def _last_word(name: str) -> str:
    return fold_name(name.rsplit(maxsplit=1)[-1]) if name.split() else ""


def _is_same(one: Naming, other: Naming) -> bool:
    """Whether two namings may mean one: the shorter name is the end of the longer."""
    mine = [fold_name(word) for word in (one.name or "").split()]
    theirs = [fold_name(word) for word in (other.name or "").split()]
    shorter, longer = sorted((mine, theirs), key=len)
    return bool(shorter) and longer[-len(shorter) :] == shorter


def _fuller(one: Naming, other: Naming) -> Naming:
    longer, shorter = (other, one) if len(other.name or "") > len(one.name or "") else (one, other)
    return replace(
        longer,
        role=longer.role or shorter.role,
        affiliation=longer.affiliation or shorter.affiliation,
        head=longer.head or shorter.head,
        is_person=longer.is_person if longer.is_person is not None else shorter.is_person,
        is_outlet=longer.is_outlet or shorter.is_outlet,
    )


def _is_called(head: str, naming: Naming) -> bool:
    """Whether "the expert" or "the ministry" may be somebody: by a role, or by the last word of a body's name."""
    if naming.head is not None and _fits(head, naming.head):
        return True
    last = (naming.name or "").lower().split()[-1:]
    return naming.is_person is not True and last == [head]


def _fits(head: str, other: str) -> bool:
    """Whether a noun is another or its end: an "Experte" may be the "Nordkorea-Experte"; whatever the gender."""
    return head == other or other.endswith(head) or head.removesuffix("in") == other.removesuffix("in")


def _plain(phrase: str) -> str:
    words = phrase.partition(",")[0].split()
    return " ".join(words[1:] if len(words) > 1 and words[0].lower() in ("the", "der", "die", "das") else words)
