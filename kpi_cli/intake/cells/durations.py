"""Durations in exact seconds: clocks, Excel's clocks, words with units, and bare numbers whose unit is known.

A clock on the first day of a spreadsheet's calendar (`1900-01-01 00:02:23`) is what programs make of a duration that
they take for a time. Bare days are a spreadsheet's times, and like them rounded to the millisecond.
"""

import re
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from kpi_cli.intake.cells.texts import Sign, folded, read_number
from kpi_cli.numbers import half_up
from kpi_cli.regexes import regex

_SECONDS = {"ms": Fraction(1, 1000), "s": Fraction(1), "min": Fraction(60), "h": Fraction(3600), "d": Fraction(86400)}
_SPELLINGS = {
    "ms": "ms msec msecs millisecond milliseconds 毫秒",
    "s": "s sec secs second seconds 秒 秒钟",
    "min": "m min mins minute minutes 分 分钟",
    "h": "h hr hrs hour hours 时 小时 个小时",
    "d": "d day days 天 日",
}
DAY = _SECONDS["d"]
_MILLISECONDS = 3  # decimals of a second
UNITS = {word: _SECONDS[unit] for unit, words in _SPELLINGS.items() for word in words.split()}
_WORDS = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
_IN_BRACKETS = regex(rf"\(\s*(?:in )?({_WORDS})\s*\)")
_IN_WORDS = regex(r"\bin (ms|milliseconds|secs?|seconds|mins?|minutes|hrs?|hours|days)\b")
_AT_END = regex(r"_(ms|milliseconds|secs?|seconds|mins|minutes|hrs|hours|days)$")  # `_min` may be a minimum

_CLOCK = regex(
    r"(?:(?P<days>\d+)(?:\s*(?:days?|d|天),?\s*|[ .]))?"
    r"(?P<hours>\d+):(?P<minutes>[0-5]?\d):(?P<seconds>[0-5]?\d(?:\.\d+)?)",
    re.ASCII,
)
_HALF_DAY = regex(
    r"(?P<hours>1[0-2]|0?[1-9]):(?P<minutes>[0-5]\d):(?P<seconds>[0-5]\d(?:\.\d+)?)\s*(?P<half>[ap])m", re.ASCII
)
_DATED = regex(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})(?:(?:t| +)(?P<clock>\d.*?)z?)?", re.ASCII)
_FIRST_DAYS = frozenset(
    written
    for year, month, day in ((1899, 12, 30), (1899, 12, 31), (1900, 1, 0), (1900, 1, 1))
    for written in ((year, month, day), (month, day, year), (day, month, year))
)
_NO_SECONDS = regex(r"^\d{1,2}:\d\d(?![:\d])", re.ASCII)
_SHORT = regex(r"(\d+):([0-5]?\d(?:\.\d+)?)", re.ASCII)
_PIECE = regex(rf"(\d+(?:\.\d+)?)\s*({_WORDS})(?![a-z])\s*(?:,\s*|and\s+|零)?", re.ASCII)
_SIGNS = frozenset({"-", "+"})
_SHORT_FORMATS = {"%M:%S": (60, 1), "%H:%M": (3600, 60)}


def duration_unit(unit: str | None, header: str) -> Fraction | None:
    """Return the seconds of a bare 1 by the scheme's unit, else by the header (`(秒)`, `in minutes`); None: unknown."""
    if unit is not None:
        return UNITS[unit]
    text = folded(header).casefold()
    found = {UNITS[word] for pattern in (_IN_BRACKETS, _IN_WORDS, _AT_END) for word in pattern.findall(text)}
    return found.pop() if len(found) == 1 else None


def short_format(written: str | None, header: str) -> str | None:
    """Return how `02:15` is read: `%M:%S` or `%H:%M`, by the scheme's format or the header; None: unknown."""
    if written in _SHORT_FORMATS:
        return written
    text = folded(header).casefold()
    if "hh:mm" in text:
        return None if "hh:mm:ss" in text else "%H:%M"
    return "%M:%S" if "mm:ss" in text else None


class DurationForm(Struct, frozen=True):
    """How a column writes durations: the seconds of a bare 1, the format of `02:15`, the decimal sign."""

    unit: Fraction | None = None
    short: str | None = None
    comma: bool = False


def read_duration(cell: str, form: DurationForm) -> Fraction | None:
    """Return exact seconds, negative after a minus.

    >>> read_duration("1h 30m", DurationForm())
    Fraction(5400, 1)
    """
    text = folded(cell).lower()
    sign = -1 if text.startswith("-") else 1
    text = _without_first_day(text[1:].lstrip() if text[:1] in _SIGNS else text)
    found = _clock(text, form.short) if ":" in text else _pieces(text)
    if found is None and text[:1] not in _SIGNS:
        found = _bare(text, form)
    return sign * found if found is not None else None


def duration_signs(cell: str, form: DurationForm) -> Sign:
    """Return whether the cell would be a duration if its unit, or the meaning of `02:15`, were known."""
    if read_duration(cell, form) is not None:
        return Sign.NOTHING
    if read_duration(cell, replace(form, unit=form.unit or Fraction(1))) is not None:
        return Sign.UNIT_OPEN
    return Sign.CLOCK_OPEN if read_duration(cell, replace(form, short="%M:%S")) is not None else Sign.NOTHING


def _bare(text: str, form: DurationForm) -> Fraction | None:
    number = read_number(text, comma=form.comma)
    if number is None or (form.unit is None and number != 0):
        return None
    if form.unit == DAY:
        return half_up(number * DAY, _MILLISECONDS)
    return number * (form.unit or 1)


def _without_first_day(text: str) -> str:
    found = _DATED.fullmatch(text)
    if not found or (int(found[1]), int(found[3]), int(found[4])) not in _FIRST_DAYS:
        return text
    return _NO_SECONDS.sub(r"\g<0>:00", found["clock"] or "0:00:00")


def _clock(text: str, short: str | None) -> Fraction | None:
    if found := _CLOCK.fullmatch(text):
        return int(found["days"] or 0) * 86400 + _seconds(int(found["hours"]), found["minutes"], found["seconds"])
    if found := _HALF_DAY.fullmatch(text):
        hours = int(found["hours"]) % 12 + (12 if found["half"] == "p" else 0)
        return _seconds(hours, found["minutes"], found["seconds"])
    if short and (found := _SHORT.fullmatch(text)):
        large, small = _SHORT_FORMATS[short]
        return Fraction(int(found[1]) * large) + Fraction(found[2]) * small
    return None


def _seconds(hours: int, minutes: str, seconds: str) -> Fraction:
    return Fraction(hours * 3600 + int(minutes) * 60) + Fraction(seconds)


def _pieces(text: str) -> Fraction | None:
    total, place, last = Fraction(0), 0, None
    while found := _PIECE.match(text, place):
        unit = UNITS[found[2]]
        if last is not None and unit >= last:
            return None
        total, last, place = total + Fraction(found[1]) * unit, unit, found.end()
    return total if last is not None and place == len(text) else None
