"""The reasons for a verdict, in plain English."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from verifier.entities import Act, Collapse, Evidence, Label, Relation, Source
from verifier.independence import Positions
from verifier.policy import Policy

_SIDELESS = {
    Act.REPORT: ("only relays others", "only relay others"),
    Act.SPECULATE: ("only speculates", "only speculate"),
    Act.DECLINE: ("declines to confirm or deny", "decline to confirm or deny"),
}


def explain(
    label: Label,
    positions: Positions,
    evidence: Sequence[Evidence],
    sources: Mapping[str, Source],
    *,
    parties: frozenset[str],
    as_of: date | None,
    policy: Policy,
) -> tuple[str, ...]:
    """Why the label came out, the rule first, then who stands where, then what was not counted."""
    speaking = [item for item in evidence if item.relation is not Relation.UNRELATED]
    reasons = [_rule(label, positions, as_of=as_of, needed=policy.origins.needed)]
    reasons += [_position(origin, item, sources, parties, "affirms") for origin, item in positions.affirming.items()]
    reasons += [_position(origin, item, sources, parties, "denies") for origin, item in positions.denying.items()]
    reasons += _sideless(speaking, sources)
    reasons += [_collapse(item, sources) for item in positions.collapsed]
    return tuple(reasons)


def _rule(label: Label, positions: Positions, *, as_of: date | None, needed: int) -> str:
    when = f" up to {_day(as_of)}" if as_of else ""
    count = len(positions.affirming)
    affirm = f"{count} independent {_plural(count, 'origin affirms', 'origins affirm')} it"
    if label is Label.CORROBORATED:
        return f"{affirm} and no standing position on record{when} denies it."
    if label is Label.DISPUTED:
        return f"{affirm}, and it is denied."
    if label is Label.DENIED:
        return f"It is denied, and {affirm if count else 'no origin affirms it'}; {needed} are needed to dispute a denial."
    if label is Label.UNCONFIRMED:
        return f"It has been raised, but {affirm if count else 'nobody affirms it from own knowledge'}; nobody denies it."
    return f"Nothing on record{when} speaks to it."


def _position(
    origin: str, item: Evidence, sources: Mapping[str, Source], parties: frozenset[str], verb: str
) -> str:
    statement = item.statement
    party = ", a party," if origin in parties else ""
    speaker = _name(statement.speaker, sources)
    through = "" if statement.speaker == origin else f", {speaker} speaking"
    words = f": “{item.quote}”" if item.quote else "."
    return f"{_name(origin, sources)}{party} {verb} it ({_day(statement.stated_on)}{through}){words}"


def _sideless(evidence: Iterable[Evidence], sources: Mapping[str, Source]) -> list[str]:
    """One sentence for each act that takes no side, and one for those that say something else about the matter."""
    items = [item for item in evidence if item.relation is Relation.DISCUSSES]
    reasons = []
    for act, (one, many) in _SIDELESS.items():
        who = Counter(_name(item.statement.speaker, sources) for item in items if item.statement.act is act)
        if who:
            reasons.append(f"{_listed(list(who))} {_plural(len(who), one, many)}: that counts for neither side.")
    rest = {_name(item.statement.speaker, sources): None for item in items if item.statement.act not in _SIDELESS}
    if rest:
        says = _plural(len(rest), "speaks", "speak")
        reasons.append(f"{_listed(list(rest))} {says} about the matter without settling this claim.")
    return reasons


def _collapse(item: Collapse, sources: Mapping[str, Source]) -> str:
    count = len(item.statements)
    origin = f" of {_name(item.origin, sources)}" if item.origin else ""
    noun = _plural(count, "statement", "statements")
    return f"{count} {noun}{origin} ({', '.join(item.statements)}) set aside or merged: {item.why}."


def _name(source: str, sources: Mapping[str, Source]) -> str:
    return sources[source].name if source in sources else source


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _plural(count: int, one: str, many: str) -> str:
    return one if count == 1 else many


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
