"""Columns printed at once are what Python prints of each number, however it is done."""

from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_cli.exact import Exact, from_fractions
from kpi_cli.numbers import fixed, plain
from kpi_cli.reports.printed import fixed_array, joined, kinds_of_numbers, picked, plain_array, text_list

MANY = 300  # times what is left to Python, for Arrow
NUMBERS = st.one_of(
    st.none(),
    st.integers(-(10**20), 10**20).map(Fraction),
    st.integers(-(10**6), 10**6).map(lambda cents: Fraction(cents, 100)),
    st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=1000),
)


@given(st.lists(NUMBERS, max_size=8), st.integers(0, 8))
def test_a_column_prints_as_its_numbers_do(values: list[Fraction | None], decimals: int) -> None:
    column = from_fractions(values)
    assert text_list(fixed_array(column, decimals)) == ["" if one is None else fixed(one, decimals) for one in values]
    assert text_list(plain_array(column, decimals)) == ["" if one is None else plain(one, decimals) for one in values]


@given(st.lists(NUMBERS, min_size=1, max_size=3), st.integers(0, 8))
def test_many_numbers_print_as_few_do(values: list[Fraction | None], decimals: int) -> None:
    few, many = from_fractions(values), from_fractions(values * MANY)
    for array in (fixed_array, plain_array):
        assert text_list(array(many, decimals)) == text_list(array(few, decimals)) * MANY


@pytest.mark.parametrize("times", [1, MANY])
def test_rows_of_texts_are_joined(times: int) -> None:
    first, second = pa.array(["a", None, "b"] * times), pa.array(["1", "2", None] * times)
    assert joined([first, pa.scalar("x"), second], ",").to_pylist() == ["a,x,1", ",x,2", "b,x,"] * times
    assert picked(np.array([1, -1, 0] * times), ["北", "京"]).to_pylist() == ["京", None, "北"] * times


@given(st.lists(st.tuples(NUMBERS, st.integers(-3, 3)), min_size=1, max_size=30))
def test_what_is_printed_for_one_of_a_kind_is_spread_over_all(cells: list[tuple[Fraction | None, int]]) -> None:
    numbers, beside = zip(*cells, strict=True)
    column = from_fractions(numbers)
    alike = kinds_of_numbers(column, np.array(beside, dtype=np.int64))
    assert text_list(alike.spread(plain_array(column.take(alike.first)))) == text_list(plain_array(column))


@pytest.mark.parametrize(("numbers", "kinds"), [([3, 5, 3, 3, 5], 2), ([0, 10**12], 2), ([7], 1)])
def test_rows_alike_are_one_kind(numbers: list[int], kinds: int) -> None:
    column = Exact(np.array(numbers, dtype=np.int64), 1, np.ones(len(numbers), dtype=bool))
    assert len(column.take(kinds_of_numbers(column).first)) == kinds
