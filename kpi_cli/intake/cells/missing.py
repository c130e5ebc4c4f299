"""Which texts of an Arrow column mean no data."""

from functools import cache

import numpy as np
import pyarrow as pa

from kpi_cli import arrow
from kpi_cli import compute as pc
from kpi_cli.exact import Mask
from kpi_cli.intake.cells.texts import WHITE_SPACE, missing_spellings, trimmed
from kpi_cli.taking import texts_at

_FEW = 5000  # texts that are done with sooner than Arrow's functions are imported


def are_missing(array: pa.Array) -> Mask:
    """Return which texts are words for no data; null is none."""
    found = np.zeros(len(array), dtype=bool)
    if not len(array):
        return found
    short = np.flatnonzero(arrow.text_lengths(array) <= _longest_missing())
    if array.null_count:
        short = short[arrow.validity(array)[short]]
    if len(short) > _FEW:
        return arrow.truths_of(pc.is_in(array, value_set=_missing_words()))
    offsets, text = arrow.offsets_of(array), memoryview(array.buffers()[2] or b"")
    for row, begin, end in zip(short.tolist(), offsets[short].tolist(), offsets[short + 1].tolist(), strict=True):
        found[row] = bytes(text[begin:end]) in _missing_bytes()
    return found


def without_missing(array: pa.Array) -> pa.Array:
    """Return the same texts, those that are words for no data null."""
    lost = are_missing(array)
    return texts_at(array, np.where(lost, -1, np.arange(len(array)))) if lost.any() else array


def without_space(array: pa.Array) -> pa.Array:
    """Return the same texts without white space at their ends."""
    if len(array) > _FEW:
        return pc.utf8_trim(array, characters=WHITE_SPACE)
    return arrow.text_array([cell and trimmed(cell) for cell in array.to_pylist()])


@cache
def _missing_words() -> pa.Array:
    return arrow.text_array(missing_spellings())


@cache
def _missing_bytes() -> frozenset[bytes]:
    return frozenset(spelling.encode() for spelling in missing_spellings())


@cache
def _longest_missing() -> int:
    return max(map(len, _missing_bytes()))
