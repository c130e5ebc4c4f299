"""Columns of exact numbers as text: Arrow prints a column many times faster than Python prints its numbers."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpi_cli import arrow
from kpi_cli.exact import Exact
from kpi_cli.numbers import PRINTED_DECIMALS, fixed

_NO_EXPONENT = 6  # decimals up to which Arrow writes small numbers without one


def fixed_array(column: Exact, decimals: int) -> pa.Array:
    """Print numbers with exactly so many decimals, half up; null where missing."""
    rounded = column.half_up(decimals)
    if rounded.num.dtype == object or decimals > _NO_EXPONENT:
        return arrow.text_array([None if value is None else fixed(value, decimals) for value in rounded.fractions()])
    return arrow.decimal_array(rounded.num, decimals, rounded.present).cast(pa.string())


def plain_array(column: Exact, decimals: int = PRINTED_DECIMALS) -> pa.Array:
    """Print numbers with at most so many decimals, half up, without trailing zeros; null where missing."""
    texts = fixed_array(column, decimals)
    return pc.ascii_rtrim(pc.ascii_rtrim(texts, characters="0"), characters=".") if decimals else texts


def text_list(array: pa.Array) -> list[str]:
    """Return texts one by one, empty where null."""
    texts: list[str] = array.fill_null(arrow.text("")).to_pylist()
    return texts


def picked(codes: np.ndarray[tuple[int], np.dtype[np.integer]], words: list[str]) -> pa.Array:
    """Return the word of each code."""
    return arrow.text_array(words).take(arrow.integer_array(codes.astype(np.int32)))
