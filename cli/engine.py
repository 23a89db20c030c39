"""The options that choose the engine."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click


class _Folder(click.ParamType[str]):
    """A folder that is there, as an absolute path, or the word that stands for doing without."""

    name = "folder"

    def __init__(self, word: str) -> None:
        self._word = word

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Fails, naming the folder, where it is not there."""
        if value == self._word:
            return self._word
        if not Path(value).is_dir():
            self.fail(f"{value!r} is no folder; it may also be {self._word!r}", param, ctx)
        return str(Path(value).resolve())


def _tell(_: click.Context, option: click.Parameter, value: str | None) -> None:
    if value:
        os.environ[str(option.envvar)] = str(value)


_option = partial(click.option, callback=_tell, expose_value=False)
_OPTIONS = (
    _option(
        "--relation-endpoint",
        metavar="URL",
        envvar="SECONDSOURCE_RELATION_ENDPOINT",
        help="Chat endpoint to ask for relations instead of a model here; see docs/engines.md.",
    ),
    _option(
        "--speech-model",
        metavar="DIR",
        envvar="SECONDSOURCE_SPEECH_MODEL",
        type=_Folder("none"),
        help="Folder of an ONNX model that tells acts and speakers, or `none`. Default: the bundled one.",
    ),
    _option(
        "--encoder",
        metavar="DIR",
        envvar="SECONDSOURCE_ENCODER",
        type=_Folder("none"),
        help="Folder of an ONNX sentence encoder to search with, or `none`. Default: the bundled one.",
    ),
    _option(
        "--relation-model",
        metavar="DIR",
        envvar="SECONDSOURCE_RELATION_MODEL",
        type=_Folder("lexical"),
        help="Folder of an ONNX relation model to decide with, or `lexical`. Default: the bundled one.",
    ),
)


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds them to a command. They are told through the environment, which its processes inherit."""
    for add in _OPTIONS:
        command = add(command)
    return command
