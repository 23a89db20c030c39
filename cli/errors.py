"""What can go wrong on the command line, each with one sentence for the person who typed it."""

from __future__ import annotations


class CommandError(Exception):
    """A command cannot go on. The message says what is wrong and what to do next."""

    exit_code = 1


class DataFolderError(CommandError):
    """The data folder cannot be used as it is."""


class ServerError(CommandError):
    """A server that `secondsource up` brings along is missing or does not start."""


class PortError(CommandError):
    """The service cannot listen where it should."""


class StartError(CommandError):
    """The service was started and did not become ready."""


class UnreachableError(CommandError):
    """The service that a command talks to cannot be reached, or does not answer as it should."""

    exit_code = 2
