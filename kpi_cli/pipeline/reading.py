"""Reading: every block of every source once, for all periods at a time, folded as it goes by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import chain

from kpi_cli.calendars import OpeningHours, opening_hours
from kpi_cli.intake.blocks import Block, InputFile
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
from kpi_cli.problems import Exit, KpiError
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
        background = frozenset(self.background)
        options = ReadingOptions(self.request.block_size, rereads=True, background=background)
        periods = self.periods(source.name)
        reader = SourceReader(self.request.scheme, source, files, periods, self.registry, options)
        reader.prepare()
        result.facts.take(self._folded(reader, aggregates, result))
        self._account(source, reader, result)
        self._refuse(reader)

    def _folded(self, reader: SourceReader, aggregates: tuple[Aggregate, ...], result: Read) -> Facts:
        """Fold every block; once more if keys were found to repeat, for then all rows given so far are void."""
        hours = self._opening_hours()

        def fold(block: Block) -> Folded:
            selected = [(reader.periods[number], rows) for number, rows in reader.read(block)]
            return fold_rows(selected, aggregates, hours)

        while True:
            facts = Facts()
            meters = {file: Meter(self._progress(result), hashing=self.request.hash_inputs) for file in reader.files}
            size = self.request.block_size
            for folded in overlapped(fold, chain.from_iterable(blocks(file, size, meters[file]) for file in meters)):
                facts.merge(folded)
            if not reader.again():
                break
        for file, meter in meters.items():
            rows = reader.records.get(file.label, 0)
            result.inputs.append(Input(file.label, reader.source.name, rows, meter.sha256))
        return facts

    def _account(self, source: Source, reader: SourceReader, result: Read) -> None:
        """Keep the account, and note where nothing is known: then not even a count is 0."""
        for period, report in zip(reader.periods, reader.reports(), strict=True):
            result.reports.setdefault(period, []).append(report)
            absent = (source.name, period) in self.inputs.absent or not report.account.in_period
            if absent and source.empty != "zero":
                result.facts.gaps.add((period, source.name))

    @staticmethod
    def _refuse(reader: SourceReader) -> None:
        problems = reader.problems()
        if problems:
            raise KpiError(problems, Exit.DATA)

    def _files(self, source: Source) -> list[InputFile]:
        """Return the source's files, without those that only serve periods it is not read for."""
        periods = set(self.periods(source.name))
        found = self.inputs.files.get(source.name, ())
        return [file for file in found if file.serves is None or periods & set(file.serves)]

    def _opening_hours(self) -> Mapping[str, OpeningHours]:
        zone = self.request.scheme.timezone
        return {name: opening_hours(calendar, zone) for name, calendar in self.request.scheme.calendars.items()}

    def _progress(self, result: Read) -> Callable[[int], None] | None:
        report, size = self.request.progress, self.inputs.size
        if report is None:
            return None

        def advance(count: int) -> None:
            result.bytes_done += count
            report(min(result.bytes_done, size), size)

        return advance
