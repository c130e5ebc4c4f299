"""Periods of scoring: days, weeks, months, quarters, halves, years and ranges, by name and by first and last day."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from msgspec import Struct

from kpi_cli.problems import Exit, KpiError, Problem
from kpi_cli.regexes import regex


class PeriodKind(StrEnum):
    """The calendar periods, and any other range of days."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    RANGE = "range"


class Period(Struct, frozen=True):
    """The days `first`..`last`, both ends in, in the scheme's zone."""

    kind: PeriodKind
    first: date
    last: date

    @property
    def name(self) -> str:
        """The period's name: `2026-10`, `2026-W41`, `2026-Q3`, `2026-H1`, `2026`, `2026-10-05`, `a..b`."""
        year = f"{self.first.year:04}"
        match self.kind:
            case PeriodKind.DAY:
                return self.first.isoformat()
            case PeriodKind.WEEK:
                week = self.first.isocalendar()
                return f"{week.year:04}-W{week.week:02}"
            case PeriodKind.MONTH:
                return f"{year}-{self.first.month:02}"
            case PeriodKind.QUARTER:
                return f"{year}-Q{(self.first.month + 2) // 3}"
            case PeriodKind.HALF:
                return f"{year}-H{(self.first.month + 5) // 6}"
            case PeriodKind.YEAR:
                return year
            case PeriodKind.RANGE:
                return f"{self.first.isoformat()}..{self.last.isoformat()}"

    @property
    def days(self) -> int:
        """The calendar days of the period."""
        return (self.last - self.first).days + 1

    @property
    def sort_key(self) -> tuple[date, int]:
        """Periods are shown by start, then by length."""
        return self.first, self.days

    def previous(self) -> "Period":
        """Return the period of the same kind directly before; for a range, as many days before."""
        last = self.first - timedelta(days=1)
        if self.kind is PeriodKind.RANGE:
            return Period(self.kind, self.first - timedelta(days=self.days), last)
        return _containing(self.kind, last)

    def parts(self, kind: PeriodKind) -> tuple["Period", ...]:
        """Return the periods of `kind` that make this one up exactly; empty if their edges do not meet its own."""
        found, day = [], self.first
        while day <= self.last:
            part = _containing(kind, day)
            if part.first != day or part.last > self.last:
                return ()
            found.append(part)
            day = part.last + timedelta(days=1)
        return tuple(found)

    def within(self, other: "Period") -> bool:
        """Whether this period lies wholly inside the other."""
        return other.first <= self.first and self.last <= other.last


def of_range(first: date, last: date) -> Period:
    """Return the period of these days; a range equal to a calendar period is that period."""
    for kind in PeriodKind:
        if kind is not PeriodKind.RANGE:
            period = _containing(kind, first)
            if (period.first, period.last) == (first, last):
                return period
    return Period(PeriodKind.RANGE, first, last)


def parse_period(text: str, today: date) -> Period:
    """Read a period as users write it; relative words count from `today`, a day of the scheme's zone."""
    text = text.strip()
    if text in RELATIVE:
        return RELATIVE[text](today)
    try:
        return _parse_named(text)
    except ValueError as error:
        forms = "2026-10, 2026-W41, 2026-Q3, 2026-H1, 2026, 2026-10-05, 2026-10-01..2026-10-14"
        meant = _meant(text)
        help_text = f"did you mean `{meant}`?" if meant else f"write {forms}, or {', '.join(RELATIVE)}"
        problem = Problem("period", f"`{text}` is not a period: {error}", help=help_text)
        raise KpiError(problem, Exit.USAGE) from error


def today_in(timezone: str) -> date:
    """Return the local day in a time zone."""
    return datetime.now(ZoneInfo(timezone)).date()


def last_month(today: date) -> Period:
    """Return the last complete month: what is scored when nothing else is asked for."""
    return _containing(PeriodKind.MONTH, today).previous()


def _yesterday(today: date) -> Period:
    return _containing(PeriodKind.DAY, today - timedelta(days=1))


RELATIVE: dict[str, Callable[[date], Period]] = {
    "last-month": last_month,
    "this-month": lambda today: _containing(PeriodKind.MONTH, today),
    "last-week": lambda today: _containing(PeriodKind.WEEK, today).previous(),
    "yesterday": _yesterday,
}


