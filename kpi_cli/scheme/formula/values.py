"""Value expressions: aggregates, other metrics and arithmetic; one number for an agent (or team) in a period."""

import ast
from functools import reduce
from itertools import pairwise
from typing import TypeAlias

from msgspec import Struct

from kpi_cli.scheme.formula.aggregates import AggregateChecker
from kpi_cli.scheme.formula.checks import (
    NUMERIC,
    OPERATORS,
    Typed,
    constant,
    kind_of,
    negated,
    refuse,
    refuse_sign,
    units_fit,
    word_constant,
)
from kpi_cli.scheme.formula.faults import suggestion
from kpi_cli.scheme.formula.measures import Measure, combined, negative, together
from kpi_cli.scheme.formula.reading import Reading
from kpi_cli.scheme.formula.tree import (
    AggregateKind,
    Arithmetic,
    Extreme,
    Kind,
    MetricValue,
    Negative,
    OfTeam,
    Operator,
    PeriodDays,
    Previous,
    ValueExpression,
)
from kpi_cli.scheme.formula.vocabulary import (
    AGGREGATES,
    CASE_FUNCTIONS,
    CONDITION_FUNCTIONS,
    RESULTS,
    ROW_FUNCTIONS,
    VALUE_FUNCTIONS,
    Vocabulary,
    function_help,
)
from kpi_cli.scheme.units import Unit

Value: TypeAlias = Typed[ValueExpression]


