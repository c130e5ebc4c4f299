"""Reading: every block of every source once, for all periods at a time, folded as it goes by."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct, field

from kpi_cli.calendars import hours_of
from kpi_cli.columns import Column
from kpi_cli.facts.growing import Local
from kpi_cli.intake.cases.books import CaseAccounting
from kpi_cli.intake.cases.gathering import Gathered, Kept, kept, kept_columns
from kpi_cli.intake.files.blocks import Block, InputFile
from kpi_cli.intake.files.expecting import expected_of
from kpi_cli.intake.files.inputs import Inputs
from kpi_cli.intake.files.metering import Meter
from kpi_cli.intake.files.opening import blocks, open_exports
from kpi_cli.intake.people.registry import Registry
from kpi_cli.intake.rows.reading import ReadingOptions, SourceReader
from kpi_cli.periods import Period
from kpi_cli.pipeline.casing import crowded, made_of
from kpi_cli.pipeline.engine import overlapped
from kpi_cli.pipeline.measuring import Facts, Harvest, Key, fold_rows
from kpi_cli.pipeline.plan import Plan
from kpi_cli.pipeline.request import Request
from kpi_cli.problems import Exit, KpiError, Problem
from kpi_cli.rows import Input, SourceReport
from kpi_cli.scheme.compiled import Source
from kpi_cli.scheme.formula.tree import Aggregate

if TYPE_CHECKING:  # loaded only where there are other machines
    from kpi_cli.pipeline.fieldwork import Crew
    from kpi_cli.pipeline.partwork import PartFacts

T = TypeVar("T")


class Read(Struct):
    """What reading comes to: facts, the account of every row, the files and their hashes, and what forbids scoring.

    `bytes_more` are those that have to be read a second time.
    """

    facts: Facts = field(default_factory=Facts)
    reports: dict[Period, list[SourceReport]] = field(default_factory=dict)
    inputs: list[Input] = field(default_factory=list)
    errors: list[KpiError] = field(default_factory=list)
    bytes_done: int = 0
    bytes_more: int = 0


class Reading(Struct, frozen=True):
    """One pass over the exports for the periods scored; `background` are those that only serve comparison.

    A `crew` reads what it can reach on other machines.
    """

    request: Request
    plan: Plan
    inputs: Inputs
    registry: Registry
    scored: tuple[Period, ...]
    background: tuple[Period, ...]
    crew: "Crew | None" = None

    def periods(self, source: str) -> tuple[Period, ...]:
        """Return the periods that a source is read for."""
        return (*self.scored, *self.background) if source in self.plan.history else self.scored

    def read(self) -> Read:
        """Read every source that is needed; problems of one source do not hide those of another."""
        result = Read()
        sources = self.request.scheme.sources
        wanted = [sources[name] for name in self.plan.aggregates]
        events = dict.fromkeys(source.cases.of for source in wanted if source.cases is not None)
        for source in (*(one for one in wanted if one.cases is None), *(sources[name] for name in events)):
            try:
                if source.name in events:
                    self._events(source, result)
                else:
                    self._source(source, result)
            except KpiError as error:
                result.errors.append(error)
        return result

    def _source(self, source: Source, result: Read) -> None:
        reader = self.reader(source, self.periods(source.name), mixed=True)
        result.facts.take(self._folded(reader, result))
        self._account(source, reader.periods, reader.reports(), result)
        _refuse(reader.problems())

    def _events(self, events: Source, result: Read) -> None:
        """Read events of all time, which count the same in every period, and make the cases of them."""
        reader = self.reader(events, self.scored[:1])
        columns = self.gathered(reader, result)
        for period in self.scored:
            result.reports.setdefault(period, []).extend(reader.reports())
        _refuse(reader.problems())
        made = [self.request.scheme.sources[name] for name in self.plan.aggregates]
        _refuse(
            [
                problem
                for source in made
                if source.cases is not None and source.cases.of == events.name
                for problem in self._cases(source, columns, events.key, result)
            ]
        )

    def _cases(self, source: Source, events: Mapping[str, Column], key: str | None, result: Read) -> list[Problem]:
        """Make the cases of a source, fold them, and return what forbids scoring."""
        periods, hours = self.periods(source.name), hours_of(self.request.scheme)
        made = made_of(source, events, key, hours)
        book = CaseAccounting(source, periods, self.registry, hours).book(made.columns, made.count)
        selected = [(periods[number], rows) for number, rows in book.rows]
        harvest = Harvest()
        harvest.take(fold_rows(selected, self.plan.aggregates[source.name], hours))
        result.facts.take(harvest.facts())
        self._account(source, periods, book.reports, result)
        found = book.problems(source, periods, self.request.scheme.limits, frozenset(self.background))
        return [*found, *crowded(source, made)]

    def reader(
        self, source: Source, periods: tuple[Period, ...], *, numbered: bool = False, mixed: bool = False
    ) -> SourceReader:
        """Return what reads a source for some periods.

        `numbered` rows know where they stand, `mixed` ones may stand among others. Raises KpiError.
        """
        files = open_exports(self._files(source), expected_of(source))
        background = frozenset(self.background)
        options = ReadingOptions(
            self.request.block_size, rereads=True, background=background, numbered=numbered, mixed=mixed
        )
        reader = SourceReader(self.request.scheme, source, files, periods, self.registry, options)
        reader.prepare()
        return reader

    def _folded(self, reader: SourceReader, result: Read) -> Facts:
        """Fold every block; once more if keys were found to repeat, for then all rows given so far are void."""
        hours, aggregates = hours_of(self.request.scheme), self.plan.aggregates[reader.source.name]
        if (found := self._elsewhere(reader, result, aggregates=aggregates)) is not None:
            return Facts(found.folded)

        def fold(block: Block) -> Mapping[Key, Local]:
            selected = [(reader.periods[number], rows) for number, rows in reader.read(block)]
            return fold_rows(selected, aggregates, hours)

        while True:
            harvest = Harvest()
            for folded in self._through(reader, fold, result):
                harvest.take(folded)
            if not self._again(reader, result):
                return harvest.facts()

    def gathered(self, reader: SourceReader, result: Read) -> Mapping[str, Column]:
        """Keep every row, in the columns that cases speak of."""
        names = kept_columns(self.request.scheme, reader.source)
        if (found := self._elsewhere(reader, result, keep=names)) is not None:
            return Gathered(names, list(found.kept)).columns()

        def keep(block: Block) -> list[Kept]:
            return [kept(rows, names, reader.source.key) for _, rows in reader.read(block)]

        while True:
            gathered = Gathered(names)
            for parts in self._through(reader, keep, result):
                gathered.take(parts)
            if not self._again(reader, result):
                return gathered.columns()

    def _again(self, reader: SourceReader, result: Read) -> bool:
        """Whether every block must be read once more; then there is as much again to wait for."""
        if not reader.again():
            return False
        result.bytes_more += sum(file.size for file in reader.files)
        return True

    def _through(self, reader: SourceReader, work: Callable[[Block], T], result: Read) -> Iterator[T]:
        """Yield what `work` makes of each block; then note the files, as they were read this time."""
        progress = self.progress(result)
        meters = {file: Meter(progress, hashing=self.request.hash_inputs) for file in reader.files}
        size = self.request.block_size
        yield from overlapped(work, chain.from_iterable(blocks(file, size, meters[file]) for file in meters))
        _note(reader, [meter.sha256 for meter in meters.values()], result)

    def _elsewhere(
        self,
        reader: SourceReader,
        result: Read,
        aggregates: tuple[Aggregate, ...] = (),
        keep: tuple[str, ...] = (),
    ) -> "PartFacts | None":
        """Have a source read on other machines, if they can see its files, and folded or kept; then note these."""
        if self.crew is None or not self.crew.reaches(reader.files):
            return None
        hashing = self.crew.hashing(reader.files) if self.request.hash_inputs else None
        found = self.crew.read(reader, aggregates, keep, self.progress(result))
        _note(reader, self.crew.hashes(hashing) if hashing else [None] * len(reader.files), result)
        return found

    def _account(
        self, source: Source, periods: Sequence[Period], reports: Sequence[SourceReport], result: Read
    ) -> None:
        """Keep the account, and note where nothing is known: then not even a count is 0."""
        for period, report in zip(periods, reports, strict=True):
            result.reports.setdefault(period, []).append(report)
            absent = (source.name, period) in self.inputs.absent or not report.account.in_period
            if absent and source.empty != "zero":
                result.facts.gaps.add((period, source.name))

    def _files(self, source: Source) -> list[InputFile]:
        """Return the source's files, without those that only serve periods it is not read for."""
        periods = set(self.periods(source.name))
        found = self.inputs.files.get(source.name, ())
        return [file for file in found if file.serves is None or periods & set(file.serves)]

    def progress(self, result: Read) -> Callable[[int], None] | None:
        """Return what to call with the bytes that went by, if somebody watches."""
        report = self.request.progress
        if report is None:
            return None
        size = self.inputs.size

        def advance(count: int) -> None:
            result.bytes_done += count
            whole = size + result.bytes_more
            report(min(result.bytes_done, whole), whole)

        return advance


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise KpiError(problems, Exit.DATA)


def _note(reader: SourceReader, hashes: Sequence[str | None], result: Read) -> None:
    """Note the files of a source, as they were read this time."""
    result.inputs = [entry for entry in result.inputs if entry.source != reader.source.name]
    records = reader.records
    for file, sha256 in zip(reader.files, hashes, strict=True):
        result.inputs.append(Input(file.label, reader.source.name, records.get(file.label, 0), sha256))
