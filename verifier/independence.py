"""Who knows it independently of whom: latest positions, collapsed into origins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from verifier.entities import Collapse, Evidence, Relation, Source
from verifier.policy import OriginRules

Key = TypeVar("Key", bound=Hashable)

# Two who say "That is not true" say it each for themselves; two who print the same longer sentence copied it.
_WIRE_WORDS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Positions:
    """The standing positions on a claim, one an origin.

    `affirming` and `denying` map the id of an independent origin to the statement that speaks for it. `unclear` are
    positions whose origin is unknown: they are never counted, though a denial among them still stands in the way of
    corroboration.
    """

    affirming: Mapping[str, Evidence]
    denying: Mapping[str, Evidence]
    unclear: tuple[Evidence, ...]
    collapsed: tuple[Collapse, ...]


def find_positions(
    evidence: Iterable[Evidence], sources: Mapping[str, Source], *, parties: frozenset[str], rules: OriginRules
) -> Positions:
    """The independent origins for and against a claim.

    In turn: copies of one text are one statement; a body's latest position replaces its earlier ones (declining is no
    position and withdraws nothing); what goes back to one origin is one position; an origin that the policy does not
    count is set aside, unless it is a party.
    """
    collapsed: list[Collapse] = []
    standing = [item for item in evidence if item.relation in (Relation.SUPPORTS, Relation.REFUTES)]
    standing = _drop_copies(standing, sources, collapsed)
    standing = _keep_latest(standing, sources, collapsed)
    affirming: dict[str, Evidence] = {}
    denying: dict[str, Evidence] = {}
    known = [item for item in standing if item.statement.origin is not None]
    unclear = tuple(item for item in standing if item.statement.origin is None)
    origins = _trace_origins(known, sources)
    for origin, group in _grouped(known, lambda item: origins[item.statement.id]).items():
        if not _counts(origin, group, sources, parties=parties, rules=rules):
            collapsed.append(_collapse(origin, group, "the policy does not count a source of this reliability"))
            continue
        voice = _voice(origin, group, sources)
        if len(group) > 1:
            collapsed.append(_collapse(origin, group, _explain_one(group)))
        (affirming if voice.relation is Relation.SUPPORTS else denying)[origin] = voice
    if unclear:
        collapsed.append(_collapse(None, unclear, "it is unclear whose knowledge it is"))
    return Positions(affirming=affirming, denying=denying, unclear=unclear, collapsed=tuple(collapsed))


def body_of(source: str, sources: Mapping[str, Source]) -> str:
    """The id at the top of a source's chain of parents: the body it speaks for, or the group that owns it."""
    seen = {source}
    while (known := sources.get(source)) and known.parent and known.parent not in seen:
        source = known.parent
        seen.add(source)
    return source


def _drop_copies(
    evidence: Sequence[Evidence], sources: Mapping[str, Source], collapsed: list[Collapse]
) -> list[Evidence]:
    """One of each text that several publishers carry: one that a person judged, else the first recorded.

    So a copy changes no order of a day.
    """

    def same_words(item: Evidence) -> Hashable:
        statement = item.statement
        return statement.speaker, statement.origin, statement.stated_on, item.relation, _words(item)

    kept = []
    for copies in _grouped(evidence, same_words).values():
        first = next((item for item in copies if item.pinned_by), copies[0])
        kept.append(first)
        if len(copies) > 1:
            origin = first.statement.origin
            body = body_of(origin, sources) if origin else None
            collapsed.append(_collapse(body, copies, "they carry the same words"))
    return kept


def _trace_origins(evidence: Sequence[Evidence], sources: Mapping[str, Source]) -> dict[str, str]:
    """The origin of each statement, by its id: that of whoever first used the words, where several carry the same."""
    origins: dict[str, str] = {}
    for words, copies in _grouped(evidence, _words).items():
        own = [body_of(item.statement.origin or "", sources) for item in copies]
        is_wire = words.count(" ") >= _WIRE_WORDS - 1
        origins.update((item.statement.id, own[0] if is_wire else at) for item, at in zip(copies, own, strict=True))
    return origins


def _words(item: Evidence) -> str:
    return " ".join(item.statement.text.casefold().split())


def _keep_latest(
    evidence: Sequence[Evidence], sources: Mapping[str, Source], collapsed: list[Collapse]
) -> list[Evidence]:
    """The latest position of each body that spoke, and those of its earlier ones that say the same."""
    kept = []
    for body, group in _grouped(evidence, lambda item: body_of(item.statement.speaker, sources)).items():
        latest = group[-1]
        kept += [item for item in group if item.relation is latest.relation]
        replaced = [item for item in group if item.relation is not latest.relation]
        if replaced:
            day = latest.statement.stated_on
            why = f"a later position, of {day.day} {day:%B %Y}, replaced it"
            collapsed.append(_collapse(body, replaced, why))
    return kept


def _counts(
    origin: str,
    group: Sequence[Evidence],
    sources: Mapping[str, Source],
    *,
    parties: frozenset[str],
    rules: OriginRules,
) -> bool:
    """Whether the policy counts an origin: by the best of the sources that were named as it."""
    if origin in parties or any(item.statement.origin in parties for item in group):
        return True
    named = {item.statement.origin for item in group}
    known = [sources[name] for name in named if name is not None and name in sources]
    return any(source.reliability in rules.counting_reliabilities for source in known)


def _voice(origin: str, group: Sequence[Evidence], sources: Mapping[str, Source]) -> Evidence:
    """The statement that speaks for an origin: one that a person judged, its own words before what others relay."""
    judged = [item for item in group if item.pinned_by] or group
    own = [item for item in judged if body_of(item.statement.speaker, sources) == origin]
    return (own or judged)[-1]


def _explain_one(group: Sequence[Evidence]) -> str:
    """Why a group goes back to one origin."""
    printed: dict[str | None, set[str | None]] = defaultdict(set)
    for item in group:
        printed[item.statement.shared_text].add(item.statement.publisher)
    copies = any(text is not None and len(publishers) > 1 for text, publishers in printed.items())
    return "they go back to one origin" + (", for they stand in copies of one text" if copies else "")


def _collapse(origin: str | None, group: Iterable[Evidence], why: str) -> Collapse:
    return Collapse(origin=origin, statements=tuple(item.statement.id for item in group), why=why)


def _grouped(evidence: Iterable[Evidence], key: Callable[[Evidence], Key]) -> dict[Key, list[Evidence]]:
    """Evidence by key, each group in the order in which it was said."""
    groups: dict[Key, list[Evidence]] = defaultdict(list)
    for item in sorted(evidence, key=lambda item: (item.statement.stated_on, item.statement.sequence)):
        groups[key(item)].append(item)
    return groups
