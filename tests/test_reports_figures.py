"""Numbers in the units people speak; a target always reads exactly as it is."""

from fractions import Fraction

import pytest

from kpi_cli.reports.figures import scale_for, target_figure, value_figure
from kpi_cli.scheme.targets import Direction, Target, parse_target
from kpi_cli.scheme.units import Unit


@pytest.mark.parametrize(
    ("unit", "target", "value", "shown", "shown_target"),
    [
        (Unit.PERCENT, "≥ 15%", Fraction(18, 100), "18%", "≥ 15%"),
        (Unit.PERCENT, "≥ 0.125%", Fraction(1, 3), "33.33%", "≥ 0.125%"),
        (Unit.PERMILLE, "≤ 2‰", Fraction(15, 10000), "1.5‰", "≤ 2‰"),
        (Unit.DURATION, "≤ 30s", Fraction(25), "25s", "≤ 30s"),
        (Unit.DURATION, "≤ 230s", Fraction(237405263, 1000000), "237.41s", "≤ 230s"),
        (Unit.DURATION, "≤ 15min", Fraction(1000), "16.67min", "≤ 15min"),
        (Unit.DURATION, "≤ 4000s", Fraction(4000), "4000s", "≤ 4000s"),
        (Unit.DURATION, "≤ 24h", Fraction(90000), "25h", "≤ 24h"),
        (Unit.DURATION, "60s..3h", Fraction(120), "120s", "60s..10800s"),
        (Unit.MONEY, "≥ 120", Fraction(1255, 10), "125.50", "≥ 120.00"),
        (Unit.COUNT, "≤ 5", Fraction(6), "6", "≤ 5"),
        (Unit.NUMBER, "= 0.02", Fraction(1, 30), "0.0333", "= 0.02"),
    ],
)
def test_values_and_targets(unit: Unit, target: str, value: Fraction, shown: str, shown_target: str) -> None:
    parsed = parse_target(target, unit)
    scale = scale_for(unit, parsed)
    assert (value_figure(value, parsed, scale), target_figure(parsed, scale)) == (shown, shown_target)


def test_a_duration_without_a_target_is_shown_in_the_unit_of_its_size() -> None:
    shown = [scale_for(Unit.DURATION, None, Fraction(value)).figure(Fraction(value)) for value in (0, 45, 5400, 90000)]
    assert shown == ["0s", "45s", "1.5h", "25h"]


def test_a_value_that_rounding_would_lift_over_its_target_keeps_its_decimals() -> None:
    target = Target(Direction.AT_LEAST, Fraction(90, 100), Fraction(90, 100))
    scale = scale_for(Unit.PERCENT, target)
    assert value_figure(Fraction(899999, 1000000), target, scale) == "89.9999%"
    assert value_figure(Fraction(9, 10), target, scale) == "90%"
