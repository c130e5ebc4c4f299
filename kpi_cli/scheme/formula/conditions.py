"""Conditions of gates and awards: metrics, results of the card, `met` and `streak`."""

import ast
from fractions import Fraction
from typing import TypeAlias

from msgspec import Struct

from kpi_cli.scheme.formula.checks import (
    NUMERIC,
    OPERATORS,
    RELATIONS,
    Typed,
    constant,
    kind_of,
    negated,
    refuse,
    refuse_sign,
    units_fit,
)
from kpi_cli.scheme.formula.comparing import list_items
from kpi_cli.scheme.formula.faults import suggestion
from kpi_cli.scheme.formula.measures import UNKNOWN, Measure, combined, negative, number
from kpi_cli.scheme.formula.reading import Reading
from kpi_cli.scheme.formula.tree import (
    Arithmetic,
    Comparison,
    Condition,
    Constant,
    Every,
    Kind,
    Met,
    MetricValue,
    Negation,
    Negative,
    Operand,
    Operator,
    Result,
    Some,
    Streak,
)
from kpi_cli.scheme.formula.values import ValueChecker
from kpi_cli.scheme.formula.vocabulary import CONDITION_FUNCTIONS, FUNCTIONS, RESULTS, Vocabulary, function_help
from kpi_cli.scheme.units import Unit

Side: TypeAlias = Typed[Operand]

_RESULTS: dict[str, tuple[Result, Kind, Measure]] = {
    "score": (Result("score"), Kind.NUMBER, Measure(Unit.POINTS)),
    "grade": (Result("grade"), Kind.TEXT, UNKNOWN),
    "rank": (Result("rank"), Kind.NUMBER, Measure(Unit.COUNT)),
    "of": (Result("of"), Kind.NUMBER, Measure(Unit.COUNT)),
    "rank_share": (Result("rank_share"), Kind.NUMBER, Measure(Unit.PERCENT)),
    "coverage": (Result("coverage"), Kind.NUMBER, Measure(Unit.POINTS)),
}
_LONGEST_STREAK = 120


