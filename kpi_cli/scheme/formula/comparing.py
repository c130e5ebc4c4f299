"""Comparisons of row parts: what may be compared with what, and texts that stand for days and moments.

A moment against a day (`"2026-11-11"`) is compared by its local day, so `<=` takes the whole day in.
"""

import ast
import re
from datetime import date, datetime
from fractions import Fraction
from typing import TypeAlias

from kpi_cli.numbers import parse_decimal
from kpi_cli.regexes import regex
from kpi_cli.scheme.formula.checks import NUMERIC, Typed, units_fit
from kpi_cli.scheme.formula.measures import UNKNOWN
from kpi_cli.scheme.formula.reading import Reading
from kpi_cli.scheme.formula.tree import (
    Comparison,
    Constant,
    DatePart,
    Kind,
    Membership,
    Relation,
    RowExpression,
)

Row: TypeAlias = Typed[RowExpression]

_DAY = regex(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = regex(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?", re.ASCII)
_EQUALITY = frozenset({Relation.EQUAL, Relation.UNEQUAL})
_WHEN_HELP = 'write "2026-11-11" or "2026-11-11 08:30"; the zone is the scheme\'s'


def compare(reading: Reading, relation: Relation, left: Row, right: Row) -> RowExpression | None:
    """Check one comparison; None when it was reported."""
    pair = aligned(reading, left, right)
    if pair is None:
        return None
    left, right = pair
    if left.kind in NUMERIC and not units_fit(reading, left, right):
        return None
    if relation not in _EQUALITY and left.kind in {Kind.TEXT, Kind.TRUTH}:
        message = f"`{reading.excerpt(left.origin)}` is {left.described}, which has no order"
        help_ = "declare the column `type: number`, or use `==` or `in [...]`"
        reading.fault(left.origin, "kind-clash", message, help_)
        return None
    return Comparison(relation, left.node, right.node)


def aligned(reading: Reading, left: Row, right: Row) -> tuple[Row, Row] | None:
    """Bring two parts to one kind, or report that they have none in common."""
    if left.kind is right.kind:
        return left, right
    if _is_time(left) and isinstance(right.node, Constant) and right.kind is Kind.TEXT:
        when = _when(reading, right, left.kind)
        return None if when is None else _by_day(left, when)
    if _is_time(right) and isinstance(left.node, Constant) and left.kind is Kind.TEXT:
        when = _when(reading, left, right.kind)
        return None if when is None else _by_day(right, when)[::-1]
    if {left.kind, right.kind} == NUMERIC:
        return _durations(reading, left, right)
    _clash(reading, left, right)
    return None


def _is_time(part: Row) -> bool:
    return part.kind in {Kind.MOMENT, Kind.DATE}


def _by_day(part: Row, when: Row) -> tuple[Row, Row]:
    if part.kind is Kind.MOMENT and when.kind is Kind.DATE:
        return Typed(DatePart("date", part.node), Kind.DATE, UNKNOWN, part.origin), when
    return part, when


def _when(reading: Reading, text: Row, kind: Kind) -> Row | None:
    """Read a text beside a moment or day as a day or moment."""
    written = text.node.value if isinstance(text.node, Constant) else ""
    when = _parsed(str(written))
    if when is None:
        message = f"`{reading.excerpt(text.origin)}` is no day or moment"
        reading.fault(text.origin, "bad-argument", message, _WHEN_HELP)
        return None
    if isinstance(when, datetime) and kind is Kind.DATE:
        reading.fault(text.origin, "kind-clash", "a day has no time of day", f'write "{when.date()}"')
        return None
    found = Kind.MOMENT if isinstance(when, datetime) else Kind.DATE
    return Typed(Constant(when, found), found, UNKNOWN, text.origin)


def _parsed(written: str) -> date | datetime | None:
    try:
        if _DAY.fullmatch(written):
            return date.fromisoformat(written)
        return datetime.fromisoformat(written) if _MOMENT.fullmatch(written) else None
    except ValueError:  # the 30th of February
        return None


def _durations(reading: Reading, left: Row, right: Row) -> tuple[Row, Row] | None:
    """Check a number beside a duration: zero has every unit, others must say theirs."""
    if not units_fit(reading, left, right):
        return None
    zeros = [_zero_duration(part) for part in (left, right)]
    if None not in zeros:
        return zeros[0] or left, zeros[1] or right
    number = left if left.kind is Kind.NUMBER else right
    other = right if number is left else left
    reading.fault(
        number.origin,
        "unit-clash",
        f"`{reading.excerpt(other.origin)}` is a duration, but `{reading.excerpt(number.origin)}` a number",
        "declare the column `type: duration` and its `unit:`",
    )
    return None


def _zero_duration(part: Row) -> Row | None:
    if part.kind is Kind.DURATION:
        return part
    if part.measure.bare != 0:
        return None
    return Typed(Constant(Fraction(0), Kind.DURATION), Kind.DURATION, part.measure, part.origin)


def _clash(reading: Reading, left: Row, right: Row) -> None:
    one, two = reading.excerpt(left.origin), reading.excerpt(right.origin)
    message = f"`{one}` is {left.described}, but `{two}` is {right.described}"
    reading.fault(right.origin, "kind-clash", message, _clash_help(reading, left, right))


def _clash_help(reading: Reading, left: Row, right: Row) -> str | None:
    kinds = {left.kind, right.kind}
    if kinds == {Kind.MOMENT, Kind.DATE}:
        return "compare days: `date(x)` is the day of a moment"
    for text, other in ((left, right), (right, left)):
        if not isinstance(text.node, Constant):
            continue
        if text.kind is Kind.TEXT and other.kind in NUMERIC and parse_decimal(str(text.node.value)) is not None:
            return f"write {text.node.value} without quotes"
        if text.kind in NUMERIC and other.kind is Kind.TEXT:
            written = reading.excerpt(text.origin)
            return f'write "{written}" in quotes, or declare the column `type: number`'
        if other.kind is Kind.TRUTH:
            return f"a boolean is a condition by itself: `{reading.excerpt(other.origin)}`"
    return None


def member(reading: Reading, operand: Row, options: list[Row]) -> RowExpression | None:
    """Check `operand in [options]`; None when it was reported."""
    pairs = [aligned(reading, operand, option) for option in options]
    if any(pair is None for pair in pairs):
        return None
    checked: list[tuple[Row, Row]] = [pair for pair in pairs if pair is not None]
    if operand.kind in NUMERIC and not all(units_fit(reading, *pair) for pair in checked):
        return None
    if len({left.node for left, _ in checked}) > 1:
        message = "days and moments in one list"
        reading.fault(options[0].origin, "kind-clash", message, "write all of them as days, or all as moments")
        return None
    constants = tuple(right.node for _, right in checked if isinstance(right.node, Constant))
    return Membership(checked[0][0].node, constants)


def list_items(reading: Reading, node: ast.expr) -> list[ast.expr] | None:
    """Return the items of the list behind `in`; None when it was reported."""
    if not isinstance(node, ast.List | ast.Tuple):
        shown = reading.excerpt(node)
        help_ = f"write `[{shown}]`" if isinstance(node, ast.Constant) else 'write `in ["a", "b"]`'
        reading.fault(node, "bad-argument", "`in` needs a list", help_)
        return None
    if not node.elts:
        reading.fault(node, "bad-argument", "an empty list: nothing is in it", 'write `in ["a", "b"]`')
        return None
    return list(node.elts)
