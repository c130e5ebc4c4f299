"""The program `kpi`: its commands, in the order of its help."""

from typing import Annotated

import typer

from kpi_cli import __version__
from kpi_cli.cli import monthly, presets, setup
from kpi_cli.cli.edge import Edge, Plain
from kpi_cli.cli.init import INIT_EXAMPLES, init
from kpi_cli.cli.inspecting import INSPECT_EXAMPLES, inspect

app = typer.Typer(
    cls=Edge,
    name="kpi",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help: quick, and the same in a terminal, a pipe and a log
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="`kpi COMMAND --help` shows a command's options and examples.",
)


def _print_version(*, asked: bool) -> None:
    if asked:
        typer.echo(f"kpi {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Scorecards for customer-service teams: a scheme and exported files in, exact grades out."""


app.command("score", cls=Plain, epilog=monthly.SCORE_EXAMPLES)(monthly.score)
app.command("explain", cls=Plain, epilog=monthly.EXPLAIN_EXAMPLES)(monthly.explain)
app.command("init", cls=Plain, epilog=INIT_EXAMPLES)(init)
app.command("inspect", cls=Plain, epilog=INSPECT_EXAMPLES)(inspect)
app.command("check", cls=Plain, epilog=setup.CHECK_EXAMPLES)(setup.check)
app.command("presets", cls=Plain, epilog=presets.PRESETS_EXAMPLES)(presets.presets)
app.command("schema", cls=Plain, epilog=setup.SCHEMA_EXAMPLES)(setup.schema)
