"""The notes of all rows of a sheet as a column: a code a row, and the distinct notes that the codes stand for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from kpi_cli.exact import Mask
from kpi_cli.scoring.cards import Note

T = TypeVar("T")
Told: TypeAlias = tuple[Note, ...]
Codes: TypeAlias = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Notes(Mapping[int, Told]):
    """What is noted about each row, read as a mapping from the rows that have notes.

    `codes` are places in `distinct`, the first of which is no note at all.
    """

    codes: Codes
    distinct: tuple[Told, ...] = ((),)

    def __getitem__(self, row: int) -> Told:
        if not 0 <= row < len(self.codes) or not self.codes[row]:
            raise KeyError(row)
        return self.distinct[self.codes[row]]

    def __iter__(self) -> Iterator[int]:
        rows: list[int] = np.flatnonzero(self.codes).tolist()
        return iter(rows)

    def __len__(self) -> int:
        return int(np.count_nonzero(self.codes))

    def take(self, rows: NDArray[Any] | slice) -> "Notes":
        """Return the notes of a mask's rows, of positions or of a slice."""
        return Notes(self.codes[rows], self.distinct)

    def where(self, rows: Mask, note: Note) -> "Notes":
        """Return the notes with one more about some rows."""
        return Notes(*extended(self.codes, self.distinct, rows, note))

    def with_each(self, rows: Mask, kinds: NDArray[Any], notes: Sequence[Note]) -> "Notes":
        """Return the notes with one more about some rows: `kinds` has for each of these its place in `notes`."""
        own = np.zeros(len(self.codes), dtype=np.int32)
        own[rows] = kinds + 1
        return self.followed(Notes(own, ((), *((note,) for note in notes))))

    def followed(self, other: "Notes") -> "Notes":
        """Return the notes of both: for each row first these, then the others."""
        if not self.codes.any() or not other.codes.any():
            return other if other.codes.any() else self
        pairs = self.codes.astype(np.int64) * len(other.distinct) + other.codes
        found, codes = np.unique(np.append(pairs, 0), return_inverse=True)  # 0, no note, is always among them
        firsts, seconds = np.divmod(found, len(other.distinct))
        both = zip(firsts.tolist(), seconds.tolist(), strict=True)
        told = tuple((*self.distinct[first], *other.distinct[second]) for first, second in both)
        return Notes(codes[:-1].astype(np.int32), told)


def no_notes(rows: int) -> Notes:
    """Return the notes of rows about which nothing is said."""
    return Notes(np.zeros(rows, dtype=np.int32))


def notes_of(notes: Mapping[int, Told], rows: int) -> Notes:
    """Return a mapping from rows to notes as a column."""
    if isinstance(notes, Notes):
        return notes
    distinct: dict[Told, int] = {(): 0}
    codes = np.zeros(rows, dtype=np.int32)
    for row, told in notes.items():
        codes[row] = distinct.setdefault(told, len(distinct))
    return Notes(codes, tuple(distinct))


def extended(
    codes: Codes, distinct: tuple[tuple[T, ...], ...], rows: Mask, item: T
) -> tuple[Codes, tuple[tuple[T, ...], ...]]:
    """Append an item to what the codes of some rows stand for; what no row has any more stays among the distinct."""
    old = codes[rows]
    if not len(old):
        return codes, distinct
    used = np.flatnonzero(np.bincount(old, minlength=len(distinct)))
    numbers = np.zeros(len(distinct), dtype=np.int32)
    numbers[used] = np.arange(len(used), dtype=np.int32) + np.int32(len(distinct))
    new = codes.copy()
    new[rows] = numbers[old]
    return new, (*distinct, *((*distinct[code], item) for code in used.tolist()))
