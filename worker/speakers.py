"""Whom an article means, as sources on record: known ones, and new ones that a person has yet to look at."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy.orm import Session

from store.extraction import Finding
from store.identifiers import fold
from store.sources import add_provisional_source, find_named, get_source
from verifier.article import Mention


class Speakers:
    """The sources that one article names. Each new one is made once, however often the article names it.

    `publisher` is the id of the outlet, `agencies` are the names of those whose material the article may carry.
    """

    def __init__(self, session: Session, *, publisher: str, agencies: Collection[str] = ()) -> None:
        self._session = session
        self._publisher = publisher
        self._agencies = {fold(name) for name in agencies}
        self._made: dict[str, str] = {}

    def resolve(self, mention: Mention) -> str | None:
        """The id of the source that is meant, made where it is new; None where it is not clear who is meant."""
        if mention.source:
            return mention.source
        if mention.candidates:
            return None
        name = fold(mention.name)
        if name not in self._made:
            known = find_named(self._session, mention.name)
            if len(known) > 1:
                return None
            self._made[name] = known[0].id if known else self._make(mention)
        return self._made[name]

    def candidates(self, mention: Mention) -> tuple[str, ...]:
        """The ids of those that may be meant."""
        if mention.source:
            return ()
        return mention.candidates or tuple(source.id for source in find_named(self._session, mention.name)[:20])

    def find_origin(self, mention: Mention | None) -> str | None:
        """The id of the source whose knowledge it is; None where that is unclear.

        Whoever is neither on record, nor an agency, nor someone who speaks in the article is unclear, so that two names
        of one source never count as two origins.
        """
        if mention is None or mention.candidates:
            return None
        if mention.source:
            return mention.source
        name = fold(mention.name)
        if name in self._made:
            return self._made[name]
        known = find_named(self._session, mention.name)
        if known:
            return known[0].id if len(known) == 1 else None
        return self._add_agency(mention.name) if name in self._agencies else None

    def find_agency(self, names: Sequence[str]) -> str | None:
        """The id of the one agency that an article names beside its text, another than the outlet; None for several."""
        if len(names) != 1:
            return None
        found = self.find_origin(Mention(name=names[0]))
        return found if found != self._publisher else None

    def find_credited(self, findings: Sequence[Finding]) -> str | None:
        """The id of the one agency that all rests on that the outlet says itself; None where it is not so."""
        origins = {finding.origin for finding in findings if finding.speaker == self._publisher}
        only = origins.pop() if len(origins) == 1 else None
        if only is None or only == self._publisher:
            return None
        source = get_source(self._session, only)
        return only if source.kind == "news_agency" or fold(source.name) in self._agencies else None

    def _add_agency(self, name: str) -> str:
        self._made[fold(name)] = add_provisional_source(self._session, name, kind="news_agency")
        return self._made[fold(name)]

    def _make(self, mention: Mention) -> str:
        if fold(mention.name) in self._agencies:
            return self._add_agency(mention.name)
        parent = self.resolve(Mention(name=mention.affiliation)) if mention.affiliation else None
        return add_provisional_source(self._session, mention.name, parent=parent)


def show_mention(mention: Mention, candidates: Collection[str], *, own_knowledge: bool) -> dict[str, Any]:
    """How an article names a speaker, as it is kept with the statement."""
    return {
        "name": mention.name,
        "role": mention.role,
        "affiliation": mention.affiliation,
        "candidates": list(candidates),
        "own_knowledge": own_knowledge,
    }
