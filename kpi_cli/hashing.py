"""64-bit hashes of columns of text and numbers, worked out a whole column at a time.

Used to count distinct texts and to find repeated keys in flat memory. Two different texts of one agent fall together
with a chance of n²/2⁶⁵: with 100,000 customers each, once in about four billion agent-months.
"""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kpi_cli import arrow

_SEED = np.uint64(0x9E3779B97F4A7C15)
_MULTIPLIERS = (np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53))
_SHIFT = np.uint64(32)
_KEEP = np.array([(1 << (8 * count)) - 1 for count in range(9)], dtype=np.uint64)  # the low `count` bytes
_WORD = 8

Hashes = NDArray[np.uint64]


def hash_texts(array: pa.Array) -> Hashes:
    """Return a hash for each text; equal texts have equal hashes, missing ones hash as empty."""
    if pa.types.is_dictionary(array.type):
        words: Hashes = np.append(hash_texts(array.dictionary), hash_texts(arrow.text_array([""])))
        hashes: Hashes = words[arrow.codes_of(array)]
        return hashes
    if not len(array):
        return np.zeros(0, dtype=np.uint64)
    _, offsets_buffer, data_buffer = array.buffers()
    kind = np.int64 if pa.types.is_large_string(array.type) else np.int32
    offsets = np.frombuffer(offsets_buffer, dtype=kind)[array.offset : array.offset + len(array) + 1].astype(np.int64)
    lengths = np.diff(offsets) if not array.null_count else np.where(arrow.validity(array), np.diff(offsets), 0)
    first, last = int(offsets[0]), int(offsets[-1])
    data = np.zeros(last - first + _WORD, dtype=np.uint8)
    if last > first:
        data[: last - first] = np.frombuffer(data_buffer, dtype=np.uint8)[first:last]
    return _hash_slices(data, offsets[:-1] - first, lengths)


def _hash_slices(data: NDArray[np.uint8], starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> Hashes:
    words = np.ndarray(shape=(len(data) - _WORD + 1,), dtype="<u8", buffer=data, strides=(1,))
    hashes = mixed(_SEED, lengths.astype(np.uint64))
    longest, shortest = int(lengths.max()), int(lengths.min())
    alive: NDArray[Any] | slice = slice(None)
    for done in range(0, longest, _WORD):
        if shortest <= done:
            alive = np.flatnonzero(lengths > done)
        left = np.minimum(lengths[alive] - done, _WORD)
        hashes[alive] = mixed(hashes[alive], words[starts[alive] + done] & _KEEP[left])
    return hashes


def mixed(hashes: "Hashes | np.uint64", values: Hashes) -> Hashes:
    """Return the hashes with one more 64-bit value each mixed in."""
    state = (hashes ^ values) * _MULTIPLIERS[0]
    state ^= state >> _SHIFT
    state *= _MULTIPLIERS[1]
    state ^= state >> _SHIFT
    return state + _SEED
