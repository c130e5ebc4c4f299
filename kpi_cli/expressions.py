"""Row expressions over columns: what `where`, `for` and the inside of an aggregate come to, a block at a time.

Missing behaves as in SQL: a comparison with a missing cell is missing, false wins over missing in `and`, true in `or`.
"""

import operator
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import reduce
from math import lcm
from typing import Any, assert_never

import numpy as np
import pyarrow as pa
from msgspec import Struct, field
from numpy.typing import NDArray

from kpi_cli import arrow, exact
from kpi_cli import compute as pc
from kpi_cli.calendars import OpeningHours
from kpi_cli.columns import DAY, MICROSECONDS, Column, Days, Moments, Texts, Truths
from kpi_cli.exact import Exact, Mask
from kpi_cli.scheme.formula import tree
from kpi_cli.scheme.formula.tree import Operator, Relation, RowExpression
from kpi_cli.taking import uncoded

COMPARISONS: dict[Relation, Callable[[Any, Any], Any]] = {
    Relation.EQUAL: operator.eq,
    Relation.UNEQUAL: operator.ne,
    Relation.LESS: operator.lt,
    Relation.AT_MOST: operator.le,
    Relation.MORE: operator.gt,
    Relation.AT_LEAST: operator.ge,
}
_EPOCH = date(1970, 1, 1)


class Table(Struct, frozen=True):
    """Columns of `rows` rows; each distinct expression over them is worked out once. `calendars` serve `working`."""

    columns: Mapping[str, Column]
    rows: int
    calendars: Mapping[str, OpeningHours] = field(default_factory=dict)
    done: dict[RowExpression, Column] = field(default_factory=dict)
    gaps: dict[RowExpression, Mask | None] = field(default_factory=dict)

    def evaluate(self, expression: RowExpression) -> Column:
        """Return the expression's value in every row."""
        if expression not in self.done:
            self.done[expression] = self._worked_out(expression)
        return self.done[expression]

    def present(self, expression: RowExpression) -> Mask | None:
        """Return in which rows the expression is not missing; None: in all of them."""
        if expression not in self.gaps:
            present = self.evaluate(expression).present
            self.gaps[expression] = None if present.all() else present
        return self.gaps[expression]

    def numbers(self, expression: RowExpression) -> Exact:
        """Return a numeric expression's value in every row."""
        column = self.evaluate(expression)
        if isinstance(column, Truths):
            return Exact(column.values.astype(np.int64), 1, column.present)
        numbers: Exact = _expect(Exact, column)
        return numbers

    def truths(self, expression: RowExpression) -> Truths:
        """Return whether a condition holds in every row."""
        truths: Truths = _expect(Truths, self.evaluate(expression))
        return truths

    def _moments(self, expression: RowExpression) -> Moments:
        moments: Moments = _expect(Moments, self.evaluate(expression))
        return moments

    def _worked_out(self, expression: RowExpression) -> Column:
        match expression:
            case tree.Column(name=name):
                return self.columns[name]
            case tree.Constant():
                return _filled(expression, self.rows)
            case tree.Arithmetic(operator=sign, left=left, right=right):
                return _arithmetic(sign, self.evaluate(left), self.evaluate(right))
            case tree.Negative(operand=operand):
                return -self.numbers(operand)
            case tree.Comparison(relation=relation, left=left, right=tree.Constant() as constant):
                return _comparison_with(relation, self.evaluate(left), constant)
            case tree.Comparison(relation=relation, left=left, right=right):
                return _comparison(relation, self.evaluate(left), self.evaluate(right))
            case tree.Every(parts=parts):
                return reduce(operator.and_, map(self.truths, parts))
            case tree.Some(parts=parts):
                return reduce(operator.or_, map(self.truths, parts))
            case tree.Negation(operand=operand):
                return ~self.truths(operand)
            case tree.Membership(operand=operand, options=options):
                column = self.evaluate(operand)
                matches = [_comparison_with(Relation.EQUAL, column, option) for option in options]
                return reduce(operator.or_, matches)
            case tree.IsMissing(operand=operand):
                return _known(~self.evaluate(operand).present)
            case tree.DatePart(part=part, operand=operand):
                return _date_part(part, self.evaluate(operand))
            case tree.Contains(text=text, needle=needle):
                return _truths_of(pc.match_substring(uncoded(_expect(Texts, self.evaluate(text)).array), needle))
            case tree.Working(start=start, end=end, calendar=calendar):
                return self.calendars[calendar].between(self._moments(start), self._moments(end))
            case _:
                assert_never(expression)


def evaluate(expression: RowExpression, columns: Mapping[str, Column], rows: int) -> Column:
    """Return the expression's value in every one of `rows` rows."""
    return Table(columns, rows).evaluate(expression)


def holds(condition: RowExpression, columns: Mapping[str, Column], rows: int) -> Truths:
    """Return whether the condition is true, false or missing in every row."""
    return Table(columns, rows).truths(condition)


