"""Which rows repeat a key: at once by a table of all keys, or in a second reading that only minds the repeated ones.

The second way suits exports in which no key repeats, which is most of them: reading notes the keys' hashes, and
sorting them at the end shows whether there is anything to read again for. `duplicates: latest(column)` takes a third
reading: the second finds out which row of each key counts.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from kpi_cli.columns import Column, Days, Moments
from kpi_cli.exact import Exact, Mask
from kpi_cli.hashing import Hashes
from kpi_cli.intake.keys import KeyTable
from kpi_cli.scheme.compiled import Duplicates

Positions: TypeAlias = NDArray[np.int64]
_BLOCKS = 1 << 24  # a file has fewer, and a block fewer records


@dataclass(frozen=True, slots=True, eq=False)
class Keyed:
    """The rows of a block that have come as far as the question whether their key repeats.

    `keys` are hashes by row; `contents` gives those of some rows; `order` is the column by which one of them counts;
    `place` tells blocks apart, in the order of files and blocks.
    """

    alive: Mask
    keys: Hashes
    contents: Callable[[Positions], Hashes]
    order: Column | None
    place: int


@dataclass(frozen=True, slots=True, eq=False)
class _Contender:
    keys: Hashes
    contents: Hashes
    values: Sequence[Fraction | int | None]  # of the column by which a row counts
    places: NDArray[np.uint64]


class Repeats:
    """The keys of one period of one source. Safe to use from several threads."""

    def __init__(self, duplicates: Duplicates | None, *, deferred: bool) -> None:
        self._duplicates = duplicates
        self._table = KeyTable()
        self._noted: list[Hashes] | None = [] if deferred or duplicates else None
        self._suspects: Hashes | None = None  # sorted; None: every key
        self._contenders: list[_Contender] | None = None
        self._winners: NDArray[np.uint64] | None = None
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
            self._winners, conflicts = _decided(self._contenders, latest=self._duplicates.keep == "latest")
            self._contenders = None
            self.conflicts.update(conflicts)
            return True
        return False

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


def _repeating(noted: Iterable[Hashes]) -> Hashes:
    keys = np.sort(np.concatenate([np.zeros(0, dtype=np.uint64), *noted]))
    return np.unique(keys[1:][keys[1:] == keys[:-1]])


def _contender(rows: Keyed, found: Positions) -> _Contender:
    values = _values(rows.order, found)
    return _Contender(rows.keys[found], rows.contents(found), values, _places(rows.place, found))


def _places(block: int, rows: Positions) -> NDArray[np.uint64]:
    return np.uint64(block * _BLOCKS) + rows.astype(np.uint64)


def _values(column: Column | None, rows: Positions) -> list[Fraction | int | None]:
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


def _decided(contenders: Iterable[_Contender], *, latest: bool) -> tuple[NDArray[np.uint64], list[int]]:
    """Return the places of the rows that count, one for each key, and the keys for which several different ones tie."""
    found = list(contenders)
    if not found:
        return np.zeros(0, dtype=np.uint64), []
    keys = np.concatenate([one.keys for one in found])
    contents = np.concatenate([one.contents for one in found])
    rank = _ranks([value for one in found for value in one.values], latest=latest)
    places = np.concatenate([one.places for one in found])
    order = np.lexsort((places, rank, keys))
    keys, contents, rank, places = keys[order], contents[order], rank[order], places[order]
    first = np.ones(len(keys), dtype=bool)
    first[1:] = keys[1:] != keys[:-1]
    leader = np.flatnonzero(first)[np.cumsum(first) - 1]
    tied = (rank == rank[leader]) & (contents != contents[leader])
    return places[first], np.unique(keys[tied]).tolist()
