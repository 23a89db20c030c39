"""Where a statement's knowledge comes from, by its own words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from verifier.entities import Act, Source

RELAYS = frozenset({"news_outlet", "news_agency", "social_media"})
"""Kinds of sources that mostly pass on what others know."""


class Read(Protocol):
    """What attribution has found; see `verifier.attribution.Attribution`."""

    @property
    def act(self) -> Act: ...  # noqa: D102
    @property
    def cited(self) -> str | None: ...  # noqa: D102
    @property
    def unnamed(self) -> bool: ...  # noqa: D102


def find_origin(read: Read, speaker: Source, find: Callable[[str], str | None]) -> str | None:
    """The id of the origin: whom the speaker cites, nobody who is known, or the speaker.

    `find` gives the id of the source with a name, None where there is none or it is not clear which. An origin that
    is not on record is unclear, so that two names of one agency never count as two origins.
    """
    if read.cited is not None:
        return find(read.cited)
    # Who denies rumours, or has nothing to say of reports, does so by its own word. An outlet relays even that.
    own_word = read.act in (Act.DENY, Act.DECLINE) and speaker.kind not in RELAYS
    return speaker.id if own_word or not read.unnamed else None
