"""From a request to an outcome: find, read, fold, value, score. One function a stage, in this order."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from kpi_cli.intake.files.inputs import Inputs, find_inputs
from kpi_cli.intake.people.registry import Registry
from kpi_cli.intake.people.roster import read_roster
from kpi_cli.intake.presets import PRESETS
from kpi_cli.intake.rows.rejects import write_rejects
from kpi_cli.periods import Period
from kpi_cli.pipeline.carding import Carding
from kpi_cli.pipeline.crowding import crowds, some
from kpi_cli.pipeline.measuring import census_of, valuation
from kpi_cli.pipeline.plan import plan
from kpi_cli.pipeline.reading import Read, Reading
from kpi_cli.pipeline.request import Outcome, Request
from kpi_cli.problems import Exit, KpiError, Problem, Severity
from kpi_cli.rows import SourceReport
from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scheme.seasons import InSeason, in_season

if TYPE_CHECKING:  # loaded only where there are other machines
    from kpi_cli.pipeline.fieldwork import Crew


def run(request: Request) -> Outcome:
    """Read, fold, value and score. Raises KpiError with every problem found; nothing is written then but rejects."""
    periods = tuple(sorted(dict.fromkeys(request.periods), key=lambda period: period.sort_key))
    seasons = {period: in_season(request.scheme, period, PRESETS) for period in periods}
    earlier = plan(request.scheme).earlier(periods)
    inputs = find_inputs(request.scheme, request.data, periods, earlier)
    groups = list(_groups(seasons, inputs))
    with _crews(request) as crews:
        parts = [_run_periods(request, season, inputs, group, crews) for season, group in groups]
    sheets = [sheet for part in parts for sheet in part.sheets]
    told = (problem for season in seasons.values() for problem in season.warnings)
    return Outcome(
        scheme=request.scheme,
        sheets=tuple(sorted(sheets, key=lambda sheet: sheet.period.sort_key)),
        reports={period: reports for part in parts for period, reports in part.reports.items()},
        inputs=tuple(dict.fromkeys(entry for part in parts for entry in part.inputs)),
        warnings=tuple(dict.fromkeys(chain(told, *(part.warnings for part in parts)))),
        untaken=inputs.untaken,
    )


def _crews(request: Request) -> "AbstractContextManager[Callable[[Registry], Crew] | None]":
    """Return what makes crews of other machines to read with, if there are any."""
    if request.scheduler is None:
        return nullcontext()
    from kpi_cli.pipeline.fieldwork import crews  # noqa: PLC0415 - loaded only where there are other machines

    return crews(request.scheduler)


def _groups(seasons: Mapping[Period, InSeason], inputs: Inputs) -> Iterator[tuple[InSeason, tuple[Period, ...]]]:
    """Yield the periods that one pass can serve: those of one season, with one roster."""
    own_rosters = bool(inputs.rosters) and None not in inputs.rosters
    groups: dict[object, list[Period]] = {}
    for period, season in seasons.items():
        groups.setdefault((season.names, period if own_rosters else None), []).append(period)
    for found in groups.values():
        yield seasons[found[0]], tuple(found)


def _run_periods(
    request: Request,
    season: InSeason,
    inputs: Inputs,
    periods: tuple[Period, ...],
    crews: "Callable[[Registry], Crew] | None",
) -> Outcome:
    """Run the periods that one pass serves."""
    scheme, wanted = season.scheme, plan(season.scheme)
    earlier = wanted.earlier(periods)
    registry = read_roster(scheme, inputs, periods[0])
    crew = crews(registry) if crews else None
    read = Reading(replace(request, scheme=scheme), wanted, inputs, registry, periods, earlier, crew).read()
    _write_rejects(request, read)
    _refuse(read, _unexpected(request, read))
    teams_only = frozenset(name for name, source in scheme.sources.items() if not source.agent)
    census = census_of(registry.people(), registry.teams, teams_only)
    _refuse(read, crowds(scheme, read.facts, census))
    formulas = {name: scheme.metrics[name].expression for name in wanted.metrics}
    values = valuation(read.facts, formulas, (*periods, *earlier), census)
    return Outcome(
        scheme=scheme,
        sheets=tuple(
            sheet for period in periods for sheet in Carding(scheme, period, census, values).sheets(season.names)
        ),
        reports={period: tuple(read.reports.get(period, ())) for period in periods},
        inputs=(*registry.inputs, *read.inputs),
        warnings=tuple(_blurred(scheme, registry)),
    )


def _blurred(scheme: Scheme, registry: Registry) -> Iterator[Problem]:
    """Yield a warning where rows without a day are of agents who have several stretches in the period."""
    if scheme.roster is not None and registry.undated:
        message = f"rows without a day of {some(registry.undated)} count for the last of their stretches alone"
        help_text = "give the source a `time`, or the agent an id for each stretch"
        yield Problem("undated-stretch", message, scheme.roster.span, help_text, Severity.WARNING)


def _write_rejects(request: Request, read: Read) -> None:
    if request.rejects is not None:
        found = dict.fromkeys(entry for report in _all_reports(read) for entry in report.rejects)
        write_rejects(Path(request.rejects), found)


def _all_reports(read: Read) -> Iterator[SourceReport]:
    return (report for reports in read.reports.values() for report in reports)


def _refuse(read: Read, problems: Iterable[Problem]) -> None:
    """Raise what was found while reading and after, all at once; the gravest exit code decides."""
    found = [problem for error in read.errors for problem in error.problems]
    found.extend(problems)
    if found:
        raise KpiError(dict.fromkeys(found), max((error.exit_code for error in read.errors), default=Exit.DATA))


def _unexpected(request: Request, read: Read) -> Iterator[Problem]:
    """Yield a problem for each source that does not have the rows that `--expect` says it has."""
    for source, expected in request.expect.items():
        rows = sum(entry.rows for entry in read.inputs if entry.source == source)
        if rows != expected:
            message = f"source `{source}` has {rows} rows, not the {expected} expected: the export may be cut short"
            span = request.scheme.sources[source].span
            yield Problem("expected-rows", message, span, "export it again, or correct `--expect`")
