"""From a request to an outcome: find, read, fold, value, score. One function a stage, in this order."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from kpi_cli.facts.aggregates import lone_rows_exceeded
from kpi_cli.intake.inputs import Inputs, find_inputs
from kpi_cli.intake.rejects import write_rejects
from kpi_cli.intake.roster import read_roster
from kpi_cli.periods import Period
from kpi_cli.pipeline.carding import Carding
from kpi_cli.pipeline.measuring import Census, Facts, Valuation, census_of, valuation
from kpi_cli.pipeline.plan import Plan, plan
from kpi_cli.pipeline.reading import Read, Reading
from kpi_cli.pipeline.request import Outcome, Request
from kpi_cli.problems import Exit, KpiError, Problem
from kpi_cli.rows import SourceReport
from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scheme.formula.tree import AggregateKind
from kpi_cli.scoring.cards import Sheet

_SHOWN = 5


def run(request: Request) -> Outcome:
    """Read, fold, value and score. Raises KpiError with every problem found; nothing is written then but rejects."""
    wanted = plan(request.scheme)
    periods = tuple(sorted(dict.fromkeys(request.periods), key=lambda period: period.sort_key))
    inputs = find_inputs(request.scheme, request.data, periods, wanted.earlier(periods))
    together = [periods] if None in inputs.rosters or not inputs.rosters else [(period,) for period in periods]
    parts = [_run_periods(request, wanted, inputs, group) for group in together]
    return Outcome(
        scheme=request.scheme,
        sheets=tuple(sheet for part in parts for sheet in part.sheets),
        reports={period: reports for part in parts for period, reports in part.reports.items()},
        inputs=tuple(dict.fromkeys(entry for part in parts for entry in part.inputs)),
        warnings=tuple(dict.fromkeys(problem for part in parts for problem in part.warnings)),
    )


def _run_periods(request: Request, wanted: Plan, inputs: Inputs, periods: tuple[Period, ...]) -> Outcome:
    """Run the periods that one roster serves."""
    scheme = request.scheme
    registry = read_roster(scheme, inputs, periods[0])
    read = Reading(request, wanted, inputs, registry, periods, wanted.earlier(periods)).read()
    _write_rejects(request, read)
    _refuse(read, _unexpected(request, read))
    people = registry.people()
    teams_only = frozenset(name for name, source in scheme.sources.items() if not source.agent)
    census = census_of(people, registry.teams, teams_only)
    _refuse(read, _crowds(scheme, read.facts, census))
    formulas = {name: scheme.metrics[name].expression for name in wanted.metrics}
    values = valuation(read.facts, formulas, (*periods, *wanted.earlier(periods)), census)
    reports = {period: tuple(read.reports.get(period, ())) for period in periods}
    return Outcome(
        scheme=scheme,
        sheets=tuple(_sheets(scheme, periods, census, values)),
        reports=reports,
        inputs=(*registry.inputs, *read.inputs),
        warnings=(),
    )


def _sheets(scheme: Scheme, periods: Iterable[Period], census: Census, values: Valuation) -> Iterator[Sheet]:
    for period in periods:
        yield from Carding(scheme, period, census, values).sheets()


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


def _crowds(scheme: Scheme, facts: Facts, census: Census) -> Iterator[Problem]:
    """Yield a problem for each `only(x)` that met several rows of one agent."""
    for (period, aggregate), partial in facts.partials.items():
        codes = lone_rows_exceeded(partial) if aggregate.kind is AggregateKind.ONLY else ()
        if len(codes):
            names = [census.people.agents[int(code)].id for code in codes[:_SHOWN]]
            more = f" and {len(codes) - _SHOWN} more" if len(codes) > _SHOWN else ""
            message = f"only(...) over `{aggregate.source}`: several rows in {period.name} for {', '.join(names)}{more}"
            help_text = "use sum, mean or max to say what several rows come to, or give the source a `key`"
            yield Problem("several-rows", message, scheme.sources[aggregate.source].span, help_text)
