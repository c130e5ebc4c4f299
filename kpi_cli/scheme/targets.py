"""Targets carry their direction: `≥ 85%`, `<= 30s`, `20..40`, `= 0.02`. Inside, base units and exact numbers."""

import re
from enum import StrEnum
from fractions import Fraction
from typing import assert_never

from msgspec import Struct

from kpi_cli.numbers import plain
from kpi_cli.regexes import regex
from kpi_cli.scheme.units import SUFFIXES, Malformed, Unit, misfit, narrowed, parse_amount, spoken

_SIGNS = regex(r"\s*(>=|<=|=>|=<|==|[≥≧⩾≤≦⩽=><])")
_AT_LEAST = frozenset({">=", "≥", "≧", "⩾"})
_AT_MOST = frozenset({"<=", "≤", "≦", "⩽"})
_MEANT = {">": "≥", "=>": "≥", "<": "≤", "=<": "≤"}


class Direction(StrEnum):
    """Which values are good."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    WITHIN = "within"
    EXACTLY = "exactly"


class Target(Struct, frozen=True):
    """What a value should reach, in base units. `low` and `high` differ only where the target is a range."""

    direction: Direction
    low: Fraction
    high: Fraction

    def met(self, value: Fraction) -> bool:
        """Whether the exact value reaches the target; both ends of a range count."""
        match self.direction:
            case Direction.AT_LEAST:
                return value >= self.low
            case Direction.AT_MOST:
                return value <= self.high
            case Direction.WITHIN | Direction.EXACTLY:
                return self.low <= value <= self.high
            case _:
                assert_never(self.direction)

    def text(self) -> str:
        """Return the form CSV files hold: `>=0.15`, `<=30`, `in 20..40`, `is 0.02`."""
        match self.direction:
            case Direction.AT_LEAST:
                return f">={plain(self.low)}"
            case Direction.AT_MOST:
                return f"<={plain(self.high)}"
            case Direction.WITHIN:
                return f"in {plain(self.low)}..{plain(self.high)}"
            case Direction.EXACTLY:
                return f"is {plain(self.low)}"
            case _:
                assert_never(self.direction)

    def spoken(self, unit: Unit) -> str:
        """Return the form people read: `≥ 15%`, `≤ 30s`, `20..40`, `= 2%`."""
        low, high = spoken(self.low, unit), spoken(self.high, unit)
        match self.direction:
            case Direction.AT_LEAST:
                return f"≥ {low}"
            case Direction.AT_MOST:
                return f"≤ {high}"
            case Direction.WITHIN:
                return f"{low}..{high}"
            case Direction.EXACTLY:
                return f"= {low}"
            case _:
                assert_never(self.direction)


def parse_target(text: str, unit: Unit | None = None) -> Target:
    """Read a target. With a `unit`, its numbers must fit that unit too. Raises Malformed."""
    plain_text = narrowed(text)
    if not text.strip():
        raise Malformed(0, "the target is empty", "write `≥ 85%`, `≤ 30s`, `20..40` or `= 0.02`")
    sign = _SIGNS.match(plain_text)
    if sign is not None:
        return _directed(plain_text, sign, unit)
    if ".." in plain_text:
        return _range(plain_text, unit)
    bare = plain_text.strip()
    parse_amount(plain_text)
    raise Malformed(
        plain_text.index(bare[0]),
        f"`{bare}` has no direction",
        f"does more or less count as better? write `≥ {bare}` or `≤ {bare}`",
        width=len(bare),
    )


def _directed(text: str, sign: "re.Match[str]", unit: Unit | None) -> Target:
    written, rest = sign[1], text[sign.end() :].strip()
    if written in _MEANT:
        raise Malformed(
            sign.start(1),
            f"`{written}` is no direction of a target",
            f"a target is met when it is reached: write `{_MEANT[written]} {rest}`",
            width=len(written),
        )
    if ".." in rest:
        at = sign.start(1)
        raise Malformed(at, f"a range takes no `{written}`", f"write `{rest}`", width=len(written))
    value = _amount(text, sign.end(), len(text), unit)
    if written in _AT_LEAST:
        return Target(Direction.AT_LEAST, value, value)
    return Target(Direction.AT_MOST if written in _AT_MOST else Direction.EXACTLY, value, value)


def _range(text: str, unit: Unit | None) -> Target:
    """Read `20..40`; a unit on the upper end alone (`20..40%`) is that of both."""
    at = text.index("..")
    upper = text[at + 2 :].strip()
    suffix = upper.lstrip("+-.0123456789").strip()
    lower = text[:at]
    if suffix in SUFFIXES and re.fullmatch(r"\s*[+-]?[0-9]+(?:\.[0-9]+)?\s*", lower):
        lower = f"{lower.rstrip()}{suffix}"
    low = _amount(lower, 0, len(lower), unit)
    high = _amount(text, at + 2, len(text), unit)
    _same_unit(lower, upper, at)
    if low > high:
        ends = f"`{upper}..{text[:at].strip()}`"
        raise Malformed(at, "the range ends below its start", f"write the smaller end first: {ends}", width=2)
    return Target(Direction.WITHIN, low, high)


def _same_unit(lower: str, upper: str, at: int) -> None:
    if parse_amount(lower)[1] is not parse_amount(upper)[1]:
        raise Malformed(at, "the ends of the range have different units", "give both ends one unit", width=2)


def _amount(text: str, start: int, end: int, unit: Unit | None) -> Fraction:
    part = text[start:end]
    try:
        value, written = parse_amount(part)
    except Malformed as found:
        offset = min(start + found.offset, max(len(text) - 1, 0))
        raise Malformed(offset, found.message, found.help, width=found.width) from None
    reason = misfit(value, written, unit) if unit is not None else None
    if reason is not None:
        inset = len(part) - len(part.lstrip())
        raise Malformed(start + inset, reason[0], reason[1], width=len(part.strip()))
    return value
