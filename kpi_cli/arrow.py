"""Between numpy, Python and Arrow by way of buffers: pyarrow's own converters import pandas, a quarter second."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_NUMPY = {
    pa.int64(): np.int64,
    pa.int32(): np.int32,
    pa.int16(): np.int16,
    pa.int8(): np.int8,
    pa.date32(): np.int32,
}
_MICROS = {"s": 1_000_000, "ms": 1000}
_INT64_DIGITS = 19
_MANY = 4096  # codes that name all words already, where these are few


def text_array(values: Sequence[str | None]) -> pa.Array:
    """Return an array of texts; None is null."""
    cells = ["" if value is None else value for value in values]
    joined = "".join(cells)
    data = joined.encode()
    lengths = map(len, cells) if len(data) == len(joined) else (len(cell.encode()) for cell in cells)
    offsets = np.fromiter(accumulate(lengths, initial=0), dtype=np.int32, count=len(cells) + 1)
    present = np.fromiter((value is not None for value in values), dtype=bool, count=len(cells))
    return texts_from(offsets, data, present)


def texts_from(offsets: NDArray[Any], data: bytes | NDArray[np.uint8], present: NDArray[np.bool_]) -> pa.Array:
    """Return an array of texts that lie end to end, between one offset and the next; null where not `present`."""
    ends = pa.py_buffer(offsets.astype(np.int32, copy=False))
    return pa.Array.from_buffers(pa.string(), len(present), [_bits(present), ends, pa.py_buffer(data)])


def text(value: str) -> pa.Scalar:
    """Return one text, for functions that take it beside arrays."""
    return text_array([value])[0]


def integer_array(values: NDArray[Any], present: NDArray[np.bool_] | None = None) -> pa.Array:
    """Return an array of the same integers (int64 or int32); null where not `present`."""
    kind = np.int32 if values.dtype == np.int32 else np.int64
    values = np.ascontiguousarray(values, dtype=kind)
    mask = None if present is None else _bits(present)
    return pa.Array.from_buffers(pa.from_numpy_dtype(kind), len(values), [mask, pa.py_buffer(values)])


def widened(array: pa.Array) -> pa.Array:
    """Return signed integers as int64."""
    if array.type == pa.int64():
        return array
    present, values = array.buffers()
    wide = np.frombuffer(values, dtype=_NUMPY[array.type], count=array.offset + len(array)).astype(np.int64)
    return pa.Array.from_buffers(pa.int64(), len(array), [present, pa.py_buffer(wide)], array.null_count, array.offset)


def even_texts(letters: NDArray[np.uint8], present: NDArray[np.bool_]) -> pa.Array:
    """Return an array of texts of one length in ASCII, a row of letters each; null where not `present`."""
    rows, length = letters.shape
    offsets = np.arange(rows + 1, dtype=np.int32) * np.int32(length)
    return texts_from(offsets, np.ascontiguousarray(letters), present)


def decimal_array(
    values: NDArray[np.int64], scale: int, present: NDArray[np.bool_], precision: int = _INT64_DIGITS
) -> pa.Array:
    """Return an array of the integers over 10**scale; null where not `present`."""
    words = np.empty((len(values), 2), dtype=np.int64)
    words[:, 0], words[:, 1] = values, values >> 63  # the lower half, and the sign
    return pa.Array.from_buffers(pa.decimal128(precision, scale), len(values), [_bits(present), pa.py_buffer(words)])


def to_micros(array: pa.Array) -> pa.Array:
    """Return points in time in microseconds, cut off where they are finer; in UTC where they have a zone."""
    kind, unit = pa.timestamp("us", "UTC" if array.type.tz else None), array.type.unit
    if unit == "us" or not len(array):
        return array.view(kind)
    ticks = integers_of(array)  # casting would round what is finer and before 1970 up
    micros = np.floor_divide(ticks, 1000) if unit == "ns" else ticks * _MICROS[unit]
    return integer_array(micros, validity(array) if array.null_count else None).view(kind)


def encoded_array(codes: NDArray[np.int32], words: pa.Array) -> pa.Array:
    """Return the texts that the codes stand for, dictionary-encoded; -1 is null."""
    codes = codes.astype(np.int32, copy=False)
    indices = integer_array(codes, codes >= 0)
    return pa.DictionaryArray.from_arrays(indices, words, safe=False)  # safe would look at every code again


def named(codes: NDArray[np.int32], words: pa.Array, rows: NDArray[np.bool_] | None = None) -> NDArray[np.bool_]:
    """Return which words the codes of some rows (None: of all) name."""
    used = np.zeros(len(words) + 1, dtype=bool)
    for part in (slice(_MANY), slice(_MANY, None)):
        used[codes[part] if rows is None else codes[part][rows[part]]] = True  # -1 is the last place
        if used[:-1].all():
            break
    return used[:-1]


def validity(array: pa.Array) -> NDArray[np.bool_]:
    """Return where an array is not null."""
    if not array.null_count:
        return np.ones(len(array), dtype=bool)
    bits = array.buffers()[0] if not pa.types.is_null(array.type) else None
    if bits is None:
        return np.zeros(len(array), dtype=bool)
    return _truths(bits, array.offset, len(array))


def integers_of(array: pa.Array) -> NDArray[Any]:
    """Return the integers (or days) of an array as they lie there; where it is null they may be anything."""
    kind = _NUMPY.get(array.type, np.int64)
    return np.frombuffer(array.buffers()[1], dtype=kind, count=array.offset + len(array))[array.offset :]


def text_lengths(array: pa.Array) -> NDArray[Any]:
    """Return how many bytes each text of an array has; where it is null they may be any."""
    return np.diff(offsets_of(array))


def offsets_of(array: pa.Array) -> NDArray[Any]:
    """Return where each text of an array begins, and where the last one ends."""
    kind = np.int64 if pa.types.is_large_string(array.type) else np.int32
    return np.frombuffer(array.buffers()[1], dtype=kind)[array.offset :][: len(array) + 1]


def truths_of(array: pa.Array) -> NDArray[np.bool_]:
    """Return the truths of an array, false where it is null."""
    return _truths(array.buffers()[1], array.offset, len(array)) & validity(array)


def codes_of(array: pa.Array) -> NDArray[np.int32]:
    """Return the codes of a dictionary-encoded array, -1 where it is null."""
    indices = array.indices if array.type.index_type == pa.int32() else array.indices.cast(pa.int32())
    codes = integers_of(indices)
    return codes if not array.null_count else known_codes(codes, validity(indices))


def known_codes(codes: NDArray[np.int32], present: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Return codes with -1 where they are not `present`."""
    return codes | (present.view(np.int8) - np.int8(1))  # all bits are -1; np.where takes ten times as long


def _bits(present: NDArray[np.bool_]) -> pa.Buffer | None:
    return None if present.all() else pa.py_buffer(np.packbits(present, bitorder="little"))


def _truths(bits: pa.Buffer, offset: int, length: int) -> NDArray[np.bool_]:
    found = np.unpackbits(np.frombuffer(bits, dtype=np.uint8), count=offset + length, bitorder="little")
    return found[offset:].view(bool)
