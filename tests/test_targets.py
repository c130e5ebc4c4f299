"""Targets and amounts: what they are written like, what they mean, and what is refused."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_cli.scheme.targets import Direction, Target, parse_target
from kpi_cli.scheme.units import Malformed, Unit, compatible, misfit, parse_amount, spoken

AT_LEAST, AT_MOST, WITHIN, EXACTLY = Direction


@pytest.mark.parametrize(
    ("text", "direction", "low", "high"),
    [
        ("≥ 85%", AT_LEAST, "17/20", "17/20"),
        (">= 85%", AT_LEAST, "17/20", "17/20"),
        ("  ≧85％ ", AT_LEAST, "17/20", "17/20"),
        ("≤30秒", AT_MOST, "30", "30"),
        ("<= 30s", AT_MOST, "30", "30"),
        ("≤ 2 min", AT_MOST, "120", "120"),
        ("≤ 500ms", AT_MOST, "1/2", "1/2"),
        ("≤ 1.5h", AT_MOST, "5400", "5400"),
        ("≥ 5‰", AT_LEAST, "1/200", "1/200"),
        ("＞＝ ８５％", AT_LEAST, "17/20", "17/20"),
        ("20..40", WITHIN, "20", "40"),
        ("20%..40%", WITHIN, "1/5", "2/5"),
        ("20 .. 40%", WITHIN, "1/5", "2/5"),
        ("-5..5", WITHIN, "-5", "5"),
        ("5..5", WITHIN, "5", "5"),
        ("1min..90s", WITHIN, "60", "90"),
        ("= 0.02", EXACTLY, "1/50", "1/50"),
        ("== 2%", EXACTLY, "1/50", "1/50"),
        ("≥ -3", AT_LEAST, "-3", "-3"),
    ],
)
def test_targets_carry_their_direction(text: str, direction: Direction, low: str, high: str) -> None:
    assert parse_target(text) == Target(direction, Fraction(low), Fraction(high))


@pytest.mark.parametrize(
    ("text", "offset", "width", "help_"),
    [
        ("85%", 0, 3, "does more or less count as better? write `≥ 85%` or `≤ 85%`"),
        ("  30s", 2, 3, "does more or less count as better? write `≥ 30s` or `≤ 30s`"),
        ("> 5", 0, 1, "a target is met when it is reached: write `≥ 5`"),
        (" < 5", 1, 1, "a target is met when it is reached: write `≤ 5`"),
        ("=> 5", 0, 2, "a target is met when it is reached: write `≥ 5`"),
        ("", 0, 1, "write `≥ 85%`, `≤ 30s`, `20..40` or `= 0.02`"),
        ("40..20", 2, 2, "write the smaller end first: `20..40`"),
        ("20%..40s", 3, 2, "give both ends one unit"),
        ("20%..40", 3, 2, "give both ends one unit"),
        ("≥ 20..40", 0, 1, "write `20..40`"),
    ],
)
def test_targets_that_are_refused(text: str, offset: int, width: int, help_: str) -> None:
    with pytest.raises(Malformed) as found:
        parse_target(text)
    assert (found.value.offset, found.value.width, found.value.help) == (offset, width, help_)


@pytest.mark.parametrize(
    ("text", "offset", "width"),
    [
        ("≥ 85 procent", 5, 7),
        ("≥ many", 2, 4),
        ("≥", 0, 1),
        ("≥ 1,000", 3, 4),
        ("≥ 1e3", 3, 2),
        ("20..many", 4, 4),
        ("..40", 0, 1),
        ("20..", 3, 1),
        ("good", 0, 4),
    ],
)
def test_targets_that_cannot_be_read_say_where(text: str, offset: int, width: int) -> None:
    with pytest.raises(Malformed) as found:
        parse_target(text)
    assert (found.value.offset, found.value.width) == (offset, width)


@pytest.mark.parametrize(
    ("text", "unit", "fits"),
    [
        ("≥ 85%", Unit.PERCENT, True),
        ("≥ 0.85", Unit.PERCENT, True),
        ("≥ 1", Unit.PERCENT, True),
        ("≥ 85", Unit.PERCENT, False),
        ("≤ 2", Unit.PERMILLE, False),
        ("≤ 2‰", Unit.PERCENT, True),
        ("≤ 30s", Unit.DURATION, True),
        ("≤ 30", Unit.DURATION, False),
        ("= 0", Unit.DURATION, True),
        ("≤ 30%", Unit.DURATION, False),
        ("≤ 5", Unit.COUNT, True),
        ("≤ 5%", Unit.COUNT, False),
        ("≤ 5s", Unit.MONEY, False),
        ("≥ 4.5", Unit.NUMBER, True),
        ("≥ 15%", Unit.NUMBER, True),
        ("≥ 30s", Unit.NUMBER, False),
        ("≥ 90", Unit.POINTS, True),
        ("≥ 90%", Unit.POINTS, False),
        ("20..40", Unit.PERCENT, False),
    ],
)
def test_targets_must_fit_the_unit_of_their_metric(text: str, unit: Unit, *, fits: bool) -> None:
    if fits:
        assert parse_target(text, unit) == parse_target(text)
    else:
        with pytest.raises(Malformed) as found:
            parse_target(text, unit)
        assert found.value.offset + found.value.width <= len(text)


@pytest.mark.parametrize(
    ("text", "unit", "csv", "people"),
    [
        ("≥ 15%", Unit.PERCENT, ">=0.15", "≥ 15%"),
        ("≤ 30s", Unit.DURATION, "<=30", "≤ 30s"),
        ("20..40", Unit.COUNT, "in 20..40", "20..40"),
        ("= 2%", Unit.PERCENT, "is 0.02", "= 2%"),
        ("≤ 2h", Unit.DURATION, "<=7200", "≤ 2h"),
        ("≥ 0.1234567", Unit.NUMBER, ">=0.123457", "≥ 0.1235"),
        ("≥ 12.5", Unit.MONEY, ">=12.5", "≥ 12.50"),
    ],
)
def test_targets_are_printed(text: str, unit: Unit, csv: str, people: str) -> None:
    target = parse_target(text)
    assert (target.text(), target.spoken(unit)) == (csv, people)


NUMBERS = st.fractions(min_value=-1000, max_value=1000, max_denominator=100)


@given(NUMBERS, NUMBERS)
def test_a_target_is_met_at_its_edge_and_on_its_side(edge: Fraction, value: Fraction) -> None:
    assert Target(AT_LEAST, edge, edge).met(value) == (value >= edge)
    assert Target(AT_MOST, edge, edge).met(value) == (value <= edge)
    assert Target(EXACTLY, edge, edge).met(value) == (value == edge)
    assert Target(WITHIN, edge, edge + 5).met(value) == (edge <= value <= edge + 5)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_amounts_are_exact(number: Decimal) -> None:
    written = format(number, "f")
    assert parse_amount(written) == (Fraction(number), None)
    assert parse_amount(f" {written} % ") == (Fraction(number) / 100, Unit.PERCENT)
    assert parse_amount(f"{written}min") == (Fraction(number) * 60, Unit.DURATION)


PIECES = st.sampled_from(
    ["≥", ">=", "<", "=", "..", "20", "0.5", "-", "s", "min", "%", "‰", "秒", "x", " ", ",", "．", "é"]
)


def refusal(text: str, unit: Unit | None) -> Malformed | None:
    try:
        parse_target(text, unit)
    except Malformed as found:
        return found
    return None


@given(st.one_of(st.lists(PIECES, max_size=7).map("".join), st.text(max_size=20)))
def test_whatever_is_refused_points_into_the_text(text: str) -> None:
    for unit in (None, Unit.PERCENT, Unit.DURATION):
        found = refusal(text, unit)
        if found is not None:
            assert 0 <= found.offset < max(1, len(text))
            assert 1 <= found.width <= max(1, len(text) - found.offset)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("3/20", Unit.PERCENT, "15%"),
        ("1234567/10000000", Unit.PERCENT, "12.35%"),
        ("1/200", Unit.PERMILLE, "5‰"),
        ("25", Unit.DURATION, "25s"),
        ("1/2", Unit.DURATION, "0.5s"),
        ("119", Unit.DURATION, "119s"),
        ("150", Unit.DURATION, "2.5min"),
        ("7199", Unit.DURATION, "119.98min"),
        ("5400", Unit.DURATION, "90min"),
        ("9000", Unit.DURATION, "2.5h"),
        ("-30", Unit.DURATION, "-30s"),
        ("1234.5", Unit.MONEY, "1234.50"),
        ("1234", Unit.COUNT, "1234"),
        ("7.125", Unit.POINTS, "7.13"),
        ("1/3", Unit.NUMBER, "0.3333"),
    ],
)
def test_values_are_spoken(value: str, unit: Unit, expected: str) -> None:
    assert spoken(Fraction(value), unit) == expected


@given(st.sampled_from([*Unit, None]), st.sampled_from([*Unit, None]))
def test_fitting_units_fit_both_ways(one: Unit | None, other: Unit | None) -> None:
    assert compatible(one, other) == compatible(other, one)
    assert compatible(one, one)
    assert compatible(one, None)


def test_a_misfit_says_how_to_mend_it() -> None:
    assert misfit(Fraction(85), None, Unit.PERCENT) == ("a bare 85 is 8500%", "write `85%`")
    assert misfit(Fraction(30), None, Unit.DURATION) == ("`30` of which unit?", "write `30s`, or min, h, d")
    assert misfit(Fraction(3), Unit.DURATION, Unit.COUNT) == (
        "a duration cannot stand for a count",
        "write the number alone",
    )
