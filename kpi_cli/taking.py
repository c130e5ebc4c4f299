"""Columns of texts taken apart and put together: a few by numpy, before Arrow's functions are even imported."""

from itertools import accumulate
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kpi_cli import arrow

_CODED = pa.dictionary(pa.int32(), pa.string())
_FEW = 20_000  # texts
_SHORT = 1 << 20  # bytes of them all


def texts_at(array: pa.Array, rows: NDArray[Any]) -> pa.Array:
    """Return the texts at some rows, given by a mask or by positions; null where the position is -1."""
    places = np.flatnonzero(rows) if rows.dtype == bool else rows
    present = places >= 0
    if not len(places):
        return array[:0]
    if len(places) > _FEW or not len(array) or array.type not in {_CODED, pa.string()}:
        return array.take(arrow.integer_array(places, present))
    if is_coded(array):
        return arrow.encoded_array(np.where(present, arrow.codes_of(array)[places], np.int32(-1)), array.dictionary)
    if array.null_count:
        present &= arrow.validity(array)[places]
    offsets, data = arrow.offsets_of(array), array.buffers()[2]
    lengths = np.where(present, offsets[places + 1] - offsets[places], 0)
    ends = np.cumsum(lengths, dtype=np.int64)
    if ends[-1] > _SHORT:
        return array.take(arrow.integer_array(places, present))
    begins = np.repeat(offsets[places] - (ends - lengths), lengths)
    letters = np.frombuffer(data, dtype=np.uint8)[begins + np.arange(len(begins))] if len(begins) else b""
    return arrow.texts_from(np.append(0, ends), letters, present)


def is_coded(array: pa.Array) -> bool:
    """Whether texts are codes and words."""
    return bool(pa.types.is_dictionary(array.type))


def coded(array: pa.Array) -> pa.Array:
    """Return texts as codes and the distinct words that these stand for, in the order in which they first come."""
    if is_coded(array):
        return array
    if len(array) > _FEW or not pa.types.is_string(array.type):
        return array.dictionary_encode()
    numbers: dict[bytes, int] = {}
    texts = array.view(pa.binary()).to_pylist()
    codes = [-1 if text is None else numbers.setdefault(text, len(numbers)) for text in texts]
    offsets = np.fromiter(accumulate(map(len, numbers), initial=0), dtype=np.int32, count=len(numbers) + 1)
    words = arrow.texts_from(offsets, b"".join(numbers), np.ones(len(numbers), dtype=bool))
    return arrow.encoded_array(np.array(codes, dtype=np.int32), words)


def uncoded(array: pa.Array) -> pa.Array:
    """Return the texts themselves."""
    if array.type == _CODED and len(array) <= _FEW:
        return texts_at(array.dictionary, arrow.codes_of(array))
    return array.cast(pa.string()) if is_coded(array) else array


def compact_array(codes: NDArray[np.int32], words: pa.Array) -> pa.Array:
    """Return the texts that the codes stand for as `encoded_array` does, without the words that no code names."""
    used = arrow.named(codes, words)
    if used.all():
        return arrow.encoded_array(codes, words)
    numbers = np.append(np.cumsum(used, dtype=np.int32) - np.int32(1), np.int32(-1))
    return arrow.encoded_array(numbers[codes], texts_at(words, used))
