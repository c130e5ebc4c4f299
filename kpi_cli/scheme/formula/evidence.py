"""Whether a value has evidence behind it: rows of its own that can be counted as its `n`."""

from collections.abc import Mapping
from typing import assert_never

from kpi_cli.scheme.formula.tree import (
    Aggregate,
    AggregateKind,
    Arithmetic,
    Constant,
    Extreme,
    MetricValue,
    Negative,
    OfTeam,
    PeriodDays,
    Previous,
    ValueExpression,
)


def has_evidence(expression: ValueExpression, metrics: Mapping[str, ValueExpression]) -> bool:
    """Whether a value has an n at all: `min_sample` on one that has none is an error.

    Numbers, `previous`, `team_*`, `active_days` and `period_days` have none; a metric that is named has its own.
    What is calculated has one if any part of it has.
    """
    return _has(expression, metrics, frozenset())


def _has(expression: ValueExpression, metrics: Mapping[str, ValueExpression], seen: frozenset[str]) -> bool:
    match expression:
        case Constant() | Previous() | OfTeam() | PeriodDays():
            return False
        case Aggregate(kind=kind):
            return kind is not AggregateKind.ACTIVE_DAYS
        case MetricValue(metric=metric):
            if metric in seen or metric not in metrics:
                return True  # a circle or an unknown name is reported as such
            return _has(metrics[metric], metrics, seen | {metric})
        case Negative(operand=operand):
            return _has(operand, metrics, seen)
        case Extreme(operands=operands):
            return any(_has(operand, metrics, seen) for operand in operands)
        case Arithmetic(left=left, right=right):
            return _has(left, metrics, seen) or _has(right, metrics, seen)
        case _:
            assert_never(expression)
