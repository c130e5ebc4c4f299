"""The seven scoring rules: a column of values to a column of points, exact, before clamping and rounding."""

from fractions import Fraction
from itertools import pairwise
from typing import assert_never

import numpy as np

from kpi_cli import exact
from kpi_cli.exact import Exact, Integers, Mask
from kpi_cli.scheme.compiled import Metric, Scoring
from kpi_cli.scheme.rules import AsIs, Curve, Deduct, Line, PassFail, Proportional, Ranked, Steps
from kpi_cli.scheme.targets import Direction, Target
from kpi_cli.scheme.units import Unit

_FULL = Fraction(100)
_AS_POINTS = {Unit.PERCENT: Fraction(100), Unit.PERMILLE: Fraction(1000)}


def points(metric: Metric, values: Exact, scoring: Scoring) -> Exact:
    """Return the points of the values by the metric's rule; missing where the value is."""
    rule, rows = metric.rule, len(values)
    match rule:
        case Proportional(curve=curve):
            return _proportional(_target(metric), curve, values, scoring.cap)
        case PassFail(met=met, missed=missed):
            reached = reaches(_target(metric), values)
            return _chosen(reached, met, missed).only_where(values.present)
        case Steps():
            return _steps(rule, values)
        case Line(points=corners):
            return _line(corners, values)
        case Deduct(start=start, each=each, free=free):
            excess = exact.clamped(values - exact.constant(free, rows), low=Fraction(0), high=None)
            return exact.constant(start, rows) - exact.constant(each, rows) * excess
        case AsIs():
            return values * exact.constant(_AS_POINTS.get(metric.unit, Fraction(1)), rows)
        case Ranked(top=top, bottom=bottom):
            return _ranked(top, bottom, values if higher_is_better(metric) else -values)
        case _:
            assert_never(rule)


def reaches(target: Target, values: Exact) -> Mask:
    """Return which exact values meet the target; a missing one does not."""
    low, high = (exact.constant(end, len(values)) for end in (target.low, target.high))
    match target.direction:
        case Direction.AT_LEAST:
            met = values.order(low) >= 0
        case Direction.AT_MOST:
            met = values.order(high) <= 0
        case Direction.WITHIN | Direction.EXACTLY:
            met = (values.order(low) >= 0) & (values.order(high) <= 0)
        case _:
            assert_never(target.direction)
    return met & values.present


def higher_is_better(metric: Metric) -> bool:
    """Whether more is better: by the target's direction, else as `better` says."""
    if metric.target is not None and metric.target.direction in {Direction.AT_LEAST, Direction.AT_MOST}:
        return metric.target.direction is Direction.AT_LEAST
    return metric.better != "lower"


def competition_ranks(values: Exact) -> Integers:
    """Return each value's rank, the largest first, equal ones alike (1224); 0 where missing."""
    present = np.flatnonzero(values.present)
    ranks = np.zeros(len(values), dtype=np.int64)
    ordered = sort_keys(values.take(present))
    ascending = np.sort(ordered)
    ranks[present] = 1 + len(ordered) - np.searchsorted(ascending, ordered, side="right")
    return ranks


def sort_keys(values: Exact) -> Integers:
    """Return integers in the order of the values, none of which is missing."""
    if isinstance(values.den, int):
        return values.num
    common = exact.from_fractions(values.fractions())
    return common.num


def _target(metric: Metric) -> Target:
    if metric.target is None:
        message = f"a checked scheme gives `{metric.name}` a target"
        raise TypeError(message)
    return metric.target


def _chosen(condition: Mask, yes: Fraction, no: Fraction) -> Exact:
    rows = len(condition)
    return exact.pick(condition, exact.constant(yes, rows), exact.constant(no, rows))


def _proportional(target: Target, curve: Curve, values: Exact, cap: Fraction) -> Exact:
    rows = len(values)
    low = exact.constant(target.low, rows)
    full = exact.constant(_FULL, rows)
    match target.direction:
        case Direction.AT_LEAST:
            return _at_least(values, target.low)
        case Direction.AT_MOST:
            return _at_most(values, target.high, curve, cap)
        case Direction.WITHIN:
            outside = exact.pick(
                values.order(low) < 0, _at_least(values, target.low), _at_most(values, target.high, curve, cap)
            )
            return exact.pick(reaches(target, values), full, outside)
        case Direction.EXACTLY:
            return full - full * magnitude(values - low) / low
        case _:
            assert_never(target.direction)


def _at_least(values: Exact, target: Fraction) -> Exact:
    return values * exact.constant(_FULL / target, len(values))


def _at_most(values: Exact, target: Fraction, curve: Curve, cap: Fraction) -> Exact:
    rows = len(values)
    if curve == "linear":
        return exact.constant(2 * _FULL, rows) - _at_least(values, target)
    best = exact.constant(cap, rows)
    return exact.pick(values.num <= 0, best, exact.constant(_FULL * target, rows) / values).only_where(values.present)


def magnitude(values: Exact) -> Exact:
    """Return the values without their sign."""
    return exact.pick(values.num < 0, -values, values)


def _steps(rule: Steps, values: Exact) -> Exact:
    rows = len(values)
    scores = exact.constant(rule.otherwise, rows)
    for step in reversed(rule.steps):
        scores = exact.pick(reaches(step.at, values), exact.constant(step.score, rows), scores)
    return scores.only_where(values.present)


def steps_reached(rule: Steps, values: Exact) -> Integers:
    """Return the place of the step that each value reaches; -1 for none."""
    places = np.full(len(values), -1, dtype=np.int64)
    for place in reversed(range(len(rule.steps))):
        places[reaches(rule.steps[place].at, values)] = place
    return places


def _line(corners: tuple[tuple[Fraction, Fraction], ...], values: Exact) -> Exact:
    """Interpolate between the corners around each value; flat outside."""
    rows = len(values)
    scores = exact.constant(corners[0][1], rows)
    for (start, low), (end, high) in pairwise(corners):
        slope = exact.constant((high - low) / (end - start), rows)
        along = exact.constant(low, rows) + (values - exact.constant(start, rows)) * slope
        scores = exact.pick(values.order(exact.constant(start, rows)) > 0, along, scores)
    last = exact.constant(corners[-1][0], rows)
    scores = exact.pick(values.order(last) > 0, exact.constant(corners[-1][1], rows), scores)
    return scores.only_where(values.present)


def _ranked(top: Fraction, bottom: Fraction, values: Exact) -> Exact:
    """Return top - (top - bottom)(r - 1)/(k - 1): from `top` for the first to `bottom` for the last of k."""
    ranks = competition_ranks(values)
    behind = Exact(np.maximum(ranks - 1, 0), max(int(values.present.sum()) - 1, 1), values.present)
    rows = len(values)
    return exact.constant(top, rows) - exact.constant(top - bottom, rows) * behind
