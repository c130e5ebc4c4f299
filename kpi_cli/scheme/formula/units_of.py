"""The unit of a checked formula, as far as it is known."""

from fractions import Fraction
from functools import reduce
from typing import assert_never

from kpi_cli.scheme.formula.aggregates import aggregate_measure
from kpi_cli.scheme.formula.measures import UNKNOWN, Measure, combined, negative, number, of_cells, together
from kpi_cli.scheme.formula.tree import (
    Aggregate,
    Arithmetic,
    Column,
    Comparison,
    Constant,
    Contains,
    DatePart,
    Every,
    Extreme,
    IsMissing,
    Kind,
    Membership,
    MetricValue,
    Negation,
    Negative,
    OfTeam,
    PeriodDays,
    Previous,
    RowExpression,
    Some,
    ValueExpression,
    Working,
)
from kpi_cli.scheme.formula.vocabulary import Vocabulary
from kpi_cli.scheme.units import Unit


def unit_of(expression: ValueExpression, vocabulary: Vocabulary) -> Unit | None:
    """Return the unit of a value; None when nobody can tell."""
    return _value(expression, vocabulary).unit


def _value(expression: ValueExpression, vocabulary: Vocabulary) -> Measure:
    match expression:
        case Constant():
            return _constant(expression)
        case Aggregate(kind=kind, argument=argument):
            return aggregate_measure(kind, UNKNOWN if argument is None else _row(argument, vocabulary))
        case MetricValue(metric=metric) | Previous(metric=metric) | OfTeam(metric=metric):
            return Measure(vocabulary.metrics.get(metric))
        case Extreme(operands=operands):
            return reduce(together, (_value(operand, vocabulary) for operand in operands))
        case PeriodDays():
            return Measure(Unit.COUNT)
        case Arithmetic(operator=operator, left=left, right=right):
            return combined(operator, _value(left, vocabulary), _value(right, vocabulary))
        case Negative(operand=operand):
            return negative(_value(operand, vocabulary))
        case _:
            assert_never(expression)


def _constant(constant: Constant) -> Measure:
    if constant.kind is Kind.DURATION:
        return Measure(Unit.DURATION)
    return number(constant.value) if isinstance(constant.value, Fraction) else UNKNOWN


def _row(expression: RowExpression, vocabulary: Vocabulary) -> Measure:
    match expression:
        case Constant():
            return _constant(expression)
        case Column():
            return _column(expression, vocabulary)
        case Negative(operand=operand):
            return negative(_row(operand, vocabulary))
        case Arithmetic(left=left) if _is_time(left):
            return Measure(Unit.DURATION)
        case Arithmetic(operator=operator, left=left, right=right):
            return of_cells(operator, _row(left, vocabulary), _row(right, vocabulary))
        case Working():
            return Measure(Unit.DURATION)
        case DatePart():
            return Measure(Unit.NUMBER)
        case Comparison() | Every() | Some() | Negation() | Membership() | IsMissing() | Contains():
            return UNKNOWN
        case _:
            assert_never(expression)


def _column(column: Column, vocabulary: Vocabulary) -> Measure:
    if column.kind is Kind.DURATION:
        return Measure(Unit.DURATION)
    source = vocabulary.sources.get(column.source)
    return UNKNOWN if source is None else Measure(source.columns[column.name][1])


def _is_time(expression: RowExpression) -> bool:
    match expression:
        case Column(kind=kind) | Constant(kind=kind):
            return kind in {Kind.MOMENT, Kind.DATE}
        case DatePart(part=part):
            return part == "date"
        case _:
            return False
