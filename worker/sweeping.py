"""What the relay and the deliverer have in common: they look for work again and again, and outlive what they need."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

_INTERVAL = 0.5
_HOUSEKEEPING = 3600.0

_log = logging.getLogger(__name__)


class Sweeper(Protocol):
    """Does what is due, one sweep after the other."""

    def sweep(self) -> int:
        """Do what is due now; gives how much that was. Raises where something that it needs is away."""

    def keep_house(self) -> None:
        """Do what is due now and then. Raises as `sweep` does."""

    def close(self) -> None:
        """Say goodbye, and let go of all connections."""


def sweep_until(
    stop: threading.Event, sweeper: Sweeper, *, needs: str, lost: tuple[type[Exception], ...] = (SQLAlchemyError,)
) -> None:
    """Sweep until `stop` is set. `lost` is what is raised while something that it `needs` is away: then it waits."""
    kept_at = -_HOUSEKEEPING
    troubled = False
    while not stop.wait(_INTERVAL):
        try:
            sweeper.sweep()
            if time.monotonic() - kept_at > _HOUSEKEEPING:
                sweeper.keep_house()
                kept_at = time.monotonic()
        except lost as error:
            if not troubled:
                _log.warning("waiting for %s: %s", needs, error)
            troubled = True
        else:
            if troubled:
                _log.info("%s can be reached again", needs)
            troubled = False
    with suppress(SQLAlchemyError):
        sweeper.close()
