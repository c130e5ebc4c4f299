"""Times, dates and clock durations, all cells of one shape at once.

What has no known shape, or means no time there is, is left to the exact rules. A property test holds both equal.
"""

from functools import lru_cache
from typing import TypeAlias

import numpy as np
import pyarrow as pa
from msgspec import Struct
from numpy.typing import NDArray

from kpi_cli import arrow
from kpi_cli.columns import Days, Moments, Texts
from kpi_cli.exact import Exact, Mask, pick
from kpi_cli.intake.cells.deciding import Choice
from kpi_cli.intake.cells.moments import DAY, SECOND
from kpi_cli.intake.cells.readings import Decide, Reading, Typed, moments
from kpi_cli.intake.cells.shapes import Group, shape_groups
from kpi_cli.intake.cells.texts import Sign
from kpi_cli.intake.cells.zones import to_utc
from kpi_cli.regexes import regex
from kpi_cli.scheme.compiled import ColumnType
from kpi_cli.taking import texts_at

Integers: TypeAlias = NDArray[np.int64]
_MONTHS = 12
_MOMENT = regex(
    rb"(?:(?P<year>0{4})(?P<mark>[-/.])(?P<month>00?)(?P=mark)(?P<day>00?)|(?P<compact>0{8})"
    rb"|(?P<first>00?)(?P<sign>[-/.])(?P<second>00?)(?P=sign)(?P<last>0{4}))"
    rb"(?:(?: +|T)(?P<hour>00?)(?::(?P<minute>00)(?::(?P<seconds>00)(?:[.,](?P<fraction>0{1,9}))?)?)?"
    rb"(?: *(?P<half>[AaPp])[Mm])?(?: *(?:(?P<utc>Z)|(?P<ahead>[+-])(?P<hours>00)(?::?(?P<minutes>00))?))?)?"
)
_CLOCK = regex(rb"(?P<hours>0{1,6}):(?P<minutes>00?):(?P<seconds>00?)(?:\.(?P<fraction>0{1,6}))?")
_MONTH_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_TO_1970 = 719_162  # days from 0001-01-01
_BEFORE = np.array([0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334])


class _Part(Struct, frozen=True, eq=False):
    """Some rows read: their clock readings (µs) or seconds, which of them are sure, and their offsets from UTC."""

    rows: Integers
    values: Integers
    sure: Mask
    offsets: Integers | None = None


def is_shaped(reading: Reading) -> bool:
    """Whether the cells of a column are read by their shapes."""
    column = reading.column
    if column.map is not None or column.missing:
        return False
    is_moment = reading.type in {ColumnType.DATETIME, ColumnType.DATE}
    return reading.type is ColumnType.DURATION or (is_moment and column.format is None)


def read_shaped(array: pa.Array, reading: Reading, decide: Decide) -> Typed:
    """Return the typed column of plain text cells; `decide` tells by what all of them show how they are read."""
    groups, _ = shape_groups(array)
    known = [group for group in groups if _layout(group.shape, reading.type)]
    rest = _all_but(array, known)
    words = Texts(texts_at(array, rest)).encoded()[1]
    signs = reading.signs(words)
    if reading.type is not ColumnType.DURATION:
        signs |= _day_signs(known)
    choice = decide(signs)
    read = _clock if reading.type is ColumnType.DURATION else _moment
    parts = [read(group, choice) for group in known]
    unsure = np.concatenate([rest, *(part.rows[~part.sure] for part in parts)])
    unsure.sort()
    exact = reading.typed(Texts(texts_at(array, unsure)), choice)
    return _assembled(len(array), reading, parts, unsure, exact)


def _all_but(array: pa.Array, groups: list[Group]) -> Integers:
    left = arrow.validity(array).copy()
    for group in groups:
        left[group.rows] = False
    return np.flatnonzero(left)


@lru_cache(4096)
def _layout(shape: bytes, kind: ColumnType) -> dict[str, tuple[int, int]] | None:
    """Return where the parts of a shape stand, by their names in the pattern; None when it is no known one."""
    found = (_CLOCK if kind is ColumnType.DURATION else _MOMENT).fullmatch(shape)
    return {name: found.span(name) for name, part in found.groupdict().items() if part} if found else None


def _day_signs(groups: list[Group]) -> Sign:
    signs = Sign.NOTHING
    for group in groups:
        layout = _layout(group.shape, ColumnType.DATETIME) or {}
        if "first" not in layout or group.shape[layout["sign"][0]] == ord("."):
            continue
        first, second = group.number(layout["first"]), group.number(layout["second"])
        small, also_small = first <= _MONTHS, second <= _MONTHS
        signs |= Sign.DAY_FIRST if (~small & also_small).any() else Sign.NOTHING
        signs |= Sign.MONTH_FIRST if (small & ~also_small).any() else Sign.NOTHING
        signs |= Sign.DAY_OPEN if (small & also_small & (first != second)).any() else Sign.NOTHING
    return signs


def _moment(group: Group, choice: Choice) -> _Part:
    layout = _layout(group.shape, ColumnType.DATETIME) or {}
    days, sure = _days(group, layout, choice)
    micros, in_day = _time(group, layout)
    offsets, in_world = _offsets(group, layout)
    return _Part(group.rows, days * DAY + micros, sure & in_day & in_world, offsets)


