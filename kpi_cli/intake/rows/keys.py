"""Repeated keys in flat memory: 64-bit hashes of keys and of what their rows hold, 25 to 49 bytes a row.

Two of n different keys share a hash with a chance of about n²/2⁶⁵: for five million rows one in 1.5 million.
"""

from collections.abc import Iterable
from fractions import Fraction
from threading import Lock
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from kpi_cli.columns import Column, Days, Moments, Texts, Truths
from kpi_cli.exact import Exact, Mask
from kpi_cli.hashing import Hashes, hash_texts, mixed

_CANONICAL = 10**12  # numbers of up to twelve decimals are compared over this denominator
_SMALLEST = 1 << 12
_FULLEST = 0.65
_MISSING = np.uint64(0xA5B35705F6D1E2C9)
_SEED = np.uint64(0x6A09E667F3BCC909)
_ONE = np.uint64(1)
_TWO_TO_64 = 1 << 64
Positions: TypeAlias = NDArray[np.int64]


class KeyTable:
    """The keys seen so far in one period of one source. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._count = 0
        self._table = _empty(_SMALLEST)
        self.conflicts: set[int] = set()  # hashes of keys that have rows of different content

    def add(self, keys: Hashes, contents: Hashes) -> Mask:
        """Return which rows repeat a key seen before (the first row of a key is none)."""
        keys = np.where(keys == 0, _ONE, keys)  # 0 marks an empty place
        with self._lock:
            while self._count + len(keys) > len(self._table) * _FULLEST:
                self._grow()
            return self._insert(keys, contents)

    def _grow(self) -> None:
        old, self._table = self._table, _empty(2 * len(self._table))
        self._count = 0
        used = np.flatnonzero(old[:, 0])
        for start in range(0, len(used), _SMALLEST * 4):
            rows = old[used[start : start + _SMALLEST * 4]]
            self._insert(np.ascontiguousarray(rows[:, 0]), np.ascontiguousarray(rows[:, 1]))

    def _insert(self, keys: Hashes, contents: Hashes) -> Mask:
        repeated = np.zeros(len(keys), dtype=bool)
        places, held = self._table[:, 0], self._table[:, 1]
        last = len(self._table) - 1
        rows = np.arange(len(keys))
        slots = (keys & np.uint64(last)).astype(np.int64)
        while len(rows):
            free = places[slots] == 0
            done = self._claimed(rows, slots, free, keys, contents)
            own = ~done & (places[slots] == keys[rows])
            differing = rows[own][held[slots[own]] != contents[rows[own]]]
            self.conflicts.update(keys[differing].tolist())
            repeated[rows[own]] = True
            onward = ~done & ~own
            rows, slots = rows[onward], (slots[onward] + 1) & last
        return repeated

    def _claimed(self, rows: Positions, slots: Positions, free: Mask, keys: Hashes, contents: Hashes) -> Mask:
        """Put into each free place one of the rows that want it; return which rows those are."""
        if not free.any():
            return free
        held = self._table[:, 1]
        wanting = np.flatnonzero(free)[::-1]  # what is written last stays: of several rows the first one
        held[slots[wanting]] = rows[wanting].astype(np.uint64)
        won = free.copy()
        won[free] = held[slots[free]] == rows[free].astype(np.uint64)
        self._table[slots[won], 0] = keys[rows[won]]
        held[slots[won]] = contents[rows[won]]
        self._count += int(won.sum())
        return won


def _empty(places: int) -> Hashes:
    size = 1 << (places - 1).bit_length()
    return np.zeros((size, 2), dtype=np.uint64)


def key_hashes(column: Column, part: int) -> Hashes:
    """Return a hash for each key. `part` tells apart files that each have the whole of a part of the period."""
    return mixed(np.uint64(part & 0xFFFFFFFFFFFFFFFF), canonical(column))


def content_hashes(columns: Iterable[Column], rows: int) -> Hashes:
    """Return a hash of each row's cells; rows of equal values have equal hashes, however they are written."""
    total = np.zeros(rows, dtype=np.uint64)
    for position, column in enumerate(columns, start=1):
        total += canonical(column) * np.uint64(_multiplier(position))
    return total


def canonical(column: Column) -> Hashes:
    """Return 64 bits for each cell: equal values have equal bits, whatever their scale, file or block."""
    match column:
        case Texts():
            bits = hash_texts(column.array)
        case Exact():
            bits = _number_bits(column)
        case Truths():
            bits = column.values.astype(np.uint64)
        case Moments():
            bits = column.utc.view(np.uint64)
        case Days():
            bits = column.days.view(np.uint64)
    present = column.present
    return bits if present.all() else np.where(present, bits, _MISSING)


def _number_bits(column: Exact) -> Hashes:
    """Return bits of the whole part and of the rest, which no two numbers of an int64 share but by chance."""
    if isinstance(column.den, int) and _CANONICAL % column.den == 0 and column.num.dtype != object:
        whole, rest = (column.num, None) if column.den == 1 else np.divmod(column.num, column.den)
        bits = mixed(_SEED, whole.view(np.uint64))
        return bits if rest is None else bits + rest.view(np.uint64) * np.uint64(_rest_bits(1, column.den))
    parts = np.array([_parts(value) for value in column.fractions()], dtype=np.uint64).reshape(-1, 2)
    return mixed(_SEED, parts[:, 0]) + parts[:, 1]


def _parts(value: Fraction | None) -> tuple[int, int]:
    """Return the low 64 bits of the whole part, and bits of all else: the same as for a column of int64."""
    if value is None:
        return 0, 0
    whole, rest = divmod(value.numerator, value.denominator)
    beyond = (whole + _TWO_TO_64 // 2) // _TWO_TO_64  # 0 for an int64
    return whole % _TWO_TO_64, (_rest_bits(rest, value.denominator) + beyond * _multiplier(2)) % _TWO_TO_64


def _rest_bits(rest: int, den: int) -> int:
    if _CANONICAL % den == 0:
        return rest * (_CANONICAL // den) * _multiplier(1) % _TWO_TO_64
    return (rest * _multiplier(den) + den) % _TWO_TO_64


def _multiplier(position: int) -> int:
    # splitmix64: an odd number with no pattern for each position
    state = position * 0x9E3779B97F4A7C15 % _TWO_TO_64
    state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 % _TWO_TO_64
    state = (state ^ state >> 27) * 0x94D049BB133111EB % _TWO_TO_64
    return (state ^ state >> 31) | 1
