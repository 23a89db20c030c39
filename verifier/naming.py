"""A phrase for a speaker taken apart: name, role, and the body that it speaks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from verifier.terms import Kind, find_terms
from verifier.tokens import Token, lemmatize, tokenize
from verifier.vocabulary import Lexicon, read_lexicon

_QUOTED = re.compile(r"[„“”\"»«‚‘]([^„“”\"»«‚‘’]{2,60})[“”\"»«’]")
_PARTICLES = frozenset("van von de der den del della di da du la le al el bin ben ibn zu of".split())  # noqa: SIM905
_POSSESSIVE = frozenset({"'s", "’s"})
_ARTICLES = frozenset(
    "the a an der die das dem den des ein eine einer eines einem einen his her its their sein seine ihr ihre".split()  # noqa: SIM905
)
_DROPPED = re.compile(r"\s*\([^()]*\)?|\s*\[[^\[\]]*\]?|[„“”\"»«]")
_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """Whom a phrase means. `name` is None for someone who is only described.

    `head` is the noun of a description ("expert"). `is_person` is None where it may be a person or a body.
    `is_definite`: "the expert", and not "an expert". `is_unnamed`: others, of whom nobody could say who they are.
    `is_common`: a noun stands for the name ("die Behörde"), which may be any of its kind.
    """

    name: str | None
    role: str | None = None
    affiliation: str | None = None
    head: str | None = None
    is_person: bool | None = None
    is_definite: bool = False
    is_unnamed: bool = False
    is_outlet: bool = False
    is_common: bool = False


def split_joint(phrase: str, language: str) -> list[str]:
    """The phrases in "X and Y", "weder X noch Y" where each names someone; else the phrase alone."""
    speech = read_lexicon(language).speech
    phrase = phrase[:_LONGEST]
    links = "|".join(map(re.escape, sorted(speech["joint"])))
    negative = rf"(?:{'|'.join(map(re.escape, speech['neither'] | {'both', 'sowohl'}))})\s+"
    bare = re.sub(rf"^{negative}", "", phrase, flags=re.IGNORECASE)
    parts = re.split(rf"\s*,?\s+(?:{links}|als auch|as well as|sowie)\s+", bare)
    if len(parts) > 1:
        parts = [part.strip(" ,") for piece in parts for part in piece.split(", ")]
    # After "neither" each is a speaker; else "and" may join two roles, or the halves of one name.
    is_list = bare != phrase or all(_names_alone(part, language) for part in parts)
    if len(parts) > 1 and is_list and all(parts):
        return parts
    return [bare]


def _names_alone(part: str, language: str) -> bool:
    tokens = tokenize(part, language)
    words = [token for token in tokens if token.kind != "mark"]
    if not words or len(words) > 8 or not words[-1].is_capital:
        return False
    capital = [token for token in words if token.is_capital]
    if any(_is_role(token, read_lexicon(language)) is not None for token in words[-1:]):
        return False
    is_place = any(term.kind is Kind.PLACE for term in find_terms(part, language))
    has_article = words[0].lower in _ARTICLES
    return (
        is_place or has_article or (len(capital) >= 2 and len(capital) >= len(words) - 1) or words[-1].surface.isupper()
    )


def read_naming(phrase: str, language: str) -> Naming:
    """The reading of one phrase."""
    lexicon = read_lexicon(language)
    phrase = " ".join(phrase[:_LONGEST].split())
    segments = [segment.strip() for segment in _DROPPED.sub("", phrase).split(",") if segment.strip()]
    if not segments:
        return Naming(name=None, is_unnamed=True)
    quoted = _QUOTED.search(phrase)
    if quoted is not None and not any(_is_role(token, lexicon) for token in tokenize(phrase, language)):
        return Naming(name=quoted[1], is_person=False, is_outlet=True)
    namings = [_read_segment(segment, language, lexicon) for segment in segments[:3]]
    merged = namings[0]
    for other in namings[1:]:
        merged = _merge(merged, other)
    return merged


def _merge(one: Naming, other: Naming) -> Naming:
    """A name and what stands beside it between commas."""
    if one.name is not None and one.role is None and other.role is not None and other.name in (None, other.affiliation):
        return Naming(name=one.name, role=other.role, affiliation=other.affiliation, head=other.head, is_person=True)
    if one.role is None or other.name is None:
        return one
    is_title = one.name is None and other.is_person is not False
    if is_title or (one.name == one.affiliation and other.role is None):
        return Naming(name=other.name, role=one.role, affiliation=one.affiliation, head=one.head, is_person=True)
    return one


def _read_segment(segment: str, language: str, lexicon: Lexicon) -> Naming:
    tokens = list(tokenize(segment, language))
    first = next((index for index, token in enumerate(tokens) if token.kind != "mark"), None)
    if first is None:
        return Naming(name=None, is_unnamed=True)
    tokens = tokens[first:]
    is_definite = tokens[0].lower in ("the", "der", "die", "das", "dem", "den", "des")
    place = _find_role(tokens, lexicon)
    if place is not None:
        return _read_role(segment, tokens, place, language, lexicon, is_definite=is_definite)
    if _is_unnamed(tokens, lexicon):
        return Naming(name=None, is_unnamed=True, head=tokens[-1].lemma)
    agency = next((token for token in tokens if token.lower in lexicon.speech["agencies"]), None)
    if agency is not None and len(tokens) <= 4:
        return Naming(name=agency.surface, is_person=False, is_outlet=True)
    run = _longest_capitals(tokens, lexicon)
    if run is None:
        return Naming(name=None, head=tokens[-1].lemma, is_definite=is_definite, is_unnamed=not is_definite)
    return _read_name(segment, tokens, run, language, lexicon)


def _read_name(segment: str, tokens: Sequence[Token], run: tuple[int, int], language: str, lexicon: Lexicon) -> Naming:
    """A person, or a body: what has an article before it is no person's name."""
    start, end = run
    is_outlet = any(token.lower in lexicon.speech["outlets"] for token in tokens)
    titles = [
        at for at in range(max(0, start - 1), end - 1) if tokens[at].lower.rstrip(".") in lexicon.speech["titles"]
    ]
    if titles:
        start = titles[-1] + 1 + (tokens[titles[-1] + 1].surface == ".")
    if start >= end:
        return Naming(name=None, is_unnamed=True)
    name = segment[tokens[start].start : tokens[end - 1].end]
    if end + 1 < len(tokens) and tokens[end].surface in _POSSESSIVE and tokens[end + 1].is_word:
        # "South Korea's spy agency" is a body of its own.
        return Naming(name=segment[tokens[start].start :].strip(" ,.;:-"), is_person=False, is_outlet=is_outlet)
    if titles or tokens[0].lower not in _ARTICLES:
        is_person = bool(titles) or (end - start > 1 and language == "de" and not tokens[end - 1].known) or None
        return Naming(name=_strip_genitive(name), is_person=is_person, is_outlet=is_outlet)
    is_one_of_many = tokens[0].lower.startswith("ein") and end - start == 1 and not is_outlet
    if language == "de" and tokens[start].known and is_one_of_many:
        return Naming(name=None, is_unnamed=True, head=tokens[start].lemma)
    if language == "de" and tokens[start].known:
        is_described = is_outlet and end - start > 1
        name = segment[tokens[start + 1].start : tokens[end - 1].end] if is_described else ""
        name = name or _described(segment, tokens, start, end, language)
    else:
        name = _phrase_after_article(segment, tokens, lexicon)
    is_definite = tokens[0].lower in ("the", "der", "die", "das", "dem", "den", "des")
    is_common = language == "de" and end - start == 1 and tokens[start].known and " " not in name
    return Naming(name=name, is_person=False, is_definite=is_definite, is_outlet=is_outlet, is_common=is_common)


