"""Row expressions: conditions and arithmetic on the columns of one row."""

import ast
from itertools import pairwise

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
    word_constant,
)
from kpi_cli.scheme.formula.columns import Columns
from kpi_cli.scheme.formula.comparing import Row, aligned, compare, list_items, member
from kpi_cli.scheme.formula.measures import UNKNOWN, Measure, of_cells
from kpi_cli.scheme.formula.reading import Reading
from kpi_cli.scheme.formula.row_functions import call
from kpi_cli.scheme.formula.tree import (
    Arithmetic,
    Constant,
    Every,
    Kind,
    Negation,
    Negative,
    Operator,
    RowExpression,
    Some,
)
from kpi_cli.scheme.units import Unit

_TIMES = frozenset({Kind.MOMENT, Kind.DATE})


class RowChecker(Struct, frozen=True):
    """Checks the parts of one row expression; every method returns None for what it has reported."""

    reading: Reading
    columns: Columns

    def check(self, node: ast.expr) -> Row | None:
        """Check any row expression."""
        match node:
            case ast.Constant():
                return constant(self.reading, node)
            case ast.Name():
                return word_constant(node) or self.columns.bare(node)
            case ast.Attribute():
                return self.columns.dotted(node)
            case ast.BinOp():
                return self._arithmetic(node)
            case ast.UnaryOp():
                return self._unary(node)
            case ast.BoolOp():
                return self._junction(node)
            case ast.Compare():
                return self._comparisons(node)
            case ast.Call():
                return call(self, node)
            case _:
                refuse(self.reading, node)
                return None

    def condition(self, node: ast.expr) -> RowExpression | None:
        """Check an expression that must be true or false."""
        part = self.check(node)
        if part is None or part.kind is Kind.TRUTH:
            return None if part is None else part.node
        message = f"`{self.reading.excerpt(node)}` is {part.described}, not a condition"
        self.reading.fault(node, "kind-clash", message, "compare it with something, or test `missing(x)`")
        return None

    def _truth(self, node: RowExpression, origin: ast.expr) -> Row:
        return Typed(node, Kind.TRUTH, UNKNOWN, origin)

    def _arithmetic(self, node: ast.BinOp) -> Row | None:
        left, right = self.check(node.left), self.check(node.right)
        operator = OPERATORS.get(type(node.op))
        if operator is None:
            refuse_sign(self.reading, node.op, node)
            return None
        if left is None or right is None:
            return None
        if left.kind in _TIMES or right.kind in _TIMES:
            return self._span(operator, left, right, node)
        if not (self._numeric(left) and self._numeric(right)):
            return None
        return self._calculated(operator, left, right, node)

    def _numeric(self, part: Row) -> bool:
        if part.kind in NUMERIC:
            return True
        help_ = (
            "declare the column `type: number`" if part.kind is Kind.TEXT else "use `share` or `count` with `where=`"
        )
        message = f"`{self.reading.excerpt(part.origin)}` is {part.described}; only numbers can be calculated with"
        self.reading.fault(part.origin, "kind-clash", message, help_)
        return False

    def _calculated(self, operator: Operator, left: Row, right: Row, node: ast.BinOp) -> Row | None:
        if operator in {Operator.PLUS, Operator.MINUS}:
            pair = aligned(self.reading, left, right)
            if pair is None or not units_fit(self.reading, *pair):
                return None
            left, right = pair
        measure = of_cells(operator, left.measure, right.measure)
        arithmetic: RowExpression = Arithmetic(operator, left.node, right.node)
        return Typed(arithmetic, kind_of(measure), measure, node)

    def _span(self, operator: Operator, left: Row, right: Row, node: ast.BinOp) -> Row | None:
        """Check `moment - moment`, the only arithmetic with times."""
        if operator is Operator.MINUS and left.kind is right.kind:
            return Typed(Arithmetic(operator, left.node, right.node), Kind.DURATION, Measure(Unit.DURATION), node)
        kinds = {left.kind, right.kind}
        help_ = "compare the difference of two moments with a duration: `b - a <= 2h`"
        if kinds == _TIMES:
            help_ = "`date(x)` is the day of a moment"
        message = f"`{left.described} {operator} {right.described}` has no meaning"
        self.reading.fault(node, "kind-clash", message, help_)
        return None

    def _unary(self, node: ast.UnaryOp) -> Row | None:
        if isinstance(node.op, ast.Not):
            condition = self.condition(node.operand)
            return None if condition is None else self._truth(Negation(condition), node)
        if isinstance(node.op, ast.Invert):
            refuse_sign(self.reading, node.op, node)
            return None
        operand = self.check(node.operand)
        if operand is None or not self._numeric(operand):
            return None
        if isinstance(node.op, ast.UAdd):
            return operand
        written = negated(operand)
        return written or Typed(Negative(operand.node), operand.kind, operand.measure, node)

    def _junction(self, node: ast.BoolOp) -> Row | None:
        parts = [self.condition(value) for value in node.values]
        if any(part is None for part in parts):
            return None
        checked = tuple(part for part in parts if part is not None)
        return self._truth(Every(checked) if isinstance(node.op, ast.And) else Some(checked), node)

    def _comparisons(self, node: ast.Compare) -> Row | None:
        if any(isinstance(sign, ast.In | ast.NotIn) for sign in node.ops):
            return self._membership(node)
        foreign = [sign for sign in node.ops if type(sign) not in RELATIONS]
        if foreign:
            refuse_sign(self.reading, foreign[0], node)
            return None
        operands = [self.check(node.left)]
        for part in node.comparators:
            operands.append(self._beside(operands[-1], part))
        parts = [
            None if left is None or right is None else compare(self.reading, RELATIONS[type(sign)], left, right)
            for sign, (left, right) in zip(node.ops, pairwise(operands), strict=True)
        ]
        if any(part is None for part in parts):
            return None
        checked = tuple(part for part in parts if part is not None)
        return self._truth(checked[0] if len(checked) == 1 else Every(checked), node)

    def _membership(self, node: ast.Compare) -> Row | None:
        operand = self.check(node.left)
        if len(node.ops) > 1:
            self.reading.fault(node, "not-allowed", "`in` stands in no chain", "join two conditions with `and`")
            return None
        items = list_items(self.reading, node.comparators[0])
        options = None if items is None else self._options(operand, items)
        if operand is None or options is None:
            return None
        found = member(self.reading, operand, options)
        if found is None:
            return None
        return self._truth(found if isinstance(node.ops[0], ast.In) else Negation(found), node)

    def _beside(self, before: Row | None, node: ast.expr) -> Row | None:
        """Check what a part is compared with; beside a text, an unknown name lacks its quotes."""
        is_text = before is not None and before.kind is Kind.TEXT and not isinstance(before.node, Constant)
        if is_text and isinstance(node, ast.Name) and word_constant(node) is None and self.columns.is_unknown(node):
            self.columns.unquoted(node)
            return None
        return self.check(node)

    def _options(self, operand: Row | None, items: list[ast.expr]) -> list[Row] | None:
        options = [self._beside(operand, item) for item in items]
        for option in options:
            if option is not None and not isinstance(option.node, Constant):
                message = f"`{self.reading.excerpt(option.origin)}` is no constant"
                self.reading.fault(option.origin, "bad-argument", message, "lists hold numbers and texts alone")
                return None
        checked = [option for option in options if option is not None]
        return checked if len(checked) == len(options) else None
