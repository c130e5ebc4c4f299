"""What formulas are made of: small frozen nodes, already checked and typed.

A row expression speaks of one row of one source; a value expression of one agent (or team) in one period; a
condition is either true, false or not to be judged. Nodes are hashable, so equal parts are computed once; those that
are looked up in every block keep their hashes.
"""

from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Generic, Literal, TypeAlias, TypeVar

from msgspec import Struct


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


class Constant(Struct, frozen=True, cache_hash=True):
    """A literal. Numbers are exact, in base units (seconds, fractions)."""

    value: Fraction | str | bool | date | datetime
    kind: Kind


class Arithmetic(Struct, Generic[E], frozen=True, cache_hash=True):
    """`left operator right`. Between moments, `-` gives seconds."""

    operator: Operator
    left: E
    right: E


class Negative(Struct, Generic[E], frozen=True, cache_hash=True):
    """`-operand`."""

    operand: E


class Comparison(Struct, Generic[E], frozen=True, cache_hash=True):
    """`left relation right`; a chained comparison is an `Every` of these."""

    relation: Relation
    left: E
    right: E


class Every(Struct, Generic[E], frozen=True, cache_hash=True):
    """`a and b and ...`, three-valued."""

    parts: tuple[E, ...]


class Some(Struct, Generic[E], frozen=True, cache_hash=True):
    """`a or b or ...`, three-valued."""

    parts: tuple[E, ...]


class Negation(Struct, Generic[E], frozen=True, cache_hash=True):
    """`not operand`, three-valued."""

    operand: E


# one row of one source, or one person of the roster (source "roster")


class Column(Struct, frozen=True, cache_hash=True):
    """A column of the source the expression speaks of."""

    source: str
    name: str
    kind: Kind


class Membership(Struct, frozen=True, cache_hash=True):
    """`operand in [options]`; `not in` is a Negation of this."""

    operand: "RowExpression"
    options: tuple[Constant, ...]


class IsMissing(Struct, frozen=True, cache_hash=True):
    """`missing(operand)`: true or false, never missing."""

    operand: "RowExpression"


class DatePart(Struct, frozen=True, cache_hash=True):
    """`date(x)` (a local day), `hour(x)` (0-23) or `weekday(x)` (1 Monday .. 7 Sunday) of a moment or date."""

    part: Literal["date", "hour", "weekday"]
    operand: "RowExpression"


class Contains(Struct, frozen=True, cache_hash=True):
    """`contains(text, "needle")`: as written, case included."""

    text: "RowExpression"
    needle: str


class Working(Struct, frozen=True, cache_hash=True):
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


class Aggregate(Struct, frozen=True, cache_hash=True):
    """One aggregate over one source. COUNT and ACTIVE_DAYS have no argument.

    `second` is the weight of WEIGHTED_MEAN and the end of PEAK; `rank` the percentile (0..100) of PERCENTILE.
    """

    kind: AggregateKind
    source: str
    argument: RowExpression | None = None
    second: RowExpression | None = None
    rank: Fraction | None = None
    where: RowExpression | None = None


class MetricValue(Struct, frozen=True):
    """The raw value of another metric."""

    metric: str


class Previous(Struct, frozen=True):
    """A metric's value in the period of the same kind directly before."""

    metric: str


class OfTeam(Struct, frozen=True):
    """`team_sum(metric)` or `team_mean(metric)`: over the agents of the same team who have a value."""

    how: Literal["sum", "mean"]
    metric: str


class Extreme(Struct, frozen=True):
    """`min(a, b, ...)` or `max(a, b, ...)` above aggregates; missing if any operand is."""

    how: Literal["min", "max"]
    operands: tuple["ValueExpression", ...]


class PeriodDays(Struct, frozen=True):
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


class Result(Struct, frozen=True):
    """A result of the card: `score`, `rank`, `of`, `rank_share`, `coverage` (percent) or `grade` (its name)."""

    name: Literal["score", "grade", "rank", "of", "rank_share", "coverage"]


class Met(Struct, frozen=True):
    """`met(metric)`: whether the agent reached the metric's target."""

    metric: str


class Streak(Struct, frozen=True):
    """`streak(condition, periods)`: now, and in each of the periods directly before."""

    condition: "Condition"
    periods: int


Operand: TypeAlias = ValueExpression | Result | Arithmetic["Operand"] | Negative["Operand"]
Condition: TypeAlias = (
    Comparison[Operand] | Every["Condition"] | Some["Condition"] | Negation["Condition"] | Met | Streak
)
