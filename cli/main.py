"""The `secondsource` command: the list of what it can do, and how it says what went wrong."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

from cli.errors import CommandError

_COMMANDS = {
    "up": ("cli.up", "Run the whole service on this machine."),
    "verify": ("cli.verify", "Check a claim and show the verdict."),
    "ingest": ("cli.ingest", "Have articles read, and show who says what in them."),
    "seed": ("cli.transfer", "Put the founding record into a running service."),
    "import": ("cli.transfer", "Put a record from files into a running service."),
    "export": ("cli.transfer", "Get the whole record out of a running service."),
    "migrate": ("cli.migration", "Bring the database up to date."),
    "keys": ("cli.keys", "Make, list, rotate and revoke the keys of the HTTP interface."),
    "renew": ("cli.renew", "Decide anew what another engine or policy has decided."),
    "api": ("cli.api", "Run the HTTP interface alone."),
    "worker": ("cli.worker", "Run a worker alone."),
    "relay": ("cli.relay", "Run the relay alone."),
    "deliver": ("cli.deliver", "Call the webhooks, alone."),
    "health": ("cli.health", "Tell whether a part of the service is well."),
}
"""Where each command is and what it is for: `--help` is to load none of them."""

_PACKAGES = ("cli", "store", "worker", "verifier")
"""Whose errors carry a message for the person at the keyboard."""


class Commands(click.Group):
    """Loads a command when it is called, and turns every error of the project into one sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names of all commands, in the order in which people need them."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of a name: in its module, a function of that name with `_command` after it."""
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(_COMMANDS[cmd_name][0])
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list in `--help`, from the table above."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, purpose) for name, (_, purpose) in _COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Runs a command. An error that the project knows ends as a message and an exit status, never a traceback."""
        try:
            return super().invoke(ctx)
        except OSError as error:
            _fail(f"{error.filename or 'the system'}: {error.strerror or error}", CommandError.exit_code)
        except Exception as error:
            # Told by its module, so that `--help` need not load the packages to know their errors.
            if type(error).__module__.split(".")[0] not in _PACKAGES:
                raise
            _fail(str(error), getattr(error, "exit_code", CommandError.exit_code))


def _fail(message: str, status: int) -> None:
    click.echo(f"Error: {message}", err=True)
    sys.exit(status)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="secondsource", message="%(prog)s %(version)s")
def main() -> None:
    """Second Source checks a claim against what sources are on record as saying."""


if __name__ == "__main__":
    main(prog_name="secondsource")
