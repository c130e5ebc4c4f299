"""Columns of exact numbers as text: Arrow prints a column many times faster than Python prints its numbers.

A few rows are left to Python, which has printed them before Arrow's functions are imported.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from msgspec import Struct
from numpy.typing import NDArray

from kpi_cli import arrow
from kpi_cli import compute as pc
from kpi_cli.exact import Exact
from kpi_cli.numbers import PRINTED_DECIMALS, pointed
from kpi_cli.taking import texts_at

Rows: TypeAlias = NDArray[np.int64] | slice
_NO_EXPONENT = 6  # decimals up to which Arrow writes small numbers without one
_ROOM = 1024
_FEW = 256  # rows


class Kinds(Struct, frozen=True, eq=False):
    """Rows that are alike in something: `first` holds one row of each kind, `codes` the kind of each row.

    What is made for one row of each kind is `spread` over all. Without codes each row is a kind of its own.
    """

    first: Rows
    codes: NDArray[np.int32] | None = None

    def spread(self, made: pa.Array) -> pa.Array:
        """Return for each row what was made for its kind."""
        return made if self.codes is None else texts_at(made, self.codes)


class Coded(Struct, frozen=True, eq=False):
    """A text for each row by its place among some words; -1 is nothing."""

    codes: NDArray[np.integer]
    words: list[str]


Printed: TypeAlias = list[str] | Coded | pa.Array


def kinds_of(*columns: NDArray[Any]) -> Kinds:
    """Tell rows apart by columns of integers; where these are too far apart, each row is a kind of its own."""
    rows = len(columns[0])
    keys, span = np.zeros(rows, dtype=np.int64), 1
    for column in columns if rows else ():
        low, high = int(column.min()), int(column.max())
        span *= high - low + 1
        if span > 2 * rows + _ROOM or column.dtype == object:
            return Kinds(slice(None))
        keys = keys * (high - low + 1) + (column - low)
    first = np.full(span, -1, dtype=np.int64)
    first[keys] = np.arange(rows)
    there = first >= 0
    numbers = np.cumsum(there, dtype=np.int32) - np.int32(1)
    return Kinds(first[there], numbers[keys])


def kinds_of_numbers(column: Exact, *beside: NDArray[Any]) -> Kinds:
    """Tell rows apart by an exact number, and by columns of integers."""
    if not isinstance(column.den, int):
        return Kinds(slice(None))
    return kinds_of(column.num, column.present, *beside)


def fixed_array(column: Exact, decimals: int) -> pa.Array:
    """Print numbers with exactly so many decimals, half up; null where missing."""
    rounded = column.half_up(decimals)
    if len(column) <= _FEW or rounded.num.dtype == object or decimals > _NO_EXPONENT:
        return _one_by_one(rounded, decimals)
    return arrow.decimal_array(rounded.num, decimals, rounded.present).cast(pa.string())


def _one_by_one(column: Exact, decimals: int) -> pa.Array:
    """Print numbers over 10**decimals."""
    numbers = zip(column.num.tolist(), column.present.tolist(), strict=True)
    return arrow.text_array([pointed(number, decimals) if there else None for number, there in numbers])


def plain_array(column: Exact, decimals: int = PRINTED_DECIMALS) -> pa.Array:
    """Print numbers with at most so many decimals, half up, without trailing zeros; null where missing."""
    if column.num.dtype != object and isinstance(column.den, int) and column.den == 1:
        few = len(column) <= _FEW
        return _one_by_one(column, 0) if few else arrow.integer_array(column.num, column.present).cast(pa.string())
    enough = _decimals(column, decimals)
    texts = fixed_array(column, enough)
    if not enough:
        return texts
    if len(texts) <= _FEW:
        return arrow.text_array([text and text.rstrip("0").rstrip(".") for text in texts.to_pylist()])
    return pc.ascii_rtrim(pc.ascii_rtrim(texts, characters="0"), characters=".")


def _decimals(column: Exact, decimals: int) -> int:
    """Return how many decimals are enough to print what so many would."""
    den = column.den
    fitting = (few for few in range(decimals) if isinstance(den, int) and 10**few % den == 0)
    return next(fitting, decimals)


def text_list(array: pa.Array) -> list[str]:
    """Return texts one by one, empty where null."""
    return [text or "" for text in array.to_pylist()]


def picked(codes: NDArray[np.integer], words: list[str]) -> pa.Array:
    """Return the word of each code; null where the code is -1."""
    return texts_at(arrow.text_array(words), codes)


def joined(columns: Sequence[pa.Array | pa.Scalar], separator: str) -> pa.Array:
    """Join the texts of each row; null is nothing, and a single text stands in every row."""
    rows = next(len(column) for column in columns if isinstance(column, pa.Array))
    if rows > _FEW:
        gaps = {"null_handling": "replace", "null_replacement": ""}
        return pc.binary_join_element_wise(*columns, arrow.text(separator), **gaps)
    texts = (text_list(column) if isinstance(column, pa.Array) else [column.as_py()] * rows for column in columns)
    return arrow.text_array([separator.join(row) for row in zip(*texts, strict=True)])


def listed(column: Printed) -> list[str]:
    """Return a column's texts one by one, empty where nothing."""
    if isinstance(column, Coded):
        words = [*column.words, ""]  # -1 is the last place
        return [words[code] for code in column.codes.tolist()]
    return column if isinstance(column, list) else text_list(column)
