"""What formulas are made of: small frozen nodes, already checked and typed.

A row expression speaks of one row of one source; a value expression of one agent (or team) in one period; a
condition is either true, false or not to be judged. Nodes are hashable, so equal parts are computed once.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Generic, Literal, TypeAlias, TypeVar


class Kind(StrEnum):
    """The type of a row expression."""

    TEXT = "text"
    NUMBER = "number"  # plain numbers, and rates as fractions
    DURATION = "duration"  # seconds
    MOMENT = "datetime"  # an instant
    DATE = "date"  # a local day
    TRUTH = "boolean"


class Operator(StrEnum):
    """Arithmetic on exact numbers; `x / 0` is missing."""

    PLUS = "+"
    MINUS = "-"
    TIMES = "*"
    OVER = "/"


class Relation(StrEnum):
    """Comparisons."""

    EQUAL = "=="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


class AggregateKind(StrEnum):
    """The aggregates of the formula language, by the names they are written with."""

    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    MIN = "min"
    MAX = "max"
    MEDIAN = "median"
    PERCENTILE = "percentile"
    SHARE = "share"
    UNIQUE = "unique"
    NPS = "nps"
    WEIGHTED_MEAN = "weighted_mean"
    ONLY = "only"
    PEAK = "peak"
    ACTIVE_DAYS = "active_days"


E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal. Numbers are exact, in base units (seconds, fractions)."""

    value: Fraction | str | bool | date | datetime
    kind: Kind


@dataclass(frozen=True, slots=True)
class Arithmetic(Generic[E]):
    """`left operator right`. Between moments, `-` gives seconds."""

    operator: Operator
    left: E
    right: E


@dataclass(frozen=True, slots=True)
class Negative(Generic[E]):
    """`-operand`."""

    operand: E


@dataclass(frozen=True, slots=True)
class Comparison(Generic[E]):
    """`left relation right`; a chained comparison is an `Every` of these."""

    relation: Relation
    left: E
    right: E


@dataclass(frozen=True, slots=True)
class Every(Generic[E]):
    """`a and b and ...`, three-valued."""

    parts: tuple[E, ...]


@dataclass(frozen=True, slots=True)
class Some(Generic[E]):
    """`a or b or ...`, three-valued."""

    parts: tuple[E, ...]


@dataclass(frozen=True, slots=True)
class Negation(Generic[E]):
    """`not operand`, three-valued."""

    operand: E


# one row of one source, or one person of the roster (source "roster")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the source the expression speaks of."""

    source: str
    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Membership:
    """`operand in [options]`; `not in` is a Negation of this."""

    operand: "RowExpression"
    options: tuple[Constant, ...]


@dataclass(frozen=True, slots=True)
class IsMissing:
    """`missing(operand)`: true or false, never missing."""

    operand: "RowExpression"


@dataclass(frozen=True, slots=True)
class DatePart:
    """`date(x)` (a local day), `hour(x)` (0-23) or `weekday(x)` (1 Monday .. 7 Sunday) of a moment or date."""

    part: Literal["date", "hour", "weekday"]
    operand: "RowExpression"


@dataclass(frozen=True, slots=True)
class Contains:
    """`contains(text, "needle")`: as written, case included."""

    text: "RowExpression"
    needle: str


@dataclass(frozen=True, slots=True)
class Working:
    """`working(start, end, "calendar")`: seconds of opening time between two moments."""

    start: "RowExpression"
    end: "RowExpression"
    calendar: str


RowExpression: TypeAlias = (
    Column
    | Constant
    | Arithmetic["RowExpression"]
    | Negative["RowExpression"]
    | Comparison["RowExpression"]
    | Every["RowExpression"]
    | Some["RowExpression"]
    | Negation["RowExpression"]
    | Membership
    | IsMissing
    | DatePart
    | Contains
    | Working
)


# one agent or team in one period


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One aggregate over one source. COUNT and ACTIVE_DAYS have no argument.

    `second` is the weight of WEIGHTED_MEAN and the end of PEAK; `rank` the percentile (0..100) of PERCENTILE.
    """

    kind: AggregateKind
    source: str
    argument: RowExpression | None = None
    second: RowExpression | None = None
    rank: Fraction | None = None
    where: RowExpression | None = None


@dataclass(frozen=True, slots=True)
class MetricValue:
    """The raw value of another metric."""

    metric: str


@dataclass(frozen=True, slots=True)
class Previous:
    """A metric's value in the period of the same kind directly before."""

    metric: str


@dataclass(frozen=True, slots=True)
class OfTeam:
    """`team_sum(metric)` or `team_mean(metric)`: over the agents of the same team who have a value."""

    how: Literal["sum", "mean"]
    metric: str


@dataclass(frozen=True, slots=True)
class Extreme:
    """`min(a, b, ...)` or `max(a, b, ...)` above aggregates; missing if any operand is."""

    how: Literal["min", "max"]
    operands: tuple["ValueExpression", ...]


@dataclass(frozen=True, slots=True)
class PeriodDays:
    """`period_days()`: the calendar days of the period."""


ValueExpression: TypeAlias = (
    Constant
    | Aggregate
    | MetricValue
    | Previous
    | OfTeam
    | Extreme
    | PeriodDays
    | Arithmetic["ValueExpression"]
    | Negative["ValueExpression"]
)


# conditions of gates and awards


@dataclass(frozen=True, slots=True)
class Result:
    """A result of the card: `score`, `rank`, `of`, `rank_share`, `coverage` (percent) or `grade` (its name)."""

    name: Literal["score", "grade", "rank", "of", "rank_share", "coverage"]


@dataclass(frozen=True, slots=True)
class Met:
    """`met(metric)`: whether the agent reached the metric's target."""

    metric: str


@dataclass(frozen=True, slots=True)
class Streak:
    """`streak(condition, periods)`: now, and in each of the periods directly before."""

    condition: "Condition"
    periods: int


Operand: TypeAlias = ValueExpression | Result | Arithmetic["Operand"] | Negative["Operand"]
Condition: TypeAlias = (
    Comparison[Operand] | Every["Condition"] | Some["Condition"] | Negation["Condition"] | Met | Streak
)
