"""The edge: every way to end has its exit code, and only a bug shows a traceback."""

import errno
import os

import pytest
import typer
from typer.testing import CliRunner

from kpi_cli.cli.edge import Edge
from kpi_cli.problems import Exit, KpiError, Problem

ENDINGS: dict[str, BaseException] = {
    "data": KpiError([Problem("one", "first"), Problem("two", "second")], Exit.DATA),
    "ledger": KpiError(Problem("closed", "closed"), Exit.LEDGER),
    "full": OSError(errno.ENOSPC, "No space left on device", "out.csv"),
    "gone": BrokenPipeError(errno.EPIPE, "Broken pipe"),
    "ctrl-c": KeyboardInterrupt(),
    "condition": typer.Exit(Exit.CONDITION),
    "bug": ZeroDivisionError("a bug"),
}


@pytest.fixture
def app() -> typer.Typer:
    made = typer.Typer(cls=Edge, rich_markup_mode=None, pretty_exceptions_enable=False)

    @made.command()
    def end(how: str) -> None:
        raise ENDINGS[how]

    @made.command()
    def work() -> None:
        typer.echo("done")

    return made


@pytest.mark.parametrize(
    ("how", "code", "said"),
    [
        ("data", 3, "error: first [one]\nerror: second [two]\n2 errors\n"),
        ("ledger", 4, "error: closed [closed]\n1 error\n"),
        ("full", 5, "error: cannot read or write `out.csv`: No space left on device [files]\n1 error\n"),
        ("gone", 0, ""),
        ("ctrl-c", 130, ""),
        ("condition", 1, ""),
    ],
)
def test_endings(app: typer.Typer, how: str, code: int, said: str) -> None:
    ran = CliRunner().invoke(app, ["end", how])
    assert (ran.exit_code, ran.stdout, ran.stderr) == (code, "", said)


def test_a_bug_keeps_its_traceback(app: typer.Typer) -> None:
    ran = CliRunner().invoke(app, ["end", "bug"])
    assert ran.exit_code == 70
    assert "Traceback (most recent call last)" in ran.stderr
    assert "ZeroDivisionError: a bug" in ran.stderr
    assert ran.stderr.splitlines()[-1].startswith("this is a bug in kpi")


def test_wrong_usage_is_the_commands_own(app: typer.Typer) -> None:
    ran = CliRunner().invoke(app, ["end"])
    assert ran.exit_code == 2
    assert "Missing argument" in ran.stderr


def test_what_goes_well_ends_with_0(app: typer.Typer) -> None:
    ran = CliRunner().invoke(app, ["work"])
    assert (ran.exit_code, ran.stdout) == (0, f"done{os.linesep}")
