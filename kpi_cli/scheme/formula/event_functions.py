"""Calls over the events of a case: `first_of`, `last_of`, the responses, `reopenings`, `time_in`, `episode_number`."""

import ast
from typing import TypeAlias, assert_never

from msgspec import Struct

from kpi_cli.scheme.formula.checks import Typed, kind_of
from kpi_cli.scheme.formula.columns import Columns
from kpi_cli.scheme.formula.events import (
    CaseFact,
    CaseFunction,
    EpisodeNumber,
    FirstOf,
    LastOf,
    Reopenings,
    ResponseCount,
    ResponseFirst,
    ResponseMean,
    TimeIn,
    Turns,
)
from kpi_cli.scheme.formula.faults import suggestion
from kpi_cli.scheme.formula.measures import Measure
from kpi_cli.scheme.formula.reading import Reading
from kpi_cli.scheme.formula.rows import RowChecker
from kpi_cli.scheme.formula.tree import Kind, RowExpression
from kpi_cli.scheme.formula.vocabulary import SourceNames, Vocabulary
from kpi_cli.scheme.units import Unit

Found: TypeAlias = Typed[CaseFact]

_USAGE: dict[CaseFunction, tuple[str, int, int]] = {  # how it is written, fewest and most arguments
    CaseFunction.FIRST_OF: ("first_of(column, where=..., after=...)", 1, 1),
    CaseFunction.LAST_OF: ("last_of(column, where=...)", 1, 1),
    CaseFunction.RESPONSE_FIRST: ("response_first(asked, answered)", 2, 3),
    CaseFunction.RESPONSE_MEAN: ("response_mean(asked, answered)", 2, 3),
    CaseFunction.RESPONSE_COUNT: ("response_count(asked, answered)", 2, 2),
    CaseFunction.REOPENINGS: ('reopenings(status in ["resolved", "closed"])', 1, 1),
    CaseFunction.TIME_IN: ('time_in(status == "pending")', 1, 1),
    CaseFunction.EPISODE_NUMBER: ("episode_number()", 0, 0),
}
_NAMED: dict[CaseFunction, tuple[str, ...]] = {
    CaseFunction.FIRST_OF: ("where", "after"),
    CaseFunction.LAST_OF: ("where",),
}


class EventCallChecker(Struct, frozen=True):
    """Checks one call of a function over the events of a case; `has_moments`: whether they are dated to the second."""

    reading: Reading
    vocabulary: Vocabulary
    events: SourceNames
    has_moments: bool

    def check(self, node: ast.Call, function: CaseFunction) -> Found | None:
        """Return the checked call; None when something was reported."""
        before = len(self.reading.faults)
        if not self._shape(node, function):
            return None
        found = self._checked(node, function)
        return found if len(self.reading.faults) == before else None

    def _checked(self, node: ast.Call, function: CaseFunction) -> Found | None:
        match function:
            case CaseFunction.FIRST_OF | CaseFunction.LAST_OF:
                return self._picked(node, function)
            case CaseFunction.RESPONSE_FIRST | CaseFunction.RESPONSE_MEAN | CaseFunction.RESPONSE_COUNT:
                return self._responses(node, function)
            case CaseFunction.REOPENINGS:
                closed = self._rows().condition(node.args[0])
                return None if closed is None else _counted(Reopenings(closed), node)
            case CaseFunction.TIME_IN:
                condition = self._rows().condition(node.args[0])
                return None if condition is None else _lasting(TimeIn(condition), node)
            case CaseFunction.EPISODE_NUMBER:
                return _counted(EpisodeNumber(), node)
            case _:
                assert_never(function)

    def _rows(self) -> RowChecker:
        return RowChecker(self.reading, Columns(self.reading, self.vocabulary, home=self.events))

    def _picked(self, node: ast.Call, function: CaseFunction) -> Found | None:
        value = self._rows().check(node.args[0])
        where, after = self._named(node, "where"), self._named(node, "after")
        if value is None:
            return None
        first = function is CaseFunction.FIRST_OF
        fact = FirstOf(value.node, where, after) if first else LastOf(value.node, where)
        return Typed(fact, value.kind, Measure(value.measure.unit), node)

    def _named(self, node: ast.Call, name: str) -> RowExpression | None:
        given = [keyword.value for keyword in node.keywords if keyword.arg == name]
        return self._rows().condition(given[0]) if given else None

    def _responses(self, node: ast.Call, function: CaseFunction) -> Found | None:
        asked, answered = (self._rows().condition(argument) for argument in node.args[:2])
        calendar = self._calendar(node.args[2]) if node.args[2:] else None
        if asked is None or answered is None:
            return None
        turns = Turns(asked, answered, calendar)
        if function is CaseFunction.RESPONSE_COUNT:
            return _counted(ResponseCount(turns), node)
        first = function is CaseFunction.RESPONSE_FIRST
        return _lasting(ResponseFirst(turns) if first else ResponseMean(turns), node)

    def _calendar(self, node: ast.expr) -> str | None:
        literal = self.reading.literal(node) if isinstance(node, ast.Constant) else None
        name = literal.value if literal is not None else None
        if not isinstance(name, str):
            self.reading.fault(node, "bad-argument", "a calendar's name is a text in quotes", 'write it as "..."')
        elif name not in self.vocabulary.calendars:
            help_ = suggestion(name, sorted(self.vocabulary.calendars), "calendars")
            self.reading.fault(node, "unknown-calendar", f"no calendar `{name}`", help_)
        elif not self.has_moments:
            message = "events that are dated by the day alone have no opening time"
            self.reading.fault(node, "kind-clash", message, "declare the column of `at` with `type: datetime`")
        else:
            return name
        return None

    def _shape(self, node: ast.Call, function: CaseFunction) -> bool:
        """Check how many arguments there are, and their names."""
        usage, fewest, most = _USAGE[function]
        before = len(self.reading.faults)
        if not fewest <= len(node.args) <= most:
            needed = "no argument" if not most else _numbered(fewest, most)
            self.reading.fault(node, "bad-argument", f"`{function}` takes {needed}", f"write `{usage}`")
        seen: set[str] = set()
        for keyword in node.keywords:
            if keyword.arg not in _NAMED.get(function, ()):
                message = f"`{function}` has no argument `{keyword.arg or '**'}`"
                self.reading.fault(keyword, "bad-argument", message, f"write `{usage}`; to compare, write `==`")
            elif keyword.arg in seen:
                message = f"`{keyword.arg}=` twice"
                self.reading.fault(keyword, "bad-argument", message, "join two conditions with `and`")
            seen.add(keyword.arg or "")
        return len(self.reading.faults) == before


def _counted(fact: CaseFact, node: ast.Call) -> Found:
    return Typed(fact, Kind.NUMBER, Measure(Unit.COUNT), node)


def _lasting(fact: CaseFact, node: ast.Call) -> Found:
    measure = Measure(Unit.DURATION)
    return Typed(fact, kind_of(measure), measure, node)


def _numbered(fewest: int, most: int) -> str:
    words = {1: "one", 2: "two", 3: "three"}
    counts = " or ".join(words[count] for count in range(fewest, most + 1))
    return f"{counts} argument{'s' if most > 1 else ''}"
