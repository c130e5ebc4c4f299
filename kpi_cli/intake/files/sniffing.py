"""The first lines of a file -> its delimiter and its header row, told by the columns that the scheme looks for."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, islice

from kpi_cli.intake.files.headers import find_column, grouped
from kpi_cli.scheme.compiled import SourceColumn

DELIMITERS = (",", ";", "\t", "|")
_HEADER_ROWS = 30  # a header stands within so many rows
_ROWS, _LINES = 60, 4000  # that are looked at
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+\Z")


@dataclass(frozen=True, slots=True)
class _Row:
    """A record of the head: its cells, and where it ends, in bytes and in lines."""

    cells: tuple[str, ...]
    end: int
    lines: int

    @property
    def blank(self) -> bool:
        """Whether the row holds nothing."""
        return not any(self.cells)


@dataclass(frozen=True, slots=True)
class Layout:
    """Delimiter and header row of a file, and the bytes and lines up to its end.

    `matched` counts the columns looked for that the header holds; `records` the records seen below it.
    """

    delimiter: str
    header: tuple[str, ...]
    body: int
    lines: int
    preamble: int
    matched: int
    records: int
    regular: float  # share of the records below that have as many cells as the header


@dataclass(frozen=True, slots=True)
class _Header:
    """A header in the rows `first` to `last`, which are the same unless a row of groups stands above the fields."""

    cells: tuple[str, ...]
    first: int
    last: int


def sniff(head: bytes, encoding: str, columns: Sequence[SourceColumn], delimiter: str | None) -> Layout | None:
    """Return the layout that finds most of the columns; None when the head holds no row at all.

    The header is, of the first 30 rows, the one that holds most of the columns, the first of equals; or two rows, the
    upper one naming groups of fields, if that finds more. Without columns it is the first row of the usual number of
    cells.
    """
    lines = list(islice((found.group() for found in _LINE.finditer(head)), _LINES))
    candidates = (delimiter,) if delimiter else DELIMITERS
    layouts = (_layout(list(_rows(lines, encoding, each)), columns, each) for each in candidates)
    found = [layout for layout in layouts if layout]
    return max(found, key=lambda layout: (layout.matched, layout.regular, len(layout.header)), default=None)


def _layout(rows: Sequence[_Row], columns: Sequence[SourceColumn], delimiter: str) -> Layout | None:
    if all(row.blank for row in rows):
        return None
    header, matched = _best(rows[:_HEADER_ROWS], columns)
    if not matched:
        usual = _usual_row(rows)
        header = _Header(rows[usual].cells, usual, usual)
    below = [len(row.cells) == len(header.cells) for row in rows[header.last + 1 :] if not row.blank]
    regular = sum(below) / len(below) if below and len(header.cells) > 1 else 0.0
    preamble = sum(not row.blank for row in rows[: header.first])
    end = rows[header.last]
    return Layout(delimiter, header.cells, end.end, end.lines, preamble, matched, len(below), regular)


def _best(rows: Sequence[_Row], columns: Sequence[SourceColumn]) -> tuple[_Header, int]:
    """Return the header that holds most of the columns, the first of equals, and how many it holds."""
    single = (_Header(row.cells, place, place) for place, row in enumerate(rows))
    double = (
        _Header(grouped(rows[place].cells, rows[place + 1].cells, columns), place, place + 1)
        for place in range(len(rows) - 1)
        if _may_name_groups(rows[place].cells, rows[place + 1].cells)
    )
    best, most = next(single), -1
    for header in chain([best], single, double):
        matched = sum(bool(find_column(header.cells, column)) for column in columns)
        if matched > most:
            best, most = header, matched
        if most == len(columns):
            break
    return best, most


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


def _rows(lines: Sequence[bytes], encoding: str, delimiter: str) -> Iterator[_Row]:
    ends = (0, *accumulate(map(len, lines)))
    texts = (line.decode(encoding, "replace").removeprefix("\ufeff") for line in lines)
    reader = csv.reader(texts, delimiter=delimiter)
    try:
        for cells in islice(reader, _ROWS):
            yield _Row(tuple(cell.strip() for cell in cells), ends[reader.line_num], reader.line_num)
    except csv.Error:  # a field longer than any header's
        return
