"""What a column shows -> how it is read, or the question that only its owner can answer.

The cells decide, never the name alone; the name helps where cells allow several readings. A type is taken when all
cells read as it, but for a few (one in two hundred) and for words that are known to mean no data.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from kpi_cli.intake import headerwords
from kpi_cli.intake.cells import Sign
from kpi_cli.intake.durations import duration_unit, short_format
from kpi_cli.intake.evidence import Bounds, Evidence, Form, counts_by_form
from kpi_cli.intake.headers import header_zone
from kpi_cli.intake.headerwords import AgentRank
from kpi_cli.intake.inspection import ColumnEntry, Question
from kpi_cli.intake.percents import percent_unit
from kpi_cli.scheme.compiled import ColumnType

TOLERATED = Fraction(1, 200)
_MOSTLY = Fraction(7, 10)
_NO_DATA = frozenset(
    {"延迟统计", "not rated", "not offered", "offered", "未评价", "未评", "暂无", "none", "nan", "na", "nil"}
)
_UNITS = {Fraction(1, 1000): "ms", Fraction(1): "s", Fraction(60): "min", Fraction(3600): "h", Fraction(86400): "d"}
_EPOCH = (1_000_000_000, 2_100_000_000)
_HIGHEST_RATE = 200
_SPANS, _TIMES = frozenset({Form.SPAN, Form.SHORT}), frozenset({Form.MOMENT, Form.DAY})


@dataclass(frozen=True, slots=True)
class Settled:
    """How a column is read and what speaks for it. With a question, the entry is what can be read for sure: text."""

    entry: ColumnEntry
    reads: int
    evidence: str
    bounds: Bounds | None = None
    unit_from: str | None = None
    odd: Mapping[str, int] | None = None
    question: Question | None = None


def settle(column: Evidence, delimiter: str) -> Settled:
    """Return how the cells of a column are read."""
    if not column.sampled:
        return _text(column, "no cell holds anything")
    if _is_name(column):
        return _text(column, "an id stays text" if headerwords.is_id(column.header) else "text")
    found = _typed(column)
    if found is None:
        return _mixed(column)
    return _with_decimals(found, column, delimiter) if found.question is None else found


def _is_name(column: Evidence) -> bool:
    """Whether the cells are names or ids, whatever digits they hold."""
    header, numbers = column.header, column.forms[Form.NUMBER]
    if column.leading_zeros and numbers == column.sampled and not headerwords.is_duration(header):
        return True
    named = headerwords.agent_rank(header) in {AgentRank.ASSIGNED, AgentRank.LATER} or headerwords.is_key(header)
    named = named or headerwords.of_team(header) or (headerwords.is_id(header) and column.whole == column.sampled)
    is_id = named or (headerwords.of_customers(header) and column.whole == column.sampled)
    return is_id or (column.endless > 0 and numbers == column.sampled)


def _typed(column: Evidence) -> Settled | None:  # noqa: PLR0911 - one for each type, in order of how sure it is
    header, numbers = column.header, {Form.NUMBER}
    if column.forms[Form.RATE] and (reads := _reads(column, {Form.RATE, *numbers})):
        return _rate(column, reads)
    if any(column.forms[form] for form in _TIMES) and (reads := _reads(column, _TIMES)):
        return _moment(column, reads)
    if any(column.forms[form] for form in _SPANS) and (reads := _reads(column, {*_SPANS, *numbers})):
        return _duration(column, reads)
    if column.forms[Form.TRUTH] and (reads := _reads(column, {Form.TRUTH})):
        return _plain(column, ColumnType.BOOLEAN, reads)
    if column.forms[Form.TRUTH] and column.two_valued == column.forms[Form.NUMBER]:
        reads = _reads(column, {Form.TRUTH, *numbers})
        return _plain(column, ColumnType.BOOLEAN, reads) if reads else None
    if not (reads := _reads(column, numbers)):
        return None
    if duration_unit(None, header) is not None or headerwords.is_duration(header):
        return _duration(column, reads)
    if headerwords.is_rate(header) and not _beyond(column, _HIGHEST_RATE):
        return _rate(column, reads)
    return _epoch(column, reads) or _compact_days(column, reads) or _plain(column, ColumnType.NUMBER, reads)


def _reads(column: Evidence, forms: set[Form] | frozenset[Form]) -> int:
    """Return how many cells are of these forms; 0 where too many are not, words for no data aside."""
    cells = sum(column.forms[form] for form in forms)
    strays = counts_by_form(column.odd, forms)
    without = sum(count for cell, count in strays.items() if cell.casefold() in _NO_DATA)
    others = column.sampled - cells - without
    return cells if cells and others <= TOLERATED * column.sampled else 0


def _entry(
    column: Evidence, kind: ColumnType, forms: set[Form] | frozenset[Form]
) -> tuple[ColumnEntry, dict[str, int]]:
    """Return the entry of a type, and the cells that it cannot read."""
    strays = counts_by_form(column.odd, forms)
    missing = tuple(sorted(cell for cell in strays if cell.casefold() in _NO_DATA))
    return ColumnEntry((column.header,), kind, missing=missing), {
        cell: count for cell, count in strays.items() if cell not in missing
    }


def _plain(column: Evidence, kind: ColumnType, reads: int) -> Settled:
    forms = {Form.TRUTH, Form.NUMBER} if kind is ColumnType.BOOLEAN else {Form.NUMBER}
    entry, odd = _entry(column, kind, forms)
    what = "numbers" if kind is ColumnType.NUMBER else "yes or no"
    if kind is ColumnType.NUMBER and column.two_valued == column.forms[Form.NUMBER]:
        what = "0 and 1 only; `type: boolean` if they mean no and yes"
    return Settled(entry, reads, what, column.bounds.get(Form.NUMBER), odd=odd)


def _text(column: Evidence, why: str) -> Settled:
    return Settled(ColumnEntry((column.header,)), column.sampled, why)


def _ask(column: Evidence, why: str, wanted: ColumnEntry, hint: str = "") -> Settled:
    return replace(_text(column, "text"), question=Question(column.header, why, "", wanted, hint))


def _rate(column: Evidence, reads: int) -> Settled:
    entry, odd = _entry(column, ColumnType.PERCENT, {Form.RATE, Form.NUMBER})
    bounds = column.bounds.get(Form.RATE) or column.bounds.get(Form.NUMBER)
    bare, zero = column.forms[Form.NUMBER], _beyond(column, 0)
    by_header = percent_unit(None, column.header)
    if not bare or not zero:
        return Settled(entry, reads, "every rate bears its mark" if not bare else "rates", bounds, "values", odd)
    if by_header is not None:
        return Settled(entry, reads, "rates, the unit is in the header", bounds, "header", odd)
    if Sign.HUNDREDS in column.signs:
        why = f"`{column.signs[Sign.HUNDREDS]}` shows that 100 is the whole"
        return Settled(replace(entry, unit="%"), reads, why, bounds, "values", odd)
    least, most = _written(column.bounds[Form.NUMBER])
    why = f"rates from `{least}` to `{most}`: is 1 the whole, or 100?"
    return _ask(column, why, replace(entry, unit="fraction"), 'or `unit: "%"`')


def _moment(column: Evidence, reads: int) -> Settled:
    times = column.forms[Form.MOMENT]
    entry, odd = _entry(column, ColumnType.DATETIME if times else ColumnType.DATE, _TIMES)
    signs = column.signs
    if Sign.DAY_FIRST in signs and Sign.MONTH_FIRST in signs:
        why = f"`{signs[Sign.DAY_FIRST]}` has the day first, `{signs[Sign.MONTH_FIRST]}` the month"
        return _ask(column, why, entry, "export the column anew with one setting")
    if Sign.DAY_OPEN in signs and Sign.DAY_FIRST not in signs and Sign.MONTH_FIRST not in signs:
        cell = signs[Sign.DAY_OPEN]
        day_first, month_first = _formats(cell)
        why = f"`{cell}` may be day/month or month/day, and no day above 12 shows which"
        return replace(
            _ask(column, why, replace(entry, format=day_first), f'or `format: "{month_first}"`'),
            entry=entry,
            reads=reads,
        )
    order, bounds = "day and month are plain", column.bounds
    if Sign.DAY_FIRST in signs:
        order = f"day first: `{signs[Sign.DAY_FIRST]}`"
    elif Sign.MONTH_FIRST in signs:
        order, bounds = f"month first: `{signs[Sign.MONTH_FIRST]}`", column.month_first
    zone = header_zone(column.header)
    if zone:
        order += f"; zone {zone} is in the header"
    return Settled(entry, reads, order, bounds.get(Form.MOMENT if times else Form.DAY), odd=odd)


def _formats(cell: str) -> tuple[str, str]:
    """Return how an ambiguous date would be written for strptime: with the day first, and with the month first."""
    mark = next(character for character in cell if not character.isalnum())
    head, _, tail = cell.partition(" ")
    time = {0: "", 1: " %H:%M", 2: " %H:%M:%S"}.get(tail.count(":"), "") if tail else ""
    if time and tail.casefold().endswith("m"):
        time = time.replace("%H", "%I") + " %p"
    year = "%Y" if len(head.split(mark)[-1]) == 4 else "%y"  # noqa: PLR2004 - digits of a year
    return f"%d{mark}%m{mark}{year}{time}", f"%m{mark}%d{mark}{year}{time}"


def _duration(column: Evidence, reads: int) -> Settled:
    entry, odd = _entry(column, ColumnType.DURATION, {*_SPANS, Form.NUMBER})
    header, unit = column.header, duration_unit(None, column.header)
    spans = column.bounds.get(Form.SPAN) or column.bounds.get(Form.SHORT)
    if column.forms[Form.SHORT] and short_format(None, header) is None:
        cell = next(iter(column.odd[Form.SHORT]))
        why = f"`{cell}` may be minutes and seconds or hours and minutes"
        return _ask(column, why, replace(_signed(entry, column), format="%M:%S"), 'or `format: "%H:%M"`')
    if column.points == column.forms[Form.SPAN] > 0 and not headerwords.is_duration(header):
        why = f"`{next(iter(column.odd[Form.SPAN]))}` may be points or minutes"
        return _ask(column, why, entry, "if they are minutes; points need a `map:`")
    if column.forms[Form.NUMBER] and unit is None and _beyond(column, 0):
        least, most = _written(column.bounds[Form.NUMBER])
        why = f"bare numbers from `{least}` to `{most}`, and the header names no unit"
        return _ask(
            column, why, replace(_signed(entry, column), unit="s"), "ms, s, min, h, or d for fractions of a day"
        )
    if _signed(entry, column).signed:
        why = f"`{_lowest(column)}` is below zero: the time left of a target, or clocks that disagree?"
        return _ask(column, why, replace(_signed(entry, column), unit=_UNITS.get(unit) if unit else None))
    if column.forms[Form.NUMBER] and unit is not None:
        why = f"numbers, the unit {_UNITS[unit]} is in the header"
        return Settled(replace(entry, unit=_UNITS[unit]), reads, why, column.bounds[Form.NUMBER], "header", odd)
    return Settled(entry, reads, "each cell says its unit", spans, "values", odd)


def _signed(entry: ColumnEntry, column: Evidence) -> ColumnEntry:
    return replace(entry, signed=_lowest(column) is not None)


def _lowest(column: Evidence) -> str | None:
    """Return the cell that is furthest below zero."""
    lows = [column.bounds[form].low for form in (*_SPANS, Form.NUMBER) if form in column.bounds]
    below = [low for low in lows if low is not None and low[0] < 0]
    return min(below)[1] if below else None


def _epoch(column: Evidence, reads: int) -> Settled | None:
    if not headerwords.is_moment(column.header) or column.whole != column.forms[Form.NUMBER]:
        return None
    bounds = column.bounds[Form.NUMBER]
    if bounds.low is None or bounds.high is None or not _EPOCH[0] <= bounds.low[0] <= bounds.high[0] <= _EPOCH[1]:
        return None
    entry = ColumnEntry((column.header,), ColumnType.DATETIME, format="epoch")
    return replace(_ask(column, f"`{bounds.low[1]}` may be seconds since 1970", entry), reads=reads)


def _compact_days(column: Evidence, reads: int) -> Settled | None:
    """Return days written as `20261005`, where the header speaks of days and every number is one."""
    bounds = column.bounds[Form.NUMBER]
    if not headerwords.is_moment(column.header) or bounds.low is None or bounds.high is None:
        return None
    if not all(len(cell) == 8 and 19_000_101 <= value <= 21_001_231 for value, cell in (bounds.low, bounds.high)):  # noqa: PLR2004 - YYYYMMDD
        return None
    entry = ColumnEntry((column.header,), ColumnType.DATE)
    return Settled(entry, reads, "days as year, month and day in eight digits", bounds)


def _mixed(column: Evidence) -> Settled:
    """Return text; a question where most cells are of one type and others are not."""
    form, cells = max(column.forms.items(), key=lambda each: (each[0] is not Form.WORD, each[1]))
    if form is Form.WORD or cells < _MOSTLY * column.sampled:
        return _text(column, "text")
    kinds = {Form.NUMBER: ColumnType.NUMBER, Form.RATE: ColumnType.PERCENT, Form.TRUTH: ColumnType.BOOLEAN}
    kinds |= {Form.MOMENT: ColumnType.DATETIME, Form.DAY: ColumnType.DATE}
    strays = counts_by_form(column.odd, {form})
    named = ", ".join(f"`{cell}`" for cell in list(strays)[:3])
    why = f"{cells} of {column.sampled} cells read as {kinds.get(form, ColumnType.DURATION)}, others do not: {named}"
    wanted = ColumnEntry((column.header,), kinds.get(form, ColumnType.DURATION), missing=tuple(strays)[:5])
    return _ask(column, why, wanted, "if these mean no data; a word with a value goes into `map:`")


def _with_decimals(found: Settled, column: Evidence, delimiter: str) -> Settled:
    """Settle the decimal sign of numbers."""
    kinds = {ColumnType.NUMBER: Form.NUMBER, ColumnType.PERCENT: Form.RATE, ColumnType.DURATION: Form.NUMBER}
    if found.entry.type not in kinds:
        return found
    comma, point = Sign.COMMA in column.signs, Sign.POINT in column.signs
    if comma and point:
        why = f"`{column.signs[Sign.COMMA]}` has a decimal comma, `{column.signs[Sign.POINT]}` a decimal point"
        return _ask(column, why, found.entry, "export the column anew with one setting")
    if comma and found.entry.type is ColumnType.DURATION and delimiter != ";":
        return _text(column, "durations with a decimal comma, which are read from files with `;` only")
    if comma:
        told = replace(found.entry, format=None if delimiter == ";" else "0,0")
        return replace(found, entry=told, evidence=f"{found.evidence}; decimal comma: `{column.signs[Sign.COMMA]}`")
    if delimiter == ";" and not point and Sign.DECIMAL_OPEN in column.signs:
        why = f"`{column.signs[Sign.DECIMAL_OPEN]}` may hold thousands or decimals, and no other number shows which"
        return _ask(column, why, replace(found.entry, format="0,0"), 'or `format: "0.0"`')
    return found


def _beyond(column: Evidence, limit: int) -> bool:
    """Whether some bare number is larger than a limit, whatever its sign."""
    bounds = column.bounds.get(Form.NUMBER)
    if bounds is None or bounds.low is None or bounds.high is None:
        return False
    return bounds.high[0] > limit or bounds.low[0] < -limit


def _written(bounds: Bounds) -> tuple[str, str]:
    return (bounds.low[1] if bounds.low else "", bounds.high[1] if bounds.high else "")
