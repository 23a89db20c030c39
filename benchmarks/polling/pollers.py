"""Many pollers at once, each on a connection that it keeps, from one thread."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

_Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True, slots=True)
class Request:
    """What one poller asks for, and the status that it is to get each time."""

    path: str
    expected: int
    etag: str | None = None

    def to_bytes(self) -> bytes:
        """The request as it is sent."""
        known = f"If-None-Match: {self.etag}\r\n" if self.etag else ""
        return f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{known}\r\n".encode()


class StatusError(Exception):
    """A poller got another status than it should, and so would be measuring something else."""


def run_pollers(port: int, requests: Sequence[Request], *, seconds: float, pause: float) -> list[float]:
    """Let one poller for each request ask for so many seconds, each `pause` seconds after its last answer.

    Returns how many milliseconds each answer took.
    """
    return asyncio.run(_run(port, requests, seconds=seconds, pause=pause))


async def _run(port: int, requests: Sequence[Request], *, seconds: float, pause: float) -> list[float]:
    begun = time.perf_counter()
    polls = [_poll(port, request, begun + seconds, pause) for request in requests]
    return [took for found in await asyncio.gather(*polls) for took in found]


async def _poll(port: int, request: Request, ends: float, pause: float) -> list[float]:
    took: list[float] = []
    connection: _Connection | None = None
    await asyncio.sleep(random.uniform(0, pause))  # noqa: S311 so that they do not all ask at the same moment
    while (begun := time.perf_counter()) < ends:
        connection = await _ask(port, request, connection)
        took.append((time.perf_counter() - begun) * 1000)
        if pause:
            await asyncio.sleep(pause)
    if connection:
        connection[1].close()
    return took


async def _ask(port: int, request: Request, connection: _Connection | None) -> _Connection | None:
    """Ask once, on the connection that was kept where there is one; returns what can be kept for the next time."""
    reader, writer = connection or await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request.to_bytes())
        closes = await _read(reader, request.expected)
    except (ConnectionError, asyncio.IncompleteReadError):
        writer.close()
        if connection is None:
            raise
        return await _ask(port, request, None)  # the server had closed it for having been idle
    if closes:
        writer.close()
        return None
    return reader, writer


async def _read(reader: asyncio.StreamReader, expected: int) -> bool:
    """Read one answer. True where the server closes the connection after it."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    status = int(head.split(" ", 2)[1])
    if status != expected:
        raise StatusError(f"a poller got {status} in place of {expected}")
    length = next((int(line[15:]) for line in head.split("\r\n") if line.startswith("content-length:")), 0)
    if status != 304 and length:
        await reader.readexactly(length)
    return "connection: close" in head
