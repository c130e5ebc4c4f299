"""Cells of source rows as text: for people in the unit of the metric, for programs exactly."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import assert_never

from msgspec import Struct

from kpi_cli.columns import DAY, Column, Days, Moments, Texts, Truths
from kpi_cli.exact import Exact
from kpi_cli.numbers import plain
from kpi_cli.reports.figures import Scale, scale_for, scale_of
from kpi_cli.reports.workings import Setting
from kpi_cli.scheme.compiled import ColumnType, Source
from kpi_cli.scheme.formula import tree
from kpi_cli.scheme.formula.tree import AggregateKind, Kind, Operator, RowExpression
from kpi_cli.scheme.units import Unit
from kpi_cli.scoring.cards import Detail

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OF_ITS_OWN = frozenset(
    {AggregateKind.COUNT, AggregateKind.UNIQUE, AggregateKind.ACTIVE_DAYS, AggregateKind.PEAK, AggregateKind.NPS}
) | {AggregateKind.SHARE}


class Figures(Struct, frozen=True):
    """How numbers of one source read on the line of one metric: durations in the unit that suits its value."""

    detail: Detail
    source: Source
    setting: Setting

    def of_aggregate(self, aggregate: tree.Aggregate) -> Scale:
        """Return the scale of an aggregate's terms: the metric's own where it is nothing but this aggregate."""
        if aggregate.kind in _OF_ITS_OWN:
            return scale_of(Unit.NUMBER)
        if self.detail.line.metric.expression == aggregate:
            return self._metrics
        return self.of(aggregate.argument)

    def of(self, expression: RowExpression | None) -> Scale:
        """Return the scale of an expression over rows."""
        unit = unit_of(expression, self.source)
        metric = self.detail.line.metric
        return self._metrics if unit is metric.unit is Unit.DURATION else scale_of(unit)

    @property
    def _metrics(self) -> Scale:
        metric = self.detail.line.metric
        return scale_for(metric.unit, metric.target, self.detail.value)

    def texts(self, column: Column, scale: Scale | None = None) -> list[str]:
        """Return the cells of a column as people read them; nothing for what is missing."""
        match column:
            case Exact():
                scale = scale or scale_of(Unit.NUMBER)
                return ["" if value is None else scale.figure(value, exactly=True) for value in column.fractions()]
            case Truths():
                yes, no = self.setting.said("是", "true"), self.setting.said("否", "false")
                pairs = zip(column.values.tolist(), column.present.tolist(), strict=True)
                return [("" if not there else yes if value else no) for value, there in pairs]
            case Texts() | Moments() | Days():
                return ["" if cell is None else str(cell) for cell in documents(column)]
            case _:
                assert_never(column)


def unit_of(expression: RowExpression | None, source: Source) -> Unit:
    """Return what an expression over rows is measured in, as far as it shows."""
    match expression:
        case tree.Column(name=name, kind=kind):
            return _unit_of_column(name, kind, source)
        case tree.Working():
            return Unit.DURATION
        case tree.Constant(kind=kind):
            return Unit.DURATION if kind is Kind.DURATION else Unit.NUMBER
        case tree.Negative(operand=operand):
            return unit_of(operand, source)
        case tree.Arithmetic(operator=operator, left=left, right=right):
            return _combined(operator, left, right, source)
        case _:
            return Unit.NUMBER


def _unit_of_column(name: str, kind: Kind, source: Source) -> Unit:
    known = source.columns.get(name)
    if kind is Kind.DURATION or (known and known.type is ColumnType.DURATION):
        return Unit.DURATION
    return Unit.PERCENT if known and known.type is ColumnType.PERCENT else Unit.NUMBER


def _combined(operator: Operator, left: RowExpression, right: RowExpression, source: Source) -> Unit:
    units = unit_of(left, source), unit_of(right, source)
    if operator is Operator.MINUS and _is_time(left):
        return Unit.DURATION
    if operator is Operator.OVER:
        return Unit.NUMBER if units[0] is units[1] or units[1] is not Unit.NUMBER else units[0]
    if operator is Operator.TIMES and Unit.DURATION in units:
        return Unit.DURATION
    return units[0] if units[0] is units[1] else Unit.NUMBER


def _is_time(expression: RowExpression) -> bool:
    match expression:
        case tree.Column(kind=kind) | tree.Constant(kind=kind):
            return kind in {Kind.MOMENT, Kind.DATE}
        case tree.DatePart(part=part):
            return part == "date"
        case _:
            return False


def documents(column: Column) -> list[str | bool | None]:
    """Return the cells of a column for programs: numbers exactly, times on the clock of the scheme."""
    match column:
        case Texts():
            return [*column.to_list()]
        case Exact():
            return [None if value is None else exactly(value) for value in column.fractions()]
        case Truths():
            pairs = zip(column.values.tolist(), column.present.tolist(), strict=True)
            return [value if there else None for value, there in pairs]
        case Moments():
            moments = zip(column.local.tolist(), column.present.tolist(), strict=True)
            return [str(_moment(local)) if there else None for local, there in moments]
        case Days():
            days = zip(column.days.tolist(), column.present.tolist(), strict=True)
            return [str(_moment(day * DAY).date()) if there else None for day, there in days]
        case _:
            assert_never(column)


def _moment(local: int) -> datetime:
    return (_EPOCH + timedelta(microseconds=local)).replace(tzinfo=None)


def exactly(value: Fraction) -> str:
    """Return a number without rounding: a decimal where there is one (`0.125`), else a fraction (`1/3`)."""
    left, decimals = value.denominator, 0
    for prime in (2, 5):
        count = 0
        while left % prime == 0:
            left, count = left // prime, count + 1
        decimals = max(decimals, count)
    return plain(value, decimals) if left == 1 else f"{value.numerator}/{value.denominator}"
