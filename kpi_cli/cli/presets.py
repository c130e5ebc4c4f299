"""The command `presets`: the export formats known by name."""

# Imports stand inside the command: `kpi --help` must not wait for pydantic or yaml.
# ruff: noqa: PLC0415

import sys
from typing import Annotated

import typer

from kpi_cli.cli.streams import may_colour, width_of, write_data

PRESETS_EXAMPLES = """\b
Examples:
  kpi presets
  kpi presets zendesk-tickets"""


def presets(name: Annotated[str | None, typer.Argument(metavar="NAME", hidden=True)] = None) -> None:
    """List the export formats known by name; with NAME, show one with its columns.

    A source that says `preset: NAME` needs no headers; columns that no formula uses may be absent from the export.
    """
    from kpi_cli.intake.presets import find_preset, preset_names
    from kpi_cli.reports.page import Page
    from kpi_cli.reports.presets import preset_list, preset_page

    page = Page(width_of(sys.stdout), may_colour(sys.stdout))
    if name is None:
        write_data(preset_list([find_preset(known) for known in preset_names()], page))
    else:
        write_data(preset_page(find_preset(name), page))
