"""An independent scorer, written from the contract: plain Python over lists of rows, exact, straightforward, slow.

It shares nothing with the program: no arrays, no partial aggregates, no blocks. Values are `Fraction`s.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

Truth: TypeAlias = bool | None
Cell: TypeAlias = Fraction | str | bool | datetime | None
Row: TypeAlias = Mapping[str, Cell]
Reading: TypeAlias = Callable[[Row], Cell]
Condition: TypeAlias = Callable[[Row], Truth]
Measured: TypeAlias = tuple[Fraction | None, int | None]  # the value and the evidence behind it, n
Measure: TypeAlias = Callable[[Sequence[Row]], Measured]


# --- numbers -----------------------------------------------------------------------------------------------------


def half_up(value: Fraction, decimals: int) -> Fraction:
    scale = 10**decimals
    whole = int(abs(value) * scale + Fraction(1, 2))  # int() cuts off the rest
    return Fraction(-whole if value < 0 else whole, scale)


def fixed(value: Fraction, decimals: int) -> str:
    rounded = half_up(value, decimals)
    whole, rest = divmod(abs(rounded) * 10**decimals, 10**decimals)
    tail = f".{int(rest):0{decimals}}" if decimals else ""
    return f"{'-' if rounded < 0 else ''}{whole}{tail}"


def plain(value: Fraction, decimals: int = 6) -> str:
    text = fixed(value, decimals)
    return text.rstrip("0").rstrip(".")


# --- truth with missing, as in SQL -------------------------------------------------------------------------------


def both(left: Truth, right: Truth) -> Truth:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def either(left: Truth, right: Truth) -> Truth:
    if left is True or right is True:
        return True
    return None if left is None or right is None else False


def negated(truth: Truth) -> Truth:
    return None if truth is None else not truth


# --- aggregates over one agent's rows ----------------------------------------------------------------------------


def chosen(rows: Sequence[Row], where: Condition | None) -> list[Row]:
    return [row for row in rows if where is None or where(row) is True]


def numbers(rows: Sequence[Row], reading: Reading) -> list[Fraction]:
    return [cell for row in rows if isinstance(cell := reading(row), Fraction)]


def count(rows: Sequence[Row]) -> Measured:
    return Fraction(len(rows)), len(rows)


def total(values: Sequence[Fraction]) -> Measured:
    return sum(values, Fraction(0)), len(values)


def mean(values: Sequence[Fraction]) -> Measured:
    return (sum(values, Fraction(0)) / len(values) if values else None), len(values)


def least(values: Sequence[Fraction]) -> Measured:
    return min(values, default=None), len(values)


def greatest(values: Sequence[Fraction]) -> Measured:
    return max(values, default=None), len(values)


def percentile(values: Sequence[Fraction], percent: Fraction) -> Measured:
    """Excel's PERCENTILE.INC: the position (k - 1)·p in the sorted values, linear between neighbours."""
    if not values:
        return None, 0
    ordered = sorted(values)
    position = (len(ordered) - 1) * percent / 100
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below), len(values)


def median(values: Sequence[Fraction]) -> Measured:
    return percentile(values, Fraction(50))


def share(truths: Sequence[Truth]) -> Measured:
    known = [truth for truth in truths if truth is not None]
    return (Fraction(sum(known), len(known)) if known else None), len(known)


def unique(cells: Sequence[Cell]) -> Measured:
    found = len({cell for cell in cells if cell is not None})
    return Fraction(found), found


def nps(values: Sequence[Fraction]) -> Measured:
    promoters = sum(value >= 9 for value in values)
    detractors = sum(value <= 6 for value in values)
    return (Fraction(promoters - detractors, len(values)) if values else None), len(values)


def weighted_mean(pairs: Sequence[tuple[Cell, Cell]]) -> Measured:
    known = [(x, w) for x, w in pairs if isinstance(x, Fraction) and isinstance(w, Fraction)]
    weight = sum((w for _, w in known), Fraction(0))
    return (sum((x * w for x, w in known), Fraction(0)) / weight if weight else None), len(known)


def only(values: Sequence[Fraction]) -> Measured:
    if len(values) > 1:
        message = "more than one row"
        raise ValueError(message)
    return (values[0], 1) if values else (None, 0)


def peak(intervals: Sequence[tuple[Cell, Cell]]) -> Measured:
    known = [(a, b) for a, b in intervals if isinstance(a, datetime) and isinstance(b, datetime)]
    opened = [sum(a <= moment < b for a, b in known) for moment, _ in known]
    return Fraction(max(opened, default=0)), len(known)


