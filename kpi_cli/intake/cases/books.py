"""Cases -> the rows that count in each period, every case accounted for as a row that was read would be."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kpi_cli.calendars import OpeningHours
from kpi_cli.columns import Column, Days, Moments, Truths
from kpi_cli.exact import Mask
from kpi_cli.expressions import Table
from kpi_cli.intake.people.crediting import Credit, Crediting
from kpi_cli.intake.people.registry import Registry
from kpi_cli.intake.people.spellings import IGNORED, MISSING, UNKNOWN
from kpi_cli.intake.rows.books import Books, Counts, days_of
from kpi_cli.intake.rows.counting import credited
from kpi_cli.intake.rows.limits import exceeded, nothing_read
from kpi_cli.periods import Period
from kpi_cli.problems import Problem
from kpi_cli.rows import Account, Rows, SourceReport
from kpi_cli.scheme.compiled import Limits, Source

_EPOCH = date(1970, 1, 1)


class CaseBook(Struct, frozen=True):
    """The rows of cases that count, by the number of their period, and the account of each period."""

    rows: tuple[tuple[int, Rows], ...]
    reports: tuple[SourceReport, ...]

    def problems(
        self, source: Source, periods: Sequence[Period], limits: Limits, background: frozenset[Period]
    ) -> Iterator[Problem]:
        """Yield everything that forbids scoring."""
        for period, report in zip(periods, self.reports, strict=True):
            yield from exceeded(source, period, report, limits, background=period in background)
            yield from () if period in background else nothing_read(source, period, report)


class CaseAccounting(Struct, frozen=True):
    """Tells which cases of a source count in which period, and where the others went: by the first reason."""

    source: Source
    periods: Sequence[Period]
    registry: Registry
    hours: Mapping[str, OpeningHours]

    def book(self, columns: Mapping[str, Column], count: int) -> CaseBook:
        """Return the rows and the accounts of `count` cases."""
        books = Books(self.source.name, (self.source.name,), len(self.periods))
        rows, counts = self._counted(columns, count) if count else ([], [Counts(Account()) for _ in self.periods])
        books.add(0, 0, count, counts)
        return CaseBook(tuple(rows), tuple(books.report(number) for number in range(len(self.periods))))

    def _counted(self, columns: Mapping[str, Column], count: int) -> tuple[list[tuple[int, Rows]], list[Counts]]:
        days = _days(columns[self.source.time or ""])
        where = self.source.where
        passed = None if where is None else Table(columns, count, self.hours).truths(where)
        cases = _Cases(count, days, passed)
        members = [
            days.present & (days.days >= _day(each.first)) & (days.days <= _day(each.last)) for each in self.periods
        ]
        credit = self._credit(cases.passing(np.logical_or.reduce(members)), columns, days)
        candidates = Rows(self.source.name, credit.codes, columns, days.days)
        counts, rows = [], []
        for number, member in enumerate(members):
            used, told = cases.counted(member, credit)
            counts.append(told)
            found = credited(self.source, candidates, credit, used)
            rows += [(number, found)] if found is not None else []
        return rows, counts

    def _credit(self, chosen: Mask, columns: Mapping[str, Column], days: Days) -> Credit:
        """Return whom the chosen cases are credited to; the others to nobody."""
        return Crediting(self.source, self.registry).credit(columns, days, None, chosen)


class _Cases(Struct, frozen=True):
    """Cases with their days, and whether the source's `where` lets them pass (None: it has none)."""

    count: int
    days: Days
    passed: Truths | None

    def passing(self, chosen: Mask) -> Mask:
        """Return those of the chosen cases that `where` lets pass."""
        return chosen if self.passed is None else chosen & self.passed.values

    def counted(self, member: Mask, credit: Credit) -> tuple[Mask, Counts]:
        """Return which cases are used in the period of `member`, and its account."""
        alive = self.passing(member)
        dropped = member & ~alive
        ignored = alive & (credit.codes == IGNORED)
        alive = alive & ~ignored
        used = alive & (credit.codes >= 0)
        account = Account(
            read=self.count,
            used=_count(used),
            outside_period=self.count - _count(member),
            filtered=_count(dropped) + _count(ignored),
            unattributed=_count(alive & (credit.codes == MISSING)),
            unknown_agent=_count(alive & (credit.codes == UNKNOWN)),
            filtered_missing=0 if self.passed is None else _count(dropped & ~self.passed.present),
        )
        covered = days_of(self.days.days, used)
        return used, Counts(account, (), credit.named(UNKNOWN, alive), credit.named(IGNORED, ignored), covered)


def _days(column: Column) -> Days:
    if isinstance(column, Moments):
        return column.days()
    if isinstance(column, Days):
        return column
    message = "the checked scheme promised cases with a time"
    raise TypeError(message)


def _day(day: date) -> int:
    return (day - _EPOCH).days


def _count(mask: NDArray[np.bool_]) -> int:
    return int(np.count_nonzero(mask))
