"""A block's records -> the rows that are data, and which of them lie in which period.

Total rows go first, then rows whose time cannot be read, then those outside every period, of which nothing else is
read.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import TypeAlias

import numpy as np
import pyarrow as pa
from msgspec import Struct
from numpy.typing import NDArray

from kpi_cli import arrow
from kpi_cli import compute as pc
from kpi_cli.columns import Column, Days, Moments
from kpi_cli.exact import Mask
from kpi_cli.intake.cells.deciding import Choice
from kpi_cli.intake.cells.layouts import Layout
from kpi_cli.intake.cells.planning import chosen, from_arrow
from kpi_cli.intake.cells.readings import Typed
from kpi_cli.intake.cells.routes import Records, Refused
from kpi_cli.intake.cells.texts import Sign
from kpi_cli.intake.cells.totals import TotalWords
from kpi_cli.intake.files.blocks import Block, ExportFile
from kpi_cli.intake.rows.blanks import empty_rows
from kpi_cli.periods import Period
from kpi_cli.problems import Exit, KpiError, Problem
from kpi_cli.scheme.compiled import Source

FILE_TIME = "file"
_MOST = 0.75  # of the rows: of fewer it is quicker to take them out
_EPOCH = date(1970, 1, 1)
Positions: TypeAlias = NDArray[np.int64]
Choose: TypeAlias = Callable[["Page", str, Sign], Choice]


class Page(Struct, frozen=True, eq=False):
    """A block as records, without the rows that are no data; `rows` are those kept among the records' (None: all)."""

    block: Block
    layout: Layout
    records: Records
    rows: Positions | None
    skipped: Counter[str]
    refused: tuple[Refused, ...]

    def __len__(self) -> int:
        return self.records.rows if self.rows is None else len(self.rows)

    def array(self, place: int, rows: Positions | None = None) -> pa.Array:
        """Return the cells of a column of the file: of all rows of the page, or of some."""
        return chosen(self.records.arrays[place], self.positions(rows))

    def positions(self, rows: Positions | None) -> Positions | None:
        """Return where rows of the page stand among the records' rows; None: all, as they are."""
        if rows is None:
            return self.rows
        return rows if self.rows is None else self.rows[rows]

    def numbers(self, rows: Positions) -> Positions:
        """Return the numbers of rows of the page among the block's records, from 1."""
        return self.records.numbers(rows if self.rows is None else self.rows[rows])

    def cells(self, name: str, rows: Positions | None = None) -> pa.Array:
        """Return the cells of one of our columns, joined where it is made of several."""
        places = self.layout.positions[name]
        return self.array(places[0], rows) if len(places) == 1 else _joined([self.array(at, rows) for at in places])

    def typed(self, name: str, rows: Positions | None, choose: Choose) -> Typed:
        """Return one of our columns, of all rows of the page or of some."""
        reading, decide = self.layout.readings[name], partial(choose, self, name)
        places = self.layout.positions[name]
        if len(places) > 1:
            return from_arrow(self.cells(name, rows), None, reading, decide)
        return from_arrow(self.records.arrays[places[0]], self.positions(rows), reading, decide)


class Dated(Struct, frozen=True, eq=False):
    """The rows of a page by period. `inside` are those in any period (None: all of the page); all else speaks of these.

    `masks` tell for each period which of them it holds (None: all); `days` are their local days, None where rows
    have no day. `undated` are the rows of the page without a readable time. `outside` are the few in no period that
    stand among the others where they may, `inside` being all of the page.
    """

    undated: Positions
    inside: Positions | None  # None: every row of the page
    masks: Sequence[Mask | None]
    days: NDArray[np.int64] | None = None
    time: Column | None = None
    outside: Mask | None = None