class ValueChecker(Struct, frozen=True):
    """Checks the parts of one value expression; every method returns None for what it has reported."""

    reading: Reading
    vocabulary: Vocabulary

    def check(self, node: ast.expr) -> Value | None:
        """Check any value expression."""
        match node:
            case ast.Constant():
                return self._number(constant(self.reading, node))
            case ast.Name():
                return self._number(word_constant(node)) if word_constant(node) else self._metric_value(node)
            case ast.Attribute():
                self._not_aggregated(node)
            case ast.BinOp():
                return self._arithmetic(node)
            case ast.UnaryOp():
                return self._unary(node)
            case ast.Call():
                return self._call(node)
            case ast.Compare():
                self._condition(node, node.left, *node.comparators)
            case ast.BoolOp():
                self._condition(node, *node.values)
            case _:
                refuse(self.reading, node)
        return None

    def metric(self, node: ast.expr, what: str) -> str | None:
        """Check an argument that must be the name of a metric."""
        if not isinstance(node, ast.Name):
            help_ = "give this formula a metric of its own, and name that"
            self.reading.fault(node, "bad-argument", f"{what} takes the name of a metric", help_)
            return None
        if node.id in self.vocabulary.metrics:
            return node.id
        help_ = suggestion(node.id, self.vocabulary.metrics, "metrics")
        if node.id in self.vocabulary.sources:
            help_ = f"`{node.id}` is a source: `count({node.id})` are its rows"
        elif node.id in RESULTS:
            help_ = f"`{node.id}` is known in the conditions of gates and awards alone"
        self.reading.fault(node, "unknown-metric", f"no metric `{node.id}`", help_)
        return None

    def _number(self, part: Value | None) -> Value | None:
        if part is None or part.kind in NUMERIC:
            return part
        message = f"`{self.reading.excerpt(part.origin)}` is {part.described}; a value is a number"
        self.reading.fault(part.origin, "kind-clash", message)
        return None

    def _metric_value(self, node: ast.Name) -> Value | None:
        name = self.metric(node, "")
        return None if name is None else self._of_metric(MetricValue(name), name, node)

    def _of_metric(self, value: ValueExpression, name: str, node: ast.expr) -> Value:
        measure = Measure(self.vocabulary.metrics[name])
        return Typed(value, kind_of(measure), measure, node)

    def _not_aggregated(self, node: ast.Attribute) -> None:
        if not isinstance(node.value, ast.Name):
            self.reading.fault(node, "not-allowed", "only `source.column` has a dot")
            return
        shown = self.reading.excerpt(node)
        source = self.vocabulary.sources.get(node.value.id)
        if source is None:
            help_ = suggestion(node.value.id, self.vocabulary.sources, "sources")
            self.reading.fault(node.value, "unknown-source", f"no source `{node.value.id}`", help_)
        elif node.attr not in source.columns:
            help_ = suggestion(node.attr, source.columns, f"columns of `{source.name}`")
            self.reading.fault(node, "unknown-column", f"`{source.name}` has no column `{node.attr}`", help_)
        else:
            help_ = f"say which is meant: `mean({shown})`, `sum({shown})`, `only({shown})`, ..."
            self.reading.fault(node, "not-aggregated", f"`{shown}` has a value for every row", help_)

    def _condition(self, node: ast.expr, *parts: ast.expr) -> None:
        message = f"`{self.reading.excerpt(node)}` is true or false; a value is a number"
        help_ = "compare inside `share(...)` or `where=`, or in the `when:` of a gate"
        self.reading.fault(node, "kind-clash", message, help_)
        for part in parts:
            self.check(part)

    def _arithmetic(self, node: ast.BinOp) -> Value | None:
        left, right = self.check(node.left), self.check(node.right)
        operator = OPERATORS.get(type(node.op))
        if operator is None:
            refuse_sign(self.reading, node.op, node)
            return None
        if left is None or right is None:
            return None
        if operator in {Operator.PLUS, Operator.MINUS} and not units_fit(self.reading, left, right):
            return None
        measure = combined(operator, left.measure, right.measure)
        return Typed(Arithmetic(operator, left.node, right.node), kind_of(measure), measure, node)

    def _unary(self, node: ast.UnaryOp) -> Value | None:
        if isinstance(node.op, ast.Not):
            self._condition(node)
            return None
        operand = self.check(node.operand)
        if isinstance(node.op, ast.Invert):
            refuse_sign(self.reading, node.op, node)
            return None
        if operand is None or isinstance(node.op, ast.UAdd):
            return operand
        measure = negative(operand.measure)
        return negated(operand) or Typed(Negative(operand.node), operand.kind, measure, node)

    def _call(self, node: ast.Call) -> Value | None:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in {"min", "max"} and len(node.args) > 1:
            return self._extreme(node, name)
        if name in AGGREGATES:
            return AggregateChecker(self.reading, self.vocabulary, node, AggregateKind(name)).check()
        if name in VALUE_FUNCTIONS:
            return self._function(node, name)
        self._unknown(node, name)
        return None

    def _unknown(self, node: ast.Call, name: str) -> None:
        shown = self.reading.excerpt(node.func)
        if name in ROW_FUNCTIONS:
            help_ = f"use it inside an aggregate, such as `mean({self.reading.excerpt(node)})`"
            self.reading.fault(node, "not-aggregated", f"`{name}` has a value for every row", help_)
        elif name in CONDITION_FUNCTIONS:
            message = f"`{name}` belongs to the conditions of gates and awards"
            self.reading.fault(node, "not-allowed", message)
        elif name in CASE_FUNCTIONS:
            self.reading.fault(node, "not-allowed", f"`{name}` belongs to the columns of `cases`")
        else:
            help_ = function_help(shown, AGGREGATES | VALUE_FUNCTIONS)
            self.reading.fault(node.func, "unknown-function", f"no function `{shown}`", help_)

    def _extreme(self, node: ast.Call, name: str) -> Value | None:
        for keyword in node.keywords:
            message = f"`{name}` of several values has no named arguments"
            help_ = f"give each value its own: `{name}(mean(..., where=...), ...)`"
            self.reading.fault(keyword, "bad-argument", message, help_)
        checked = [self.check(argument) for argument in node.args]
        parts = [part for part in checked if part is not None]
        if len(parts) < len(checked) or node.keywords:
            return None
        fitting = [units_fit(self.reading, left, right) for left, right in pairwise(parts)]
        if not all(fitting):
            return None
        measure = reduce(together, (part.measure for part in parts))
        operands = tuple(part.node for part in parts)
        return Typed(Extreme("min" if name == "min" else "max", operands), kind_of(measure), measure, node)

    def _function(self, node: ast.Call, name: str) -> Value | None:
        wanted = 0 if name == "period_days" else 1
        if node.keywords or len(node.args) != wanted:
            usage = f"{name}({'metric' if wanted else ''})"
            message = f"`{name}` takes " + ("the name of a metric" if wanted else "no argument")
            self.reading.fault(node, "bad-argument", message, f"write `{usage}`")
            return None
        if name == "period_days":
            return Typed(PeriodDays(), Kind.NUMBER, Measure(Unit.COUNT), node)
        metric = self.metric(node.args[0], f"`{name}`")
        if metric is None:
            return None
        if name == "previous":
            return self._of_metric(Previous(metric), metric, node)
        return self._of_metric(OfTeam("sum" if name == "team_sum" else "mean", metric), metric, node)
