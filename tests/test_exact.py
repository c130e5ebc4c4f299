"""Columns of exact numbers do what fractions do, one by one."""

import operator
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_cli import exact
from kpi_cli.numbers import fixed, half_up, parse_decimal, plain

SMALL = st.fractions(min_value=-1000, max_value=1000, max_denominator=60)
HUGE = st.integers(-(10**25), 10**25).map(Fraction)
CELLS = st.lists(st.tuples(st.none() | SMALL | HUGE, st.none() | SMALL | HUGE), min_size=1, max_size=8)


def _divided(left: Fraction, right: Fraction) -> Fraction | None:
    return left / right if right else None


@pytest.mark.parametrize(
    ("column", "single"),
    [
        (operator.add, operator.add),
        (operator.sub, operator.sub),
        (operator.mul, operator.mul),
        (operator.truediv, _divided),
    ],
)
@given(cells=CELLS)
def test_arithmetic_is_that_of_fractions(
    column: Callable[[exact.Exact, exact.Exact], exact.Exact],
    single: Callable[[Fraction, Fraction], Fraction | None],
    cells: list[tuple[Fraction | None, Fraction | None]],
) -> None:
    left, right = (exact.from_fractions(side) for side in zip(*cells, strict=True))
    expected = [None if a is None or b is None else single(a, b) for a, b in cells]
    assert column(left, right).fractions() == expected
    quotients = left / exact.constant(Fraction(7, 3), len(left))  # a second step on many denominators
    expected = [None if a is None or b is None else single(a / Fraction(7, 3), b) for a, b in cells]
    assert column(quotients, right).fractions() == expected


@given(cells=CELLS)
def test_order_is_that_of_fractions(cells: list[tuple[Fraction | None, Fraction | None]]) -> None:
    left, right = (exact.from_fractions(side) for side in zip(*cells, strict=True))
    expected = [0 if a is None or b is None else (a > b) - (a < b) for a, b in cells]
    assert left.order(right).tolist() == expected


@given(st.lists(st.none() | SMALL | HUGE, min_size=1), st.integers(0, 4))
def test_rounding_is_half_away_from_zero(cells: list[Fraction | None], decimals: int) -> None:
    rounded = exact.from_fractions(cells).half_up(decimals).fractions()
    assert rounded == [None if cell is None else half_up(cell, decimals) for cell in cells]


@given(st.decimals(-(10**6), 10**6, allow_nan=False, places=7), st.integers(0, 6))
def test_rounding_agrees_with_decimal(value: Decimal, decimals: int) -> None:
    expected = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    assert half_up(Fraction(value), decimals) == Fraction(expected)
    assert Fraction(fixed(Fraction(value), decimals)) == Fraction(expected)
    assert Fraction(plain(Fraction(value), decimals)) == Fraction(expected)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        ("2.675", 2, "2.68"),
        ("94.5", 0, "95"),
        ("-0.5", 0, "-1"),
        ("-0.04", 1, "0.0"),
        ("100", 2, "100.00"),
        ("0.005", 2, "0.01"),
        ("1234567890123456789.5", 0, "1234567890123456790"),
    ],
)
def test_printing_with_fixed_decimals(value: str, decimals: int, text: str) -> None:
    assert fixed(Fraction(value), decimals) == text


@pytest.mark.parametrize(
    ("value", "text"), [("0.180000", "0.18"), ("100", "100"), ("1/3", "0.333333"), ("-2/3", "-0.666667"), ("0", "0")]
)
def test_printing_without_trailing_zeros(value: str, text: str) -> None:
    assert plain(Fraction(value)) == text


@pytest.mark.parametrize("text", ["", "1,000", "0x10", "NaN", "1/3", "٣", "1_000", "--1", "1e9999"])
def test_what_is_no_decimal(text: str) -> None:
    assert parse_decimal(text) is None


def test_int64_never_wraps() -> None:
    edge = exact.integers(np.array([2**63 - 1, -(2**63) + 1]))
    assert (edge + edge).fractions() == [2**64 - 2, -(2**64) + 2]
    assert (edge * edge).fractions() == [(2**63 - 1) ** 2, (2**63 - 1) ** 2]


def test_the_least_int64_has_no_opposite_in_int64() -> None:
    least = exact.integers(np.array([-(2**63), 5]))
    assert (-least).fractions() == [2**63, -5]
    assert least.half_up(2).fractions() == [-(2**63), 5]
