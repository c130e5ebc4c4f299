"""Which rows repeat a key: at once by a table of all keys, or in a second reading that only minds the repeated ones.

The second way suits exports in which no key repeats, which is most of them: reading notes the keys' hashes, and
sorting them at the end shows whether there is anything to read again for. `duplicates: latest(column)` takes a third
reading: the second finds out which row of each key counts. So do files that are read in parts, apart from each other.
"""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kpi_cli.columns import Column, Days, Moments
from kpi_cli.exact import Exact, Mask
from kpi_cli.hashing import Hashes
from kpi_cli.intake.rows.keys import KeyTable
from kpi_cli.scheme.compiled import Duplicates

Positions: TypeAlias = NDArray[np.int64]
Places: TypeAlias = NDArray[np.uint64]
_ROWS = 1 << 24  # a block has fewer
_NONE = np.zeros(0, dtype=np.uint64)


class Keyed(Struct, frozen=True, eq=False):
    """The rows of a block that have come as far as the question whether their key repeats.

    `keys` are hashes by row; `contents` gives those of some rows; `order` is the column by which one of them counts;
    `place` tells blocks apart, in the order of files and blocks.
    """

    alive: Mask
    keys: Hashes
    contents: Callable[[Positions], Hashes]
    order: Column | None
    place: int


class Contenders(Struct, frozen=True, eq=False):
    """Rows of which only one for each key counts."""

    keys: Hashes
    contents: Hashes
    values: Sequence[Fraction | int | None]  # of the column by which a row counts
    places: Places


class KnownKeys(Struct, frozen=True, eq=False):
    """The keys that repeat, sorted, and the places of the rows that count of them, once these are known too."""

    suspects: Hashes
    winners: Places | None = None


class Repeats:
    """The keys of one period of one source. Safe to use from several threads."""

    def __init__(self, duplicates: Duplicates | None, *, deferred: bool, known: KnownKeys | None = None) -> None:
        self._duplicates = duplicates
        self._table = KeyTable()
        self._noted: list[Hashes] | None = [] if (deferred or duplicates) and known is None else None
        self._suspects: Hashes | None = known.suspects if known else None  # sorted; None: every key
        self._winners: Places | None = known.winners if known else None
        self._contenders: list[Contenders] | None = [] if known and known.winners is None else None
        self.conflicts: set[int] = self._table.conflicts

    def repeated(self, rows: Keyed) -> Mask:
        """Return which of the rows are not to be counted, because another row of their key is."""
        repeated = np.zeros(len(rows.alive), dtype=bool)
        if self._noted is not None:
            self._noted.append(rows.keys[rows.alive])
            return repeated
        found = self._suspected(rows)
        if not len(found):
            return repeated
        if self._contenders is not None:
            self._contenders.append(_contender(rows, found))
        elif self._winners is not None:
            repeated[found] = ~np.isin(_places(rows.place, found), self._winners)
        else:
            repeated[found] = self._table.add(rows.keys[found], rows.contents(found))
        return repeated

    def reread(self) -> bool:
        """Whether every block must be read once more, all that reading has given so far being void."""
        if self._noted is not None:
            self._suspects = _repeating(self._noted)
            self._noted = None
            if self._duplicates and len(self._suspects):
                self._contenders = []
            return len(self._suspects) > 0
        if self._contenders is not None and self._duplicates:
            self._winners, conflicts = decided(self.contenders, self._duplicates)
            self._contenders = None
            self.conflicts.update(conflicts)
            return True
        return False

    @property
    def noted(self) -> Hashes:
        """The keys of all rows so far, in order, each as often as it stands there."""
        return np.sort(np.concatenate([_NONE, *(self._noted or ())]))

    @property
    def contenders(self) -> Contenders:
        """All rows so far whose keys are known to repeat."""
        return contending(self._contenders or ())

    def settle(self, conflicts: Iterable[int]) -> None:
        """Take for read what others have read, and the keys that they found on rows of different content."""
        self._noted = self._contenders = None
        self.conflicts.update(conflicts)

    @property
    def is_settled(self) -> bool:
        """Whether what has been read may be relied on."""
        return self._noted is None and not self._contenders

    def _suspected(self, rows: Keyed) -> Positions:
        found = np.flatnonzero(rows.alive)
        if self._suspects is None or not len(found):
            return found
        if not len(self._suspects):
            return found[:0]
        keys = rows.keys[found]
        nearest = np.minimum(np.searchsorted(self._suspects, keys), len(self._suspects) - 1)
        suspected: Positions = found[self._suspects[nearest] == keys]
        return suspected


def contending(found: Sequence[Contenders]) -> Contenders:
    """Return the contenders of several readings as one."""
    values = [value for one in found for value in one.values]
    keys, contents, places = (
        np.concatenate([_NONE, *columns])
        for columns in (
            [one.keys for one in found],
            [one.contents for one in found],
            [one.places for one in found],
        )
    )
    return Contenders(keys, contents, values, places)


def _repeating(noted: Iterable[Hashes]) -> Hashes:
    keys = np.sort(np.concatenate([_NONE, *noted]))
    again: Hashes = keys[1:][keys[1:] == keys[:-1]]
    first = np.ones(len(again), dtype=bool)
    first[1:] = again[1:] != again[:-1]  # in order, so that no `unique` need look for them
    repeating: Hashes = again[first]
    return repeating


def _contender(rows: Keyed, found: Positions) -> Contenders:
    values = [None] * len(found) if rows.order is None else _values(rows.order, found)
    return Contenders(rows.keys[found], rows.contents(found), values, _places(rows.place, found))


def _places(block: int, rows: Positions) -> Places:
    return np.uint64(block * _ROWS) + rows.astype(np.uint64)


def _values(column: Column, rows: Positions) -> list[Fraction | int | None]:
    match column:
        case Moments():
            values, present = column.utc[rows].tolist(), column.present[rows].tolist()
        case Days():
            values, present = column.days[rows].tolist(), column.present[rows].tolist()
        case Exact():
            return list(column.take(rows).fractions())
        case _:
            message = "the checked scheme orders duplicates by a time, a date or a number"
            raise TypeError(message)
    return [value if there else None for value, there in zip(values, present, strict=True)]


def _ranks(values: Sequence[Fraction | int | None], *, latest: bool) -> NDArray[np.int64]:
    """Return 0 for the value that comes first in the order of counting, and so on; missing ones come last."""
    ordered = sorted({value for value in values if value is not None}, reverse=latest)
    ranks: dict[Fraction | int | None, int] = {value: rank for rank, value in enumerate(ordered)}
    ranks[None] = len(ordered)
    return np.array([ranks[value] for value in values], dtype=np.int64)


def decided(found: Contenders, duplicates: Duplicates | None) -> tuple[Places, list[int]]:
    """Return the places of the rows that count, one for each key, and the keys for which several different ones tie.

    Where nothing says by what a row counts, all rows of a key tie.
    """
    if not len(found.keys):
        return _NONE, []
    rank = _ranks(found.values, latest=duplicates is not None and duplicates.keep == "latest")
    order = np.lexsort((found.places, rank, found.keys))
    keys, contents, rank, places = found.keys[order], found.contents[order], rank[order], found.places[order]
    first = np.ones(len(keys), dtype=bool)
    first[1:] = keys[1:] != keys[:-1]
    leader = np.flatnonzero(first)[np.cumsum(first) - 1]
    tied = (rank == rank[leader]) & (contents != contents[leader])
    return places[first], np.unique(keys[tied]).tolist()
