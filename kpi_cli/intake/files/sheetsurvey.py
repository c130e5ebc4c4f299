"""What the reader of workbooks does not tell of a sheet of an .xlsx file: its XML is searched, or read cell by cell."""

import zipfile
from collections.abc import Mapping
from typing import IO
from xml.parsers import expat

from kpi_cli.intake.files.cellformats import Format, cell_formats
from kpi_cli.intake.files.sheetskimming import OddlyWrittenError, skim
from kpi_cli.intake.files.sheettraces import Survey, column_number


def survey(archive: zipfile.ZipFile, sheet: int) -> Survey | None:
    """Return what is known of a sheet, the first being 0; None where the file is no .xlsx or is built oddly."""
    part = _part(archive, sheet)
    if part is None:
        return None
    formats = cell_formats(archive)
    try:
        with archive.open(part) as stream:
            found = skim(stream, formats)
        if not found.is_too_wide:
            return found
    except OddlyWrittenError:
        pass
    reader = _CellReader(formats)
    with archive.open(part) as stream:
        reader.read(stream)
    return reader.survey


def _part(archive: zipfile.ZipFile, sheet: int) -> str | None:
    """Return the name of the sheet's part of the archive."""
    try:
        ids = [_relation(attributes) for attributes in _elements(archive, "xl/workbook.xml", "sheet")]
        relations = _elements(archive, "xl/_rels/workbook.xml.rels", "Relationship")
        targets = {attributes.get("Id"): attributes.get("Target", "") for attributes in relations}
    except (KeyError, expat.ExpatError):
        return None
    target = targets.get(ids[sheet], "") if sheet < len(ids) else ""
    part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return part if part in archive.NameToInfo else None


def _relation(attributes: Mapping[str, str]) -> str:
    return next((value for name, value in attributes.items() if name.endswith(":id") or name == "id"), "")


def _elements(archive: zipfile.ZipFile, part: str, wanted: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == wanted:
            found.append(attributes)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(archive.read(part), True)  # noqa: FBT003 - expat takes it by position
    return found


class _CellReader:
    """Reads the cells of a sheet one after the other; those without a reference follow the one before."""

    def __init__(self, formats: tuple[Format, ...]) -> None:
        self.survey = Survey(formats)
        self._row, self._column, self._kind, self._text, self._format = -1, -1, "", "", 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def read(self, stream: IO[bytes]) -> None:
        """Read a sheet."""
        self._parser.ParseFile(stream)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "row":
                self._row, self._column = int(attributes.get("r", self._row + 2)) - 1, -1
            case "c":
                letters = attributes.get("r", "").rstrip("0123456789")
                self._column = column_number(letters.encode()) if letters else self._column + 1
                self._kind, self._text, self._format = attributes.get("t", "n"), "", int(attributes.get("s", "0"))
            case "v" | "t":
                self._parser.CharacterDataHandler = self._characters
            case _:
                pass

    def _characters(self, text: str) -> None:
        self._text += text

    def _end(self, name: str) -> None:
        match name.rpartition(":")[2]:
            case "v" | "t":
                self._parser.CharacterDataHandler = None
            case "c" if self._text:
                self._take(self.survey)
            case _:
                pass

    def _take(self, found: Survey) -> None:
        place = self._row, self._column
        found.rows, found.columns = max(found.rows, place[0] + 1), max(found.columns, place[1] + 1)
        if self._kind == "e":
            found.errors[place] = self._text
        elif self._kind == "n" and self._format < len(found.formats):
            shown = found.formats[self._format]
            if shown.is_special:
                found.note_format(place, self._format)
            if shown.is_time:
                found.note_length(place, self._text, self._format)
