"""Workbooks: the sheet that holds what a source looks for, written as CSV, so that the rules for text serve it too.

Which sheet is told by the scheme, or by what stands in it: the one whose rows hold the best header. Dashboards before
and after it are passed over; of several equally good ones none is preferred.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice

from msgspec import Struct, field
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

from kpi_cli.intake.files import troubles, unpacking
from kpi_cli.intake.files.blocks import DELIMITER, Located
from kpi_cli.intake.files.cellformats import FINE, PLAIN, is_open_document, shows_fractions
from kpi_cli.intake.files.expecting import Expected
from kpi_cli.intake.files.headers import header_key
from kpi_cli.intake.files.remote import FilePath
from kpi_cli.intake.files.sheetrows import SheetRows
from kpi_cli.intake.files.sheetsurvey import survey
from kpi_cli.intake.files.sheettraces import Survey
from kpi_cli.intake.files.sniffing import Layout, sniff

_HEAD_ROWS = 100
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # what Office calls a workbook under a password


class _Known(Struct):
    """What has been seen of a workbook: its sheets, and the first rows of those that were looked at."""

    names: list[str] = field(default_factory=list)
    heads: dict[str, bytes] = field(default_factory=dict)


class _Content(Struct, frozen=True):
    """A workbook that has been opened."""

    label: str
    book: CalamineWorkbook
    archive: zipfile.ZipFile | None

    @property
    def names(self) -> list[str]:
        """The names of the sheets that hold cells, charts left out."""
        return [sheet.name for sheet in self.book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]

    def rows(self, name: str) -> SheetRows:
        """Read a sheet; raise KpiError (DATA) when it is damaged or too large."""
        surveyed = survey(self.archive, self.book.sheet_names.index(name)) if self.archive else None
        if surveyed and surveyed.is_too_wide:
            raise troubles.far_cells(self.label, name)
        try:
            sheet = self.book.get_sheet_by_name(name)
        except CalamineError as error:
            raise unpacking.damaged(self.label, error) from error
        if surveyed:
            return SheetRows(self.label, sheet, surveyed)
        if self.archive and is_open_document(self.archive):
            usual = FINE if shows_fractions(self.archive) else PLAIN
            return SheetRows(self.label, sheet, Survey(), usual, iso=True)
        return SheetRows(self.label, sheet, Survey(), FINE)  # its formats are not known


class Workbook:
    """A workbook, opened when something of it is not known yet: several sources may read one."""

    def __init__(self, file: Located) -> None:
        self.file = file
        self._content: _Content | None = None
        member = file.member.index if file.member else -1
        self._known = _known(file.path.resolve(), file.path.stat().st_mtime_ns, member)

    @property
    def names(self) -> list[str]:
        """The names of the sheets that hold cells, charts left out."""
        if not self._known.names:
            self._known.names = self._opened().names
        return self._known.names

    def sheet(self, name: str) -> "Sheet":
        """Return a sheet; raise KpiError (DATA, FILES) when it is damaged or too large."""
        if name in self._known.heads:
            return Sheet(name, self._known.heads[name], self)
        rows = self.rows(name)
        head = self._known.heads[name] = csv_bytes(islice(rows, _HEAD_ROWS))
        return Sheet(name, head, self, rows)

    def rows(self, name: str) -> SheetRows:
        """Return the rows of a sheet, read anew."""
        return self._opened().rows(name)

    def _opened(self) -> _Content:
        self._content = self._content or _open(self.file)
        return self._content


class Sheet(Struct, frozen=True):
    """A sheet of a workbook, its first rows as CSV, and all of them if they are at hand."""

    name: str
    begins: bytes
    workbook: Workbook
    known: SheetRows | None = None

    def head(self) -> bytes:
        """Return the first rows as CSV."""
        return self.begins

    def rows(self) -> SheetRows:
        """Return the rows; raise KpiError (DATA, FILES) when they cannot be read."""
        return self.known or self.workbook.rows(self.name)


@cache
def _known(path: FilePath, written: int, member: int) -> _Known:  # noqa: ARG001 - the key
    return _Known()


def _open(file: Located) -> _Content:
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
    return _Content(file.label, book, zipfile.ZipFile(raw) if zipfile.is_zipfile(raw) else None)


def open_workbook(file: Located) -> Workbook:
    """Return a workbook; what is asked of it raises KpiError (DATA, FILES) where it is damaged or under a password."""
    return Workbook(file)


def choose_sheet(workbook: Workbook, expected: Expected) -> tuple[Sheet, Layout]:
    """Return the sheet that a source means, and its layout as CSV; raise KpiError (DATA) when there is none, or two."""
    label = workbook.file.label
    best: list[tuple[Sheet, Layout]] = []
    for name in _candidates(workbook, expected):
        sheet = workbook.sheet(name)
        layout = sniff(sheet.head(), "utf-8", expected.columns, DELIMITER, expected.hints)
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
    if not any(best[0][1].held):
        raise troubles.no_header(label, expected, b"", best[0][1])
    if len(best) > 1:
        raise troubles.which_sheet(label, [sheet.name for sheet, _ in best], expected)
    return best[0]


def csv_bytes(rows: Iterable[list[str]]) -> bytes:
    """Return rows as CSV in UTF-8 (RFC 4180, line feeds); one without a cell is a line of nothing."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(row if any(row) else () for row in rows)
    return text.getvalue().encode()


def _rank(layout: Layout) -> tuple[int, int, bool]:
    return *layout.held, layout.records > 0


def _candidates(workbook: Workbook, expected: Expected) -> Sequence[str]:
    names = workbook.names
    if expected.sheet is None:
        return names
    wanted = header_key(expected.sheet)
    found = [name for name in names if name == expected.sheet] or [name for name in names if header_key(name) == wanted]
    if not found:
        raise troubles.no_sheet(workbook.file.label, names, expected)
    return found
