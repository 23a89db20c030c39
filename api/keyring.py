"""The keys that requests carry, each looked up once in a few seconds."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable

from api.problems import UNAVAILABLE
from store.database import Sessions
from store.keys import Holder, find_holder, is_any_good

GOOD_FOR = 5.0
"""Seconds for which a key that was good is taken for good: so long a revoked one may still be used."""
_MOST = 1_000


class KeyRing:
    """Who holds a key, as this process knows it. Keys themselves are not kept, and no key that is none."""

    def __init__(self, sessions: Sessions, clock: Callable[[], float] = time.monotonic) -> None:
        self._sessions = sessions
        self._clock = clock
        self._known: dict[bytes, tuple[float, Holder]] = {}
        self._any_good = False

    def find(self, key: str, *, or_last_known: bool = False) -> Holder | None:
        """Who holds a key; None where it is not good.

        Where the database cannot be reached, whoever held it when it was last looked up, if that will do.
        """
        digest = hashlib.sha256(key.encode()).digest()
        looked_up, holder = self._known.get(digest, (0.0, None))
        if holder and self._clock() - looked_up < GOOD_FOR:
            return holder
        try:
            with self._sessions.begin() as session:
                found = find_holder(session, key)
        except UNAVAILABLE:
            if holder and or_last_known:
                return holder
            raise
        self._keep(digest, found)
        return found

    def is_empty(self) -> bool:
        """Whether there is no key that opens anything."""
        if not self._any_good:
            with self._sessions.begin() as session:
                self._any_good = is_any_good(session)
        return not self._any_good

    def _keep(self, digest: bytes, holder: Holder | None) -> None:
        if holder is None:
            self._known.pop(digest, None)
            return
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[digest] = (self._clock(), holder)
