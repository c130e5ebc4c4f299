"""What the reader of workbooks does not tell of a sheet of an .xlsx file: errors, negative clocks, stray cells far off.

The sheet's XML is skimmed for their traces; only a sheet that shows any is read cell by cell.
"""

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

_PIECE, _OVERLAP = 1 << 20, 256
_TRACES = (b't="e"', b"t='e'", b"<v>-", b":v>-")
_COLUMN = re.compile(rb'<(?:\w+:)?c r="([A-Z]{2,3})\d+"[^>]*(?<!/)>')
_ROW = re.compile(rb'<(?:\w+:)?row r="(\d+)"')
MOST_CELLS = 40_000_000
"""How many cells, empty ones among them, the rectangle of a sheet may hold: reading it takes that much memory."""


@dataclass(slots=True)
class Survey:
    """Error texts and negative numbers by row and column from 0, and how far the sheet's cells reach."""

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    negatives: dict[tuple[int, int], str] = field(default_factory=dict)
    rows: int = 0
    columns: int = 0

    @property
    def is_too_wide(self) -> bool:
        """Whether cells far off make the sheet larger than can be read."""
        return self.rows * self.columns > MOST_CELLS


def survey(archive: zipfile.ZipFile, sheet: int) -> Survey:
    """Return what is known of a sheet, the first being 0; nothing where the file is no .xlsx or is built oddly."""
    part = _part(archive, sheet)
    if part is None:
        return Survey()
    found, traces = _skimmed(archive, part)
    if not traces and not found.is_too_wide:
        return found
    reader = _CellReader()
    with archive.open(part) as stream:
        reader.read(stream)
    return reader.survey


def _skimmed(archive: zipfile.ZipFile, part: str) -> tuple[Survey, bool]:
    found, columns, before, traces = Survey(), set[bytes](), b"", False
    with archive.open(part) as stream:
        while piece := stream.read(_PIECE):
            text = before + piece
            traces = traces or any(map(text.__contains__, _TRACES))
            columns.update(_COLUMN.findall(text))
            last = text.rfind(b"row r=")
            if numbered := _ROW.match(text, max(0, text.rfind(b"<", 0, last))) if last >= 0 else None:
                found.rows = int(numbered[1])
            before = text[-_OVERLAP:]
    found.columns = max((_column_number(name.decode()) for name in columns), default=26)
    return found, traces


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

    def __init__(self) -> None:
        self.survey = Survey()
        self._row, self._column, self._kind, self._text = -1, -1, "", ""
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
                self._column = _column_number(letters) - 1 if letters else self._column + 1
                self._kind, self._text = attributes.get("t", "n"), ""
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
                self._take((self._row, self._column))
            case _:
                pass

    def _take(self, place: tuple[int, int]) -> None:
        found = self.survey
        found.rows, found.columns = max(found.rows, place[0] + 1), max(found.columns, place[1] + 1)
        if self._kind == "e":
            found.errors[place] = self._text
        elif self._kind == "n" and self._text.startswith("-"):
            found.negatives[place] = self._text


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
