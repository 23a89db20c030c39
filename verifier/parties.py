"""Which sources are parties: those whose own conduct a claim is about."""

from __future__ import annotations

import re
from collections.abc import Mapping

from verifier.entities import Claim, Source
from verifier.independence import body_of
from verifier.terms import index_terms

# Kinds that act for their country, so that a claim about the country is about them.
_OF_THE_STATE = frozenset({"government", "military", "official_body", "intelligence_service"})


def find_parties(claim: Claim, sources: Mapping[str, Source]) -> frozenset[str]:
    """Ids of the sources whose conduct the claim is about, and of everyone who speaks for one of them.

    A source is a party where the claim names it, by name or alias, or names the country that it acts for.
    """
    terms = index_terms(claim.text, claim.language)
    words = f" {_spaced(claim.text)} "
    named = {source.id for source in sources.values() if _is_named(source, words, terms)}
    bodies = {body_of(source, sources) for source in named}
    return frozenset(named | {source for source in sources if body_of(source, sources) in bodies})


def _is_named(source: Source, words: str, terms: frozenset[str]) -> bool:
    if source.kind in _OF_THE_STATE and f"country:{source.country}" in terms:
        return True
    return any(f" {_spaced(name)} " in words for name in (source.name, *source.aliases) if _spaced(name))


def _spaced(text: str) -> str:
    """Words only, folded, one space apart, so that a name matches whole words."""
    return " ".join(re.findall(r"\w+", text.casefold()))