def _is_role(token: Token, lexicon: Lexicon) -> str | None:
    """Which list of roles a noun is in: of those who speak for a body, or others. A compound ends in one."""
    if not token.is_word:
        return None
    for name in ("spokespeople", "roles"):
        known = lexicon.speech[name]
        if token.lower in known or token.lemma in known:
            return name
        if lexicon.clause_after_comma and token.is_capital and token.lower.endswith(_compounds(known)):
            return name
    return None


@cache
def _compounds(roles: frozenset[str]) -> tuple[str, ...]:
    """Roles that German compounds end in; other short ones end names too: "Tillmann", "Hofbauer"."""
    return tuple(role for role in roles if len(role) > 6 or role in ("chef", "chefin", "anwalt", "kenner", "führer"))


def _find_role(tokens: Sequence[Token], lexicon: Lexicon) -> int | None:
    """The first role or, of several side by side, the last."""
    roles = [index for index, token in enumerate(tokens) if _is_role(token, lexicon) is not None]
    # "The general staff" is no general.
    roles = [at for at in roles if not _is_first_of_noun(tokens, at, lexicon)]
    if lexicon.clause_after_comma and len(tokens) > 1 and roles == [len(tokens) - 1]:
        # "Hans Richter" is a name; "BKA-Chef" is not, nor is "der Richter".
        roles = roles if not (tokens[-2].is_word and tokens[-2].is_capital) else []
    place = roles[0] if roles else None
    while place is not None and (following := _next_role(tokens, place, roles, lexicon)) is not None:
        place = following
    return place


