"""The arguments and options that commands share, each described once."""

from typing import Annotated, TypeAlias

import typer

# what arguments are, a command's own text says
SchemeFile: TypeAlias = Annotated[str, typer.Argument(metavar="SCHEME", hidden=True)]
Data: TypeAlias = Annotated[list[str], typer.Argument(metavar="DATA", hidden=True)]
OptionalData: TypeAlias = Annotated[list[str] | None, typer.Argument(metavar="DATA", hidden=True)]
Periods: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--period",
        metavar="P",
        help="2026-10, 2026-W41, 2026-Q3, 2026-10-01..2026-10-14, last-month, ...; repeatable. "
        "Default: the last complete month.",
        show_default=False,
    ),
]
Format: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="table|csv|json|markdown",
        help="Default: a table on a terminal, CSV in a pipe.",
        show_default=False,
    ),
]
Output: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE",
        help="Write to a file, whole or not at all; .csv, .json, .md or .xlsx decides the format.",
        show_default=False,
    ),
]
ExplainedOutput: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE",
        help="Write to a file, whole or not at all; JSON if it ends in .json.",
        show_default=False,
    ),
]
Detail: TypeAlias = Annotated[bool, typer.Option("--detail", help="One line per agent and metric.")]
Wide: TypeAlias = Annotated[bool, typer.Option("--wide", help="The summary, and value and score of each metric.")]
Agents: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--agent", metavar="ID", help="Show this agent only (id, name or alias); repeatable.", show_default=False
    ),
]
Teams: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--team", metavar="TEAM", help="Show this team only; repeatable.", show_default=False),
]
Scorecards: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--scorecard", metavar="NAME", help="Show this scorecard only; repeatable.", show_default=False),
]
Strict: TypeAlias = Annotated[bool, typer.Option("--strict", help="Exit with 1 if there are warnings.")]
FailBelow: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--fail-below", metavar="GRADE", help="Exit with 1 if a shown agent's grade is lower.", show_default=False
    ),
]
Rejects: TypeAlias = Annotated[
    str | None,
    typer.Option("--rejects", metavar="FILE", help="Write the rows that cannot be read to a CSV.", show_default=False),
]
Expect: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--expect",
        metavar="SOURCE=N",
        help="Stop unless N rows (of `cases:` N cases) of a source are read; repeatable.",
        show_default=False,
    ),
]
Bom: TypeAlias = Annotated[bool, typer.Option("--bom", help="Begin CSV with a byte order mark, for Excel.")]
Engine: TypeAlias = Annotated[
    str,
    typer.Option(
        "--engine",
        metavar="local|dask",
        help="Who reads DATA: this machine, or the workers of a Dask cluster, who must see the same files.",
    ),
]
Scheduler: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        metavar="ADDRESS",
        help="The Dask scheduler, as tcp://HOST:8786. Default: DASK_SCHEDULER_ADDRESS.",
        show_default=False,
    ),
]
BlockSize: TypeAlias = Annotated[int | None, typer.Option("--block-size", hidden=True, min=1)]
ExplainedAgents: TypeAlias = Annotated[
    list[str],
    typer.Option("--agent", metavar="ID", help="Whose scorecard (id, name or alias); repeatable.", show_default=False),
]
Metrics: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--metric", metavar="NAME", help="Explain this metric only; repeatable.", show_default=False),
]
SourceRows: TypeAlias = Annotated[
    bool, typer.Option("--rows", help="Show the source rows that make up each value: file, record, cells, term.")
]
ExplainFormat: TypeAlias = Annotated[
    str | None,
    typer.Option("--format", metavar="text|json", help="Default: text.", show_default=False),
]
CheckFormat: TypeAlias = Annotated[
    str | None,
    typer.Option("--format", metavar="text|json", help="json: for editors.", show_default=False),
]
SchemaOutput: TypeAlias = Annotated[
    str | None, typer.Option("-o", "--output", metavar="FILE", help="Write to a file.", show_default=False)
]
