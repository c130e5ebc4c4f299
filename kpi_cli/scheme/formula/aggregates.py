"""Aggregates: their arguments, their one source, their `where=`, and the unit of what they give."""

import ast
from fractions import Fraction
from typing import TypeAlias, assert_never

from msgspec import Struct

from kpi_cli.scheme.formula.checks import NUMERIC, Typed, kind_of
from kpi_cli.scheme.formula.columns import Columns
from kpi_cli.scheme.formula.comparing import Row
from kpi_cli.scheme.formula.faults import suggestion
from kpi_cli.scheme.formula.measures import UNKNOWN, Measure
from kpi_cli.scheme.formula.reading import Reading
from kpi_cli.scheme.formula.rows import RowChecker
from kpi_cli.scheme.formula.tree import Aggregate, AggregateKind, Kind, RowExpression
from kpi_cli.scheme.formula.vocabulary import SourceNames, Vocabulary
from kpi_cli.scheme.units import Unit

Result: TypeAlias = Typed[Aggregate]
Parts: TypeAlias = tuple[Row | None, Row | None, Fraction | None]  # argument, second, rank

_USAGE: dict[AggregateKind, str] = {
    AggregateKind.COUNT: "count(source)",
    AggregateKind.SUM: "sum(source.column)",
    AggregateKind.MEAN: "mean(source.column)",
    AggregateKind.MIN: "min(source.column)",
    AggregateKind.MAX: "max(source.column)",
    AggregateKind.MEDIAN: "median(source.column)",
    AggregateKind.PERCENTILE: "percentile(source.column, 90)",
    AggregateKind.SHARE: "share(condition)",
    AggregateKind.UNIQUE: "unique(source.column)",
    AggregateKind.NPS: "nps(source.column)",
    AggregateKind.WEIGHTED_MEAN: "weighted_mean(source.column, by=source.weight)",
    AggregateKind.ONLY: "only(source.column)",
    AggregateKind.PEAK: "peak(source.start, source.end)",
    AggregateKind.ACTIVE_DAYS: "active_days(source)",
}
_OF_SOURCE = frozenset({AggregateKind.COUNT, AggregateKind.ACTIVE_DAYS})
_WITH_SECOND = frozenset({AggregateKind.WEIGHTED_MEAN, AggregateKind.PEAK})
_TWO_ARGUMENTS = frozenset({AggregateKind.PERCENTILE, AggregateKind.PEAK})


