"""From a request to an outcome: find, read, fold, value, score. One function a stage, in this order."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from kpi_cli.intake.files.inputs import Inputs, find_inputs
from kpi_cli.intake.presets import PRESETS
from kpi_cli.periods import Period
from kpi_cli.pipeline.passes import Group, Passes
from kpi_cli.pipeline.plan import plan
from kpi_cli.pipeline.request import Outcome, Request
from kpi_cli.problems import Exit, KpiError, Problem
from kpi_cli.rows import Account, SourceReport
from kpi_cli.scheme.compiled import Scheme, Source
from kpi_cli.scheme.seasons import InSeason, in_season

if TYPE_CHECKING:  # a crew is loaded only where there are other machines
    from kpi_cli.intake.people.registry import Registry
    from kpi_cli.pipeline.fieldwork import Crew


def run(request: Request) -> Outcome:
    """Read, fold, value and score. Raises KpiError with every problem found; nothing is written then but rejects."""
    periods = tuple(sorted(dict.fromkeys(request.periods), key=lambda period: period.sort_key))
    seasons = {period: in_season(request.scheme, period, PRESETS) for period in periods}
    earlier = plan(request.scheme).earlier(periods)
    inputs = find_inputs(request.scheme, request.data, periods, earlier)
    _spare(inputs, request)
    groups = list(_groups(seasons, inputs))
    with _crews(request) as crews:
        passes = Passes(request, inputs, crews)
        parts = passes.done(groups)
    sheets = [sheet for part in parts for sheet in part.sheets]
    _insist_on_rows(request.scheme, passes.reports)
    told = (problem for season in seasons.values() for problem in season.warnings)
    return Outcome(
        scheme=request.scheme,
        sheets=tuple(sorted(sheets, key=lambda sheet: sheet.period.sort_key)),
        reports=passes.reports,
        inputs=tuple(dict.fromkeys(entry for part in parts for entry in part.inputs)),
        warnings=tuple(dict.fromkeys(chain(told, *(part.warnings for part in parts)))),
        untaken=inputs.untaken,
        traces={key: found for part in parts for key, found in part.traces.items()},
    )


def _spare(inputs: Inputs, request: Request) -> None:
    """Raise KpiError where what is to be written would replace what is read, in whatever folder that was found."""
    found = (*inputs.files.values(), *inputs.rosters.values())
    read = {file.path.resolve() for files in found for file in files}
    lost = [path for path in (request.output, request.rejects) if path is not None and Path(path).resolve() in read]
    if lost:
        help_text = "write to another file"
        raise KpiError(
            [
                Problem("output-is-input", f"`{path}` is read here, so it cannot be written", help=help_text)
                for path in lost
            ],
            Exit.USAGE,
        )


def _insist_on_rows(scheme: Scheme, reports: Mapping[Period, Sequence[SourceReport]]) -> None:
    """Raise KpiError where there are rows in the periods and none of them counts: nothing has been measured."""
    found = [report for of_period in reports.values() for report in of_period]
    lost = {report.source: report.account for report in reversed(found) if report.account.in_period}
    if lost and not any(report.account.used for report in found):
        raise KpiError([_nothing_left(scheme.sources[name], account) for name, account in lost.items()], Exit.DATA)


def _nothing_left(source: Source, account: Account) -> Problem:
    reasons = {
        "filtered": account.filtered,
        "without an agent": account.unattributed,
        "of unknown agents": account.unknown_agent,
        "rejected": account.rejected,
    }
    why = ", ".join(f"{count} {reason}" for reason, count in reasons.items() if count)
    message = f"none of the {account.in_period} rows of `{source.name}` counts: {why}"
    help_text = "compare `where`, `agent` and the columns with what the export holds: `kpi inspect` shows that"
    return Problem("nothing-left", message, source.span, help_text)


def _crews(request: Request) -> "AbstractContextManager[Callable[[Registry], Crew] | None]":
    """Return what makes crews of other machines to read with, if there are any."""
    if request.scheduler is None:
        return nullcontext()
    from kpi_cli.pipeline.fieldwork import crews  # noqa: PLC0415 - loaded only where there are other machines

    return crews(request.scheduler)


def _groups(seasons: Mapping[Period, InSeason], inputs: Inputs) -> Iterator[Group]:
    """Yield the periods that one pass can serve: those of one season, with one roster."""
    own_rosters = bool(inputs.rosters) and None not in inputs.rosters
    groups: dict[object, list[Period]] = {}
    for period, season in seasons.items():
        groups.setdefault((season.names, period if own_rosters else None), []).append(period)
    for found in groups.values():
        yield seasons[found[0]], tuple(found)
