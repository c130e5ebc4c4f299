"""The files of one source -> pages of records, and how each column of them is read.

Every file's header is checked before anything is read. What a column's cells leave open is decided by all of them:
by the cells at hand where these answer it (an answer that others contradict is refused at the end), else by a look
through the whole column.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import Lock, RLock

import numpy as np
import pyarrow as pa

from kpi_cli.columns import Texts
from kpi_cli.intake.cells.arrowrows import records_of
from kpi_cli.intake.cells.compiled import Kernels
from kpi_cli.intake.cells.deciding import Choice, Decision, Example, Shown
from kpi_cli.intake.cells.fast import Plan
from kpi_cli.intake.cells.layouts import DECIMAL_FORMATS, Layout, lay_out
from kpi_cli.intake.cells.planning import exact_plan, plan_for
from kpi_cli.intake.cells.texts import Sign
from kpi_cli.intake.cells.totals import TotalWords
from kpi_cli.intake.files.blocks import Block, ExportFile
from kpi_cli.intake.files.cutting import beginning
from kpi_cli.intake.rows.selecting import Dated, Page, Positions, dated, page_of
from kpi_cli.intake.rows.sharing import ColumnKey
from kpi_cli.intake.rows.skipping import passed_over
from kpi_cli.periods import Period
from kpi_cli.problems import Exit, KpiError, Problem
from kpi_cli.scheme.compiled import Source

_SAMPLE = 1 << 19  # bytes that tell how columns are read
Reopen = Callable[[ExportFile], Iterator[Block]]


class Pages:
    """Turns blocks into pages. Safe to use from several threads once `prepare` has returned."""

    def __init__(
        self, source: Source, clock: str, files: Sequence[ExportFile], periods: Sequence[Period], reopen: Reopen
    ) -> None:
        self._source, self._clock = source, clock
        self._files, self._periods, self._reopen = files, periods, reopen
        self._words = TotalWords(source.total_rows)
        self._layouts: dict[ExportFile, Layout] = {}
        self._plans: dict[tuple[tuple[str, ...], str], Plan] = {}
        self._decisions: dict[ColumnKey, Decision] = {}
        self._lock, self._looking = Lock(), RLock()

    def prepare(self) -> None:
        """Find every column in every file; raise KpiError with all that are missing."""
        problems: list[Problem] = []
        for file in self._files:
            layout = lay_out(self._source, file, self._clock)
            if isinstance(layout, Layout):
                self._layouts[file] = layout
            else:
                problems += layout
        if problems:
            raise KpiError(problems, Exit.DATA)

    def page(self, block: Block, *, exact: bool = False) -> Page:
        """Return the block's records, those that are no data set aside. `exact` leaves every cell to our own rules."""
        layout = self._layouts[block.file]
        if block.columns is not None:
            records = None if exact else passed_over(block.columns, layout, self._source, self._periods, self._words)
            if records is None:
                records = records_of(block.columns, layout, self._words, exact=exact)
            return page_of(block, layout, records, self._words)
        plan = exact_plan(layout) if exact else self._plan(block, layout)
        return page_of(block, layout, plan.read(block.data), self._words)

    def dated(self, page: Page, *, mixed: bool = False) -> Dated:
        """Tell which rows of a page lie in which period.

        Those in none may stay `mixed` with the others, unless their cells would help to decide how a column is read.
        """
        return dated(page, self._source, self._periods, self.choose, mixed=mixed and not self._would_decide(page))

    def _would_decide(self, page: Page) -> bool:
        layout, time = page.layout, self._source.time
        return any(
            reading.undecided and _is_text(page.records.arrays[place])
            for name, reading in layout.readings.items()
            for place in layout.positions[name]
            if name != time
        )

    def choose(self, page: Page, name: str, signs: Sign) -> Choice:
        """Decide how a column is read, given what some of its cells show."""
        reading = page.layout.readings[name]
        if not reading.undecided:
            return Choice()
        decision = self.decision(page, name)
        decision.observe(signs)
        if any(decision.unanswered(signs)):
            with self._looking:
                for question in decision.unanswered(signs):
                    self._look((name, reading.semicolon), lambda: decision.is_settled(question))  # noqa: B023 - called at once
                    decision.give_up_unless_answered(question)
        return decision.choice

    def decision(self, page: Page, name: str) -> Decision:
        """Return the decision on a column; numbers of files with `;` are decided apart from others."""
        reading = page.layout.readings[name]
        with self._lock:
            known = DECIMAL_FORMATS.get(reading.column.format or "", Sign.NOTHING)
            return self._decisions.setdefault((name, reading.semicolon), Decision(name, Shown(known)))

    def choice(self, page: Page, name: str) -> Choice:
        """Return what has been decided for a column."""
        return self.decision(page, name).choice

    @property
    def shown(self) -> Mapping[ColumnKey, Shown]:
        """What is known by now of the columns whose cells may leave open how they are read."""
        with self._lock:
            return {key: decision.shown for key, decision in self._decisions.items()}

    def learn(self, columns: Mapping[ColumnKey, Shown]) -> None:
        """Take for known what others have found out about columns."""
        with self._lock:
            self._decisions.update({key: Decision(key[0], shown) for key, shown in columns.items()})

    @property
    def is_contradicted(self) -> bool:
        """Whether cells of some column contradict each other: what rows say then hangs on which was read first."""
        return any(decision.clashes for decision in self._decisions.values())

    def problems(self) -> list[Problem]:
        """Return what columns leave open and what they contradict; looks once more for where they do.

        Of times that contradict each other nothing but that is told: which rows lie in a period hangs on them.
        """
        found = []
        known = sorted(self._decisions.items())
        clashing = [(key, decision) for key, decision in known if key[0] == self._source.time and decision.clashes]
        for (name, semicolon), decision in clashing or known:
            if not decision.has_examples:
                self._look((name, semicolon), lambda: decision.has_examples)  # noqa: B023 - called at once
            found += decision.problems(self._source.columns[name].span or self._source.span)
        return found

    def _plan(self, block: Block, layout: Layout) -> Plan:
        key = (block.file.header, layout.delimiter)
        with self._lock:
            if key not in self._plans:
                sample = Plan.of_text(layout.width, layout.delimiter).read(
                    beginning(block.data, _SAMPLE, layout.delimiter)
                )
                self._plans[key] = self._with_kernels(plan_for(layout, sample), layout)
            return self._plans[key]

    def _with_kernels(self, plan: Plan, layout: Layout) -> Plan:
        used = {place for places in layout.positions.values() for place in places}
        marked = frozenset(plan.routes) - used
        plan.kernels = Kernels(plan.width, plan.delimiter, plan.raw, marked, self._words.sieve())
        return plan

    def _look(self, column: ColumnKey, done: Callable[[], bool]) -> None:
        """Look through a column from its first file on, noting what its cells show, until `done`."""
        name, semicolon = column
        for file in self._files:
            if self._layouts[file].readings[name].semicolon != semicolon:
                continue
            before = 0
            for block in self._reopen(file):
                page = self.page(block)
                for sign, row, word in self._shown(page, name):
                    record = before + int(page.numbers(np.array([row]))[0])
                    self._decisions[column].note(sign, Example(file.label, record, word))
                if done():
                    return
                before += len(page.records)

    def _shown(self, page: Page, name: str) -> Iterator[tuple[Sign, int, str]]:
        """Yield the signs that rows of a page show: each with the first row of a word, and the word."""
        rows: Positions | None = None if name == self._source.time else self.dated(page).inside
        array = page.cells(name, rows)
        if not _is_text(array) or not len(array):
            return
        codes, words = Texts(array).encoded()
        firsts = dict(zip(codes[::-1].tolist(), range(len(codes) - 1, -1, -1), strict=True))
        for code, word in enumerate(words):
            for sign in page.layout.readings[name].sign(word):
                yield sign, int(firsts[code] if rows is None else rows[firsts[code]]), word


def _is_text(array: pa.Array) -> bool:
    kind = array.type.value_type if pa.types.is_dictionary(array.type) else array.type
    return bool(pa.types.is_string(kind))
