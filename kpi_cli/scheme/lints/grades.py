"""Grades: bands that descend and leave no gap, and the highest of which someone can reach."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import assert_never

from kpi_cli.numbers import fixed, half_up, plain
from kpi_cli.problems import Problem, Severity
from kpi_cli.scheme.compiled import Band, Card, Metric, Scoring
from kpi_cli.scheme.compiling.whole import Draft
from kpi_cli.scheme.rules import AsIs, Deduct, Line, PassFail, Proportional, Ranked, Steps
from kpi_cli.scheme.targets import Direction, Target
from kpi_cli.scheme.units import RATES

_FULL = Fraction(100)


def bands_order(draft: Draft) -> Iterator[Problem]:
    """Check that each band begins below the one before."""
    for index, (above, below) in enumerate(pairwise(draft.scheme.bands)):
        if above.min is not None and below.min is not None and below.min >= above.min:
            span = draft.findings.document.value(("grades", index + 1, "min"))
            message = f"grade {below.grade} begins at {plain(below.min)}, not below grade {above.grade}"
            yield Problem("bands-order", message, span, "list the grades from the best down")


def bands_open(draft: Draft) -> Iterator[Problem]:
    """Check that every band but the last has a lower edge; the last has none, so every total has a grade."""
    *upper, last = draft.scheme.bands
    for band in upper:
        if band.min is None:
            message = f"grade {band.grade} has no `min`, so no total reaches the grades after it"
            yield Problem("bands-open", message, band.span, "add `min:`; only the last grade has none")
    if last.min is not None:
        message = f"a total below {plain(last.min)} has no grade"
        yield Problem("bands-open", message, last.span, f"leave `min` out of the last grade, {last.grade}")


def grade_twice(draft: Draft) -> Iterator[Problem]:
    """Check that a grade stands for one band."""
    seen = set[str]()
    for band in draft.scheme.bands:
        if band.grade in seen:
            yield Problem("grade-twice", f"grade {band.grade} stands here twice", band.span, "rename one of them")
        seen.add(band.grade)


def scoring_range(draft: Draft) -> Iterator[Problem]:
    """Check that the cap lies above the floor."""
    scoring = draft.scheme.scoring
    if scoring.cap <= scoring.floor:
        span = draft.findings.document.value(("scoring", "cap"))
        message = f"the cap {plain(scoring.cap)} is not above the floor {plain(scoring.floor)}"
        yield Problem("cap-below-floor", message, span, "all scores would be the same")


def grade_unreachable(draft: Draft) -> Iterator[Problem]:
    """Warn of a grade that the best possible card does not reach: an empty promise."""
    scoring = draft.scheme.scoring
    for card in draft.scheme.cards:
        weight = sum((line.weight for line in card.lines), Fraction(0))
        if weight != _FULL:
            continue
        most = highest_total(card, scoring)
        lost = [band for band in draft.scheme.bands if band.min is not None and band.min > most]
        if lost:
            yield _unreachable(card, lost, fixed(most, scoring.total_decimals))


def _unreachable(card: Card, lost: list[Band], most: str) -> Problem:
    noun = "Grade" if len(lost) == 1 else "Grades"
    message = (
        f"{noun} {', '.join(band.grade for band in lost)} cannot be reached: the most this card can give is {most}"
    )
    begin = ", ".join(f"{band.grade} begins at {plain(band.min)}" for band in lost if band.min is not None)
    help_text = f"{begin}: raise `scoring.cap`, or lower `min`"
    return Problem("grade-unreachable", message, card.span, help_text, Severity.WARNING)


def highest_total(card: Card, scoring: Scoring) -> Fraction:
    """Return the highest total that the card's rules allow, every metric measured; rounded as totals are."""
    total = Fraction(0)
    for line in card.lines:
        held = max(scoring.floor, min(scoring.cap, _highest(line.metric, scoring.cap)))
        total += half_up(held, scoring.metric_decimals) * line.weight
    return half_up(total / _FULL, scoring.total_decimals)


def _highest(metric: Metric, cap: Fraction) -> Fraction:
    """Return the highest score the rule can give; `cap` where there is no other bound."""
    rule = metric.rule
    match rule:
        case Proportional():
            return cap if metric.target is None else _highest_in_proportion(metric, metric.target, rule, cap)
        case PassFail():
            return max(rule.met, rule.missed)
        case Steps():
            return max((*(step.score for step in rule.steps), rule.otherwise))
        case Line():
            return max((score for _, score in rule.points), default=cap)
        case Deduct():
            return rule.start
        case AsIs():
            return _FULL if metric.unit in RATES else cap
        case Ranked():
            return max(rule.top, rule.bottom)
        case _:
            assert_never(rule)


def _highest_in_proportion(metric: Metric, target: Target, rule: Proportional, cap: Fraction) -> Fraction:
    """Return the highest score in proportion; a rate ends at 1, so it beats a target of 98% by 100/98."""
    match target.direction:
        case Direction.AT_LEAST:
            is_bounded = metric.unit in RATES and 0 < target.low <= 1
            return _FULL / target.low if is_bounded else cap
        case Direction.AT_MOST:
            return cap if rule.curve == "ratio" else 2 * _FULL
        case Direction.WITHIN | Direction.EXACTLY:
            return _FULL
        case _:
            assert_never(target.direction)


CHECKS = (bands_order, bands_open, grade_twice, scoring_range, grade_unreachable)
