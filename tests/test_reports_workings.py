"""Each rule as arithmetic; the results on the right are worked out by hand."""

from fractions import Fraction

import pytest
from made_outcomes import SCORING, line, metric, scheme
from msgspec.structs import replace

from kpi_cli.reports.workings import Setting, ceiling, score_working, value_working
from kpi_cli.scheme.rules import AsIs, Deduct, Line, PassFail, Proportional, Ranked, Rule, Step, Steps
from kpi_cli.scheme.targets import Target, parse_target
from kpi_cli.scheme.units import Unit
from kpi_cli.scoring.cards import Detail, LineStatus

EN = Setting(scheme("en"))


def detail(rule: Rule, unit: Unit, target: Target | None, value: object, raw: object) -> Detail:
    """Return a line with weight 10 whose score is `raw` held within 0..120 and rounded to two decimals."""
    exact, points = Fraction(str(value)), Fraction(str(raw))
    held = min(max(points, Fraction(0)), Fraction(120))
    score = Fraction(round(held * 100), 100)
    card_line = line(metric("m", "M", unit, target, rule), 10)
    return Detail(card_line, exact, Fraction(50), points, score, score / 10, LineStatus.MISSED)


def steps(*scores: tuple[str, int], otherwise: int = 60) -> Steps:
    made = (
        Step(parse_target(at, Unit.PERCENT), Fraction(score), "卓越" if score > 100 else None) for at, score in scores
    )
    return Steps(tuple(made), Fraction(otherwise))


LINE = Line(((Fraction(60), Fraction(120)), (Fraction(120), Fraction(100)), (Fraction(180), Fraction(0))))
S, P, N, C = Unit.DURATION, Unit.PERCENT, Unit.NUMBER, Unit.COUNT


@pytest.mark.parametrize(
    ("rule", "unit", "target", "value", "raw", "said"),
    [
        (Proportional(), S, "≤ 30s", 25, 120, "25s against ≤ 30s: 100 × 30s / 25s = 120.00"),
        (Proportional(), S, "≤ 30s", 20, 150, "20s against ≤ 30s: 100 × 30s / 20s = 150, capped at 120 → 120.00"),
        (Proportional(), S, "≤ 30s", 0, 120, "0s against ≤ 30s: 0s ≤ 0 = 120.00"),
        (Proportional("linear"), S, "≤ 230s", 253, 90, "253s against ≤ 230s: 100 × (2 − 253s / 230s) = 90.00"),
        (
            Proportional("linear"),
            S,
            "≤ 10s",
            30,
            -100,
            "30s against ≤ 10s: 100 × (2 − 30s / 10s) = -100, not below 0 → 0.00",
        ),
        (
            Proportional(),
            P,
            "≥ 85%",
            "41/50",
            "8200/85",
            "82% against ≥ 85%: 100 × 82% / 85% ≈ 96.470588 → 96.47",
        ),
        (Proportional(), N, "20..40", 30, 100, "30 against 20..40: 20 ≤ 30 ≤ 40 = 100.00"),
        (Proportional(), N, "20..40", 10, 50, "10 against 20..40: 100 × 10 / 20 = 50.00"),
        (Proportional(), N, "20..40", 50, 80, "50 against 20..40: 100 × 40 / 50 = 80.00"),
        (Proportional(), P, "= 2%", "0.015", 75, "1.5% against = 2%: 100 × (1 − |1.5% − 2%| / 2%) = 75.00"),
        (PassFail(), P, "≥ 85%", "0.8", 0, "80% against ≥ 85%: missed → 0.00"),
        (steps(("≥ 95%", 120), ("≥ 85%", 100)), P, None, "0.96", 120, "96%, step ≥ 95% 卓越 → 120.00"),
        (steps(("≥ 95%", 120), ("≥ 85%", 100)), P, None, "0.85", 100, "85%, step ≥ 85% → 100.00"),
        (steps(("≥ 95%", 120), ("≥ 85%", 100)), P, None, "0.8", 60, "80% reaches no step (≥ 95%, ≥ 85%) → 60.00"),
        (
            LINE,
            S,
            None,
            90,
            110,
            "60s → 120, 120s → 100: 120 − (90s − 60s) / (120s − 60s) × 20 = 110.00",
        ),
        (LINE, S, None, 30, 120, "30s ≤ 60s: 120 = 120.00"),
        (LINE, S, None, 200, 0, "200s ≥ 180s: 0 = 0.00"),
        (Deduct(Fraction(100), Fraction(10)), C, None, 3, 70, "100 − 10 × 3 = 70.00"),
        (Deduct(Fraction(100), Fraction(10), Fraction(2)), C, None, 5, 70, "100 − 10 × (5 − 2) = 70.00"),
        (Deduct(Fraction(100), Fraction(10), Fraction(2)), C, None, 1, 100, "100 − 10 × 0 = 100.00"),
        (AsIs(), P, None, "0.93", 93, "93%, the value is the score → 93.00"),
    ],
)
def test_a_rule(rule: Rule, unit: Unit, target: str | None, value: object, raw: object, said: str) -> None:  # noqa: PLR0913, PLR0917 - a row of the table above
    parsed = parse_target(target, unit) if target else None
    assert score_working(detail(rule, unit, parsed, value, raw), EN) == said


