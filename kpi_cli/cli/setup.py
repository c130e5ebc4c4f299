"""The commands for setting up: `check` and `schema`."""

# Imports stand inside the commands: `kpi --help` must not wait for pydantic or yaml.
# ruff: noqa: PLC0415

import typer

from kpi_cli.cli import options

CHECK_EXAMPLES = """\b
Examples:
  kpi check scheme.yaml
  kpi check scheme.yaml exports/ --period 2026-10
  kpi check scheme.yaml --format json"""

SCHEMA_EXAMPLES = """\b
Example:
  kpi schema > kpi.schema.json
  # then, as the first line of a scheme:
  # yaml-language-server: $schema=kpi.schema.json"""


def check(  # noqa: PLR0913 - one parameter for each option
    scheme: options.SchemeFile,
    data: options.OptionalData = None,
    *,
    period: options.Periods = None,
    expect: options.Expect = None,
    format_: options.CheckFormat = None,
    strict: options.Strict = False,
    engine: options.Engine = "local",
    scheduler: options.Scheduler = None,
) -> None:
    """Check a scheme and, if given, the exports it reads.

    Shows every problem at once, with its place and how to mend it. Says nothing when all is well.
    """
    from kpi_cli.cli.asking import Asked
    from kpi_cli.cli.checking import check

    asked = Asked(scheme, data or (), period or (), expect or (), engine, scheduler)
    raise typer.Exit(check(asked, format_, strict=strict))


def schema(*, output: options.SchemaOutput = None) -> None:
    """Print the JSON Schema of schemes, for editors."""
    from kpi_cli.cli.writing import STANDARD_OUTPUT, check_target, deliver
    from kpi_cli.scheme.jsonschema import schema_text

    check_target(output or STANDARD_OUTPUT)
    deliver(schema_text(), output)