class AggregateChecker(Struct, frozen=True):
    """Checks one call of an aggregate. `home` is the one source it can be over, whose name may be left out."""

    reading: Reading
    vocabulary: Vocabulary
    node: ast.Call
    kind: AggregateKind
    home: SourceNames | None = None

    def check(self) -> Result | None:
        """Return the checked aggregate; None when something was reported."""
        columns = Columns(self.reading, self.vocabulary, self.home)
        rows = RowChecker(self.reading, columns)
        before = len(self.reading.faults)
        parts = self._arguments(rows) if self._shape() else None
        where = self._where(rows)
        if parts is None or len(self.reading.faults) > before or not self._complete(parts, where):
            return None
        argument, second, rank = parts
        bound = self.home or columns.bound
        if bound is None or (argument is not None and not self._names_column(self.node.args[0])):
            self._sourceless()
            return None
        node = None if argument is None else argument.node
        other = None if second is None else second.node
        measure = aggregate_measure(self.kind, UNKNOWN if argument is None else argument.measure)
        aggregate = Aggregate(self.kind, bound.name, node, other, rank, where)
        return Typed(aggregate, kind_of(measure), measure, self.node)

    def _complete(self, parts: Parts, where: RowExpression | None) -> bool:
        """Whether nothing is lacking because a slip in its writing was already reported."""
        argument, second, rank = parts
        return (
            (argument is not None or self.kind in _OF_SOURCE)
            and (second is not None or self.kind not in _WITH_SECOND)
            and (rank is not None or self.kind is not AggregateKind.PERCENTILE)
            and (where is not None or self._keyword("where") is None)
        )

    def _bad(self, node: ast.expr | ast.keyword, message: str, help_: str | None = None) -> None:
        self.reading.fault(node, "bad-argument", message, help_ or f"write `{_USAGE[self.kind]}`")

    def _shape(self) -> bool:
        """Check how many arguments there are, and their names."""
        before = len(self.reading.faults)
        wanted = 2 if self.kind in _TWO_ARGUMENTS else 1
        given = len(self.node.args)
        if given > wanted:
            help_ = (
                "name a condition: `where=...`" if given == wanted + 1 and _is_condition(self.node.args[-1]) else None
            )
            self._bad(self.node.args[wanted], f"`{self.kind}` takes {_numbered(wanted)}", help_)
        elif given < wanted:
            self._bad(self.node, f"`{self.kind}` needs {_numbered(wanted)}")
        self._names()
        if self.kind is AggregateKind.WEIGHTED_MEAN and self._keyword("by") is None:
            self._bad(self.node, "`weighted_mean` needs its weights")
        return len(self.reading.faults) == before

    def _names(self) -> None:
        seen: set[str] = set()
        for keyword in self.node.keywords:
            known = ["where", "by"] if self.kind is AggregateKind.WEIGHTED_MEAN else ["where"]
            if keyword.arg is None:
                self.reading.fault(keyword, "not-allowed", "`**` before an argument is not part of formulas")
            elif keyword.arg not in known:
                help_ = suggestion(keyword.arg, known, "named arguments")
                self._bad(keyword, f"no argument `{keyword.arg}`", f"{help_}; to compare, write `==`")
            elif keyword.arg in seen:
                self._bad(keyword, f"`{keyword.arg}=` twice", "join two conditions with `and`")
            seen.add(keyword.arg or "")

    def _keyword(self, name: str) -> ast.expr | None:
        return next((keyword.value for keyword in self.node.keywords if keyword.arg == name), None)

    def _where(self, rows: RowChecker) -> RowExpression | None:
        conditions = [keyword.value for keyword in self.node.keywords if keyword.arg == "where"]
        checked = [rows.condition(condition) for condition in conditions]
        return checked[0] if checked else None

    def _arguments(self, rows: RowChecker) -> Parts:
        first, *others = self.node.args
        match self.kind:
            case AggregateKind.COUNT | AggregateKind.ACTIVE_DAYS:
                self._source(rows.columns, first)
                return None, None, None
            case AggregateKind.PERCENTILE:
                return self._numeric(rows, first), None, self._rank(others[0])
            case AggregateKind.WEIGHTED_MEAN:
                return self._numeric(rows, first), self._weight(rows), None
            case AggregateKind.PEAK:
                return self._moment(rows, first), self._moment(rows, others[0]), None
            case AggregateKind.SHARE:
                return self._condition(rows, first), None, None
            case AggregateKind.UNIQUE:
                return rows.check(first), None, None
            case AggregateKind.NPS:
                return self._rating(rows, first), None, None
            case _:
                return self._numeric(rows, first), None, None

    def _source(self, columns: Columns, node: ast.expr) -> None:
        if isinstance(node, ast.Name):
            columns.source(node)
            return
        shown = self.reading.excerpt(node)
        help_ = None
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            help_ = f"write `{self.kind}({node.value.id})`"
            if self.kind is AggregateKind.COUNT:
                help_ = f"rows with a value: `count({node.value.id}, where=not missing({shown}))`"
        elif self.kind is AggregateKind.COUNT:
            help_ = "write `count(source, where=...)`"
        self._bad(node, f"`{self.kind}` counts the rows of a source; `{shown}` is none", help_)

    def _numeric(self, rows: RowChecker, node: ast.expr) -> Row | None:
        part = rows.check(node)
        if part is None or part.kind in NUMERIC:
            return part
        shown = self.reading.excerpt(node)
        help_ = {
            Kind.TRUTH: f"`share({shown})` is the part of rows for which it is true",
            Kind.TEXT: f"declare the column `type: number`, or count its values with `unique({shown})`",
        }.get(part.kind, "subtract two moments for a duration")
        message = f"`{self.kind}` needs numbers or durations, but `{shown}` is {part.described}"
        self.reading.fault(node, "kind-clash", message, help_)
        return None

    def _condition(self, rows: RowChecker, node: ast.expr) -> Row | None:
        part = rows.check(node)
        if part is None or part.kind is Kind.TRUTH:
            return part
        shown = self.reading.excerpt(node)
        message = f"`share` needs a condition, but `{shown}` is {part.described}"
        self.reading.fault(node, "kind-clash", message, f"write when it counts, such as `share({shown} >= 4)`")
        return None

    def _rating(self, rows: RowChecker, node: ast.expr) -> Row | None:
        part = self._numeric(rows, node)
        if part is None or part.kind is Kind.NUMBER:
            return part
        message = f"`nps` needs ratings from 0 to 10, but `{self.reading.excerpt(node)}` is {part.described}"
        self.reading.fault(node, "kind-clash", message)
        return None

    def _moment(self, rows: RowChecker, node: ast.expr) -> Row | None:
        part = rows.check(node)
        if part is None or part.kind is Kind.MOMENT:
            return part
        message = f"`{self.kind}` needs moments, but `{self.reading.excerpt(node)}` is {part.described}"
        self.reading.fault(node, "kind-clash", message, "declare the column `type: datetime`")
        return None

    def _weight(self, rows: RowChecker) -> Row | None:
        weight = self._keyword("by")
        return None if weight is None else self._numeric(rows, weight)

    def _rank(self, node: ast.expr) -> Fraction | None:
        literal = self.reading.literal(node) if isinstance(node, ast.Constant) else None
        value = literal.value if literal is not None else None
        if literal is not None and literal.unit is None and isinstance(value, Fraction) and value <= 100:  # noqa: PLR2004 - %
            return value
        self._bad(node, f"`{self.reading.excerpt(node)}` is no percentile", "write a plain number from 0 to 100")
        return None

    def _names_column(self, node: ast.expr) -> bool:
        kinds = ast.Attribute if self.home is None else (ast.Attribute, ast.Name)
        return any(isinstance(part, kinds) for part in ast.walk(node))

    def _sourceless(self) -> None:
        message = f"`{self.reading.excerpt(self.node)}` names no column of a source"
        self.reading.fault(self.node, "no-source", message, f"write `{_USAGE[self.kind]}`")


def _numbered(count: int) -> str:
    return "one argument" if count == 1 else f"{count} arguments"


def _is_condition(node: ast.expr) -> bool:
    return isinstance(node, ast.Compare | ast.BoolOp | ast.Attribute | ast.Call)


def aggregate_measure(kind: AggregateKind, argument: Measure) -> Measure:
    """Return the unit of what an aggregate gives, from that of its argument."""
    match kind:
        case AggregateKind.COUNT | AggregateKind.UNIQUE | AggregateKind.PEAK | AggregateKind.ACTIVE_DAYS:
            return Measure(Unit.COUNT)
        case AggregateKind.SHARE | AggregateKind.NPS:
            return Measure(Unit.PERCENT)
        case (
            AggregateKind.SUM
            | AggregateKind.MEAN
            | AggregateKind.MIN
            | AggregateKind.MAX
            | AggregateKind.MEDIAN
            | AggregateKind.PERCENTILE
            | AggregateKind.WEIGHTED_MEAN
            | AggregateKind.ONLY
        ):
            return Measure(argument.unit)
        case _:
            assert_never(kind)
