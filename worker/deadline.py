"""An answer over HTTP that ends in time, whatever the server does."""

from __future__ import annotations

import http.client
import io
import socket
import time
from typing import Any


class _TimedInput(io.RawIOBase):
    """What comes from a socket until the socket's timeout has passed once in all, and not anew with each byte."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw = raw
        self._sock = sock
        self._ends_at = time.monotonic() + (sock.gettimeout() or 0.0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time for the answer is over")
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class TimedResponse(http.client.HTTPResponse):
    """A response whose status, headers and body have one deadline together.

    Requests and urllib3 know only the time between two bytes: a server that sends one now and then would hold a
    worker for ever.
    """

    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_TimedInput(self.fp.detach(), sock))
