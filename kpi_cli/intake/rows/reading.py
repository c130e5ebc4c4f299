"""Blocks of one source -> the rows that count in each period, every row accounted for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from kpi_cli.calendars import hours_of
from kpi_cli.exact import Mask
from kpi_cli.hashing import Hashes
from kpi_cli.intake.files.blocks import Block, ExportFile
from kpi_cli.intake.files.opening import BLOCK_SIZE, blocks
from kpi_cli.intake.people.crediting import NOBODY, Credit, Crediting, anybody
from kpi_cli.intake.people.registry import Registry
from kpi_cli.intake.rows.books import Books, Counts
from kpi_cli.intake.rows.conflicts import Standing, conflict_problem
from kpi_cli.intake.rows.counting import counted, keyed, rows_among, rows_of
from kpi_cli.intake.rows.judging import Judged, Rules, judge
from kpi_cli.intake.rows.limits import exceeded, nothing_read
from kpi_cli.intake.rows.paging import Pages
from kpi_cli.intake.rows.rejecting import Rejecter
from kpi_cli.intake.rows.repeats import Contenders, Keyed, Repeats
from kpi_cli.intake.rows.sharing import Findings, Lessons, Place
from kpi_cli.periods import Period
from kpi_cli.problems import Exit, KpiError, Problem
from kpi_cli.rows import Account, Rows, SourceReport
from kpi_cli.scheme.compiled import Scheme, Source


class ReadingOptions(Struct, frozen=True):
    """How blocks are read.

    `exact` leaves every cell to our own rules; `reopen` reads a file once more. `background` are periods read only
    for `previous(...)`: they may be empty, and who worked then need not be known any more. With `rereads` the caller
    asks `again` after each reading, which makes the usual case, no key twice, a good deal faster. `lessons` are what
    is known beforehand, for a reader of a part of a source. `numbered` rows know where they stand in their block.
    `mixed` rows may stand among a few that do not count (`Rows.counting`), which only folding passes over.
    """

    block_size: int = BLOCK_SIZE
    exact: bool = False
    rereads: bool = False
    background: frozenset[Period] = frozenset()
    reopen: Callable[[ExportFile], Iterator[Block]] | None = None
    lessons: Lessons | None = None
    numbered: bool = False
    mixed: bool = False


@dataclass(slots=True, eq=False)
class SourceReader:
    """Reads the blocks of one source for several periods at once; they may overlap.

    Call `prepare`, then `read` for every block of every file, from as many threads as you like, once more if `again`
    says so, then `finish`.
    """

    scheme: Scheme
    source: Source
    files: Sequence[ExportFile]
    periods: Sequence[Period]
    registry: Registry
    options: ReadingOptions = field(default_factory=ReadingOptions)
    _numbers: Mapping[ExportFile, int] = field(init=False)
    _pages: Pages = field(init=False)
    _crediting: Crediting = field(init=False)
    _repeats: Sequence[Repeats] = field(init=False)
    _books: Books = field(init=False)
    _rules: Rules = field(init=False)
    _mixed: bool = field(init=False)

    def __post_init__(self) -> None:
        self._numbers = {file: number for number, file in enumerate(self.files)}
        self._pages = Pages(self.source, self.scheme.timezone, self.files, self.periods, self._reopen)
        self._crediting = Crediting(self.source, self.registry)
        lessons = self.options.lessons or Lessons()
        self._pages.learn(lessons.columns)
        keys = lessons.keys or [None] * len(self.periods)
        self._repeats = [Repeats(self.source.duplicates, deferred=self.options.rereads, known=known) for known in keys]
        self._books = self._new_books()
        self._rules = Rules(self.source, self._pages.choose, hours_of(self.scheme))
        calendars = bool(self._rules.hours)  # none is to be asked about years that do not count
        self._mixed = self.options.mixed and not self.options.numbered and not calendars

    def prepare(self) -> None:
        """Find every column in every file; raise KpiError (DATA) with all that are missing."""
        self._pages.prepare()

    def read(self, block: Block) -> list[tuple[int, Rows]]:
        """Return the rows of a block that count, by the number of their period. Safe to call from several threads."""
        judged = self._judged(block)
        found, entries = [], []
        credit = self._credit(judged, None) if judged.days is not None else None
        for number, period in enumerate(self.periods):
            rows, counts = self._period(number, judged, credit or self._credit(judged, period))
            entries.append(counts)
            if rows is not None:
                found.append((number, rows))
        self._books.add(self._numbers[block.file], block.index, len(judged.page.records), entries)
        return found

    @property
    def records(self) -> Mapping[str, int]:
        """The number of records read of each file."""
        return self._books.records()

    def before(self, file: ExportFile, block: int) -> int:
        """Return how many records of a file stand before a block, given by its index, once all have been read."""
        return self._books.number(self._numbers[file], block, 0)

    def finish(self) -> tuple[SourceReport, ...]:
        """Return the account of every period; raise KpiError (DATA) with everything that forbids scoring."""
        if problems := self.problems():
            raise KpiError(problems, Exit.DATA)
        return self.reports()

    def again(self) -> bool:
        """Whether every block must be read once more, all rows given so far being void: keys were found to repeat.

        To be asked after every reading of all blocks, where the options allow rereads or the scheme says which of
        several rows with one key counts.
        """
        if not any([repeats.reread() for repeats in self._repeats]):  # noqa: C419 - each of them is to be asked
            return False
        self._books = self._new_books()
        return True

    def findings(self, place: Place) -> Findings:
        """Return what the reading of all blocks has found, as that of a part of the source that has this place."""
        return Findings({place: self._books.counts(*place)}, {place: self._pages.shown})

    def noted(self) -> tuple[Hashes, ...]:
        """Return the keys of the rows of each period, in order, each as often as it stands there."""
        return tuple(repeats.noted for repeats in self._repeats)

    def contenders(self) -> tuple[Contenders, ...]:
        """Return for each period the rows whose keys are known to repeat."""
        return tuple(repeats.contenders for repeats in self._repeats)

    def accept(self, findings: Findings, conflicts: Sequence[Sequence[int]]) -> None:
        """Take for read what was read part by part, and the keys that stand on rows of different content, by period."""
        for place, (records, counts) in findings.booked.items():
            self._books.add(*place, records, counts)
        self._pages.learn(findings.columns)
        for repeats, keys in zip(self._repeats, conflicts, strict=True):
            repeats.settle(keys)

    def reports(self) -> tuple[SourceReport, ...]:
        """Return the account of every period, scoring forbidden or not."""
        found = (self._books.report(number) for number in range(len(self.periods)))
        return tuple(self._with_preambles(period, report) for period, report in zip(self.periods, found, strict=True))

    def _with_preambles(self, period: Period, report: SourceReport) -> SourceReport:
        """Count the lines above the headers of the files that serve a period among what was skipped."""
        lines = sum(file.preamble for file in self.files if file.serves is None or period in file.serves)
        skipped = Account(skipped={"preamble": lines} if lines else {})
        return replace(report, account=report.account + skipped)

    def problems(self) -> list[Problem]:
        """Return everything that forbids scoring; may read the files once more to say where."""
        if not all(repeats.is_settled for repeats in self._repeats):
            message = "read all blocks until `again` says that it is enough"
            raise RuntimeError(message)
        questions = self._pages.problems()
        if self._pages.is_contradicted:
            return questions
        problems = list(questions)
        for number, (period, report) in enumerate(zip(self.periods, self.reports(), strict=True)):
            if self._repeats[number].conflicts:
                problems.append(conflict_problem(self.source, period, self._places(number)))
            background = period in self.options.background
            if not questions:  # while a question is open, cells are rejected, and rows undated, for that alone
                problems += exceeded(self.source, period, report, self.scheme.limits, background=background)
                problems += [] if background else nothing_read(self.source, period, report)
        return problems

    def _reopen(self, file: ExportFile) -> Iterator[Block]:
        reopen = self.options.reopen
        return reopen(file) if reopen else blocks(file, self.options.block_size)

    def _judged(self, block: Block) -> Judged:
        page = self._pages.page(block, exact=self.options.exact)
        rejecter = Rejecter(page, self._numbers[block.file], partial(self._pages.choice, page))
        return judge(page, self._pages.dated(page, mixed=self._mixed), self._rules, rejecter)

    def _credit(self, judged: Judged, period: Period | None) -> Credit:
        if not len(judged):
            return NOBODY
        if not self._crediting.names:
            return anybody(len(judged))
        return self._crediting.credit(judged.columns, judged.days, period, judged.passed)

    def _period(self, number: int, judged: Judged, credit: Credit) -> tuple[Rows | None, Counts]:
        used, counts = counted(judged, credit, judged.dated.masks[number], partial(self._repeated, number, judged))
        rows = rows_among(self.source, judged, credit, used) if self._mixed else None
        if rows is None:
            rows = rows_of(self.source, judged, credit, used, numbered=self.options.numbered)
        return rows, counts

    def _repeated(self, number: int, judged: Judged, alive: Mask) -> Mask:
        if judged.keys is None:
            return np.zeros(len(alive), dtype=bool)
        order = judged.columns[self.source.duplicates.column] if self.source.duplicates else None
        block = judged.page.block
        place = (self._numbers[block.file] << 20) + block.index  # a file has fewer blocks, and there are fewer files
        return self._repeats[number].repeated(Keyed(alive, judged.keys, judged.contents, order, place))

    def _new_books(self) -> Books:
        return Books(self.source.name, [file.label for file in self.files], len(self.periods))

    def _places(self, number: int) -> Iterator[Standing]:
        """Find the rows of the keys in conflict by reading all files once more."""
        conflicts = np.array(sorted(self._repeats[number].conflicts), dtype=np.uint64)
        for file in self.files:
            before = 0
            for block in self._reopen(file):
                judged = self._judged(block)
                yield from (
                    Standing(key, file.label, before + record, same, content)
                    for key, record, same, content in keyed(judged, judged.dated.masks[number], conflicts, self.source)
                )
                before += len(judged.page.records)
