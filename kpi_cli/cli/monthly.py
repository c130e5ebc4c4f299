"""The commands of every month: `score` and `explain`."""

# Imports stand inside the commands: `kpi --help` must not wait for numpy, pyarrow, pydantic or yaml.
# ruff: noqa: PLC0415

import typer

from kpi_cli.cli import options

SCORE_EXAMPLES = """\b
Examples:
  kpi score scheme.yaml exports/
  kpi score scheme.yaml chats.csv tickets.csv --period 2026-10 -o october.csv
  kpi score scheme.yaml exports/ --period last-month --detail --team 一组
  zcat chats.csv.gz | kpi score scheme.yaml chats=- --format json

\b
Exit codes:
  0 done   1 a condition you asked to fail on holds   2 wrong usage or scheme
  3 the data cannot be scored safely   5 a file cannot be read or written"""

EXPLAIN_EXAMPLES = """\b
Examples:
  kpi explain scheme.yaml exports/ --agent 007
  kpi explain scheme.yaml exports/ --agent 小张 --metric csat --period 2026-10 --rows"""


def score(  # noqa: PLR0913 - one parameter for each option
    scheme: options.SchemeFile,
    data: options.Data,
    *,
    period: options.Periods = None,
    format_: options.Format = None,
    output: options.Output = None,
    detail: options.Detail = False,
    wide: options.Wide = False,
    agent: options.Agents = None,
    team: options.Teams = None,
    scorecard: options.Scorecards = None,
    strict: options.Strict = False,
    fail_below: options.FailBelow = None,
    rejects: options.Rejects = None,
    expect: options.Expect = None,
    bom: options.Bom = False,
    engine: options.Engine = "local",
    scheduler: options.Scheduler = None,
    block_size: options.BlockSize = None,
) -> None:
    """Score a period: values, scores, totals and grades of every agent.

    SCHEME is a YAML file. DATA are exports: files, folders (searched whole), or SOURCE=FILE, where SOURCE=- is
    standard input. Results go to standard output or a file; what is said to a person goes to standard error.
    """
    from kpi_cli.cli.asking import Asked
    from kpi_cli.cli.scoring import Conditions, Engine, Shown, score
    from kpi_cli.reports.selection import Filters

    filters = Filters(tuple(agent or ()), tuple(team or ()), tuple(scorecard or ()))
    shown = Shown(format_, output, filters, detail=detail, wide=wide, bom=bom)
    asked = Asked(scheme, data, period or (), expect or (), engine, scheduler)
    raise typer.Exit(score(asked, shown, Conditions(strict, fail_below), Engine(output, rejects, block_size)))


def explain(  # noqa: PLR0913 - one parameter for each option
    scheme: options.SchemeFile,
    data: options.Data,
    *,
    agent: options.ExplainedAgents,
    metric: options.Metrics = None,
    rows: options.SourceRows = False,
    period: options.Periods = None,
    format_: options.ExplainFormat = None,
    output: options.ExplainedOutput = None,
    engine: options.Engine = "local",
    scheduler: options.Scheduler = None,
) -> None:
    """Explain a scorecard: the arithmetic from value to grade, with --rows down to the rows of the exports.

    Each line from the measured value to its score and points, then the total, the grade and what is within reach.
    SCHEME and DATA are those of `kpi score`.
    """
    from kpi_cli.cli.asking import Asked
    from kpi_cli.cli.explaining import explain
    from kpi_cli.pipeline import Question

    question = Question(tuple(agent), tuple(metric or ()))
    asked = Asked(scheme, data, period or (), (), engine, scheduler)
    explain(asked, question, format_, output, rows=rows)
