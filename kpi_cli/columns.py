"""Typed columns of rows: exact numbers, texts, truths, moments and days, each knowing which cells are missing."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from msgspec import Struct
from numpy.typing import NDArray

from kpi_cli import arrow
from kpi_cli.exact import Exact, Mask, taken
from kpi_cli.taking import coded, texts_at

MICROSECONDS = 1_000_000
DAY = 86_400 * MICROSECONDS


class Truths(Struct, frozen=True, eq=False):
    """True, false or missing."""

    values: Mask  # False where missing
    present: Mask

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: NDArray[Any]) -> "Truths":
        """Return the rows of a mask or of positions."""
        return Truths(taken(self.values, rows), taken(self.present, rows))

    def __invert__(self) -> "Truths":
        return Truths(self.present & ~self.values, self.present)

    def __and__(self, other: "Truths") -> "Truths":
        """Combine as SQL does: false wins over missing."""
        false = (self.present & ~self.values) | (other.present & ~other.values)
        return Truths(self.values & other.values, (self.present & other.present) | false)

    def __or__(self, other: "Truths") -> "Truths":
        """Combine as SQL does: true wins over missing."""
        true = self.values | other.values
        return Truths(true, (self.present & other.present) | true)


class Texts(Struct, frozen=True, eq=False):
    """Text cells in Arrow, plain or dictionary-encoded; null is missing."""

    array: pa.Array

    def __len__(self) -> int:
        return len(self.array)

    @property
    def present(self) -> Mask:
        """Return where there is text."""
        return arrow.validity(self.array)

    def take(self, rows: NDArray[Any]) -> "Texts":
        """Return the rows of a mask or of positions."""
        return Texts(texts_at(self.array, rows))

    def encoded(self) -> tuple[NDArray[np.int32], list[str]]:
        """Return a code for each row (-1 missing) and the distinct texts that the codes stand for."""
        array = coded(self.array)
        return arrow.codes_of(array), array.dictionary.to_pylist()

    def to_list(self) -> list[str | None]:
        """Return the texts one by one."""
        values: list[str | None] = self.array.to_pylist()
        return values


class Moments(Struct, frozen=True, eq=False):
    """Instants: microseconds since 1970 in UTC, and the same instants on the clock of the scheme's zone."""

    utc: NDArray[np.int64]  # 0 where missing
    local: NDArray[np.int64]
    present: Mask

    def __len__(self) -> int:
        return len(self.utc)

    def take(self, rows: NDArray[Any]) -> "Moments":
        """Return the rows of a mask or of positions."""
        utc = taken(self.utc, rows)
        return Moments(utc, utc if self.local is self.utc else taken(self.local, rows), taken(self.present, rows))

    def days(self) -> "Days":
        """Return the local day of each moment."""
        return Days(np.floor_divide(self.local, DAY), self.present)


class Days(Struct, frozen=True, eq=False):
    """Calendar days: days since 1970-01-01; 0 where missing."""

    days: NDArray[np.int64]
    present: Mask

    def __len__(self) -> int:
        return len(self.days)

    def take(self, rows: NDArray[Any]) -> "Days":
        """Return the rows of a mask or of positions."""
        return Days(taken(self.days, rows), taken(self.present, rows))


Column: TypeAlias = Exact | Texts | Truths | Moments | Days


def instants(column: Column) -> NDArray[np.int64]:
    """Return moments, or the beginnings of days, in microseconds; raise TypeError for any other column."""
    match column:
        case Moments():
            return column.utc
        case Days():
            return column.days * DAY
        case _:
            message = f"the checked scheme promised times, not {type(column).__name__}"
            raise TypeError(message)


def texts(values: Sequence[str | None]) -> Texts:
    """Return a text column of these cells; None is missing."""
    return Texts(arrow.text_array(values))
