"""A cell of a spreadsheet -> the text that an export in CSV would hold."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import TypeAlias, assert_never

Cell: TypeAlias = str | float | bool | time | date | datetime | timedelta

_DIGITS = 10**15  # Excel keeps fifteen; a longer whole number is not what was entered
_MILLISECOND = timedelta(milliseconds=1)


def cell_text(cell: Cell) -> str:
    """Return a cell as text.

    Numbers are their shortest decimal, without exponent; whole ones of more than fifteen digits, whose last digits
    are lost, are spelled as Excel shows them. Times are rounded to the millisecond: points in time by ISO 8601,
    clocks and durations as hours (24 and more too), minutes and seconds.

    >>> cell_text(98.0), cell_text(1e-7), cell_text(1.25e17), cell_text(timedelta(hours=30))
    ('98', '0.0000001', '1.25E+17', '30:00:00')
    """
    match cell:
        case str():
            return cell
        case bool():
            return "TRUE" if cell else "FALSE"
        case int() | float():
            return number_text(cell)
        case datetime():
            return _moment_text(cell)
        case date():
            return cell.isoformat()
        case timedelta():
            return duration_text(cell)
        case time():
            length = timedelta(0, cell.second, cell.microsecond, 0, cell.minute, cell.hour)
            return duration_text(length)
        case _:
            assert_never(cell)


def number_text(number: float) -> str:
    """Return the shortest decimal that means the number."""
    if isfinite(number) and number == int(number) and abs(number) < _DIGITS:
        return str(int(number))
    return decimal_text(repr(float(number))) or ""


def decimal_text(spelled: str) -> str | None:
    """Return a decimal without exponent, unless its last digits are lost; None for what is no number (nan)."""
    number = Decimal(spelled)
    if not number.is_finite():
        return None if number.is_nan() else spelled
    if abs(number) >= _DIGITS:
        return _scientific(number)
    return format(number, "f") if "e" in spelled.lower() else spelled


def duration_text(length: timedelta) -> str:
    """Return `H:MM:SS` with milliseconds if there are any, after a minus when negative."""
    millis = _rounded(abs(length), _MILLISECOND)
    seconds, millis = divmod(millis, 1000)
    clock = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}" + (f".{millis:03}" if millis else "")
    return f"-{clock}" if length < timedelta() and clock.strip("0:.") else clock


def negative_clock(days: str) -> str:
    """Return the duration that a number of days below zero means in a cell shown as a clock."""
    return duration_text(timedelta(days=float(days)))


def _moment_text(moment: datetime) -> str:
    if not moment.microsecond:
        return moment.isoformat(" ")
    millis = _rounded(timedelta(microseconds=moment.microsecond), _MILLISECOND)
    whole = moment.replace(microsecond=0) + timedelta(milliseconds=millis)
    return whole.isoformat(" ", "milliseconds" if whole.microsecond else "seconds")


def _rounded(length: timedelta, unit: timedelta) -> int:
    return (2 * length + unit) // (2 * unit)


def _scientific(number: Decimal) -> str:
    sign, digits, exponent = number.as_tuple()
    spelled = "".join(map(str, digits)).rstrip("0") or "0"
    power = len(digits) + int(exponent) - 1
    fraction = f".{spelled[1:]}" if spelled[1:] else ""
    return f"{'-' * sign}{spelled[0]}{fraction}E+{power}"