def _next_role(tokens: Sequence[Token], place: int, roles: Sequence[int], lexicon: Lexicon) -> int | None:
    """A role that goes on with another: "Regierungssprecher Minister", "Chief Operating Officer"."""
    if place + 1 in roles:
        return place + 1
    is_title = not lexicon.clause_after_comma and all(token.is_capital for token in tokens[place : place + 3])
    return place + 2 if is_title and place + 2 in roles else None


def _is_first_of_noun(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    """Whether an English role is only the first word of another noun."""
    following = tokens[at + 1] if at + 1 < len(tokens) and not lexicon.clause_after_comma else None
    if following is None or not following.is_word or following.is_capital:
        return False
    links = lexicon.speech["role_links"] | lexicon.speech["prepositions"] | lexicon.speech["relatives"] | lexicon.stop
    return following.lower not in links and _is_role(following, lexicon) is None


def _read_role(
    segment: str, tokens: Sequence[Token], place: int, language: str, lexicon: Lexicon, *, is_definite: bool
) -> Naming:
    """As in "Kremlin spokesman Jane Doe", "Sprecher der Polizei", "der Experte"."""
    noun = tokens[place]
    speaks = _is_role(noun, lexicon) == "spokespeople"
    behind = _capitals_from(tokens, place + 1)
    name = segment[tokens[behind[0]].start : tokens[behind[1] - 1].end] if behind else None
    start = place
    while start > 0 and (tokens[start - 1].surface in ("-", "'s", "’s", ".") or tokens[start - 1].is_word):
        start -= 1
    while start < place and tokens[start].lower in _ARTICLES:
        start += 1
    end = len(tokens) if behind is None else place + 1
    role = segment[tokens[start].start : tokens[end - 1].end].strip(" ,.;:") if start < end else noun.surface
    body = None
    if speaks:
        body = _body_behind(segment, tokens, place + 1, language, lexicon) if behind is None else None
        body = body or _body_before(segment, tokens, place, language, lexicon)
    is_plural = noun.lemma != noun.lower and noun.lower.endswith("s") and language == "en"
    if name is None and body is not None:
        return Naming(name=body, role=role, affiliation=body, head=noun.lemma, is_person=None, is_definite=is_definite)
    if name is None:
        unnamed = not is_definite or is_plural
        return Naming(
            name=None, role=role, head=noun.lemma, is_definite=is_definite, is_person=True, is_unnamed=unnamed
        )
    return Naming(name=_strip_genitive(name), role=role, affiliation=body, head=noun.lemma, is_person=True)


def _body_behind(segment: str, tokens: Sequence[Token], at: int, language: str, lexicon: Lexicon) -> str | None:
    """The body after a role: "of the US Department of Defense", "im US-Verteidigungsministerium"."""
    if at >= len(tokens) or tokens[at].lower not in lexicon.speech["role_links"] or tokens[at].lower == "on":
        return None
    start = at + 1
    case = tokens[at].lower
    while start < len(tokens) and tokens[start].lower in _ARTICLES:
        case, start = tokens[start].lower, start + 1
    end = start
    links = ("of", "for", "and", "&", "-", "'s", "’s", ".", "/", "the")
    german = ("der", "des", "für")
    while end < len(tokens) and (
        tokens[end].is_capital
        or tokens[end].kind == "number"
        or (tokens[end].lower in (german if language == "de" else links) or tokens[end].surface in links)
        or (language == "de" and end == start and tokens[end].is_word)
    ):
        end += 1
    while end > start and not tokens[end - 1].is_capital:
        end -= 1
    if start >= end:
        return None
    if language == "de" and case in ("des", "vom", "beim", "im", "am", "eines"):
        return _body(segment, tokens, start, end, language)
    return segment[tokens[start].start : tokens[end - 1].end]


def _body_before(segment: str, tokens: Sequence[Token], place: int, language: str, lexicon: Lexicon) -> str | None:
    """The body before a role: "Kremlin spokesman", "Russia's president", "BKA-Chef", "Polizeisprecherin"."""
    at = place
    if at >= 2 and tokens[at - 1].surface == "-" and tokens[at - 2].is_capital:
        start = at - 2
        while start >= 2 and tokens[start - 1].surface == "-":
            start -= 2
        return segment[tokens[start].start : tokens[at - 2].end]
    end = at
    while end > 0 and tokens[end - 1].is_word and _is_role(tokens[end - 1], lexicon) is not None:
        end -= 1
    while end > 0 and (tokens[end - 1].surface in ("'s", "’s", "'", "’") or not tokens[end - 1].is_capital):
        if tokens[end - 1].is_word and tokens[end - 1].surface not in ("'s", "’s"):
            return _in_compound(tokens[place], lexicon)
        end -= 1
    start = end
    while start > 0 and (tokens[start - 1].is_capital or tokens[start - 1].surface in ("of", "&", "-")):
        start -= 1
    start += start < end and tokens[start].lower in _ARTICLES
    if start < end:
        return _strip_genitive(segment[tokens[start].start : tokens[end - 1].end])
    return _in_compound(tokens[place], lexicon) if language == "de" else None


def _in_compound(noun: Token, lexicon: Lexicon) -> str | None:
    """As in "Polizei" in "Polizeisprecherin"; a minister's field is no body's name."""
    for word in ("sprecherin", "sprecher"):
        if noun.lower.endswith(word) and len(noun.lower) > len(word) + 2:
            body = noun.surface[: -len(word)].removesuffix("s")
            return body if lexicon.clause_after_comma and body.lower() not in ("presse", "chef", "haupt") else None
    return None


def _body(segment: str, tokens: Sequence[Token], start: int, end: int, language: str) -> str:
    """A German body's name put in the nominative, where the dictionary has its word."""
    head = next((index for index in range(start, end) if tokens[index].is_capital and tokens[index].is_word), None)
    if head is None:
        return segment[tokens[start].start : tokens[end - 1].end]
    surface = tokens[head].surface
    base, known = lemmatize(surface, language)
    nominative = base[:1].upper() + base[1:]
    is_inflected = known and surface.lower().startswith(base[:-1]) and surface != nominative
    name = segment[tokens[start].start : tokens[end - 1].end]
    if is_inflected and not surface.isupper() and surface.removesuffix("s").removesuffix("e") == nominative:
        offset = tokens[head].start - tokens[start].start
        name = name[:offset] + nominative + name[offset + len(surface) :]
    elif surface.endswith("ministeriums"):
        name = name.replace(surface, surface.removesuffix("s"))
    return name


def _described(segment: str, tokens: Sequence[Token], start: int, end: int, language: str) -> str:
    """A German body with the adjective before it: "das russische Amt" is called "russisches Amt"."""
    body = _body(segment, tokens, start, end, language)
    begin = start
    while begin > 0 and tokens[begin - 1].is_word and tokens[begin - 1].lower not in _ARTICLES:
        begin -= 1
    words = [token.surface for token in tokens[begin:start]]
    ending = {"das": "s", "der": "r"}.get(tokens[0].lower, "")
    is_nominative = body == segment[tokens[start].start : tokens[end - 1].end]
    if not words or not (is_nominative and all(word.endswith("e") for word in words)):
        return " ".join([*words, body]) if words else body
    return " ".join([*(word + ending for word in words), body])


def _phrase_after_article(segment: str, tokens: Sequence[Token], lexicon: Lexicon) -> str:
    """A phrase without its article, and without a verb that it runs into: "The Sudan Courier had reported"."""
    start = 0
    while start < len(tokens) - 1 and tokens[start].lower in _ARTICLES:
        start += 1
    verbs = lexicon.speech["finite"]
    end = next((at for at in range(start + 1, len(tokens)) if tokens[at].lower in verbs), len(tokens))
    return segment[tokens[start].start : tokens[end - 1].end].strip(" ,.;:")


def _capitals_from(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    while at < len(tokens) and tokens[at].surface in ("-", "."):
        return None
    end = at
    while end < len(tokens) and (
        (tokens[end].is_word and tokens[end].is_capital)
        or (tokens[end].lower in _PARTICLES and end > at and tokens[end].lower not in ("of", "der", "von", "den"))
        or (
            tokens[end].surface in ("-", ".", "'", "’")
            and end > at
            and end + 1 < len(tokens)
            and tokens[end + 1].is_capital
        )
    ):
        end += 1
    return (at, end) if end > at else None


def _longest_capitals(tokens: Sequence[Token], lexicon: Lexicon) -> tuple[int, int] | None:
    """The longest run of words with capital letters; the first of equals."""
    runs: list[tuple[int, int]] = []
    at = 0
    while at < len(tokens):
        run = _capitals_from(tokens, at) if tokens[at].lower not in lexicon.stop else None
        if run is not None:
            runs.append(run)
        at = run[1] if run is not None else at + 1
    return max(runs, key=lambda run: run[1] - run[0], default=None)


def _is_unnamed(tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    plain = [token for token in tokens if token.is_word and token.lower not in lexicon.stop]
    known = lexicon.speech["unnamed"]
    opens = tokens[1:] if tokens and tokens[0].lower in _ARTICLES else tokens
    if len(opens) > 1 and opens[0].lower in known and not opens[1].is_capital:
        return True  # "witnesses in Rodau"
    if any(token.lower in known for token in tokens) and not any(
        token.is_capital and token.lower not in known and not token.known for token in tokens
    ):
        return True
    return bool(plain) and all(token.lower in known or token.lemma in known for token in plain)


def _strip_genitive(name: str) -> str:
    return re.sub(r"['’]s?$", "", name).strip(" ,.;:-")
