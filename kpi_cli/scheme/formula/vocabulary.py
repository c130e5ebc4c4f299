"""What formulas may name: sources and their columns, metrics, calendars, grades, and the words of the language."""

import keyword
from collections.abc import Mapping

from msgspec import Struct, field

from kpi_cli.scheme.formula.events import CaseFunction
from kpi_cli.scheme.formula.faults import suggestion
from kpi_cli.scheme.formula.tree import AggregateKind, Kind
from kpi_cli.scheme.units import Unit


class SourceNames(Struct, frozen=True):
    """A source (or the roster) and its columns. The unit of a number column is None where nothing is known."""

    name: str
    columns: Mapping[str, tuple[Kind, Unit | None]]


class Vocabulary(Struct, frozen=True):
    """All names a scheme's formulas may use. `grades` None: the names of grades are not checked.

    `events` are the sources that only cases are made of, each with the source of these.
    """

    sources: Mapping[str, SourceNames] = field(default_factory=dict)
    metrics: Mapping[str, Unit | None] = field(default_factory=dict)
    calendars: frozenset[str] = frozenset()
    grades: frozenset[str] | None = None
    events: Mapping[str, str] = field(default_factory=dict)


AGGREGATES = frozenset(kind.value for kind in AggregateKind)
ROW_FUNCTIONS = frozenset({"missing", "date", "hour", "weekday", "contains", "working"})
VALUE_FUNCTIONS = frozenset({"previous", "team_sum", "team_mean", "period_days"})
CONDITION_FUNCTIONS = frozenset({"met", "streak"})
CASE_FUNCTIONS = frozenset(function.value for function in CaseFunction)
RESULTS = frozenset({"score", "grade", "rank", "of", "rank_share", "coverage"})
FUNCTIONS = AGGREGATES | ROW_FUNCTIONS | VALUE_FUNCTIONS | CONDITION_FUNCTIONS | CASE_FUNCTIONS
WORDS = frozenset({"and", "or", "not", "in", "True", "False", "true", "false"})

MEANT: dict[str, str] = {
    "avg": "mean(source.column)",
    "average": "mean(source.column)",
    "averageif": "mean(source.column, where=...)",
    "countif": "count(source, where=...)",
    "countifs": "count(source, where=...)",
    "sumif": "sum(source.column, where=...)",
    "sumifs": "sum(source.column, where=...)",
    "distinct": "unique(source.column)",
    "nunique": "unique(source.column)",
    "p90": "percentile(source.column, 90)",
    "p95": "percentile(source.column, 95)",
    "rate": "share(condition)",
    "percent": "share(condition)",
    "last": "previous(metric)",
    "days": "period_days()",
    "isnull": "missing(column)",
    "isna": "missing(column)",
}
"""What is written here for functions of spreadsheets and other languages."""

ROUNDING = frozenset({"round", "rounddown", "roundup", "floor", "ceil", "int", "trunc"})


def function_help(name: str, known: frozenset[str]) -> str:
    """Return a help for an unknown function."""
    if name.casefold() in ROUNDING:
        return "values stay exact; scores and printed numbers are rounded by `scoring: {decimals: ...}`"
    column, _, method = name.rpartition(".")
    meant = f"{method}({column})" if column and method in known else MEANT.get(name.casefold())
    return f"write `{meant}`" if meant else suggestion(name, sorted(known), "functions")


RESERVED: frozenset[str] = FUNCTIONS | WORDS | frozenset(keyword.kwlist)
"""Names that no source, column, metric or card may have. Metrics may not be named like `RESULTS` either."""
