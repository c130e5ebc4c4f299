"""The ways a column of CSV may be read, and the records of a block that has been read so."""

from collections.abc import Mapping
from enum import StrEnum

import numpy as np
import pyarrow as pa
from msgspec import Struct
from numpy.typing import NDArray

from kpi_cli import arrow

CENTS, MICROS = 2, 6
DIGITS = 18  # an int64 holds them all


class Route(StrEnum):
    """How Arrow reads a column."""

    TEXT = "text"
    CODED = "coded"  # text as a dictionary and codes
    WHOLE = "whole"
    CENTS = "cents"
    MICROS = "micros"
    NAIVE = "naive"  # a time without a zone
    ZONED = "zoned"
    DAY = "day"


TYPES = {
    Route.TEXT: pa.string(),
    Route.CODED: pa.dictionary(pa.int32(), pa.string()),
    Route.WHOLE: pa.int64(),
    Route.CENTS: pa.decimal128(DIGITS, CENTS),
    Route.MICROS: pa.decimal128(DIGITS, MICROS),
    Route.NAIVE: pa.timestamp("us"),
    Route.ZONED: pa.timestamp("us", "UTC"),
    Route.DAY: pa.date32(),
}


_LARGEST = 10**DIGITS - 1


class Refused(Struct, frozen=True):
    """A record with another number of fields than the header: its number in the block, from 1."""

    number: int
    fields: int
    text: str


class Records(Struct, frozen=True, eq=False):
    """The records of a block: arrays by position in the header, and those that are no rows."""

    arrays: Mapping[int, pa.Array]
    rows: int
    refused: tuple[Refused, ...]

    def __len__(self) -> int:
        return self.rows + len(self.refused)

    def numbers(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the numbers of rows (counted from 0) among the block's records, from 1."""
        if not self.refused:
            return rows + 1
        refused = [record.number for record in self.refused]
        kept: NDArray[np.int64] = np.setdiff1d(np.arange(1, len(self) + 1), refused)
        return kept[rows]


def is_exact(array: pa.Array) -> bool:
    """Whether decimals have no more than DIGITS digits, whatever their type says: Arrow reads others all the same."""
    if not pa.types.is_decimal(array.type):
        return True
    halves = np.frombuffer(array.buffers()[1], dtype=np.int64)[2 * array.offset : 2 * (array.offset + len(array))]
    low, high = halves[::2], halves[1::2]
    fit = (high == low >> 63) & (low <= _LARGEST) & (low >= -_LARGEST)
    return bool((fit if not array.null_count else fit | ~arrow.validity(array)).all())
