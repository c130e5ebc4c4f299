"""Which texts of an Arrow column mean no data."""

from functools import cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kpi_cli import arrow
from kpi_cli import compute as pc
from kpi_cli.exact import Mask
from kpi_cli.intake.cells.texts import WHITE_SPACE, missing_spellings, trimmed
from kpi_cli.taking import texts_at

_FEW = 10_000  # texts that are done with sooner than Arrow's functions are imported


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
    if len(short):
        found[short] = np.isin(_keys(array, short), _missing_keys())
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


def _keys(array: pa.Array, rows: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return a number for each of some texts of no more than seven bytes: their length, and the bytes themselves."""
    offsets, data = arrow.offsets_of(array), array.buffers()[2]
    begins, lengths = offsets[rows], (offsets[rows + 1] - offsets[rows]).astype(np.int64)
    keys: NDArray[np.int64] = lengths
    for place in range(_longest_missing()):
        longer, keys = lengths > place, keys << 8
        if longer.any():
            keys[longer] |= np.frombuffer(data, dtype=np.uint8)[begins[longer] + place]
    return keys


@cache
def _missing_words() -> pa.Array:
    return arrow.text_array(missing_spellings())


@cache
def _missing_keys() -> NDArray[np.int64]:
    return _keys(_missing_words(), np.arange(len(_missing_words())))


@cache
def _longest_missing() -> int:
    return int(arrow.text_lengths(_missing_words()).max())