def page_of(block: Block, layout: Layout, records: Records, words: TotalWords) -> Page:
    """Set aside the rows that are totals, averages, footers or blank."""
    marked: dict[int, str] = {}
    for place in layout.marked:
        for row, word in words.marks(records.arrays[place]).items():
            marked.setdefault(row, word)
    marked |= empty_rows(block, layout, records, words)
    skipped = Counter(marked.values())
    refused: list[Refused] = []
    for record in records.refused:
        found = words.of_record(record.text, layout.delimiter)
        if found is None:
            refused.append(record)
        else:
            skipped[found] += 1
    rows = np.setdiff1d(np.arange(records.rows), list(marked)) if marked else None
    return Page(block, layout, records, rows, skipped, tuple(refused))


def dated(page: Page, source: Source, periods: Sequence[Period], choose: Choose, *, mixed: bool = False) -> Dated:
    """Tell which rows of the page lie in which period; the few that lie in none may stay `mixed` with the others."""
    if source.time is None or source.timeless:
        return _by_file(page, [_serves(page.block.file, period, source) for period in periods])
    if source.time == FILE_TIME and FILE_TIME not in source.columns:
        day = _file_day(page.block.file)
        within = _by_file(page, [period.first <= day <= period.last for period in periods])
        count = len(page) if within.inside is None else 0
        return Dated(within.undated, within.inside, within.masks, np.full(count, (day - _EPOCH).days))
    return _by_column(page.typed(source.time, None, choose), periods, mixed=mixed)


def _by_file(page: Page, held: Sequence[bool]) -> Dated:
    nothing = np.zeros(0, dtype=np.int64)
    if not any(held):
        return Dated(nothing, nothing, [np.zeros(0, dtype=bool)] * len(held))
    return Dated(nothing, None, [None if holds else np.zeros(len(page), dtype=bool) for holds in held])


def _serves(file: ExportFile, period: Period, source: Source) -> bool:
    if source.timeless:
        return True
    if file.serves is not None:
        return period in file.serves
    return file.period is not None and file.period.within(period)


def _file_day(file: ExportFile) -> date:
    if file.day is None:
        message = f"{file.label}: the file's name holds no date, and `time: file` takes the rows' day from it"
        raise KpiError(
            Problem("undated-file", message, help="put the day into the name: chats-2026-10-05.csv"), Exit.DATA
        )
    return file.day


def _by_column(time: Typed, periods: Sequence[Period], *, mixed: bool) -> Dated:
    column = time.column
    if not isinstance(column, Moments | Days):
        message = "the checked scheme promised a date or time"
        raise TypeError(message)
    days = (column.days() if isinstance(column, Moments) else column).days
    readable = column.present
    masks = [readable & (days >= _number(period.first)) & (days <= _number(period.last)) for period in periods]
    any_period = masks[0] if len(masks) == 1 else np.logical_or.reduce(masks)
    undated = np.zeros(0, dtype=np.int64) if time.bad is None else np.flatnonzero(time.bad)  # no time lies in no period
    if any_period.all():
        return Dated(undated, None, [None if mask.all() else mask for mask in masks], days, column)
    if mixed and are_most(any_period):
        return Dated(undated, None, masks, days, column, ~any_period)
    inside = np.flatnonzero(any_period)
    within = [None] if len(masks) == 1 else [None if (held := mask.take(inside)).all() else held for mask in masks]
    return Dated(undated, inside, within, days.take(inside), column.take(inside))


def are_most(rows: Mask) -> bool:
    """Whether a mask holds so many rows that to take them out of every column costs more than to pass over the rest."""
    return int(np.count_nonzero(rows)) >= _MOST * len(rows)


def _number(day: date) -> int:
    return (day - _EPOCH).days


def _joined(arrays: Sequence[pa.Array]) -> pa.Array:
    nothing, space = arrow.text_array(["", " "])
    plain = [pc.coalesce(array.cast(pa.string()), nothing) for array in arrays]
    return pc.utf8_trim(pc.binary_join_element_wise(*plain, space), " ")
