"""Questions about checked formulas: which metrics, aggregates and sources they name."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from msgspec import Struct

from kpi_cli.scheme.formula.tree import (
    Aggregate,
    Column,
    Condition,
    Met,
    MetricValue,
    OfTeam,
    Operand,
    Previous,
    RowExpression,
    ValueExpression,
)

Expression: TypeAlias = ValueExpression | RowExpression | Condition | Operand


def walk(node: object) -> Iterator[object]:
    """Yield an expression and everything inside it, in the order of the formula."""
    ahead: list[Any] = [node]
    while ahead:
        found = ahead.pop()
        if isinstance(found, tuple):
            ahead.extend(reversed(found))
        elif isinstance(found, Struct):
            yield found
            ahead.extend([getattr(found, name) for name in reversed(found.__struct_fields__)])


def metrics_named(expression: Expression, *, previous: bool = True) -> frozenset[str]:
    """Return the metrics a formula or condition names; without `previous`, those it needs of the same period."""
    kinds = (MetricValue, OfTeam, Met, Previous) if previous else (MetricValue, OfTeam, Met)
    return frozenset(node.metric for node in walk(expression) if isinstance(node, kinds))


def aggregates_of(expression: Expression) -> tuple[Aggregate, ...]:
    """Return the aggregates of a formula, each once, as they come."""
    return tuple(dict.fromkeys(node for node in walk(expression) if isinstance(node, Aggregate)))


def sources_of(expression: Expression) -> frozenset[str]:
    """Return the sources a formula reads rows of; those of the metrics it names are not among them."""
    return frozenset(node.source for node in walk(expression) if isinstance(node, Aggregate | Column))
