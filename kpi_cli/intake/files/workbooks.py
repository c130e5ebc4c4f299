"""Workbooks: the sheet that holds what a source looks for, written as CSV, so that the rules for text serve it too.

Which sheet is told by the scheme, or by what stands in it: the one whose rows hold the best header. Dashboards before
and after it are passed over; of several equally good ones none is preferred.
"""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from kpi_cli.intake.files import troubles, unpacking
from kpi_cli.intake.files.blocks import Located
from kpi_cli.intake.files.expecting import Expected
from kpi_cli.intake.files.headers import header_key
from kpi_cli.intake.files.sheetcells import Cell, cell_text, negative_clock
from kpi_cli.intake.files.sheetsurvey import Survey, survey
from kpi_cli.intake.files.sniffing import Layout, sniff

DELIMITER = ","
_HEAD_ROWS = 100
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # what Office calls a workbook under a password
_text = lru_cache(1 << 16, typed=True)(cell_text)  # typed: 1, 1.0 and True are not one cell


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook as rows of text; `label` is the file's."""

    label: str
    name: str
    sheet: CalamineSheet
    survey: Survey

    def rows(self) -> Iterator[list[str]]:
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
        begin = self.sheet.start[1]
        places = self.survey.errors.keys() | self.survey.negatives.keys()
        marked = {row for row, _ in places}
        for number, cells in enumerate(self.sheet.iter_rows()):
            if number in marked:
                yield [self._marked((number, begin + at), cell) for at, cell in enumerate(cells)]
            else:
                yield [cell if type(cell) is str else _text(cell) for cell in cells]

    def _marked(self, place: tuple[int, int], cell: Cell) -> str:
        if place in self.survey.errors:
            return self.survey.errors[place]
        shown_as_clock = place in self.survey.negatives and not isinstance(cell, float)
        return negative_clock(self.survey.negatives[place]) if shown_as_clock else cell_text(cell)

    def head(self) -> bytes:
        """Return the first rows as CSV."""
        return csv_bytes(islice(self.rows(), _HEAD_ROWS))


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook that has been opened."""

    file: Located
    book: CalamineWorkbook
    archive: zipfile.ZipFile | None

    @property
    def names(self) -> list[str]:
        """The names of the sheets that hold cells, charts left out."""
        return [sheet.name for sheet in self.book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]

    def sheet(self, name: str) -> Sheet:
        """Read a sheet; raise KpiError (DATA) when it is damaged or too large."""
        surveyed = survey(self.archive, self.book.sheet_names.index(name)) if self.archive else Survey()
        if surveyed.is_too_wide:
            raise troubles.far_cells(self.file.label, name)
        try:
            return Sheet(self.file.label, name, self.book.get_sheet_by_name(name), surveyed)
        except CalamineError as error:
            raise unpacking.damaged(self.file.label, error) from error


def open_workbook(file: Located) -> Workbook:
    """Open a workbook; raise KpiError (DATA, FILES) when it is damaged, under a password or cannot be read."""
    with unpacking.content(file) as found:
        raw = io.BytesIO(found.stream.read())
    try:
        book = CalamineWorkbook.from_filelike(raw)
    except PasswordError as error:
        raise unpacking.locked(file.label) from error
    except CalamineError as error:
        if _ENCRYPTED in raw.getvalue():
            raise unpacking.locked(file.label) from error
        raise unpacking.damaged(file.label, error) from error
    return Workbook(file, book, zipfile.ZipFile(raw) if zipfile.is_zipfile(raw) else None)


def choose_sheet(workbook: Workbook, expected: Expected) -> tuple[Sheet, Layout]:
    """Return the sheet that a source means, and its layout as CSV; raise KpiError (DATA) when there is none, or two."""
    label = workbook.file.label
    best: list[tuple[Sheet, Layout]] = []
    for name in _candidates(workbook, expected):
        sheet = workbook.sheet(name)
        layout = sniff(sheet.head(), "utf-8", expected.columns, DELIMITER)
        if layout is None:
            continue
        rank = _rank(layout)
        if best and rank > _rank(best[0][1]):
            best.clear()
        if not best or rank == _rank(best[0][1]):
            best.append((sheet, layout))
    if not best:
        raise troubles.empty_file(label)
    if not expected.columns:
        return max(best, key=lambda each: each[1].records * len(each[1].header))
    if not best[0][1].matched:
        raise troubles.no_header(label, expected, b"", best[0][1])
    if len(best) > 1:
        raise troubles.which_sheet(label, [sheet.name for sheet, _ in best], expected)
    return best[0]


def csv_bytes(rows: Iterator[list[str]]) -> bytes:
    """Return rows as CSV in UTF-8 (RFC 4180, line feeds); one without a cell is a line of nothing."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(row if any(row) else () for row in rows)
    return text.getvalue().encode()


def _rank(layout: Layout) -> tuple[int, bool]:
    return layout.matched, layout.records > 0


def _candidates(workbook: Workbook, expected: Expected) -> Sequence[str]:
    names = workbook.names
    if expected.sheet is None:
        return names
    wanted = header_key(expected.sheet)
    found = [name for name in names if name == expected.sheet] or [name for name in names if header_key(name) == wanted]
    if not found:
        raise troubles.no_sheet(workbook.file.label, names, expected)
    return found
