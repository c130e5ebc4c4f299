"""The functions of row expressions: `missing`, `date`, `hour`, `weekday`, `contains`, `working`."""

import ast
from typing import TYPE_CHECKING, Literal

from kpi_cli.scheme.formula.checks import Typed, kind_phrase
from kpi_cli.scheme.formula.comparing import Row
from kpi_cli.scheme.formula.faults import suggestion
from kpi_cli.scheme.formula.measures import UNKNOWN, Measure
from kpi_cli.scheme.formula.tree import Contains, DatePart, IsMissing, Kind, Working
from kpi_cli.scheme.formula.vocabulary import (
    AGGREGATES,
    CASE_FUNCTIONS,
    CONDITION_FUNCTIONS,
    ROW_FUNCTIONS,
    VALUE_FUNCTIONS,
    function_help,
)
from kpi_cli.scheme.units import Unit

if TYPE_CHECKING:  # the checker calls back into itself for arguments
    from kpi_cli.scheme.formula.rows import RowChecker

_USAGE = {
    "missing": ("missing(x)", 1),
    "date": ("date(x)", 1),
    "hour": ("hour(x)", 1),
    "weekday": ("weekday(x)", 1),
    "contains": ('contains(text, "needle")', 2),
    "working": ('working(start, end, "calendar")', 3),
}


def call(checker: "RowChecker", node: ast.Call) -> Row | None:
    """Check a call inside a row expression."""
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name not in _USAGE:
        _unknown(checker, node, name)
        return None
    usage, count = _USAGE[name]
    if node.keywords or len(node.args) != count:
        checker.reading.fault(node, "bad-argument", f"`{name}` takes {count} argument(s)", f"write `{usage}`")
        return None
    match name:
        case "missing":
            operand = checker.check(node.args[0])
            return None if operand is None else Typed(IsMissing(operand.node), Kind.TRUTH, UNKNOWN, node)
        case "date" | "hour" | "weekday":
            return _date_part(checker, node, name)
        case "contains":
            return _contains(checker, node)
        case _:
            return _working(checker, node)


def _unknown(checker: "RowChecker", node: ast.Call, name: str) -> None:
    reading, shown = checker.reading, _called(checker, node)
    if name in AGGREGATES | VALUE_FUNCTIONS:
        help_ = "rows are counted once: calculate with several aggregates side by side"
        reading.fault(node, "not-allowed", f"`{name}` stands inside a row expression", help_)
    elif name in CONDITION_FUNCTIONS:
        reading.fault(node, "not-allowed", f"`{name}` belongs to the conditions of gates and awards")
    elif name in CASE_FUNCTIONS:
        reading.fault(node, "not-allowed", f"`{name}` belongs to the columns of `cases`, outside aggregates")
    else:
        help_ = function_help(shown, ROW_FUNCTIONS | AGGREGATES)
        reading.fault(node.func, "unknown-function", f"no function `{shown}`", help_)


def _called(checker: "RowChecker", node: ast.Call) -> str:
    """Return what is called, as written."""
    return checker.reading.excerpt(node.func)


def _typed(checker: "RowChecker", node: ast.expr, kinds: frozenset[Kind], what: str) -> Row | None:
    part = checker.check(node)
    if part is None or part.kind in kinds:
        return part
    wanted = " or ".join(kind_phrase(kind) for kind in sorted(kinds))
    message = f"{what} needs {wanted}, but `{checker.reading.excerpt(node)}` is {part.described}"
    checker.reading.fault(node, "kind-clash", message)
    return None


def _date_part(checker: "RowChecker", node: ast.Call, part: Literal["date", "hour", "weekday"]) -> Row | None:
    kinds = frozenset({Kind.MOMENT}) if part == "hour" else frozenset({Kind.MOMENT, Kind.DATE})
    operand = _typed(checker, node.args[0], kinds, f"`{part}`")
    if operand is None:
        return None
    kind, measure = (Kind.DATE, UNKNOWN) if part == "date" else (Kind.NUMBER, Measure(Unit.NUMBER))
    return Typed(DatePart(part, operand.node), kind, measure, node)


def _text_argument(checker: "RowChecker", node: ast.expr, what: str) -> str | None:
    literal = checker.reading.literal(node) if isinstance(node, ast.Constant) else None
    if literal is not None and isinstance(literal.value, str) and literal.value:
        return literal.value
    checker.reading.fault(node, "bad-argument", f"{what} is a text in quotes", 'write it as "..."')
    return None


def _contains(checker: "RowChecker", node: ast.Call) -> Row | None:
    text = _typed(checker, node.args[0], frozenset({Kind.TEXT}), "`contains`")
    needle = _text_argument(checker, node.args[1], "what `contains` looks for")
    if text is None or needle is None:
        return None
    return Typed(Contains(text.node, needle), Kind.TRUTH, UNKNOWN, node)


def _working(checker: "RowChecker", node: ast.Call) -> Row | None:
    moment = frozenset({Kind.MOMENT})
    start = _typed(checker, node.args[0], moment, "`working`")
    end = _typed(checker, node.args[1], moment, "`working`")
    calendar = _text_argument(checker, node.args[2], "a calendar's name")
    calendars = checker.columns.vocabulary.calendars
    if calendar is not None and calendar not in calendars:
        help_ = suggestion(calendar, sorted(calendars), "calendars")
        checker.reading.fault(node.args[2], "unknown-calendar", f"no calendar `{calendar}`", help_)
        return None
    if start is None or end is None or calendar is None:
        return None
    return Typed(Working(start.node, end.node, calendar), Kind.DURATION, Measure(Unit.DURATION), node)
