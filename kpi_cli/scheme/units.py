"""Units: how amounts are written (`30s`, `15%`), which units fit one another, and how values read to people.

Inside the program durations are seconds and rates are fractions; nothing else is ever converted.
"""

from enum import StrEnum
from fractions import Fraction
from typing import assert_never

from kpi_cli.numbers import fixed, parse_decimal, plain
from kpi_cli.regexes import regex


class Unit(StrEnum):
    """What a value is measured in."""

    PERCENT = "percent"
    PERMILLE = "permille"
    DURATION = "duration"
    MONEY = "money"
    COUNT = "count"
    POINTS = "points"
    NUMBER = "number"


SUFFIXES: dict[str, tuple[Fraction, Unit]] = {
    "%": (Fraction(1, 100), Unit.PERCENT),
    "‰": (Fraction(1, 1000), Unit.PERMILLE),
    "ms": (Fraction(1, 1000), Unit.DURATION),
    "毫秒": (Fraction(1, 1000), Unit.DURATION),
    "s": (Fraction(1), Unit.DURATION),
    "秒": (Fraction(1), Unit.DURATION),
    "min": (Fraction(60), Unit.DURATION),
    "分钟": (Fraction(60), Unit.DURATION),
    "h": (Fraction(3600), Unit.DURATION),
    "小时": (Fraction(3600), Unit.DURATION),
    "d": (Fraction(86400), Unit.DURATION),
    "天": (Fraction(86400), Unit.DURATION),
}
RATES = frozenset({Unit.PERCENT, Unit.PERMILLE})
UNITS_HELP = "a number may carry %, ‰, ms, s, min, h or d (毫秒 秒 分钟 小时 天)"
LONGEST_NUMBER = 40  # characters: beyond it a number is a slip, and slow to compute with

_NARROW = str.maketrans("０１２３４５６７８９．％＋－−＞＜＝～", "0123456789.%+--><=~")
_AMOUNT = regex(r"\s*(?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))(?P<gap>\s*)(?P<unit>\S*)\s*")


class Malformed(ValueError):  # noqa: N818 - it says what the text is
    """A text that is no amount or target: where (characters), what is wrong, and how to mend it."""

    def __init__(self, offset: int, message: str, help: str | None = None, *, width: int = 1) -> None:  # noqa: A002 - the word problems use
        self.offset = offset
        self.message = message
        self.help = help
        self.width = width
        super().__init__(message)


def narrowed(text: str) -> str:
    """Return the text with full-width digits and signs as plain ones; every character keeps its place."""
    return text.translate(_NARROW)


def parse_amount(text: str) -> tuple[Fraction, Unit | None]:
    """Read `30s`, `15%`, `-0.5` or `2 min` exactly, in base units; a bare number has no unit. Raises Malformed.

    >>> parse_amount("1.5h")
    (Fraction(5400, 1), <Unit.DURATION: 'duration'>)
    """
    found = _AMOUNT.fullmatch(narrowed(text))
    start = len(text) - len(text.lstrip())
    if found is None:
        raise Malformed(start, f"`{text.strip()}` is not a number", UNITS_HELP, width=len(text.strip()) or 1)
    number, unit = found["number"], found["unit"]
    if len(number) > LONGEST_NUMBER:
        raise Malformed(start, "this number has too many digits", width=len(number))
    value = parse_decimal(number)
    if unit and unit not in SUFFIXES:
        help_ = "write the digits without separators" if unit[0] in ",，_'" else UNITS_HELP
        raise Malformed(found.start("unit"), f"no unit `{unit}`", help_, width=len(unit))
    if value is None:
        raise Malformed(start, f"`{number}` is not a number", width=len(number))
    factor, kind = SUFFIXES.get(unit, (Fraction(1), None))
    return value * factor, kind


def compatible(one: Unit | None, other: Unit | None) -> bool:
    """Whether values in these units may be added, compared, or declared for one another.

    Rates are fractions, so they fit plain numbers and each other; counts and points are numbers too. What is not
    known (None) fits everything.
    """
    if one is None or other is None or one is other:
        return True
    pair = {one, other}
    if Unit.NUMBER in pair:
        return pair.isdisjoint({Unit.DURATION, Unit.MONEY})
    return pair == RATES


def misfit(value: Fraction, written: Unit | None, unit: Unit | None) -> tuple[str, str] | None:
    """Say why an amount written in `written` (None: bare) cannot stand for the unit: a reason and how to mend it."""
    if written is not None:
        if compatible(written, unit):
            return None
        return f"{article(written)} cannot stand for {article(unit)}", _way_to_write(unit)
    if unit is Unit.DURATION and value != 0:
        return f"`{plain(value)}` of which unit?", f"write `{plain(value)}s`, or min, h, d"
    if unit in RATES and abs(value) > 1:
        return f"a bare {plain(value)} is {plain(value * 100)}%", f"write `{plain(value)}{sign_of(unit)}`"
    return None


def _way_to_write(unit: Unit | None) -> str:
    if unit is Unit.DURATION:
        return "write it with s, min, h or d"
    return f"write it with {sign_of(unit)}" if unit in RATES else "write the number alone"


def sign_of(unit: Unit | None) -> str:
    """Return the sign that rates are written with."""
    return "‰" if unit is Unit.PERMILLE else "%"


def article(unit: Unit | None) -> str:
    """Return the unit as a phrase for messages: `a duration`."""
    match unit:
        case Unit.PERCENT | Unit.PERMILLE | Unit.DURATION | Unit.COUNT:
            return f"a {unit}"
        case Unit.MONEY:
            return "an amount of money"
        case Unit.POINTS:
            return "a number of points"
        case Unit.NUMBER:
            return "a plain number"
        case None:
            return "a number"
        case _:
            assert_never(unit)


def spoken(value: Fraction, unit: Unit) -> str:
    """Print a value in base units for people: `15%`, `25s`, `2.5min`, `12.50`, at most two decimals, half up."""
    match unit:
        case Unit.PERCENT:
            return f"{plain(value * 100, 2)}%"
        case Unit.PERMILLE:
            return f"{plain(value * 1000, 2)}‰"
        case Unit.DURATION:
            return _spoken_duration(value)
        case Unit.MONEY:
            return fixed(value, 2)
        case Unit.COUNT | Unit.POINTS:
            return plain(value, 2)
        case Unit.NUMBER:
            return plain(value, 4)
        case _:
            assert_never(unit)


def _spoken_duration(seconds: Fraction) -> str:
    size = abs(seconds)
    if size < 120:  # noqa: PLR2004 - seconds read well up to two minutes
        return f"{plain(seconds, 2)}s"
    if size < 2 * 3600:
        return f"{plain(seconds / 60, 2)}min"
    return f"{plain(seconds / 3600, 2)}h"
