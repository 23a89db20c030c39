"""What the terminal shows while something is measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from rich.console import Console
from rich.progress import track

_CONSOLE = Console(stderr=True)

Item = TypeVar("Item")


def follow(items: Sequence[Item], what: str) -> Iterator[Item]:
    """The items, with a bar that shows how many are done, or one line where there is no terminal for a bar."""
    if _CONSOLE.is_terminal:
        yield from track(items, what, console=_CONSOLE, transient=True)
    else:
        _CONSOLE.print(f"{what} ...", highlight=False, soft_wrap=True)
        yield from items
