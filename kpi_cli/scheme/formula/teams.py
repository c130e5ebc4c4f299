"""`team_sum` and `team_mean` take only metrics that add up: a mean of the members' ratios is not the team's ratio."""

import ast
from collections.abc import Mapping

from kpi_cli.scheme.formula.faults import Fault
from kpi_cli.scheme.formula.reading import Reading, read
from kpi_cli.scheme.formula.tree import (
    Aggregate,
    AggregateKind,
    Arithmetic,
    Constant,
    MetricValue,
    Negative,
    Operator,
    Previous,
    ValueExpression,
)

_ADDITIVE = frozenset({AggregateKind.COUNT, AggregateKind.SUM, AggregateKind.ONLY, AggregateKind.ACTIVE_DAYS})


def adds_up(expression: ValueExpression, metrics: Mapping[str, ValueExpression]) -> bool:
    """Whether the values of a team's members may be added: sums and counts, and sums and multiples of them."""
    return _adds_up(expression, metrics, frozenset())


def _adds_up(expression: ValueExpression, metrics: Mapping[str, ValueExpression], seen: frozenset[str]) -> bool:
    match expression:
        case Aggregate(kind=kind):
            return kind in _ADDITIVE
        case MetricValue(metric=metric) | Previous(metric=metric):
            if metric in seen or metric not in metrics:
                return True  # a cycle or an unknown name is reported as such
            return _adds_up(metrics[metric], metrics, seen | {metric})
        case Negative(operand=operand):
            return _adds_up(operand, metrics, seen)
        case Arithmetic(operator=Operator.PLUS | Operator.MINUS, left=left, right=right):
            return _adds_up(left, metrics, seen) and _adds_up(right, metrics, seen)
        case Arithmetic(operator=Operator.TIMES, left=Constant(), right=part):
            return _adds_up(part, metrics, seen)
        case Arithmetic(operator=Operator.TIMES | Operator.OVER, left=part, right=Constant()):
            return _adds_up(part, metrics, seen)
        case _:
            return False


def team_faults(text: str, metrics: Mapping[str, ValueExpression]) -> tuple[Fault, ...]:
    """Return a fault for each `team_sum` and `team_mean` in a formula over a metric that doesn't add up.

    For a formula that has compiled, when all metrics have.
    """
    reading = read(text)
    for node in ast.walk(reading.tree) if reading.tree is not None else ():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            _check(reading, node, node.func.id, metrics)
    return reading.sorted_faults()


def _check(reading: Reading, node: ast.Call, name: str, metrics: Mapping[str, ValueExpression]) -> None:
    if name not in {"team_sum", "team_mean"} or not node.args or not isinstance(node.args[0], ast.Name):
        return
    metric = node.args[0].id
    if metric not in metrics or adds_up(metrics[metric], metrics):
        return
    what = "a mean of ratios is not the team's ratio" if name == "team_mean" else "its values do not add up"
    message = f"`{name}({metric})`: {what}"
    reading.fault(node, "team-mean-of-ratio", message, "compute it from all rows of the team with `scope: team`")
