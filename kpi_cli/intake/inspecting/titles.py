"""A title above the header: a row of one cell over rows of several. The row below it is the header, known or not."""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import dropwhile, islice

from kpi_cli.intake.inspecting import headerwords
from kpi_cli.intake.inspecting.evidence import Form, read_as
from kpi_cli.intake.inspecting.headerwords import AgentRank
from kpi_cli.scheme.compiled import SourceColumn

_ROWS = 60  # that are looked at
_SEVERAL = 2  # cells, of a row below a title


def below_title(head: str, delimiter: str, taken: Sequence[str]) -> tuple[SourceColumn, ...]:
    """Return the header below a title as columns to look for, where `taken` is the title; else nothing."""
    title = _filled(taken)
    if len(title) != 1 or headerwords.agent_rank(title[0]) is not AgentRank.NONE:
        return ()
    rows = [_filled(cells) for cells in _rows(head, delimiter)]
    below = [row for row in dropwhile(lambda row: row != title, rows) if row]
    wide = [row for row in below if len(row) >= _SEVERAL]
    if not wide or len(wide) * 2 <= len(below) or not _are_words(wide[0]):
        return ()
    return tuple(SourceColumn(cell, (cell,)) for cell in wide[0])


def _rows(head: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(head.removeprefix("\ufeff"), newline=""), delimiter=delimiter)
    try:
        yield from islice(reader, _ROWS)
    except csv.Error:  # a field longer than any header's
        return


def _filled(cells: Sequence[str]) -> list[str]:
    return [cell.strip() for cell in cells if cell.strip()]


def _are_words(cells: Sequence[str]) -> bool:
    return len(set(cells)) == len(cells) and all(read_as(cell)[0] is Form.WORD for cell in cells)
