"""Scoring rules: how a value becomes points. One frozen type per rule, matched exhaustively where scores are made."""

from fractions import Fraction
from typing import Literal, TypeAlias

from msgspec import Struct

from kpi_cli.scheme.targets import Target

Curve: TypeAlias = Literal["ratio", "linear"]


class Proportional(Struct, frozen=True):
    """100 at the target, more or less in proportion; `curve` bends it for `≤` targets."""

    curve: Curve = "ratio"


class PassFail(Struct, frozen=True):
    """`met` points when the target is met, else `missed`."""

    met: Fraction = Fraction(100)
    missed: Fraction = Fraction(0)


class Step(Struct, frozen=True):
    """`score` points when `at` holds."""

    at: Target
    score: Fraction
    name: str | None = None


class Steps(Struct, frozen=True):
    """The first step that holds decides, else `otherwise`."""

    steps: tuple[Step, ...]
    otherwise: Fraction


class Line(Struct, frozen=True):
    """Straight lines through (value, points), values ascending; flat outside."""

    points: tuple[tuple[Fraction, Fraction], ...]


class Deduct(Struct, frozen=True):
    """`start` less `each` for every unit of the value above `free`."""

    start: Fraction
    each: Fraction
    free: Fraction = Fraction(0)


class AsIs(Struct, frozen=True):
    """The value is the score; of a percent metric, its percent."""


class Ranked(Struct, frozen=True):
    """By competition rank among the card's agents, from `top` for the first to `bottom` for the last."""

    top: Fraction
    bottom: Fraction


Rule: TypeAlias = Proportional | PassFail | Steps | Line | Deduct | AsIs | Ranked
