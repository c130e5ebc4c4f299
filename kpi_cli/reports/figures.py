"""Numbers for people: `18%`, `25s`, `1.5h`, `12.50`. A value is shown in the unit its target reads best in."""

from collections.abc import Iterable
from fractions import Fraction
from typing import assert_never

from msgspec import Struct

from kpi_cli.numbers import PRINTED_DECIMALS, fixed, half_up, plain
from kpi_cli.scheme.targets import Direction, Target
from kpi_cli.scheme.units import Unit

_MINUTE, _HOUR = 60, 3600
_SECONDS_UP_TO, _MINUTES_UP_TO = 600, 7200


class Scale(Struct, frozen=True):
    """How figures of one metric are printed: times `factor`, at most `decimals` decimals, then `sign`."""

    factor: Fraction
    sign: str
    decimals: int
    at_least: int = 0  # decimals always printed: money has two

    def figure(self, value: Fraction, *, exactly: bool = False) -> str:
        """Print a value; `exactly` allows up to six decimals."""
        return f"{self._printed(value * self.factor, PRINTED_DECIMALS if exactly else self.decimals)}{self.sign}"

    def _printed(self, scaled: Fraction, decimals: int) -> str:
        text = plain(scaled, decimals)
        return max(text, fixed(scaled, self.at_least), key=len) if self.at_least else text


def scale_of(unit: Unit, references: Iterable[Fraction] = ()) -> Scale:
    """Return the scale for a unit; durations take the largest unit that suits all references (seconds)."""
    match unit:
        case Unit.PERCENT:
            return Scale(Fraction(100), "%", 2)
        case Unit.PERMILLE:
            return Scale(Fraction(1000), "‰", 2)
        case Unit.DURATION:
            return _duration(tuple(references))
        case Unit.MONEY:
            return Scale(Fraction(1), "", 2, at_least=2)
        case Unit.COUNT | Unit.POINTS:
            return Scale(Fraction(1), "", 2)
        case Unit.NUMBER:
            return Scale(Fraction(1), "", 4)
        case _:
            assert_never(unit)


def _duration(references: tuple[Fraction, ...]) -> Scale:
    smallest = min((abs(value) for value in references if value), default=Fraction(0))
    for size, sign, from_seconds in ((_HOUR, "h", _MINUTES_UP_TO), (_MINUTE, "min", _SECONDS_UP_TO)):
        if smallest >= from_seconds and all(half_up(value / size, 2) == value / size for value in references):
            return Scale(Fraction(1, size), sign, 2)
    return Scale(Fraction(1), "s", 2)


def scale_for(unit: Unit, target: Target | None, value: Fraction | None = None) -> Scale:
    """Return the scale of a metric's values: one in which its target reads exactly, else one that suits `value`."""
    if target is not None:
        return scale_of(unit, (target.low, target.high))
    return scale_of(unit, (half_up(value / _HOUR, 0) * _HOUR or value,) if value is not None else ())


def value_figure(value: Fraction, target: Target | None, scale: Scale) -> str:
    """Return a value for people, with more decimals where rounding would hide that it misses its target."""
    shown = half_up(value * scale.factor, scale.decimals)
    hidden = target is not None and target.met(value) != target.met(shown / scale.factor)
    return scale.figure(value, exactly=hidden)


def target_figure(target: Target, scale: Scale) -> str:
    """Return a target for people: `≥ 15%`, `≤ 30s`, `20..40`, `= 2%`."""
    low, high = scale.figure(target.low, exactly=True), scale.figure(target.high, exactly=True)
    match target.direction:
        case Direction.AT_LEAST:
            return f"≥ {low}"
        case Direction.AT_MOST:
            return f"≤ {high}"
        case Direction.WITHIN:
            return f"{low}..{high}"
        case Direction.EXACTLY:
            return f"= {low}"
        case _:
            assert_never(target.direction)
