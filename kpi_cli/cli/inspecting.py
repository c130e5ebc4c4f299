"""The command `inspect`: what an export is, and the entry that a scheme needs for it."""

# Imports stand inside the command: `kpi --help` must not wait for pydantic, yaml or pyarrow.
# ruff: noqa: PLC0415

import sys
from typing import Annotated

import typer

from kpi_cli.cli.streams import is_terminal, may_colour, width_of

INSPECT_EXAMPLES = """\b
Examples:
  kpi inspect exports/chats-2026-10.csv
  kpi inspect exports/
  kpi inspect exports/ --format scheme > scheme.yaml
  kpi inspect tickets.xlsx --format json"""
_FORMATS = ("text", "yaml", "scheme", "json")


def inspect(
    file: Annotated[list[str], typer.Argument(metavar="FILE", hidden=True)],
    *,
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="text|yaml|scheme|json",
            help="Default: text on a terminal, in a pipe the YAML alone; `scheme`: in a whole scheme to begin with.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Say what an export is, and print a `sources:` entry for it, or a `roster:`.

    Shows encoding, header, types with what speaks for them, key, agent and time, and the preset that fits. What cells
    leave open is not guessed: it stands as `# decide:` with the line that settles it.
    """
    from kpi_cli.cli.edge import show_problems
    from kpi_cli.cli.formats import one_of
    from kpi_cli.cli.writing import deliver
    from kpi_cli.intake.inspecting.looking import inspect
    from kpi_cli.reports.inspect import inspection_json, inspection_page
    from kpi_cli.reports.inspectscheme import scheme_yaml
    from kpi_cli.reports.page import Page
    from kpi_cli.reports.sourceyaml import sources_yaml

    asked = one_of(format_, _FORMATS) if format_ else ("text" if is_terminal(sys.stdout) else "yaml")
    found = inspect(file)
    show_problems(found.warnings)
    if asked == "json":
        deliver(inspection_json(found.inspections), None)
    elif asked == "yaml":
        deliver(sources_yaml(found.inspections), None)
    elif asked == "scheme":
        deliver(scheme_yaml(found.inspections), None)
    else:
        page = Page(width_of(sys.stdout), may_colour(sys.stdout))
        deliver(inspection_page(found.inspections, page, file), None)
