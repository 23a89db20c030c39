"""Which sources are parties: those whose own conduct a claim is about."""

from __future__ import annotations

import re
from collections.abc import Mapping

from verifier.entities import Claim, Source
from verifier.independence import body_of
from verifier.terms import Kind, find_terms

# Kinds that act for their country, so that a claim about the country is about them.
_OF_THE_STATE = frozenset({"government", "military", "official_body", "intelligence_service"})


def find_parties(claim: Claim, sources: Mapping[str, Source]) -> frozenset[str]:
    """Ids of the sources whose conduct the claim is about, and of everyone who speaks for one of them.

    A source is a party where the claim names it, by name or alias, or names the country that it acts for.
    """
    # Not what a place implies: an explosion in a capital is not the conduct of the government that sits there.
    places = [term for term in find_terms(claim.text, claim.language) if term.kind is Kind.PLACE]
    countries = frozenset[str]().union(*(term.keys for term in places))
    words = f" {_spaced(claim.text)} "
    named = {source.id for source in sources.values() if _is_named(source, words, countries)}
    bodies = {body_of(source, sources) for source in named}
    return frozenset(named | {source for source in sources if body_of(source, sources) in bodies})


def _is_named(source: Source, words: str, countries: frozenset[str]) -> bool:
    if source.kind in _OF_THE_STATE and f"country:{source.country}" in countries:
        return True
    return any(f" {_spaced(name)} " in words for name in (source.name, *source.aliases) if _spaced(name))


def _spaced(text: str) -> str:
    """Words only, folded, one space apart, so that a name matches whole words."""
    return " ".join(re.findall(r"\w+", text.casefold()))
