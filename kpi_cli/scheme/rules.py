"""Scoring rules: how a value becomes points. One frozen type per rule, matched exhaustively where scores are made."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from kpi_cli.scheme.targets import Target

Curve: TypeAlias = Literal["ratio", "linear"]


@dataclass(frozen=True, slots=True)
class Proportional:
    """100 at the target, more or less in proportion; `curve` bends it for `≤` targets."""

    curve: Curve = "ratio"


@dataclass(frozen=True, slots=True)
class PassFail:
    """`met` points when the target is met, else `missed`."""

    met: Fraction = Fraction(100)
    missed: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Step:
    """`score` points when `at` holds."""

    at: Target
    score: Fraction
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Steps:
    """The first step that holds decides, else `otherwise`."""

    steps: tuple[Step, ...]
    otherwise: Fraction


@dataclass(frozen=True, slots=True)
class Line:
    """Straight lines through (value, points), values ascending; flat outside."""

    points: tuple[tuple[Fraction, Fraction], ...]


@dataclass(frozen=True, slots=True)
class Deduct:
    """`start` less `each` for every unit of the value above `free`."""

    start: Fraction
    each: Fraction
    free: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class AsIs:
    """The value is the score; of a percent metric, its percent."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """By competition rank among the card's agents, from `top` for the first to `bottom` for the last."""

    top: Fraction
    bottom: Fraction


Rule: TypeAlias = Proportional | PassFail | Steps | Line | Deduct | AsIs | Ranked
