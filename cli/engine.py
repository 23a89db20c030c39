"""The options that choose the engine."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import click

_FOLDER = click.Path(exists=True, file_okay=False, resolve_path=True)


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds them to a command. They are told through the environment, which its processes inherit."""
    for add in (
        click.option(
            "--relation-endpoint",
            metavar="URL",
            envvar="SECONDSOURCE_RELATION_ENDPOINT",
            callback=_tell,
            expose_value=False,
            help="Chat endpoint to ask for relations instead of a model here; see docs/engines.md.",
        ),
        click.option(
            "--encoder",
            metavar="DIR",
            envvar="SECONDSOURCE_ENCODER",
            type=_FOLDER,
            callback=_tell,
            expose_value=False,
            help="Folder of an ONNX sentence encoder to search with. Default: the bundled one.",
        ),
        click.option(
            "--relation-model",
            metavar="DIR",
            envvar="SECONDSOURCE_RELATION_MODEL",
            type=_FOLDER,
            callback=_tell,
            expose_value=False,
            help="Folder of an ONNX relation model to decide with. Default: the bundled one.",
        ),
    ):
        command = add(command)
    return command


def _tell(_: click.Context, option: click.Parameter, value: str | None) -> None:
    if value:
        os.environ[str(option.envvar)] = str(value)
