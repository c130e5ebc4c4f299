"""The rows of a sheet as text: each cell as its format shows it."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import islice
from typing import cast

from msgspec import Struct
from python_calamine import CalamineSheet

from kpi_cli.intake.files import unpacking
from kpi_cli.intake.files.cellformats import PLAIN, Format
from kpi_cli.intake.files.sheetcells import Cell, cell_text, duration_text, length_read, moment_text
from kpi_cli.intake.files.sheettraces import Place, Survey

_ROWS = 500  # that are spelled together, column by column
_CACHED = 1 << 16


class _Spelled(dict[Cell, str]):
    """Cells of one type and format, each spelled once."""

    def __init__(self, shown: Format) -> None:
        self._shown = shown

    def __missing__(self, cell: Cell) -> str:
        text = self[cell] = cell_text(cell, self._shown)
        return text


@cache
def _spelled(shown: Format, kind: type[Cell]) -> _Spelled:  # noqa: ARG001 - 1, 1.0 and True are equal
    return _Spelled(shown)


def _texts(cells: Sequence[Cell], shown: Format) -> Sequence[str]:
    kinds = set(map(type, cells))
    if kinds == {str}:
        return cast("Sequence[str]", cells)
    known = {kind: _spelled(shown, kind) for kind in kinds}
    for spelled in known.values():
        if len(spelled) > _CACHED:
            spelled.clear()
    if datetime in kinds:
        fine = shown.fine
        return [moment_text(cell, fine=fine) if type(cell) is datetime else known[type(cell)][cell] for cell in cells]
    if len(kinds) == 1:
        return list(map(known[kinds.pop()].__getitem__, cells))
    return [cell if type(cell) is str else known[type(cell)][cell] for cell in cells]


class SheetRows(Struct, frozen=True):
    """The rows of a sheet as text; `label` is the file's, `usual` the format of cells not surveyed.

    In `iso` ones times that are no moments are texts (`PT36H02M23S`).
    """

    label: str
    sheet: CalamineSheet
    survey: Survey
    usual: Format = PLAIN
    iso: bool = False

    def __iter__(self) -> Iterator[list[str]]:
        """Yield the rows from the first of the sheet on, empty ones too; columns begin with the first that is used.

        Raises KpiError (DATA) at a duration of millions of years.
        """
        try:
            yield from self._rows()
        except OverflowError as error:
            raise unpacking.damaged(self.label, error) from error

    def _rows(self) -> Iterator[list[str]]:
        if self.sheet.start is None:  # releases before 0.8.1 stumble over a sheet without cells
            return
        begin, marked, first = self.sheet.start[1], self.survey.marked(), 0
        for rows in self._pieces():
            columns = [self._column(first, begin + at, cells) for at, cells in enumerate(zip(*rows, strict=True))]
            for row, texts in enumerate(map(list, zip(*columns, strict=True)), first):
                for column in marked.get(row, ()):
                    at = column - begin
                    texts[at] = self._amended((row, column), rows[row - first][at], texts[at])
                yield texts
            first += len(rows)

    def _pieces(self) -> Iterator[list[list[Cell]]]:
        rows = self.sheet.iter_rows()
        while piece := list(islice(rows, _ROWS)):
            yield [list(map(length_read, cells)) for cells in piece] if self.iso else piece

    def _column(self, row: int, column: int, cells: Sequence[Cell]) -> Sequence[str]:
        """Return some cells of a column as text, the first of them in this row."""
        shown = self.survey.shown.get(column, ())[row : row + len(cells)]
        number = max(shown, default=0)
        if not number:
            return _texts(cells, self.usual)
        if len(shown) == len(cells) and min(shown) == number:
            return _texts(cells, self.survey.formats[number - 1])
        return [cell_text(cell, self.survey.format_at((at, column))) for at, cell in enumerate(cells, row)]

    def _amended(self, place: Place, cell: Cell, text: str) -> str:
        if place in self.survey.errors:
            return self.survey.errors[place]
        if not isinstance(cell, date | time | timedelta):
            return text
        return duration_text(timedelta(float(self.survey.lengths[place])), fine=self.survey.format_at(place).fine)
