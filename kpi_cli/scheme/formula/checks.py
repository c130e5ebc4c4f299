"""What every level of the language shares: typed parts, written constants, fitting units, and what is refused."""

import ast
from fractions import Fraction
from typing import Any, Generic, TypeVar, assert_never

from msgspec import Struct

from kpi_cli.numbers import plain
from kpi_cli.scheme.formula.measures import UNKNOWN, Measure, fit, number
from kpi_cli.scheme.formula.reading import Reading
from kpi_cli.scheme.formula.tree import Constant, Kind, Operator, Relation
from kpi_cli.scheme.units import RATES, Unit, article, sign_of

E_co = TypeVar("E_co", covariant=True)


class Typed(Struct, Generic[E_co], frozen=True):
    """A checked part: what it means, its kind and unit, and where it was written."""

    node: E_co
    kind: Kind
    measure: Measure
    origin: ast.expr

    @property
    def described(self) -> str:
        """What the part is, for messages: `a duration`."""
        if self.kind is Kind.NUMBER:
            return article(self.measure.unit)
        return kind_phrase(self.kind)


OPERATORS: dict[type[ast.operator], Operator] = {
    ast.Add: Operator.PLUS,
    ast.Sub: Operator.MINUS,
    ast.Mult: Operator.TIMES,
    ast.Div: Operator.OVER,
}
RELATIONS: dict[type[ast.cmpop], Relation] = {
    ast.Eq: Relation.EQUAL,
    ast.NotEq: Relation.UNEQUAL,
    ast.Lt: Relation.LESS,
    ast.LtE: Relation.AT_MOST,
    ast.Gt: Relation.MORE,
    ast.GtE: Relation.AT_LEAST,
}
NUMERIC = frozenset({Kind.NUMBER, Kind.DURATION})


def kind_phrase(kind: Kind) -> str:
    """Return the kind as a phrase for messages."""
    match kind:
        case Kind.TEXT:
            return "a text"
        case Kind.NUMBER:
            return "a number"
        case Kind.DURATION:
            return "a duration"
        case Kind.MOMENT:
            return "a moment"
        case Kind.DATE:
            return "a day"
        case Kind.TRUTH:
            return "true or false"
        case _:
            assert_never(kind)


def kind_of(measure: Measure) -> Kind:
    """Return the kind of a number in this unit."""
    return Kind.DURATION if measure.unit is Unit.DURATION else Kind.NUMBER


def constant(reading: Reading, node: ast.Constant) -> Typed[Constant] | None:
    """Check a written constant; None when it was reported."""
    if isinstance(node.value, bool):
        return Typed(Constant(node.value, Kind.TRUTH), Kind.TRUTH, UNKNOWN, node)
    if node.value is None:
        reading.fault(node, "not-allowed", "there is no `None` in formulas", "test for missing with `missing(x)`")
        return None
    literal = reading.literal(node)
    if isinstance(literal.value, str):
        return Typed(Constant(literal.value, Kind.TEXT), Kind.TEXT, UNKNOWN, node)
    if literal.value is None:
        return None
    measure = number(literal.value, literal.unit)
    return Typed(Constant(literal.value, kind_of(measure)), kind_of(measure), measure, node)


def word_constant(node: ast.Name) -> Typed[Constant] | None:
    """Read `true` and `false` in small letters as constants; None for any other name."""
    if node.id not in {"true", "false"}:
        return None
    return Typed(Constant(node.id == "true", Kind.TRUTH), Kind.TRUTH, UNKNOWN, node)


def negated(operand: Typed[Any]) -> Typed[Constant] | None:
    """Return `-3` as one constant; None when the operand is no written number."""
    node = operand.node
    if not isinstance(node, Constant) or not isinstance(node.value, Fraction):
        return None
    bare = operand.measure.bare
    measure = Measure(operand.measure.unit, None if bare is None else -bare)
    return Typed(Constant(-node.value, node.kind), operand.kind, measure, operand.origin)


