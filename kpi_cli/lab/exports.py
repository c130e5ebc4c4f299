"""Exports that are not what they should be: cut short, without agents, of people nobody knows."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction

from kpi_cli.numbers import plain
from kpi_cli.periods import Period
from kpi_cli.pipeline import Outcome
from kpi_cli.problems import Problem, Severity, Span
from kpi_cli.rows import SourceReport
from kpi_cli.scoring.cards import STATUSES, Status

_UNATTRIBUTED = Fraction(1, 100)
_EXPECTED = 10  # rows: where that many are to be expected in the days without any, something is missing
_DAYS_OFF = 2  # a weekend; from there on, days without rows are no rest
_SATURDAY = 5
_ROUND = 1000
_ENDS_OF_SHEETS = frozenset({65_535, 65_536, 1_048_575, 1_048_576})  # as many rows as .xls and .xlsx hold
_SHOWN = 10


def lints(outcome: Outcome, today: date) -> Iterator[Problem]:
    """Yield what is suspicious about the exports and the people in them."""
    for period, reports in outcome.reports.items():
        for report in reports:
            span = outcome.scheme.sources[report.source].span
            yield from _unattributed(period, report, span)
            yield from _cut_short(period, report, span, today)
        yield from _unknown(outcome, period, reports)
        yield from _without_data(outcome, period)
    yield from _round_counts(outcome)


def _unattributed(period: Period, report: SourceReport, span: Span) -> Iterator[Problem]:
    account = report.account
    if account.unattributed > _UNATTRIBUTED * account.in_period:
        share = plain(Fraction(100 * account.unattributed, account.in_period), 1)
        message = f"{share}% of the rows of `{report.source}` in {period.name} name no agent: nobody gets the credit"
        help_text = "see why in the export; `where:` leaves out what belongs to nobody"
        yield Problem("unattributed-share", message, span, help_text, Severity.WARNING)


def _cut_short(period: Period, report: SourceReport, span: Span, today: date) -> Iterator[Problem]:
    """Yield a warning where rows come every day and then stop before the period is over."""
    if report.last_day is None:
        return
    is_over = report.last_day >= today  # so say the rows, whatever the clock says
    last = period.last if is_over else min(period.last, today - timedelta(days=1))
    empty = [report.last_day + timedelta(days=number + 1) for number in range((last - report.last_day).days)]
    covered = (report.last_day - period.first).days + 1
    is_rest = len(empty) <= _DAYS_OFF and all(day.weekday() >= _SATURDAY for day in empty)
    if not is_rest and report.account.used * len(empty) >= _EXPECTED * covered:
        since = f"`{report.source}` has no row after {report.last_day.isoformat()}"
        message = f"{since}, though {period.name} goes on to {last.isoformat()}: is the export cut short?"
        yield Problem("cut-short", message, span, "export the whole period again", Severity.WARNING)


def _round_counts(outcome: Outcome) -> Iterator[Problem]:
    """Yield a warning for a file with as many rows as a download may have at most."""
    files = {entry.file: entry for entry in reversed(outcome.inputs)}
    for entry in files.values():
        if entry.rows and (entry.rows % _ROUND == 0 or entry.rows in _ENDS_OF_SHEETS):
            source = outcome.scheme.sources.get(entry.source)
            message = f"{entry.file} has exactly {entry.rows} rows: is that the most a download may hold?"
            help_text = "compare with the number the system shows; export shorter periods, and give all the files"
            yield Problem("cut-short", message, source.span if source else None, help_text, Severity.WARNING)


def _unknown(outcome: Outcome, period: Period, reports: Iterable[SourceReport]) -> Iterator[Problem]:
    names = sorted({name for report in reports for name in report.unknown})
    if names:
        message = f"in the data of {period.name}, and not on the roster: {_listed(names)}"
        help_text = "add them to the roster, or to `roster.ignore` if they are no persons"
        span = outcome.scheme.roster.span if outcome.scheme.roster is not None else None
        yield Problem("unknown-agents", message, span, help_text, Severity.WARNING)


def _without_data(outcome: Outcome, period: Period) -> Iterator[Problem]:
    names = [
        f"{agent.name} ({agent.id})"
        for sheet in outcome.sheets
        if sheet.period == period
        for agent, status in zip(sheet.agents, sheet.statuses, strict=True)
        if STATUSES[status] is Status.NO_DATA
    ]
    if names:
        message = f"on the roster, and without a row in {period.name}: {_listed(names)}"
        help_text = "see whether their account is another one (`aliases`), or whether they have left (`left`)"
        span = outcome.scheme.roster.span if outcome.scheme.roster is not None else None
        yield Problem("agents-without-data", message, span, help_text, Severity.WARNING)


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"