def _days(group: Group, layout: dict[str, tuple[int, int]], choice: Choice) -> tuple[Integers, Mask]:
    if "compact" in layout:
        start = layout["compact"][0]
        year, month, day = (group.number((start + a, start + b)) for a, b in ((0, 4), (4, 6), (6, 8)))
    elif "year" in layout:
        year, month, day = (group.number(layout[name]) for name in ("year", "month", "day"))
    else:
        year, first, second = (group.number(layout[name]) for name in ("last", "first", "second"))
        dotted = group.shape[layout["sign"][0]] == ord(".")
        if choice.day_first is None and not dotted:
            nothing = np.zeros(len(group.rows), dtype=np.int64)
            return nothing, nothing.astype(bool)
        month_first = np.zeros(len(first), dtype=bool) if dotted else _month_first(first, second, choice)
        month, day = np.where(month_first, first, second), np.where(month_first, second, first)
    return _civil(year, month, day)


def _month_first(first: Integers, second: Integers, choice: Choice) -> Mask:
    return (first <= _MONTHS) & ((second > _MONTHS) | (not choice.day_first))


def _civil(year: Integers, month: Integers, day: Integers) -> tuple[Integers, Mask]:
    """Return days since 1970, and which dates there are."""
    sure = (year >= 1) & (month >= 1) & (month <= _MONTHS) & (day >= 1)
    month = np.where(sure, month, 1)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    sure &= (day <= _MONTH_DAYS[month]) & ((month != 2) | (day < 29) | leap)  # noqa: PLR2004 - the end of February
    before = year - 1
    full_years = before * 365 + before // 4 - before // 100 + before // 400
    return full_years + _BEFORE[month] + (leap & (month > 2)) + day - 1 - _TO_1970, sure  # noqa: PLR2004 - February


def _time(group: Group, layout: dict[str, tuple[int, int]]) -> tuple[Integers, Mask]:
    hour, minute, second = (group.number(layout.get(name, (0, 0))) for name in ("hour", "minute", "seconds"))
    sure = (minute < 60) & (second < 60) & (hour < 24)  # noqa: PLR2004 - a day
    if "half" in layout:
        sure &= (hour >= 1) & (hour <= _MONTHS)
        late = group.shape[layout["half"][0]] in b"Pp"
        hour = hour % 12 + (12 if late else 0)
    micros = ((hour * 60 + minute) * 60 + second) * SECOND
    if "fraction" in layout:
        start, end = layout["fraction"]
        end = min(end, start + 6)
        micros += group.number((start, end)) * 10 ** (6 - (end - start))
    return micros, sure


def _offsets(group: Group, layout: dict[str, tuple[int, int]]) -> tuple[Integers | None, Mask]:
    """Return how far the clocks are ahead of UTC (µs; None where cells do not say), and which offsets there are."""
    every = np.ones(len(group.rows), dtype=bool)
    if "utc" in layout:
        return np.zeros(len(group.rows), dtype=np.int64), every
    if "ahead" not in layout:
        return None, every
    hours, minutes = group.number(layout["hours"]), group.number(layout.get("minutes", (0, 0)))
    sign = -1 if group.shape[layout["ahead"][0]] == ord("-") else 1
    return sign * (hours * 60 + minutes) * 60 * SECOND, (hours < 24) & (minutes < 60)  # noqa: PLR2004 - a day


def _clock(group: Group, _: Choice) -> _Part:
    layout = _layout(group.shape, ColumnType.DURATION) or {}
    hours, minutes, seconds = (group.number(layout[name]) for name in ("hours", "minutes", "seconds"))
    start, end = layout.get("fraction", (0, 0))
    micros = group.number((start, end)) * 10 ** (6 - (end - start))
    total = ((hours * 60 + minutes) * 60 + seconds) * SECOND + micros
    return _Part(group.rows, total, (minutes < 60) & (seconds < 60))  # noqa: PLR2004 - a clock


def _assembled(rows: int, reading: Reading, parts: list[_Part], unsure: Integers, exact: Typed) -> Typed:
    present = np.zeros(rows, dtype=bool)
    values = np.zeros(rows, dtype=np.int64)
    for part in parts:
        sure = part.rows[part.sure]
        present[sure] = True
        values[sure] = _unified(part, reading)[part.sure]
    bad = None
    if exact.bad is not None:
        bad = np.zeros(rows, dtype=bool)
        bad[unsure] = exact.bad
    present[unsure] = exact.column.present
    match exact.column:
        case Moments(utc=utc):
            values[unsure] = utc
            return Typed(moments(values, present, reading.clock), bad)
        case Days(days=days):
            values //= DAY
            values[unsure] = days
            return Typed(Days(values, present), bad)
        case Exact():
            return Typed(_seconds(values, present, unsure, exact.column), bad)
        case _:
            message = f"no {type(exact.column).__name__} is read by its shape"
            raise TypeError(message)


def _unified(part: _Part, reading: Reading) -> Integers:
    if reading.type is not ColumnType.DATETIME:
        return part.values
    return to_utc(part.values, reading.zone) if part.offsets is None else part.values - part.offsets


def _seconds(values: Integers, present: Mask, unsure: Integers, exact: Exact) -> Exact:
    den = 1 if not (values % SECOND).any() else SECOND
    known = Exact(values // (SECOND // den), den, present)
    if not len(unsure):
        return known
    positions = np.full(len(values), -1, dtype=np.int64)
    positions[unsure] = np.arange(len(unsure))
    others = exact.take(np.maximum(positions, 0))
    return pick(positions < 0, known, others)
