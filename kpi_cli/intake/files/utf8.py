"""Columns of Parquet files that stand for text -> text that surely is UTF-8: nobody makes bytes or strings be that."""

import numpy as np
import pyarrow as pa

from kpi_cli import arrow
from kpi_cli.intake.files.arrowtext import is_bytes, is_list, is_text, plain, relisted

UNREADABLE = "-"
"""What stands for cells that cannot be told: no data to anybody, and yet no row of them is blank."""
_BEYOND_ASCII = 0x80


def checked(array: pa.Array) -> pa.Array:
    """Return bytes as text, other cells as they are; raise ArrowInvalid where any of them is not UTF-8."""
    kind = array.type
    if not is_text(kind):
        return array
    if pa.types.is_dictionary(kind):
        words = checked(array.dictionary)
        return array if words.type == kind.value_type else pa.DictionaryArray.from_arrays(array.indices, words)
    if is_list(kind):
        checked(plain(array.values))
        return array
    if pa.types.is_nested(kind) or _is_ascii(array):
        return array
    text = array.cast(pa.binary()).cast(pa.string())
    return text if is_bytes(kind) else array


def cleared(array: pa.Array) -> pa.Array:
    """Return bytes and strings as text, `UNREADABLE` in place of those that are not UTF-8."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        return cleared(array.dictionary).take(array.indices)
    if is_list(kind):
        return relisted(array, cleared(plain(array.values)))
    return arrow.text_array([_told(cell) for cell in array.cast(pa.binary()).to_pylist()])


def _told(cell: bytes | None) -> str | None:
    try:
        return None if cell is None else cell.decode()
    except UnicodeDecodeError:
        return UNREADABLE


def _is_ascii(array: pa.Array) -> bool:
    """Whether a column of strings surely holds nothing but ASCII: most do, and it takes a moment to see."""
    if not pa.types.is_string(array.type) or not len(array):
        return False
    _, offsets, data = array.buffers()
    begin, end = np.frombuffer(offsets, dtype=np.int32)[[array.offset, array.offset + len(array)]]
    return data is None or bool(np.frombuffer(data, dtype=np.uint8)[begin:end].max(initial=0) < _BEYOND_ASCII)
