"""The passes of a run: each reads the exports for the periods of one season with one roster, and scores them."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from kpi_cli.intake.files.inputs import Inputs
from kpi_cli.intake.people.roster import read_roster
from kpi_cli.intake.rows.rejects import rejects_csv, write_rejects
from kpi_cli.periods import Period
from kpi_cli.pipeline.carding import Carding
from kpi_cli.pipeline.crowding import crowds
from kpi_cli.pipeline.doubting import cardless, copies, doubts, silent
from kpi_cli.pipeline.measuring import Census, census_of, valuation
from kpi_cli.pipeline.plan import plan, sources_read
from kpi_cli.pipeline.reading import Read, Reading
from kpi_cli.pipeline.request import Outcome, Request, Traces
from kpi_cli.problems import Exit, KpiError, Problem, Severity
from kpi_cli.rows import Reject, SourceReport
from kpi_cli.scheme.compiled import Source
from kpi_cli.scheme.seasons import InSeason
from kpi_cli.scoring.cards import Sheet

if TYPE_CHECKING:  # a crew is loaded only where there are other machines
    from kpi_cli.intake.people.registry import Registry
    from kpi_cli.pipeline.fieldwork import Crew

Group: TypeAlias = tuple[InSeason, tuple[Period, ...]]
"""The periods that one pass can serve."""


class Passes(Struct, frozen=True):
    """What the passes of a run share, and what they have found so far: accounts, rejected rows, what is wrong."""

    request: Request
    inputs: Inputs
    crews: "Callable[[Registry], Crew] | None" = None
    reports: dict[Period, tuple[SourceReport, ...]] = field(default_factory=dict)
    rejects: dict[Reject, None] = field(default_factory=dict)
    counts: dict[str, list[int]] = field(default_factory=dict)
    errors: list[KpiError] = field(default_factory=list)

    def done(self, groups: Sequence[Group]) -> list[Outcome]:
        """Make every pass; raise KpiError with the problems of all, the gravest exit code deciding.

        The rejected rows are written all the same.
        """
        found = []
        for number, (season, periods) in enumerate(groups):
            own = replace(self.request, progress=_share(self.request.progress, number, len(groups)))
            try:
                found.append(self._pass(replace(own, scheme=season.scheme, periods=periods), season.names))
            except KpiError as error:
                self.errors.append(error)
        if self.request.rejects is not None:
            _write_rejects(self.request.rejects, self.rejects)
        problems = [problem for error in self.errors for problem in error.problems]
        problems.extend(self._unexpected())
        if problems:
            raise KpiError(dict.fromkeys(problems), max((error.exit_code for error in self.errors), default=Exit.DATA))
        return found

    def _pass(self, request: Request, seasons: tuple[str, ...]) -> Outcome:
        scheme, periods, wanted = request.scheme, request.periods, plan(request.scheme)
        earlier = wanted.earlier(periods)
        inputs = _needed(self.inputs, sources_read(scheme))
        looks = 1 if request.traced is None else 2  # the second for the rows that were asked for
        first, second = (replace(request, progress=_share(request.progress, look, looks)) for look in range(2))
        if first.progress is not None:
            first.progress(0, inputs.size)
        registry = read_roster(scheme, self.inputs, periods[0])
        crew = self.crews(registry) if self.crews else None
        reading = Reading(first, wanted, inputs, registry, periods, earlier, crew)
        read = reading.read()
        self._note(read, periods)
        _refuse(read.errors)
        teams_only = frozenset(name for name, source in scheme.sources.items() if not source.agent)
        census = census_of(registry.people(), registry.teams, teams_only)
        if crowded := tuple(crowds(scheme, read.facts, census)):
            raise KpiError(crowded, Exit.DATA)
        formulas = {name: scheme.metrics[name].expression for name in wanted.metrics}
        values = valuation(read.facts, formulas, (*periods, *earlier), census)
        sheets = _sheets([Carding(scheme, period, census, values) for period in periods], seasons)
        return Outcome(
            scheme=scheme,
            sheets=sheets,
            reports={period: self.reports[period] for period in periods},
            inputs=(*registry.inputs, *read.inputs),
            warnings=(
                *doubts(scheme, registry),
                *cardless(scheme, sheets),
                *silent(scheme, sheets, read.facts.gaps),
                *copies(scheme, inputs),
                *self._unlisted(periods),
            ),
            traces=_traces(replace(reading, request=second), census, read, sheets),
        )

    def _note(self, read: Read, periods: Sequence[Period]) -> None:
        self.reports.update({period: tuple(read.reports.get(period, ())) for period in periods})
        counts = {report.source: report.account.read for period in periods for report in self.reports[period]}
        for name, count in counts.items():  # the same in every period of the pass
            self.counts.setdefault(name, []).append(count)
        every = (report for reports in read.reports.values() for report in reports)
        self.rejects.update(dict.fromkeys(entry for report in every for entry in report.rejects))

    def _unlisted(self, periods: Sequence[Period]) -> Iterator[Problem]:
        """Yield a warning where more rows were rejected than are listed: nobody mends an export by so many."""
        for report in (report for period in periods for report in self.reports[period]):
            if self.request.rejects is not None and report.account.rejected > len(report.rejects):
                listed = f"lists the first {len(report.rejects)} of {report.account.rejected} rejected rows"
                message = f"`{self.request.rejects}` {listed} of `{report.source}`"
                help_text = "mend what these have in common and run it again"
                span = self.request.scheme.sources[report.source].span
                yield Problem("rejects-cut", message, span, help_text, Severity.WARNING)

    def _unexpected(self) -> Iterator[Problem]:
        """Yield a problem for each source that does not have the rows that `--expect` says it has.

        They are those that the source's account calls `read`. Where the files of one period are read in one pass and
        those of another in another, they add up; all others are the same rows in every pass.
        """
        for name, expected in self.request.expect.items():
            source = self.request.scheme.sources[name]
            read = self.counts.get(name, ())
            add_up = any(file.serves is not None for file in self.inputs.files.get(name, ()))
            rows = sum(read) if add_up else max(read, default=0)
            if read and rows != expected:
                yield _miscounted(source, rows, expected)
            elif not read and name not in sources_read(self.request.scheme):
                message = f"the rows of source `{name}` are not counted: no metric of a card needs them"
                yield Problem("expected-rows", message, source.span, "leave it out of `--expect`")


def _miscounted(source: Source, rows: int, expected: int) -> Problem:
    what = "rows" if source.cases is None else "cases"
    why = "the export may be cut short" if rows < expected else "are there files too many?"
    message = f"source `{source.name}` has {rows} {what}, not the {expected} expected: {why}"
    help_text = "see which files were given, export them again, or correct `--expect`"
    return Problem("expected-rows", message, source.span, help_text)


def _share(progress: Callable[[int, int], None] | None, number: int, count: int) -> Callable[[int, int], None] | None:
    """Return the progress of one of so many passes, or looks, as a part of that of the whole run."""
    if progress is None or count == 1:
        return progress
    return lambda done, total: progress(number * total + done, count * total)


def _needed(inputs: Inputs, sources: frozenset[str]) -> Inputs:
    """Return the inputs without the files of sources that nothing is measured by."""
    return replace(inputs, files={name: files for name, files in inputs.files.items() if name in sources})


def _traces(reading: Reading, census: Census, read: Read, sheets: Sequence[Sheet]) -> Traces:
    """Look up the rows that were asked for; this machine does, whoever read them before."""
    question = reading.request.traced
    if question is None:
        return {}
    from kpi_cli.pipeline.tracing import Tracing  # noqa: PLC0415 - only for those who ask for rows

    return Tracing(replace(reading, crew=None), census, read, question).traces(sheets)


def _sheets(cardings: Sequence[Carding], seasons: tuple[str, ...]) -> tuple[Sheet, ...]:
    """Return the sheets of all periods; raise KpiError with everything that is wrong in any of them."""
    sheets, errors = list[Sheet](), []
    for carding in cardings:
        try:
            sheets.extend(carding.sheets(seasons))
        except KpiError as error:
            errors.append(error)
    _refuse(errors)
    return tuple(sheets)


def _refuse(errors: Sequence[KpiError]) -> None:
    """Raise what was found, all at once; the gravest exit code decides."""
    if errors:
        problems = dict.fromkeys(problem for error in errors for problem in error.problems)
        raise KpiError(problems, max(error.exit_code for error in errors))


def _write_rejects(path: str, rejects: dict[Reject, None]) -> None:
    target = Path(os.path.realpath(path))  # a link stays a link to what is written
    if target.exists() and not target.is_file():
        target.write_text(rejects_csv(rejects), encoding="utf-8", newline="")  # a device or a pipe: never replaced
    else:
        write_rejects(target, rejects)
