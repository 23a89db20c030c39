"""The `secondsource` command. Where only the client is installed, it says what else there is to install."""

from __future__ import annotations

import sys

_OURS = ("secondsource", "verifier", "store", "api", "worker", "cli", "seeds")


def main() -> None:
    """Runs the command."""
    try:
        from cli.main import main as run  # noqa: PLC0415  it may not be there to be run

        run(prog_name="secondsource")
    except ModuleNotFoundError as error:
        missing = (error.name or "").split(".")[0]
        if missing in _OURS:
            raise
        sys.exit(
            f"Error: {missing} is not installed. `pip install 'secondsource[services]'` brings the command and the"
            " services; workers also need the extra `verifier`, and `secondsource up` the extra `embedded`."
        )


if __name__ == "__main__":
    main()
