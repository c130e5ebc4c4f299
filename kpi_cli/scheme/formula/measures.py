"""The algebra of units: what a sum, product or quotient is measured in, and which parts do not fit together.

None is a unit nobody knows; it fits everything. A bare number takes the unit of what it stands beside, where that
makes sense: 5 is a count or an amount of money, but no duration, and above 1 no rate.
"""

from fractions import Fraction
from typing import assert_never

from msgspec import Struct

from kpi_cli.scheme.formula.tree import Operator
from kpi_cli.scheme.units import RATES, Unit, compatible

_EXTENSIVE = frozenset({Unit.DURATION, Unit.MONEY, Unit.POINTS})
_SCALARS = frozenset({Unit.NUMBER, Unit.COUNT, *RATES})


class Measure(Struct, frozen=True):
    """The unit of a value as far as it is known, and the value itself where it is a bare number."""

    unit: Unit | None
    bare: Fraction | None = None


UNKNOWN = Measure(None)


def number(value: Fraction, unit: Unit | None = None) -> Measure:
    """Return the measure of a written number."""
    return Measure(Unit.NUMBER, value) if unit is None else Measure(unit)


def fit(left: Measure, right: Measure) -> bool:
    """Whether two values may be added or compared."""
    if left.bare is not None and right.bare is not None:
        return True
    if left.bare is not None:
        return bare_fits(left.bare, right.unit)
    if right.bare is not None:
        return bare_fits(right.bare, left.unit)
    return compatible(left.unit, right.unit)


def bare_fits(value: Fraction, unit: Unit | None) -> bool:
    """Whether a bare number may stand beside a value in the unit."""
    if unit is Unit.DURATION:
        return value == 0
    return unit not in RATES or abs(value) <= 1


def negative(operand: Measure) -> Measure:
    """Return the measure of `-operand`."""
    return Measure(operand.unit, None if operand.bare is None else -operand.bare)


def combined(operator: Operator, left: Measure, right: Measure) -> Measure:
    """Return the measure of `left operator right`; bare numbers stay bare: 2 * 50 is 100."""
    if left.bare is not None and right.bare is not None:
        value = _folded(operator, left.bare, right.bare)
        return UNKNOWN if value is None else Measure(Unit.NUMBER, value)
    match operator:
        case Operator.PLUS | Operator.MINUS:
            return together(left, right)
        case Operator.TIMES:
            return _product(left, right)
        case Operator.OVER:
            return _quotient(left, right)
        case _:
            assert_never(operator)


def of_cells(operator: Operator, left: Measure, right: Measure) -> Measure:
    """Return the measure of `left operator right` in one row, where a number of unknown unit is surely no duration."""
    if Unit.DURATION in {left.unit, right.unit}:
        left, right = (Measure(Unit.NUMBER) if part.unit is None else part for part in (left, right))
    return combined(operator, left, right)


def _folded(operator: Operator, left: Fraction, right: Fraction) -> Fraction | None:
    match operator:
        case Operator.PLUS:
            return left + right
        case Operator.MINUS:
            return left - right
        case Operator.TIMES:
            return left * right
        case Operator.OVER:
            return left / right if right else None
        case _:
            assert_never(operator)


def together(left: Measure, right: Measure) -> Measure:
    """Return the measure of a sum, a difference, or the smaller or larger of two that fit."""
    if left.unit is None or (left.bare is not None and right.bare is None):
        return Measure(right.unit)
    if right.bare is not None or right.unit is None or left.unit is right.unit:
        return left
    return UNKNOWN


def _product(left: Measure, right: Measure) -> Measure:
    """Multiply: a duration times a number is a duration; a rate taken in part is still a rate."""
    for one, other in ((left, right), (right, left)):
        if one.unit in _EXTENSIVE and other.unit in _SCALARS:
            return Measure(one.unit)
        if one.unit is Unit.COUNT and other.unit in _SCALARS - {Unit.COUNT}:
            return Measure(Unit.COUNT)
        if one.unit in RATES and (other.unit is one.unit or (other.bare is not None and abs(other.bare) <= 1)):
            return Measure(one.unit)
    return Measure(Unit.NUMBER) if left.unit is right.unit is Unit.NUMBER else UNKNOWN


def _quotient(left: Measure, right: Measure) -> Measure:
    """Divide: equal units give a plain number, money per count is money."""
    if left.unit is None or right.unit is None:
        return UNKNOWN
    if left.unit is right.unit or {left.unit, right.unit} == RATES:
        return Measure(Unit.NUMBER)
    if left.unit in _EXTENSIVE and right.unit in _SCALARS:
        return Measure(left.unit)
    if left.unit is Unit.COUNT and right.unit in _SCALARS:
        return Measure(Unit.COUNT)
    if left.unit in RATES and right.bare is not None and abs(right.bare) >= 1:
        return Measure(left.unit)
    return UNKNOWN
