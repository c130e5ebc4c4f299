"""The command `init`: a scheme to start from, with exports to try it on."""

# Imports stand inside the command: `kpi --help` must not wait for pydantic or yaml.
# ruff: noqa: PLC0415

from typing import Annotated

import typer

DEFAULT = "ecommerce-presales"

INIT_EXAMPLES = """\b
Examples:
  kpi init --list
  kpi init scorecards
  kpi init desk --scheme helpdesk"""


def init(
    directory: Annotated[str, typer.Argument(metavar="DIR", hidden=True)] = ".",
    *,
    scheme: Annotated[str, typer.Option("--scheme", metavar="NAME", help="Which ready scheme to write.")] = DEFAULT,
    list_: Annotated[bool, typer.Option("--list", help="List the ready schemes and write nothing.")] = False,
) -> None:
    """Write a ready scheme and sample exports to try it on.

    They go into the folder DIR, which is made if need be; by default into the current folder. Nothing is overwritten.
    """
    from kpi_cli.cli.starting import show_starters, start

    if list_:
        show_starters()
    else:
        start(directory, scheme)