def units_fit(reading: Reading, left: Typed[Any], right: Typed[Any]) -> bool:
    """Report two parts that cannot be added or compared; each with its unit and where that comes from."""
    if fit(left.measure, right.measure):
        return True
    for bare, other in ((left, right), (right, left)):
        if bare.measure.bare is not None:
            _report_bare(reading, bare, other)
            return False
    one, two = reading.excerpt(left.origin), reading.excerpt(right.origin)
    reading.fault(
        right.origin,
        "unit-clash",
        f"`{one}` is {left.described}, but `{two}` is {right.described}",
        "only equal units can be added or compared",
    )
    return False


def _report_bare(reading: Reading, bare: Typed[Any], other: Typed[Any]) -> None:
    value = bare.measure.bare or Fraction(0)
    what = f"`{reading.excerpt(other.origin)}` is {other.described}"
    if other.measure.unit in RATES:
        message = f"{what}, and a bare {plain(value)} is {plain(value * 100)}%"
        help_ = f"write `{plain(value)}{sign_of(other.measure.unit)}`"
        reading.fault(bare.origin, "bare-number", message, help_)
    else:
        message = f"{what}, but `{reading.excerpt(bare.origin)}` has no unit"
        reading.fault(bare.origin, "unit-clash", message, f"write `{plain(value)}s`, or min, h, d")


_FOREIGN: dict[type[ast.AST], tuple[str, str | None]] = {
    ast.IfExp: ("a choice with `if`", "use `where=`, or two metrics"),
    ast.Lambda: ("`lambda`", None),
    ast.Subscript: ("an index in square brackets", None),
    ast.NamedExpr: ("`:=`", "give the formula a metric of its own"),
    ast.JoinedStr: ("an f-string", "write the text in quotes alone"),
    ast.Starred: ("`*` before an argument", None),
    ast.ListComp: ("a comprehension", "use an aggregate with `where=`"),
    ast.SetComp: ("a comprehension", "use an aggregate with `where=`"),
    ast.DictComp: ("a comprehension", "use an aggregate with `where=`"),
    ast.GeneratorExp: ("a comprehension", "use an aggregate with `where=`"),
    ast.List: ("a list", "lists stand behind `in` alone"),
    ast.Tuple: ("a list", "lists stand behind `in` alone; a decimal point is `.`"),
    ast.Set: ("a set", 'write a list: `in ["a", "b"]`'),
    ast.Dict: ("a mapping", None),
    ast.Await: ("`await`", None),
    ast.Yield: ("`yield`", None),
    ast.YieldFrom: ("`yield`", None),
}
_FOREIGN_SIGNS: dict[type[ast.AST], tuple[str, str | None]] = {
    ast.Pow: ("`**`", "multiply"),
    ast.FloorDiv: ("`//`", "divide with `/`"),
    ast.Mod: ("the remainder `%`", "a percent is written behind its number: `15%`"),
    ast.BitAnd: ("`&`", "write `and`"),
    ast.BitOr: ("`|`", "write `or`"),
    ast.BitXor: ("`^`", "multiply"),
    ast.MatMult: ("`@`", None),
    ast.LShift: ("`<<`", None),
    ast.RShift: ("`>>`", None),
    ast.Invert: ("`~`", "write `not`"),
    ast.Is: ("`is`", "write `==`, or `missing(x)`"),
    ast.IsNot: ("`is not`", "write `!=`, or `not missing(x)`"),
}


def refuse(reading: Reading, node: ast.expr) -> None:
    """Report a piece of Python that formulas don't have."""
    what, help_ = _FOREIGN.get(type(node), ("this", None))
    reading.fault(node, "not-allowed", f"{what} is not part of formulas", help_)


def refuse_sign(reading: Reading, sign: ast.AST, node: ast.expr) -> None:
    """Report an operator that formulas don't have."""
    what, help_ = _FOREIGN_SIGNS.get(type(sign), ("this operator", None))
    reading.fault(node, "not-allowed", f"{what} is not part of formulas", help_)
