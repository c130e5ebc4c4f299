"""Where every row went, for people: one line per source and period, then names that ask for attention."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from kpi_cli.periods import Period
from kpi_cli.pipeline import Outcome
from kpi_cli.reports.headings import who
from kpi_cli.reports.safe import SHOWN_CHARACTERS, shortened, visible
from kpi_cli.rows import Account, SourceReport
from kpi_cli.scoring.cards import STATUSES, Sheet, Status

_LEFT_OUT: Final = ("outside_period", "filtered", "duplicate", "unattributed", "unknown_agent", "rejected")
NAMED = 20  # names listed in one line
GAPS = 5  # stretches of days without a row
_DAYS_OFF = 2  # a weekend: only longer stretches are named


def accounting_lines(outcome: Outcome) -> Iterator[str]:
    """Yield the account of every source and period, unknown agents, and agents on the roster without data."""
    for period in sorted(outcome.reports, key=lambda period: period.sort_key):
        for report in outcome.reports[period]:
            yield account_line(report, period)
        for report in outcome.reports[period]:
            yield from _people(report, period)
        without = [name for sheet in outcome.sheets if sheet.period == period for name in _without_data(sheet)]
        if without:
            yield f"{period.name}: no data of {_listed(without)}"
    if outcome.untaken:
        yield f"files that nothing takes: {_listed(outcome.untaken)}"


def account_line(report: SourceReport, period: Period) -> str:
    """Return `chats 2026-10: read 366 = used 360 + outside_period 2 + ...`, then what is worth knowing beside it."""
    account = report.account
    sums = " + ".join(f"{name} {getattr(account, name)}" for name in _LEFT_OUT)
    parts = [f"{report.source} {period.name}: read {account.read} = used {account.used} + {sums}"]
    return " · ".join([*parts, *_asides(account, report, period)])


def _asides(account: Account, report: SourceReport, period: Period) -> Iterator[str]:
    if account.filtered_missing:
        yield f"{account.filtered_missing} of the filtered fell to a missing cell"
    if total := sum(account.skipped.values()):
        words = ", ".join(f"{visible(word)} {count}" for word, count in sorted(account.skipped.items()))
        yield f"skipped {total} ({words})"
    if report.first_day and report.last_day:
        yield f"days {report.first_day}..{report.last_day}{_missing_days(report.days, period)}"


def _missing_days(days: frozenset[date], period: Period) -> str:
    """Return how many days of the period have a row, unless all have, and which longer stretches have none."""
    if not days or len(days) >= period.days:
        return ""
    gaps = [f"{first}..{last}" for first, last in _stretches_without(days, period) if (last - first).days >= _DAYS_OFF]
    none = f", none on {_listed(gaps, GAPS)}" if gaps else ""
    return f" ({len(days)} of {period.days}{none})"


def _stretches_without(days: frozenset[date], period: Period) -> Iterator[tuple[date, date]]:
    one = timedelta(days=1)
    covered = sorted(day for day in days if period.first <= day <= period.last)
    for before, after in pairwise([period.first - one, *covered, period.last + one]):
        if after - before > one:
            yield before + one, after - one


def _people(report: SourceReport, period: Period) -> Iterator[str]:
    if report.unknown:
        yield f"{report.source} {period.name}: not in the roster: {_listed(report.unknown)}"
    if report.ignored:
        yield f"{report.source} {period.name}: ignored as the roster says: {_listed(report.ignored)}"


def _without_data(sheet: Sheet) -> list[str]:
    statuses = sheet.statuses.tolist()
    pairs = zip(sheet.agents, statuses, strict=True)
    return [who(agent) for agent, position in pairs if STATUSES[position] is Status.NO_DATA]


def _listed(names: Sequence[str], most: int = NAMED) -> str:
    shown = ", ".join(visible(shortened(name, SHOWN_CHARACTERS)) for name in names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