def active_days(moments: Sequence[Cell]) -> Measured:
    return Fraction(len({moment.date() for moment in moments if isinstance(moment, datetime)})), None


def quotient(above: Measured, below: Measured) -> Measured:
    evidence = above[1] if below[1] is None else below[1]
    if above[0] is None or below[0] is None or below[0] == 0:
        return None, evidence
    return above[0] / below[0], evidence


# --- scoring rules -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Target:
    """`sign` is one of `>=`, `<=`, `in`, `is`; `low` and `high` differ for `in` only."""

    sign: str
    low: Fraction
    high: Fraction

    def met(self, value: Fraction) -> bool:
        match self.sign:
            case ">=":
                return value >= self.low
            case "<=":
                return value <= self.low
            case _:
                return self.low <= value <= self.high

    @property
    def text(self) -> str:
        match self.sign:
            case "in":
                return f"in {plain(self.low)}..{plain(self.high)}"
            case "is":
                return f"is {plain(self.low)}"
            case _:
                return f"{self.sign}{plain(self.low)}"


# From a value, and the values of all agents of the card who have one, to a score not yet clamped.
Rule: TypeAlias = Callable[[Fraction, Sequence[Fraction]], Fraction]

BOUNDLESS = Fraction(10**30)  # "reaches the cap"


def _at_most(value: Fraction, target: Fraction, curve: str) -> Fraction:
    if curve == "linear":
        return 100 * (2 - value / target)
    return 100 * target / value if value > 0 else BOUNDLESS


def proportional(target: Target, curve: str) -> Rule:
    def score(value: Fraction, _: Sequence[Fraction]) -> Fraction:
        if target.sign == ">=" or (target.sign == "in" and value < target.low):
            return 100 * value / target.low
        if target.sign == "<=" or (target.sign == "in" and value > target.high):
            return _at_most(value, target.high, curve)
        return 100 * (1 - abs(value - target.low) / target.low) if target.sign == "is" else Fraction(100)

    return score


def pass_fail(target: Target, met: Fraction, missed: Fraction) -> Rule:
    return lambda value, _: met if target.met(value) else missed


def steps(stairs: Sequence[tuple[Target, Fraction]], otherwise: Fraction) -> Rule:
    return lambda value, _: next((points for at, points in stairs if at.met(value)), otherwise)


def line(points: Sequence[tuple[Fraction, Fraction]]) -> Rule:
    def score(value: Fraction, _: Sequence[Fraction]) -> Fraction:
        if value <= points[0][0]:
            return points[0][1]
        for (x1, y1), (x2, y2) in pairwise(points):
            if value <= x2:
                return y1 + (y2 - y1) * (value - x1) / (x2 - x1)
        return points[-1][1]

    return score


def deduct(start: Fraction, each: Fraction, free: Fraction) -> Rule:
    return lambda value, _: start - each * max(Fraction(0), value - free)


def as_is(scale: int) -> Rule:
    return lambda value, _: value * scale


def ranked(top: Fraction, bottom: Fraction, *, higher_is_better: bool) -> Rule:
    def score(value: Fraction, everyone: Sequence[Fraction]) -> Fraction:
        better = sum(other > value if higher_is_better else other < value for other in everyone)
        return top - (top - bottom) * better / (len(everyone) - 1) if len(everyone) > 1 else top

    return score


# --- what is scored ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    metric: str
    label: str
    dimension: str
    weight: Fraction
    measure: Measure
    rule: Rule
    target: Target | None = None
    min_sample: int | None = None
    missing: str = "skip"


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    team: str = ""
    card: str = ""  # the name of the card that takes them; empty: none does


@dataclass(frozen=True, slots=True)
class Band:
    grade: str
    coefficient: str
    min: Fraction | None = None
    at_most: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Rulebook:
    period: str
    cards: Mapping[str, Sequence[Line]]
    bands: Sequence[Band] = ()
    cap: Fraction = Fraction(120)
    floor: Fraction = Fraction(0)
    metric_decimals: int = 2
    total_decimals: int = 1
    min_coverage: Fraction = Fraction(60)


@dataclass(slots=True)
class Result:
    """One agent's card while it is being worked out."""

    person: Person
    measured: list[Measured] = field(default_factory=list)
    scores: list[Fraction | None] = field(default_factory=list)
    total: Fraction | None = None
    coverage: Fraction = Fraction(0)
    grade: int = -1
    rank: int = 0
    of: int = 0
    status: str = "scored"
