"""Where every row went, for people: one line per source and period, then names that ask for attention."""

from collections.abc import Iterator, Sequence
from typing import Final

from kpi_cli.periods import Period
from kpi_cli.pipeline import Outcome
from kpi_cli.reports.headings import who
from kpi_cli.reports.safe import visible
from kpi_cli.rows import Account, SourceReport
from kpi_cli.scoring.cards import STATUSES, Sheet, Status

_LEFT_OUT: Final = ("outside_period", "filtered", "duplicate", "unattributed", "unknown_agent", "rejected")
NAMED = 20  # names listed in one line


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
    return " · ".join([*parts, *_asides(account, report)])


def _asides(account: Account, report: SourceReport) -> Iterator[str]:
    if account.filtered_missing:
        yield f"{account.filtered_missing} of the filtered fell to a missing cell"
    if total := sum(account.skipped.values()):
        words = ", ".join(f"{visible(word)} {count}" for word, count in sorted(account.skipped.items()))
        yield f"skipped {total} ({words})"
    if report.first_day and report.last_day:
        yield f"days {report.first_day}..{report.last_day}"


def _people(report: SourceReport, period: Period) -> Iterator[str]:
    if report.unknown:
        yield f"{report.source} {period.name}: not in the roster: {_listed(report.unknown)}"
    if report.ignored:
        yield f"{report.source} {period.name}: ignored as the roster says: {_listed(report.ignored)}"


def _without_data(sheet: Sheet) -> list[str]:
    statuses = sheet.statuses.tolist()
    pairs = zip(sheet.agents, statuses, strict=True)
    return [who(agent) for agent, position in pairs if STATUSES[position] is Status.NO_DATA]


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(visible(name) for name in names[:NAMED])
    return f"{shown} and {len(names) - NAMED} more" if len(names) > NAMED else shown
