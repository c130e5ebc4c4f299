"""Columns of moments, days and durations: what their cells show, and what they leave open."""

from fractions import Fraction

from msgspec.structs import replace

from kpi_cli.intake.cells.dateformats import formats_of
from kpi_cli.intake.cells.durations import duration_unit, short_format
from kpi_cli.intake.cells.texts import Sign
from kpi_cli.intake.files.headers import header_zone
from kpi_cli.intake.inspecting import headerwords
from kpi_cli.intake.inspecting.evidence import Evidence, Form
from kpi_cli.intake.inspecting.inspection import ColumnEntry
from kpi_cli.intake.inspecting.settled import SPANS, TIMES, Settled, asking, beyond, entry_of, written
from kpi_cli.scheme.compiled import ColumnType

_UNITS = {Fraction(1, 1000): "ms", Fraction(1): "s", Fraction(60): "min", Fraction(3600): "h", Fraction(86400): "d"}
_SERIALS = (36_526, 73_050)  # 2000 to 2099
_EPOCH = (1_000_000_000, 2_100_000_000)


def read_moments(column: Evidence, reads: int) -> Settled:
    """Settle moments or days: the order of day and month, and the zone."""
    times = column.forms[Form.MOMENT]
    entry, odd = entry_of(column, ColumnType.DATETIME if times else ColumnType.DATE, TIMES)
    signs = column.signs
    if Sign.DAY_FIRST in signs and Sign.MONTH_FIRST in signs:
        why = f"`{signs[Sign.DAY_FIRST]}` has the day first, `{signs[Sign.MONTH_FIRST]}` the month"
        return asking(column, why, entry, "export the column anew with one setting")
    if Sign.DAY_OPEN in signs and Sign.DAY_FIRST not in signs and Sign.MONTH_FIRST not in signs:
        cell = signs[Sign.DAY_OPEN]
        day_first, month_first = formats_of(cell)
        why = f"`{cell}` may be day/month or month/day, and no day above 12 shows which"
        return replace(
            asking(column, why, replace(entry, format=day_first), f'or `format: "{month_first}"`'),
            entry=entry,
            reads=reads,
            evidence="dates, day and month in an open order",
        )
    order, bounds = "date and time" if times else "dates", column.bounds
    if Sign.DAY_FIRST in signs:
        order = f"day first: `{signs[Sign.DAY_FIRST]}`"
    elif Sign.MONTH_FIRST in signs:
        order, bounds = f"month first: `{signs[Sign.MONTH_FIRST]}`", column.month_first
    zone = header_zone(column.header)
    if zone:
        order += f"; zone {zone} is in the header"
    return Settled(entry, reads, order, bounds.get(Form.MOMENT if times else Form.DAY), odd=odd)


def read_durations(column: Evidence, reads: int) -> Settled:
    """Settle durations: their unit, what `02:15` means, and those below zero."""
    entry, odd = entry_of(column, ColumnType.DURATION, {*SPANS, Form.NUMBER})
    header, unit = column.header, duration_unit(None, column.header)
    spans = column.bounds.get(Form.SPAN) or column.bounds.get(Form.SHORT)
    if column.forms[Form.SHORT] and short_format(None, header) is None:
        cell = next(iter(column.odd[Form.SHORT]))
        why = f"`{cell}` may be minutes and seconds or hours and minutes"
        return asking(column, why, replace(_signed(entry, column), format="%M:%S"), 'or `format: "%H:%M"`')
    if column.points == column.forms[Form.SPAN] > 0 and not headerwords.is_duration(header):
        why = f"`{next(iter(column.odd[Form.SPAN]))}` may be points or minutes"
        return asking(column, why, entry, "if they are minutes; points need a `map:`")
    if column.forms[Form.NUMBER] and unit is None and beyond(column, 0):
        least, most = written(column.bounds[Form.NUMBER])
        why = f"bare numbers from `{least}` to `{most}`, and the header names no unit"
        return asking(
            column, why, replace(_signed(entry, column), unit="s"), "ms, s, min, h, or d for fractions of a day"
        )
    if _signed(entry, column).signed:
        why = f"`{_lowest(column)}` is below zero: the time left of a target, or clocks that disagree?"
        return asking(column, why, replace(_signed(entry, column), unit=_UNITS.get(unit) if unit else None))
    if column.forms[Form.NUMBER] and unit is not None:
        why = f"numbers, unit {_UNITS[unit]} by the header"
        return Settled(replace(entry, unit=_UNITS[unit]), reads, why, column.bounds[Form.NUMBER], "header", odd)
    return Settled(entry, reads, "each cell says its unit", spans, "values", odd)


def _signed(entry: ColumnEntry, column: Evidence) -> ColumnEntry:
    return replace(entry, signed=_lowest(column) is not None)


def _lowest(column: Evidence) -> str | None:
    """Return the cell that is furthest below zero."""
    lows = [column.bounds[form].low for form in (*SPANS, Form.NUMBER) if form in column.bounds]
    below = [low for low in lows if low is not None and low[0] < 0]
    return min(below)[1] if below else None


def read_epoch(column: Evidence, reads: int) -> Settled | None:
    """Ask whether whole numbers under the header of a moment are seconds since 1970; None where they cannot be."""
    if not headerwords.is_moment(column.header) or column.whole != column.forms[Form.NUMBER]:
        return None
    bounds = column.bounds[Form.NUMBER]
    if bounds.low is None or bounds.high is None or not _EPOCH[0] <= bounds.low[0] <= bounds.high[0] <= _EPOCH[1]:
        return None
    entry = ColumnEntry((column.header,), ColumnType.DATETIME, format="epoch")
    return replace(asking(column, f"`{bounds.low[1]}` may be seconds since 1970", entry), reads=reads)


def read_serials(column: Evidence, reads: int) -> Settled | None:
    """Ask about whole numbers under the header of a day that may be days as spreadsheets count them; else None."""
    bounds = column.bounds[Form.NUMBER]
    if not headerwords.is_moment(column.header) or column.whole != column.forms[Form.NUMBER]:
        return None
    if bounds.low is None or bounds.high is None or not _SERIALS[0] <= bounds.low[0] <= bounds.high[0] <= _SERIALS[1]:
        return None
    why = f"`{bounds.low[1]}` may be a day as spreadsheets count them, shown as a number"
    entry = ColumnEntry((column.header,), ColumnType.DATE)
    return replace(asking(column, why, entry, "once the cells are formatted as dates there"), reads=reads)


def read_days(column: Evidence, reads: int) -> Settled | None:
    """Return days written as `20261005`, where the header speaks of days and every number is one."""
    bounds = column.bounds[Form.NUMBER]
    if not headerwords.is_moment(column.header) or bounds.low is None or bounds.high is None:
        return None
    if not all(len(cell) == 8 and 19_000_101 <= value <= 21_001_231 for value, cell in (bounds.low, bounds.high)):  # noqa: PLR2004 - YYYYMMDD
        return None
    entry = ColumnEntry((column.header,), ColumnType.DATE)
    return Settled(entry, reads, "days as year, month and day in eight digits", bounds)