def test_a_rank_is_told_from_its_points() -> None:
    third = detail(Ranked(Fraction(120), Fraction(60)), N, None, 7, 90)  # 120 − 60·2/4
    assert score_working(third, replace(EN, peers=5)) == "rank 3 of 5: 120 − (120 − 60) × 2 / 4 = 90.00"
    alone = detail(Ranked(Fraction(120), Fraction(60)), N, None, 7, 120)
    assert score_working(alone, replace(EN, peers=1)) == "rank 1 of 1: 120 = 120.00"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"value": None, "raw_score": None, "score": None}, "no data: not scored, the other weights carry its 10"),
        (
            {"value": None, "raw_score": None, "score": Fraction(0)},
            "no data: `missing: skip` gives 0.00",
        ),
        (
            {"raw_score": None, "score": None, "count": Fraction(12), "status": LineStatus.SMALL_SAMPLE},
            "n 12 is below None: not scored, the other weights carry its 10",
        ),
    ],
)
def test_what_is_missing(changes: dict[str, object], said: str) -> None:
    whole = detail(Proportional(), S, parse_target("≤ 30s"), 25, 120)
    assert score_working(replace(whole, **changes), EN) == said


def test_values_show_what_they_are_made_of() -> None:
    share = detail(Proportional(), P, parse_target("≥ 85%"), "28/37", "89.03")
    assert value_working(replace(share, count=Fraction(222)), EN) == "168 of 222 ≈ 75.675676%, n 222"
    mean = detail(Proportional(), S, parse_target("≤ 30s"), 25, 120)
    assert value_working(mean, EN) == "1250s / 50 = 25s, n 50"


@pytest.mark.parametrize(
    ("rule", "unit", "target", "best"),
    [
        (Proportional(), S, "≤ 30s", 120),
        (Proportional(), N, "20..40", 100),
        (PassFail(), P, "≥ 85%", 100),
        (steps(("≥ 95%", 130), otherwise=0), P, None, 120),
        (LINE, S, None, 120),
        (Deduct(Fraction(100), Fraction(5)), C, None, 100),
        (AsIs(), P, None, 100),
        (Ranked(Fraction(110), Fraction(60)), N, None, 110),
    ],
)
def test_the_most_that_a_line_can_give(rule: Rule, unit: Unit, target: str | None, best: int) -> None:
    parsed = parse_target(target, unit) if target else None
    assert ceiling(detail(rule, unit, parsed, "1/2", 1), SCORING) == best
