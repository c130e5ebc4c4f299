"""A cell of a spreadsheet -> the text that an export in CSV would hold."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import TypeAlias, assert_never

from kpi_cli.intake.files.cellformats import PLAIN, Format
from kpi_cli.intake.files.decimals import LONG_WHOLE, decimal_text
from kpi_cli.regexes import regex

Cell: TypeAlias = str | float | bool | time | date | datetime | timedelta

_MILLISECOND, _SECOND = timedelta(milliseconds=1), timedelta(seconds=1)
_HALF_SECOND, _LAST_SECOND = _SECOND / 2, timedelta(days=1) - _SECOND

_ISO_LENGTH = regex(r"(-?)PT(\d+)H(\d+)M(\d+(?:\.\d+)?)S", re.ASCII)


def cell_text(cell: Cell, shown: Format = PLAIN) -> str:
    """Return a cell as text.

    Numbers are their shortest decimal, without exponent, a percentage if shown as one; whole ones of more than fifteen
    digits, whose last digits are lost, are spelled as Excel shows them. Times are rounded to the second, to the
    millisecond where fractions are shown: points in time by ISO 8601, clocks and durations as hours (24 and more too),
    minutes and seconds.

    >>> cell_text(98.0), cell_text(1e-7), cell_text(1.25e17), cell_text(timedelta(hours=30))
    ('98', '0.0000001', '1.25E+17', '30:00:00')
    """
    match cell:
        case str():
            return cell
        case bool():
            return "TRUE" if cell else "FALSE"
        case int() | float():
            return shown_number(cell, shown)
        case datetime():
            return moment_text(cell, fine=shown.fine)
        case date():
            return cell.isoformat()
        case timedelta():
            return duration_text(cell, fine=shown.fine)
        case time():
            return _clock_text(cell, fine=shown.fine)
        case _:
            assert_never(cell)


def length_read(cell: Cell) -> Cell:
    """Return a time of an .ods workbook, which comes as text, as the length it is; other cells as they are.

    >>> length_read("PT36H02M23.5S")
    datetime.timedelta(days=1, seconds=43343, microseconds=500000)
    """
    found = _ISO_LENGTH.fullmatch(cell) if isinstance(cell, str) else None
    if not found:
        return cell
    length = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=float(found[4]))
    return -length if found[1] else length


def number_text(number: float) -> str:
    """Return the shortest decimal that means the number."""
    if not abs(number) < LONG_WHOLE:
        return decimal_text(repr(float(number))) or ""
    if number == int(number):
        return str(int(number))
    spelled = repr(number)
    return spelled if "e" not in spelled else format(Decimal(spelled), "f")


def shown_number(number: float, shown: Format) -> str:
    """Return a number under its format: 0.94 as `94%`, 7 as `007`.

    >>> shown_number(0.9401, Format(percent=True)), shown_number(7.0, Format(digits=3))
    ('94.01%', '007')
    """
    if shown.percent and isfinite(number):
        return f"{decimal_text(str((Decimal(repr(float(number))) * 100).normalize()))}%"
    text = number_text(number)
    return text.zfill(shown.digits) if text.isdecimal() else text


def duration_text(length: timedelta, *, fine: bool = True) -> str:
    """Return `H:MM:SS`, if `fine` with milliseconds where there are any, after a minus when negative."""
    millis = _rounded(abs(length), _MILLISECOND) if fine else _rounded(abs(length), _SECOND) * 1000
    seconds, millis = divmod(millis, 1000)
    clock = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}" + (f".{millis:03}" if millis else "")
    return f"-{clock}" if length < timedelta() and clock.strip("0:.") else clock


def moment_text(moment: datetime, *, fine: bool) -> str:
    """Return `YYYY-MM-DD HH:MM:SS`, if `fine` with milliseconds where there are any."""
    if not moment.microsecond:
        return moment.isoformat(" ")
    if not fine:
        return (moment + _HALF_SECOND).isoformat(" ", "seconds")
    millis = _rounded(timedelta(microseconds=moment.microsecond), _MILLISECOND)
    whole = moment.replace(microsecond=0) + timedelta(milliseconds=millis)
    return whole.isoformat(" ", "milliseconds" if whole.microsecond else "seconds")


def _clock_text(clock: time, *, fine: bool) -> str:
    length = timedelta(0, clock.second, clock.microsecond, 0, clock.minute, clock.hour)
    return duration_text(length if fine else min(length, _LAST_SECOND), fine=fine)  # no clock shows 24:00:00


def _rounded(length: timedelta, unit: timedelta) -> int:
    return (2 * length + unit) // (2 * unit)
