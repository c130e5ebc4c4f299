"""The books of one source: where every row went in each period, who was not known, what was rejected and why."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from threading import Lock

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace
from numpy.typing import NDArray

from kpi_cli.exact import Mask
from kpi_cli.rows import Account, Reject, SourceReport

KEPT_REJECTS = 100_000
_MANY = 4096  # rows that show each day already, where days are mixed
_EPOCH = date(1970, 1, 1)


class Rejected(Struct, frozen=True, order=True):
    """A rejected row: its file and block by number, its number in the block from 1."""

    file: int
    block: int
    number: int
    column: str
    value: str
    reason: str


class Counts(Struct):
    """What one block adds to one period's account."""

    account: Account
    rejected: Sequence[Rejected] = ()
    unknown: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()
    days: frozenset[int] = frozenset()  # of the rows used


class _Period(Struct):
    account: Account = field(default_factory=Account)
    rejected: list[Rejected] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    ignored: set[str] = field(default_factory=set)
    days: set[int] = field(default_factory=set)

    def add(self, counts: Counts) -> None:
        self.account += counts.account
        self.unknown |= counts.unknown
        self.ignored |= counts.ignored
        self.days |= counts.days
        self.rejected.extend(counts.rejected)
        if len(self.rejected) > 2 * KEPT_REJECTS:  # the first ones stay, in whatever order blocks come
            self.rejected = sorted(self.rejected)[:KEPT_REJECTS]


class Books:
    """Adds up the blocks of one source. Safe to use from several threads."""

    def __init__(self, source: str, files: Sequence[str], periods: int) -> None:
        self._source, self._files = source, files
        self._lock = Lock()
        self._periods = [_Period() for _ in range(periods)]
        self._records: dict[int, dict[int, int]] = {}  # by file and block

    def add(self, file: int, block: int, records: int, counts: Iterable[Counts]) -> None:
        """Enter a block: its records, and its counts for each period."""
        with self._lock:
            self._records.setdefault(file, {})[block] = records
            for period, added in zip(self._periods, counts, strict=True):
                period.add(added)

    def counts(self, file: int, block: int) -> tuple[int, tuple[Counts, ...]]:
        """Return all that was entered as one block of one file: its records, and its counts for each period.

        Of rejects the first KEPT_REJECTS will do, whatever others there are elsewhere.
        """
        starts = self._starts()
        found = []
        for entry in self._periods:
            kept = sorted(entry.rejected)[:KEPT_REJECTS]
            rejected = [
                replace(row, file=file, block=block, number=starts[row.file, row.block] + row.number) for row in kept
            ]
            found.append(
                Counts(
                    entry.account, rejected, frozenset(entry.unknown), frozenset(entry.ignored), frozenset(entry.days)
                )
            )
        return sum(self.records().values()), tuple(found)

    def records(self) -> Mapping[str, int]:
        """Return the number of records of each file."""
        return {label: sum(self._records.get(file, {}).values()) for file, label in enumerate(self._files)}

    def number(self, file: int, block: int, number: int) -> int:
        """Return the number of a record in its file, from 1."""
        return number + sum(count for index, count in self._records.get(file, {}).items() if index < block)

    def report(self, period: int) -> SourceReport:
        """Return what reading came to in one period."""
        entry = self._periods[period]
        return SourceReport(
            self._source,
            entry.account,
            tuple(sorted(entry.unknown)),
            tuple(sorted(entry.ignored)),
            *_ends(entry.days),
            frozenset(map(_date, entry.days)),
            self._rejects(entry.rejected),
        )

    def _starts(self) -> Mapping[tuple[int, int], int]:
        """Return how many records of its file come before each block."""
        starts: dict[tuple[int, int], int] = {}
        for file, blocks in self._records.items():
            done = 0
            for block, count in sorted(blocks.items()):
                starts[file, block] = done
                done += count
        return starts

    def _rejects(self, rejected: Iterable[Rejected]) -> tuple[Reject, ...]:
        starts = self._starts()
        return tuple(
            Reject(self._files[row.file], starts[row.file, row.block] + row.number, row.column, row.value, row.reason)
            for row in sorted(rejected)[:KEPT_REJECTS]
        )


def _ends(days: Collection[int]) -> tuple[date | None, date | None]:
    return (_date(min(days)), _date(max(days))) if days else (None, None)


def _date(day: int) -> date:
    return _EPOCH + timedelta(days=day)


def days_of(days: NDArray[np.int64], used: Mask) -> frozenset[int]:
    """Return the days (since 1970) of the rows used; they are those of one period, so few and close to each other."""
    early = _distinct(days[:_MANY][used[:_MANY]])
    if early:
        first, last = min(early), max(early)
        if len(early) == last - first + 1 and not (used & ((days < first) | (days > last))).any():
            return early
    return _distinct(days[used])


def _distinct(days: NDArray[np.int64]) -> frozenset[int]:
    if not len(days):
        return frozenset()
    first = int(days.min())
    return frozenset((np.flatnonzero(np.bincount(days - first)) + first).tolist())


def skipped_words(skipped: Counter[str]) -> Mapping[str, int]:
    """Return the words of skipped rows, blank rows aside: nobody misses them."""
    return {word: count for word, count in sorted(skipped.items()) if word}
