from __future__ import annotations

import io
from datetime import datetime

from cli.log import LogWriter

NOON = datetime(2026, 1, 2, 12, 0, 3)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Broken(io.StringIO):
    def write(self, _text: str) -> int:
        raise BrokenPipeError


def test_a_line_has_time_name_and_text() -> None:
    stream = io.StringIO()
    LogWriter(stream, clock=lambda: NOON)("api", "hello")
    assert stream.getvalue() == "12:00:03 api        hello\n"


def test_the_name_is_coloured_on_a_terminal_and_nowhere_else() -> None:
    stream = Terminal()
    LogWriter(stream, clock=lambda: NOON, environ={})("api", "hello")
    assert stream.getvalue() == "12:00:03 \x1b[36mapi       \x1b[0m hello\n"


def test_no_color_is_respected() -> None:
    stream = Terminal()
    LogWriter(stream, clock=lambda: NOON, environ={"NO_COLOR": "1"})("api", "hello")
    assert "\x1b" not in stream.getvalue()


def test_a_stream_that_nobody_reads_stops_nothing() -> None:
    LogWriter(Broken())("api", "hello")
