"""`python -m kpi_cli`, and what the command `kpi` runs."""

import signal
import sys
from types import FrameType

from kpi_cli.cli.app import app
from kpi_cli.cli.streams import prepare

TERMINATED = 143  # as a shell has it: 128 and the number of the signal


def run() -> None:
    """Run the command line."""
    signal.signal(signal.SIGTERM, _terminate)
    prepare()
    app(prog_name="kpi")


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    """End by way of every `finally`, so that nothing half-written stays behind."""
    sys.exit(TERMINATED)


if __name__ == "__main__":
    run()