class ConditionChecker(Struct, frozen=True):
    """Checks the parts of one condition; every method returns None for what it has reported."""

    reading: Reading
    vocabulary: Vocabulary

    def check(self, node: ast.expr) -> Condition | None:
        """Check any condition."""
        match node:
            case ast.BoolOp():
                return self._junction(node)
            case ast.UnaryOp(op=ast.Not()):
                operand = self.check(node.operand)
                return None if operand is None else Negation(operand)
            case ast.Compare():
                return self._comparisons(node)
            case ast.Call():
                return self._call(node)
            case _:
                self._no_condition(node)
                return None

    def _no_condition(self, node: ast.expr) -> None:
        before = len(self.reading.faults)
        if self.side(node) is not None and len(self.reading.faults) == before:
            shown = self.reading.excerpt(node)
            help_ = f"compare it: `{shown} >= ...`"
            if isinstance(node, ast.Name) and node.id in self.vocabulary.metrics:
                help_ = f"compare it, or ask for its target with `met({shown})`"
            self.reading.fault(node, "kind-clash", f"`{shown}` is not a condition", help_)

    def _junction(self, node: ast.BoolOp) -> Condition | None:
        checked = [self.check(value) for value in node.values]
        parts = tuple(part for part in checked if part is not None)
        if len(parts) < len(checked):
            return None
        return Every(parts) if isinstance(node.op, ast.And) else Some(parts)

    def _comparisons(self, node: ast.Compare) -> Condition | None:
        if any(isinstance(sign, ast.In | ast.NotIn) for sign in node.ops):
            return self._membership(node)
        sides = [self.side(part) for part in (node.left, *node.comparators)]
        checked = [
            self._comparison(sign, left, right, node)
            for sign, left, right in zip(node.ops, sides, sides[1:], strict=False)
        ]
        parts = tuple(part for part in checked if part is not None)
        if len(parts) < len(checked):
            return None
        return parts[0] if len(parts) == 1 else Every(parts)

    def _comparison(
        self, sign: ast.cmpop, left: Side | None, right: Side | None, node: ast.Compare
    ) -> Condition | None:
        relation = RELATIONS.get(type(sign))
        if relation is None:
            refuse_sign(self.reading, sign, node)
            return None
        if left is None or right is None:
            return None
        left, right = _coverage(left, right), _coverage(right, left)
        if not self._comparable(left, right):
            return None
        return Comparison(relation, left.node, right.node)

    def _comparable(self, left: Side, right: Side) -> bool:
        if left.kind in NUMERIC and right.kind in NUMERIC:
            return units_fit(self.reading, left, right)
        for grade, name in ((left, right), (right, left)):
            if grade.node == Result("grade") and name.kind is Kind.TEXT and isinstance(name.node, Constant):
                return self._grade(name, name.node)
        one, two = self.reading.excerpt(left.origin), self.reading.excerpt(right.origin)
        message = f"`{one}` is {left.described}, but `{two}` is {right.described}"
        help_ = None
        if Result("grade") in {left.node, right.node}:
            help_ = 'compare the grade with a name in quotes: `grade == "S"`'
        self.reading.fault(right.origin, "kind-clash", message, help_)
        return False

    def _grade(self, side: Side, written: Constant) -> bool:
        """Check the name of a grade. Grades have an order: a better one is more."""
        grades, name = self.vocabulary.grades, str(written.value)
        if grades is None or name in grades:
            return True
        help_ = suggestion(name, sorted(grades), "grades")
        self.reading.fault(side.origin, "unknown-grade", f"no grade `{name}`", help_)
        return False

    def _membership(self, node: ast.Compare) -> Condition | None:
        """Read `grade in ["C", "D"]` as `grade == "C" or grade == "D"`."""
        left = self.side(node.left)
        if len(node.ops) > 1:
            self.reading.fault(node, "not-allowed", "`in` stands in no chain", "join two conditions with `and`")
            return None
        items = list_items(self.reading, node.comparators[0])
        sides = [self.side(item) for item in items or ()]
        checked = [self._comparison(ast.Eq(), left, side, node) for side in sides]
        parts = tuple(part for part in checked if part is not None)
        if items is None or len(parts) < len(items):
            return None
        found: Condition = parts[0] if len(parts) == 1 else Some(parts)
        return found if isinstance(node.ops[0], ast.In) else Negation(found)

    def side(self, node: ast.expr) -> Side | None:
        """Check one side of a comparison."""
        match node:
            case ast.Constant():
                return constant(self.reading, node)
            case ast.Name(id=name) if name in _RESULTS:
                result, kind, measure = _RESULTS[name]
                return Typed(result, kind, measure, node)
            case ast.Name():
                return self._metric(node)
            case ast.BinOp():
                return self._arithmetic(node)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd()):
                return self._signed(node)
            case ast.Call():
                self._not_here(node)
            case ast.UnaryOp(op=ast.Invert()):
                refuse_sign(self.reading, node.op, node)
            case ast.Compare() | ast.BoolOp() | ast.UnaryOp():
                message = f"`{self.reading.excerpt(node)}` is true or false, not a number"
                self.reading.fault(node, "kind-clash", message, "join conditions with `and` and `or`")
            case ast.Attribute():
                help_ = "make it a metric, and name that here"
                self.reading.fault(node, "not-allowed", "conditions speak of metrics, not of columns", help_)
            case _:
                refuse(self.reading, node)
        return None

    def _metric(self, node: ast.Name) -> Side | None:
        known = self.vocabulary.metrics
        if node.id not in known:
            help_ = suggestion(node.id, [*known, *sorted(RESULTS)], "known here")
            self.reading.fault(node, "unknown-metric", f"no metric `{node.id}`", help_)
            return None
        measure = Measure(known[node.id])
        return Typed(MetricValue(node.id), kind_of(measure), measure, node)

    def _numeric(self, side: Side | None) -> Side | None:
        if side is None or side.kind in NUMERIC:
            return side
        message = f"`{self.reading.excerpt(side.origin)}` is {side.described}; only numbers can be calculated with"
        self.reading.fault(side.origin, "kind-clash", message)
        return None

    def _arithmetic(self, node: ast.BinOp) -> Side | None:
        left, right = self._numeric(self.side(node.left)), self._numeric(self.side(node.right))
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

    def _signed(self, node: ast.UnaryOp) -> Side | None:
        operand = self._numeric(self.side(node.operand))
        if operand is None or isinstance(node.op, ast.UAdd):
            return operand
        return negated(operand) or Typed(Negative(operand.node), operand.kind, negative(operand.measure), node)

    def _not_here(self, node: ast.Call) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else self.reading.excerpt(node.func)
        if name in CONDITION_FUNCTIONS:
            message = f"`{name}` is true or false, not a number"
            self.reading.fault(node, "kind-clash", message, "join conditions with `and` and `or`")
        elif name in FUNCTIONS:
            help_ = "make it a metric, and name that here"
            self.reading.fault(node, "not-allowed", f"conditions speak of metrics; `{name}` makes one", help_)
        else:
            help_ = function_help(name, FUNCTIONS)
            self.reading.fault(node.func, "unknown-function", f"no function `{name}`", help_)

    def _call(self, node: ast.Call) -> Condition | None:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name not in CONDITION_FUNCTIONS:
            self._not_here(node)
            return None
        wanted = 1 if name == "met" else 2
        if node.keywords or len(node.args) != wanted:
            usage = "met(metric)" if name == "met" else "streak(condition, 3)"
            self.reading.fault(node, "bad-argument", f"`{name}` takes {wanted} argument(s)", f"write `{usage}`")
            return None
        if name == "streak":
            return self._streak(node)
        metric = ValueChecker(self.reading, self.vocabulary).metric(node.args[0], "`met`")
        return None if metric is None else Met(metric)

    def _streak(self, node: ast.Call) -> Condition | None:
        if any(_is_streak(part) for argument in node.args for part in ast.walk(argument)):
            self.reading.fault(node, "not-allowed", "a streak of streaks", "write one streak, with `and` inside")
            return None
        condition, periods = self.check(node.args[0]), self._periods(node.args[1])
        return None if condition is None or periods is None else Streak(condition, periods)

    def _periods(self, node: ast.expr) -> int | None:
        literal = self.reading.literal(node) if isinstance(node, ast.Constant) else None
        value = literal.value if literal is not None and literal.unit is None else None
        if isinstance(value, Fraction) and value.denominator == 1 and 1 <= value <= _LONGEST_STREAK:
            return int(value)
        message = f"`{self.reading.excerpt(node)}` is no number of periods"
        self.reading.fault(node, "bad-argument", message, f"write a whole number from 1 to {_LONGEST_STREAK}")
        return None


def _is_streak(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "streak"


def _coverage(side: Side, other: Side) -> Side:
    """Take `60%` beside `coverage`, which is in percent, as 60."""
    node = side.node
    if other.node != Result("coverage") or side.measure.unit is not Unit.PERCENT or not isinstance(node, Constant):
        return side
    if not isinstance(node.value, Fraction):
        return side
    points = node.value * 100
    return Typed(Constant(points, Kind.NUMBER), Kind.NUMBER, number(points), side.origin)
