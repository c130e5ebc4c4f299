"""The first lines of a file -> its delimiter and its header row, told by the columns that the scheme looks for."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import TypeAlias

from msgspec import Struct

from kpi_cli.intake.files.headers import find_column, grouped, header_key
from kpi_cli.regexes import regex
from kpi_cli.scheme.compiled import SourceColumn

DELIMITERS = (",", ";", "\t", "|")
Columns: TypeAlias = Sequence[SourceColumn]
_HEADER_ROWS = 30  # a header stands within so many rows
_ROWS, _LINES = 60, 4000  # that are looked at
_LINE = regex(rb"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+\Z")


class _Row(Struct, frozen=True):
    """A record of the head: its cells, and where it ends, in bytes and in lines."""

    cells: tuple[str, ...]
    end: int
    lines: int

    @property
    def blank(self) -> bool:
        """Whether the row holds nothing."""
        return not any(self.cells)


class Layout(Struct, frozen=True):
    """Delimiter and header row of a file, and the bytes and lines up to its end.

    `matched` and `hinted` count the columns and the hints looked for that the header holds; `records` the records seen
    below it.
    """

    delimiter: str
    header: tuple[str, ...]
    body: int
    lines: int
    preamble: int
    matched: int
    hinted: int
    records: int
    regular: float  # share of the records below that have as many cells as the header

    @property
    def held(self) -> tuple[int, int]:
        """How many of the columns and of the hints the header holds: the more, the surer it is the header."""
        return self.matched, self.hinted


class _Header(Struct, frozen=True):
    """A header in the rows `first` to `last`, which are the same unless a row of groups stands above the fields."""

    cells: tuple[str, ...]
    first: int
    last: int


def sniff(head: bytes, encoding: str, columns: Columns, delimiter: str | None, hints: Columns = ()) -> Layout | None:
    """Return the layout that finds most of the columns, and then of the hints; None when the head holds no row at all.

    The header is, of the first 30 rows, the one that holds most of them, the first of equals; or two rows, the upper
    one naming groups of fields, if that finds more. Without columns it is the first row of the usual number of cells.
    """
    candidates = (delimiter,) if delimiter else DELIMITERS
    layouts = (_layout(list(_rows(head, encoding, each)), columns, hints, each) for each in candidates)
    found = [layout for layout in layouts if layout]
    return max(found, key=lambda layout: (*layout.held, layout.regular, len(layout.header)), default=None)


def _layout(rows: Sequence[_Row], columns: Columns, hints: Columns, delimiter: str) -> Layout | None:
    if all(row.blank for row in rows):
        return None
    header, held = _best(rows[:_HEADER_ROWS], columns, hints)
    if not any(held):
        usual = _usual_row(rows)
        header = _Header(rows[usual].cells, usual, usual)
    below = [len(row.cells) == len(header.cells) for row in rows[header.last + 1 :] if not row.blank]
    regular = sum(below) / len(below) if below and len(header.cells) > 1 else 0.0
    preamble = sum(not row.blank for row in rows[: header.first])
    end = rows[header.last]
    return Layout(delimiter, header.cells, end.end, end.lines, preamble, *held, len(below), regular)


def _best(rows: Sequence[_Row], columns: Columns, hints: Columns) -> tuple[_Header, tuple[int, int]]:
    """Return the header that holds most of the columns and hints, the first of equals, and how many it holds."""
    single = (_Header(row.cells, place, place) for place, row in enumerate(rows))
    double = (
        _Header(grouped(rows[place].cells, rows[place + 1].cells, (*columns, *hints)), place, place + 1)
        for place in range(len(rows) - 1)
        if _may_name_groups(rows[place].cells, rows[place + 1].cells)
    )
    best, most = next(single), (-1, -1)
    wanted = {header_key(name) for column in (*columns, *hints) for name in column.headers}
    patterns = any("*" in key for key in wanted)
    for header in chain([best], single, double):
        if not patterns and wanted.isdisjoint(map(header_key, header.cells)):
            held = (0, 0)  # as most rows do, which is told sooner than for each column
        else:
            held = _count(header.cells, columns), _count(header.cells, hints)
        if held > most:
            best, most = header, held
        if most == (len(columns), len(hints)):
            break
    return best, most


def _count(cells: Sequence[str], columns: Columns) -> int:
    keys = set(map(header_key, cells))
    return sum(bool(find_column(cells, column)) for column in columns if _may_hold(keys, column))


def _may_hold(keys: set[str], column: SourceColumn) -> bool:
    """Whether a row may hold a column: most do not, which is told sooner than where it would stand."""
    return any(key in keys or "*" in key for key in map(header_key, column.headers))


def _may_name_groups(groups: Sequence[str], fields: Sequence[str]) -> bool:
    """Whether some cell of the upper row could reach over more than one filled cell of the lower one."""
    return any(
        groups[place] and fields[place] and not (groups[place + 1 : place + 2] or [""])[0]
        for place in range(min(len(groups), len(fields) - 1))
        if fields[place + 1]
    )


def _usual_row(rows: Sequence[_Row]) -> int:
    counts = Counter(len(row.cells) for row in rows if not row.blank)
    usual = max(counts, key=lambda cells: (cells > 1, counts[cells]))
    return next(place for place, row in enumerate(rows) if not row.blank and len(row.cells) == usual)


def _rows(head: bytes, encoding: str, delimiter: str) -> Iterator[_Row]:
    ends = [0]

    def texts() -> Iterator[str]:
        for line in islice(_LINE.finditer(head), _LINES):  # few of them, unless rows are of many lines
            ends.append(line.end())
            yield line.group().decode(encoding, "replace").removeprefix("\ufeff")

    reader = csv.reader(texts(), delimiter=delimiter)
    try:
        for cells in islice(reader, _ROWS):
            yield _Row(tuple(cell.strip() for cell in cells), ends[reader.line_num], reader.line_num)
    except csv.Error:  # a field longer than any header's
        return
