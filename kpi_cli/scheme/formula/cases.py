"""Rates over cases: values in which every row of a source weighs the same, so that few rows make them jump."""

from collections.abc import Mapping
from typing import TypeGuard

from kpi_cli.scheme.formula.tree import Aggregate, AggregateKind, Arithmetic, MetricValue, Operator, ValueExpression

_RATES = frozenset({AggregateKind.SHARE, AggregateKind.NPS})
_COUNTS = frozenset({AggregateKind.COUNT, AggregateKind.UNIQUE})


def is_rate_of_cases(expression: ValueExpression, metrics: Mapping[str, ValueExpression]) -> bool:
    """Whether a value is `share(...)`, `nps(...)` or a count over a count: one row more or less moves it by 1/n.

    A quotient of sums is none: a sheet with one row a month may stand for thousands of cases.
    """
    if isinstance(expression, MetricValue):
        inner = metrics.get(expression.metric)
        return inner is not None and inner is not expression and is_rate_of_cases(inner, metrics)
    if isinstance(expression, Aggregate):
        return expression.kind in _RATES
    return _is_quotient(expression) and _counts(expression.left) and _counts(expression.right)


def _is_quotient(expression: ValueExpression) -> TypeGuard[Arithmetic[ValueExpression]]:
    return isinstance(expression, Arithmetic) and expression.operator is Operator.OVER


def _counts(expression: ValueExpression) -> bool:
    return isinstance(expression, Aggregate) and expression.kind in _COUNTS
