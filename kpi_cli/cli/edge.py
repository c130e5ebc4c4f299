"""The edge of the program: every way a command can end becomes an exit code and, where a person helps, a message."""

import errno
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from kpi_cli.cli.streams import may_colour, say, silence, width_of
from kpi_cli.problems import Exit, KpiError, Problem

_GONE = {errno.EPIPE, errno.ESHUTDOWN} | ({errno.EINVAL} if os.name == "nt" else set())
INTERRUPTED = 130  # as a shell has it: 128 and the number of the signal
_REPORT = "this is a bug in kpi, not in your files: please report it with the lines above"


class Plain(TyperCommand):
    """A command whose usage line is written as manuals write it: `kpi score [OPTIONS] SCHEME DATA...`."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:  # noqa: ANN401 - as typer has it
        """Return the pieces of the usage line, without the braces of required arguments."""
        return [piece.replace("{", "").replace("}", "") for piece in super().collect_usage_pieces(ctx)]


class Edge(TyperGroup):
    """The group of all commands. Here, and nowhere else, problems are shown and exit codes are decided."""

    def make_context(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - as typer has it
        """Read the command line; `--help` and `--version` write from here."""
        with _endings():
            return super().make_context(*args, **options)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - as typer has it
        """Run a command."""
        with _endings():
            return super().invoke(ctx)

    def main(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - as typer has it
        """Run the program. What is no problem, no usage error and no interruption is a bug."""
        try:
            return super().main(*args, **options)
        except Exception:  # noqa: BLE001 - the one place that turns a bug into its exit code, traceback and all
            traceback.print_exc()
            say(_REPORT)
            sys.exit(Exit.BUG)


@contextmanager
def _endings() -> Iterator[None]:
    try:
        try:
            yield
        finally:
            _flush()
    except KpiError as stop:
        show_problems(stop.problems)
        raise typer.Exit(stop.exit_code) from stop
    except KeyboardInterrupt as stop:
        raise typer.Exit(INTERRUPTED) from stop
    except OSError as failure:
        gone = failure.errno in _GONE
        if not gone:
            show_problems([_of_files(failure)])
        silence()
        raise typer.Exit(Exit.DONE if gone else Exit.FILES) from failure


def show_problems(problems: Sequence[Problem]) -> None:
    """Show problems on standard error, in colour where that is welcome."""
    if problems:
        from kpi_cli.reports.page import Page  # noqa: PLC0415 - rich is not needed while all goes well
        from kpi_cli.reports.problems import problems_text  # noqa: PLC0415 - the same

        say(problems_text(problems, Page(width_of(sys.stderr), may_colour(sys.stderr))))


def _of_files(failure: OSError) -> Problem:
    name = f" `{failure.filename}`" if failure.filename else ""
    return Problem("files", f"cannot read or write{name}: {failure.strerror or failure}")


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and not stream.closed:
            stream.flush()