def _parse_named(text: str) -> Period:
    if ".." in text:
        first, last = (_day(end) for end in text.split("..", 1))
        if last < first:
            message = "it ends before it starts"
            raise ValueError(message)
        return of_range(first, last)
    for kind, pattern in _PATTERNS:
        if found := re.fullmatch(pattern, text, re.ASCII):
            return _containing(kind, _first_day(kind, [int(part) for part in found.groups()]))
    message = "no such form"
    raise ValueError(message)


_PATTERNS = (
    (PeriodKind.DAY, r"(\d{4})-(\d{2})-(\d{2})"),
    (PeriodKind.WEEK, r"(\d{4})-W(\d{2})"),
    (PeriodKind.MONTH, r"(\d{4})-(\d{2})"),
    (PeriodKind.QUARTER, r"(\d{4})-Q([1-4])"),
    (PeriodKind.HALF, r"(\d{4})-H([12])"),
    (PeriodKind.YEAR, r"(\d{4})"),
)


_BETWEEN = regex(r"\s*(?:\.{2,}|…|[~～至到—–]|\s-\s|\bto\b)\s*")
_OTHERWISE = (
    (r"(\d{4})[-/. _年]*[Qq第]([1-4])(?:季度?)?", "{}-Q{}"),
    (r"(\d{4})[-/. _年]*[Hh]([12])", "{}-H{}"),
    (r"(\d{4})[-/. _年]*[Ww第](\d{1,2})周?", "{}-W{:0>2}"),
    (r"(\d{4})年", "{}"),
    (r"(\d{4})[-/._年 ]*(\d{1,2})月?", "{}-{:0>2}"),
    (r"(\d{1,2})[-/.](\d{4})", "{1}-{0:0>2}"),
    (r"(\d{4})(?:[-/.年 ](\d{1,2})[-/.月 ]|(\d{2}))(\d{1,2})日?", "{}-{:0>2}-{:0>2}"),
)


def _meant(text: str) -> str | None:
    """Return the period that is written another way, as `2026/10` or `2026年10月`; None if there is no such."""
    found = "..".join(_written(part) for part in _BETWEEN.split(text, maxsplit=1))
    try:
        _parse_named(found)
    except ValueError:
        return None
    return found


def _written(part: str) -> str:
    for pattern, form in _OTHERWISE:
        if found := re.fullmatch(pattern, part, re.ASCII):
            return form.format(*(group for group in found.groups() if group))
    return part


def _day(text: str) -> date:
    return datetime.strptime(text.strip(), "%Y-%m-%d").date()  # noqa: DTZ007 - a calendar day has no zone


def _first_day(kind: PeriodKind, parts: list[int]) -> date:
    match kind:
        case PeriodKind.WEEK:
            return date.fromisocalendar(parts[0], parts[1], 1)
        case PeriodKind.QUARTER:
            return date(parts[0], parts[1] * 3 - 2, 1)
        case PeriodKind.HALF:
            return date(parts[0], parts[1] * 6 - 5, 1)
        case PeriodKind.MONTH:
            return date(parts[0], parts[1], 1)
        case PeriodKind.YEAR:
            return date(parts[0], 1, 1)
        case PeriodKind.DAY | PeriodKind.RANGE:
            return date(*parts)


_MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.HALF: 6, PeriodKind.YEAR: 12}


def _containing(kind: PeriodKind, day: date) -> Period:
    if kind is PeriodKind.DAY:
        return Period(kind, day, day)
    if kind is PeriodKind.WEEK:
        monday = day - timedelta(days=day.weekday())
        return Period(kind, monday, monday + timedelta(days=6))
    length = _MONTHS[kind]
    start = (day.month - 1) // length * length
    first = day.replace(month=start + 1, day=1)
    following = first.year * 12 + start + length
    return Period(kind, first, date(following // 12, following % 12 + 1, 1) - timedelta(days=1))


def overlapping(periods: list[Period]) -> tuple[Period, Period] | None:
    """Return two of the periods that share a day, if there are any."""
    ordered = sorted(periods, key=lambda period: period.sort_key)
    return next(((a, b) for a, b in pairwise(ordered) if b.first <= a.last), None)
