"""Text cells grouped by shape: equal but for their digits, so that a whole group is read at once.

`2026/9/30 23:59:59` has the shape `0000/0/00 00:00:00`. Cells are taken as 64-bit words, and digits found in eight
bytes at a time.
"""

import numpy as np
import pyarrow as pa
from msgspec import Struct
from numpy.typing import NDArray

from kpi_cli import arrow
from kpi_cli.intake.cells.totals import text_slices

LONGEST = 32
_WORD = 8
_MOST = 64  # shapes in a block; what has others is left to the exact rules
_ZEROS = np.uint64(0x3030303030303030)
_HIGH = np.uint64(0x8080808080808080)
_BEYOND_NINE = np.uint64(0x7676767676767676)  # carries into the high bit from 10 on
_SEVEN, _BYTE = np.uint64(7), np.uint64(0xFF)
_KEEP = np.array([(1 << (8 * count)) - 1 for count in range(_WORD + 1)], dtype=np.uint64)


class Group(Struct, frozen=True, eq=False):
    """The rows of one shape, and the digits of their cells: a row a cell, a column a byte."""

    shape: bytes
    rows: NDArray[np.int64]
    digits: NDArray[np.uint8]

    def number(self, span: tuple[int, int]) -> NDArray[np.int64]:
        """Return the numbers that the digits from `span[0]` up to `span[1]` write."""
        total = np.zeros(len(self.rows), dtype=np.int64)
        for place in range(*span):
            total = total * 10 + self.digits[:, place]
        return total


def shape_groups(array: pa.Array) -> tuple[list[Group], NDArray[np.int64]]:
    """Return the groups of a plain text column, and the rows of no group; missing cells are in neither."""
    data, starts, ends = text_slices(array)
    lengths, present = ends - starts, arrow.validity(array)
    fitting = present & (lengths > 0) & (lengths <= LONGEST)
    rows = np.flatnonzero(fitting)
    others = np.flatnonzero(present & ~fitting)
    if not len(rows):
        return [], others
    words = _words(data, starts[rows], lengths[rows])
    groups: list[Group] = []
    left = np.arange(len(rows))
    shapes, digits = _shapes_and_digits(words)
    while len(left) and len(groups) < _MOST:
        same = (shapes[left] == shapes[left[0]]).all(axis=1)
        own = left[same]
        shape = shapes[own[0]].tobytes().rstrip(b"\0")
        groups.append(Group(shape, rows[own], digits[own] if len(own) < len(rows) else digits))
        left = left[~same]
    return groups, np.concatenate([others, rows[left]])


def _words(data: NDArray[np.uint8], starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.uint64]:
    first, last = int(starts[0]), int(starts[-1] + lengths[-1])
    padded = np.zeros(last - first + LONGEST, dtype=np.uint8)
    padded[: last - first] = data[first:last]
    overlapping = np.ndarray(shape=(len(padded) - _WORD + 1,), dtype="<u8", buffer=padded, strides=(1,))
    count = -(-int(lengths.max()) // _WORD)
    words = np.empty((len(starts), count), dtype=np.uint64)
    for word in range(count):
        left = np.clip(lengths - word * _WORD, 0, _WORD)
        words[:, word] = overlapping[starts - first + word * _WORD] & _KEEP[left]
    return words


def _shapes_and_digits(words: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
    values = words ^ _ZEROS
    carried = (values & ~_HIGH) + _BEYOND_NINE
    is_digit = ~(carried | values) & _HIGH
    whole = (is_digit >> _SEVEN) * _BYTE
    shapes = (words & ~whole) | (_ZEROS & whole)
    return shapes, np.ascontiguousarray(values & whole).view(np.uint8)