def _expect(kind: type[Any], column: Column) -> Any:  # noqa: ANN401 - the kind asked for
    if not isinstance(column, kind):
        message = f"the checked formula promised {kind.__name__}, not {type(column).__name__}"
        raise TypeError(message)
    return column


def _known(values: Mask) -> Truths:
    return Truths(values, np.ones(len(values), dtype=bool))


def _filled(constant: tree.Constant, rows: int) -> Column:
    value = constant.value
    if isinstance(value, bool):
        return _known(np.full(rows, value))
    if isinstance(value, str):
        return Texts(arrow.encoded_array(np.zeros(rows, dtype=np.int32), arrow.text_array([value])))
    if isinstance(value, datetime):
        local = (value.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // datetime.resolution
        return Moments(_full(rows, local), _full(rows, local), np.ones(rows, dtype=bool))
    if isinstance(value, date):
        return Days(_full(rows, (value - _EPOCH).days), np.ones(rows, dtype=bool))
    return exact.constant(value, rows)


def _full(rows: int, value: int) -> NDArray[np.int64]:
    return np.full(rows, value, dtype=np.int64)


def _arithmetic(sign: Operator, left: Column, right: Column) -> Exact:
    if isinstance(left, Moments) and isinstance(right, Moments):
        present = left.present & right.present
        return Exact(exact.blanked(left.utc - right.utc, present), MICROSECONDS, present)
    if isinstance(left, Days) and isinstance(right, Days):
        present = left.present & right.present
        return Exact(exact.blanked((left.days - right.days) * (DAY // MICROSECONDS), present), 1, present)
    numbers: tuple[Exact, Exact] = (_expect(Exact, left), _expect(Exact, right))
    match sign:
        case Operator.PLUS:
            return numbers[0] + numbers[1]
        case Operator.MINUS:
            return numbers[0] - numbers[1]
        case Operator.TIMES:
            return numbers[0] * numbers[1]
        case Operator.OVER:
            return numbers[0] / numbers[1]
        case _:
            assert_never(sign)


def _comparison_with(relation: Relation, column: Column, constant: tree.Constant) -> Truths:
    """Compare every row with one value; each distinct text is compared once."""
    value = constant.value
    if isinstance(column, Texts) and isinstance(value, str):
        codes, words = column.encoded()
        holding = [COMPARISONS[relation](word, value) for word in words]
        if sum(holding) == 1:  # as for == it is: one pass over the codes that compares many at once
            return Truths(codes == holding.index(True), codes >= 0)
        return Truths(np.array([*holding, False]).take(codes, mode="wrap"), codes >= 0)
    if isinstance(column, Exact) and isinstance(column.den, int) and isinstance(value, Fraction):
        den = lcm(column.den, value.denominator)
        numbers = exact.product(column.num, den // column.den)
        holds_there = COMPARISONS[relation](numbers, value.numerator * (den // value.denominator))
        return Truths(holds_there.astype(bool, copy=False) & column.present, column.present)
    return _comparison(relation, column, _filled(constant, len(column)))


def _comparison(relation: Relation, left: Column, right: Column) -> Truths:
    present = left.present & right.present
    values = COMPARISONS[relation](*_comparable(left, right))
    return Truths(values & present, present)


def _comparable(left: Column, right: Column) -> tuple[Any, Any]:
    match left, right:
        case Exact(), Exact():
            return exact.aligned(left, right)[:2]
        case Truths(), Truths():
            return left.values, right.values
        case Moments(), Moments():
            return left.local, right.local
        case Days(), Days():
            return left.days, right.days
        case Moments(), Days():
            return left.local, right.days * DAY
        case Days(), Moments():
            return left.days * DAY, right.local
        case Texts(), Texts():
            return _ordered_codes(left, right)
        case _:
            message = f"the checked formula compares {type(left).__name__} with {type(right).__name__}"
            raise TypeError(message)


def _ordered_codes(left: Texts, right: Texts) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    (left_codes, left_words), (right_codes, right_words) = left.encoded(), right.encoded()
    order = {word: position for position, word in enumerate(sorted({*left_words, *right_words}))}
    return _recoded(left_codes, left_words, order), _recoded(right_codes, right_words, order)


def _recoded(codes: NDArray[np.int32], words: list[str], order: Mapping[str, int]) -> NDArray[np.int64]:
    positions = np.array([*(order[word] for word in words), -1], dtype=np.int64)
    return positions[codes]


def _truths_of(array: pa.Array) -> Truths:
    return Truths(arrow.truths_of(array), arrow.validity(array))


def _date_part(part: str, column: Column) -> Column:
    if isinstance(column, Moments):
        days = column.days()
        hours = (column.local - days.days * DAY) // (3600 * MICROSECONDS)
    else:
        days = _expect(Days, column)
        hours = np.zeros(len(days), dtype=np.int64)
    if part == "date":
        return days
    values = hours if part == "hour" else (days.days + 3) % 7 + 1  # 1970-01-01 was a Thursday
    return Exact(exact.blanked(values, column.present), 1, column.present)
