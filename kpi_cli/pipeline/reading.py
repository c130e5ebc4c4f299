"""Reading: every block of every source once, for all periods at a time, folded as it goes by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import chain

from kpi_cli.calendars import OpeningHours, opening_hours
from kpi_cli.intake.blocks import Block, ExportFile, InputFile
from kpi_cli.intake.expecting import expected_of
from kpi_cli.intake.inputs import Inputs
from kpi_cli.intake.metering import Meter
from kpi_cli.intake.opening import blocks, open_exports
from kpi_cli.intake.reading import ReadingOptions, SourceReader
from kpi_cli.intake.registry import Registry
from kpi_cli.periods import Period
from kpi_cli.pipeline.engine import overlapped
from kpi_cli.pipeline.measuring import Facts, Folded, fold_rows
from kpi_cli.pipeline.plan import Plan
from kpi_cli.pipeline.request import Request
from kpi_cli.problems import KpiError
from kpi_cli.rows import Input, SourceReport
from kpi_cli.scheme.compiled import Source
from kpi_cli.scheme.formula.tree import Aggregate


@dataclass(slots=True)
class Read:
    """What reading comes to: facts, the account of every row, the files and their hashes, and what forbids scoring."""

    facts: Facts = field(default_factory=Facts)
    reports: dict[Period, list[SourceReport]] = field(default_factory=dict)
    inputs: list[Input] = field(default_factory=list)
    errors: list[KpiError] = field(default_factory=list)
    bytes_done: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """One pass over the exports for the periods scored; `background` are those that only serve comparison."""

    request: Request
    plan: Plan
    inputs: Inputs
    registry: Registry
    scored: tuple[Period, ...]
    background: tuple[Period, ...]

    def periods(self, source: str) -> tuple[Period, ...]:
        """Return the periods that a source is read for."""
        return (*self.scored, *self.background) if source in self.plan.history else self.scored

    def read(self) -> Read:
        """Read every source that is needed; problems of one source do not hide those of another."""
        result = Read()
        for name, aggregates in self.plan.aggregates.items():
            try:
                self._source(self.request.scheme.sources[name], aggregates, result)
            except KpiError as error:
                result.errors.append(error)
        return result

    def _source(self, source: Source, aggregates: tuple[Aggregate, ...], result: Read) -> None:
        files = open_exports(self._files(source), expected_of(source))
        options = ReadingOptions(block_size=self.request.block_size, background=frozenset(self.background))
        periods = self.periods(source.name)
        reader = SourceReader(self.request.scheme, source, files, periods, self.registry, options)
        reader.prepare()
        progress = self._progress(result)
        meters = {file: Meter(progress, hashing=self.request.hash_inputs) for file in files}
        stream = chain.from_iterable(blocks(file, self.request.block_size, meters[file]) for file in files)
        hours = self._opening_hours()

        def fold(block: Block) -> Folded:
            selected = [(periods[number], rows) for number, rows in reader.read(block)]
            return fold_rows(selected, aggregates, hours)

        for folded in overlapped(fold, stream):
            result.facts.merge(folded)
        self._conclude(source, reader, meters, result)

    def _files(self, source: Source) -> list[InputFile]:
        """Return the source's files, without those that only serve periods it is not read for."""
        periods = set(self.periods(source.name))
        found = self.inputs.files.get(source.name, ())
        return [file for file in found if file.serves is None or periods & set(file.serves)]

    def _opening_hours(self) -> Mapping[str, OpeningHours]:
        zone = self.request.scheme.timezone
        return {name: opening_hours(calendar, zone) for name, calendar in self.request.scheme.calendars.items()}

    def _conclude(self, source: Source, reader: SourceReader, meters: Mapping[ExportFile, Meter], result: Read) -> None:
        """Keep the account, and note where nothing is known: then not even a count is 0."""
        for period, report in zip(self.periods(source.name), reader.finish(), strict=True):
            result.reports.setdefault(period, []).append(report)
            absent = (source.name, period) in self.inputs.absent or not report.account.in_period
            if absent and source.empty != "zero":
                result.facts.gaps.add((period, source.name))
        records = reader.records
        for file, meter in meters.items():
            result.inputs.append(Input(file.label, source.name, records.get(file.label, 0), meter.sha256))

    def _progress(self, result: Read) -> Callable[[int], None] | None:
        report, size = self.request.progress, self.inputs.size
        if report is None:
            return None

        def advance(count: int) -> None:
            result.bytes_done += count
            report(min(result.bytes_done, size), size)

        return advance
