"""The reasons for a verdict, in plain English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from verifier.entities import Act, Collapse, Evidence, Label, Relation, Source, Statement
from verifier.independence import Positions, body_of
from verifier.policy import Policy

_SIDELESS = {
    Act.REPORT: ("only passes on what others say", "only pass on what others say"),
    Act.SPECULATE: ("only speculates about it", "only speculate about it"),
    Act.DECLINE: ("neither confirms nor denies it", "neither confirm nor deny it"),
}
_JUDGED = {
    Relation.SUPPORTS: ("supports it", "support it"),
    Relation.REFUTES: ("refutes it", "refute it"),
    Relation.DISCUSSES: ("takes no side", "take no side"),
    Relation.UNRELATED: ("has nothing to do with it and is left out", "have nothing to do with it and are left out"),
}
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


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
    """Why the label came out: the rule, then who stands where, what was not counted, and what a person judged."""
    teller = _Teller(sources=sources, parties=parties)
    speaking = [item for item in evidence if item.relation is not Relation.UNRELATED]
    standing = [*positions.affirming.items(), *positions.denying.items()]
    reasons = [teller.tell_rule(label, positions, as_of=as_of, needed=policy.origins.needed)]
    reasons += [teller.tell_position(origin, item) for origin, item in standing]
    # Who holds a position now need not be told as having held none before.
    bodies = {origin for origin, _ in standing}
    reasons += teller.tell_sideless(item for item in speaking if body_of(item.statement.speaker, sources) not in bodies)
    said = {item.statement.id: item.statement for item in speaking}
    voices = {item.statement.id for _, item in standing}
    reasons += [teller.tell_collapse(item, said, voices) for item in positions.collapsed]
    reasons += teller.tell_pins(evidence)
    return tuple(reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Teller:
    """Tells with the names of the sources at hand."""

    sources: Mapping[str, Source]
    parties: frozenset[str]

    def tell_rule(self, label: Label, positions: Positions, *, as_of: date | None, needed: int) -> str:
        when = f" up to {_day(as_of)}" if as_of else ""
        affirm = _affirm(len(positions.affirming))
        deniers = _listed([self._name(origin) for origin in positions.denying]) or "an unclear origin"
        deny = "denies" if len(positions.denying) < 2 else "deny"
        affirmer = _listed([self._name(origin) for origin in positions.affirming])
        if label is Label.CORROBORATED:
            return f"Corroborated: {affirm} it, and no position on record{when} still denies it."
        if label is Label.DISPUTED:
            return f"Disputed: {affirm} it, and {deniers} {deny} it."
        if label is Label.DENIED:
            short = f"only {affirmer} affirm{'' if len(positions.affirming) > 1 else 's'} it"
            return f"Denied: {deniers} {deny} it, and {short if affirmer else 'no origin affirms it'}."
        if label is Label.UNCONFIRMED and affirmer:
            short = f"only {affirmer} affirm{'' if len(positions.affirming) > 1 else 's'} it"
            return f"Unconfirmed: {short}, where {_number(needed)} independent origins are needed. Nobody denies it."
        if label is Label.UNCONFIRMED:
            return "Unconfirmed: it has been raised, but nobody affirms or denies it from knowledge that counts."
        return f"No evidence: nothing on record{when} speaks to it."

    def tell_position(self, origin: str, item: Evidence) -> str:
        statement = item.statement
        party = ", whose own conduct it is about," if origin in self.parties else ""
        words = f": “{item.quote}”" if item.quote else "."
        day = _day(statement.stated_on)
        about = f", in answer to {self._name(item.answers)}" if item.answers else ""
        return f"{self._name(origin)}{party} {_said(item)} on {day}{self._through(origin, statement)}{about}{words}"

    def tell_sideless(self, evidence: Iterable[Evidence]) -> list[str]:
        """One sentence for each act that takes no side, and one for those that say something else about the matter."""
        items = [item for item in evidence if item.relation is Relation.DISCUSSES]
        reasons = []
        for act, (one, many) in _SIDELESS.items():
            if who := self._speakers(item for item in items if item.statement.act is act):
                reasons.append(f"{_listed(who)} {one if len(who) == 1 else many}, which counts for neither side.")
        if rest := self._speakers(item for item in items if item.statement.act not in _SIDELESS):
            speak = "speaks" if len(rest) == 1 else "speak"
            reasons.append(f"{_listed(rest)} {speak} of the matter without settling it.")
        return reasons

    def tell_collapse(self, item: Collapse, said: Mapping[str, Statement], voices: set[str]) -> str:
        who = _listed([self._spoke(said[statement]) for statement in item.statements if statement in said])
        counted = "Counted as one" if voices.intersection(item.statements) else "Not counted"
        return f"{counted}: {who}, because {item.why}."

    def tell_pins(self, evidence: Sequence[Evidence]) -> list[str]:
        """One sentence for each person and each relation: what was judged by whom, and not by the engine."""
        reasons = []
        for by in dict.fromkeys(item.pinned_by for item in evidence if item.pinned_by):
            for relation, (one, many) in _JUDGED.items():
                items = [item for item in evidence if item.pinned_by == by and item.relation is relation]
                if items:
                    who = _listed([self._spoke(item.statement) for item in items])
                    does = one if len(items) == 1 else many
                    reasons.append(f"Judged by a person ({by}), not by the engine: {who} {does}.")
        return reasons

    def _through(self, origin: str, statement: Statement) -> str:
        """Who spoke, if it is another than the origin: one who speaks for it, or one who relays it."""
        if statement.speaker == origin:
            return ""
        own = body_of(statement.speaker, self.sources) == origin
        return f", {'through' if own else 'as relayed by'} {self._name(statement.speaker)}"

    def _spoke(self, statement: Statement) -> str:
        printed = f" in {self._name(statement.publisher)}" if statement.publisher else ""
        return f"{self._name(statement.speaker)}{printed} on {_day(statement.stated_on)}"

    def _speakers(self, evidence: Iterable[Evidence]) -> list[str]:
        return list(dict.fromkeys(self._name(item.statement.speaker) for item in evidence))

    def _name(self, source: str) -> str:
        return self.sources[source].name if source in self.sources else source


def _said(item: Evidence) -> str:
    act = item.statement.act
    if item.relation is Relation.REFUTES:
        return "denied it" if act is Act.DENY else "said the contrary"
    if act is Act.DENY:
        return "bore it out by denying the contrary"
    return "confirmed it" if act is Act.CONFIRM else "affirmed it"


def _affirm(count: int) -> str:
    return f"{_number(count)} independent {'origin affirms' if count == 1 else 'origins affirm'}"


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
