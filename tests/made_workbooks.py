"""Workbooks written for tests: by a library, or part by part where a library would not write them that way."""

import gzip
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import xlsxwriter

CLOCK, LONG_CLOCK, MOMENT, DAY = "h:mm:ss", "[h]:mm:ss", "yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def workbook(path: Path, *, apple: bool = False, **sheets: Sequence[Sequence[Any]]) -> Path:
    """Write rows of cells; a pair is a number and its format, a leading `=` makes an error or a cached result.

    The days of an `apple` workbook are counted from 1904.
    """
    book = xlsxwriter.Workbook(str(path), {"date_1904": apple})
    formats: dict[str, Any] = {}
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                _write(book, sheet, formats, (row, column), cell)
    book.close()
    return path


def _write(book: Any, sheet: Any, formats: dict[str, Any], place: tuple[int, int], cell: Any) -> None:  # noqa: ANN401 - xlsxwriter is untyped
    match cell:
        case (number, str(shown)):
            formats.setdefault(shown, book.add_format({"num_format": shown}))
            sheet.write_number(*place, number, formats[shown])
        case str() if cell.startswith("="):
            sheet.write_formula(*place, "=1", None, cell[1:])
        case str():
            sheet.write_string(*place, cell)
        case None:
            pass
        case _:
            sheet.write(*place, cell)


def by_hand(path: Path, sheet: str, **further: str) -> Path:
    """Write a workbook of one sheet out of the XML of its rows, its parts named in absolute terms."""
    relation = f'<Relationship Id="rId9" Type="{OFFICE}/worksheet" Target="/xl/worksheets/odd.xml"/>'
    root = f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="/xl/workbook.xml"/>'
    kind = '<Default Extension="xml" ContentType="application/xml"/>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}">{kind}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}">{root}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="数据" sheetId="1" r:id="rId9"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">{relation}</Relationships>',
        "xl/worksheets/odd.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData></worksheet>',
        **further,
    }
    path.write_bytes(zipped(parts))
    return path


def styles(*codes: str) -> str:
    """The part that names the formats of cells: that with `s="0"` first."""
    spelled = "".join(f'<numFmt numFmtId="{200 + at}" formatCode="{code}"/>' for at, code in enumerate(codes))
    others = '<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
    used = "".join(f'<xf numFmtId="{200 + at}" applyNumberFormat="1"/>' for at in range(len(codes)))
    return f'<styleSheet xmlns="{MAIN}"><numFmts>{spelled}</numFmts>{others}<cellXfs>{used}</cellXfs></styleSheet>'


def open_document(*rows: str, seconds: str = '<number:seconds number:style="long"/>') -> bytes:
    """A workbook as OpenOffice writes it: rows of cells in XML, and how its style for times spells seconds."""
    parts = ("office", "table", "text", "datastyle")
    office, table, text, number = (f"urn:oasis:names:tc:opendocument:xmlns:{part}:1.0" for part in parts)
    lines = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    content = (
        f'<office:document-content xmlns:office="{office}" xmlns:table="{table}" xmlns:text="{text}" '
        f'xmlns:number="{number}"><office:automatic-styles><number:time-style>{seconds}</number:time-style>'
        f'</office:automatic-styles><office:body><office:spreadsheet><table:table table:name="S">{lines}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return zipped({"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": content})


def zipped(parts: Mapping[str, str | bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", packing) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return archive.getvalue()


def packed(raw: bytes, packing: str) -> bytes:
    """Return an export under a name of its packing; any other word leaves it as it is."""
    match packing:
        case "gzip":
            return gzip.compress(raw, 1)
        case "zip":
            return zipped({"__MACOSX/._x": b"", "export.csv": raw})
        case "zstd":
            return bytes(pa.compress(raw, "zstd", asbytes=True))
        case _:
            return raw


def compound(stream: str) -> bytes:
    """An OLE compound file that holds one empty stream of this name: what Office puts around an encrypted workbook."""
    sector, free, end = 512, 0xFFFFFFFF, 0xFFFFFFFE
    fat = [0xFFFFFFFD, end] + [free] * 126
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + _words(2, 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += _words(4, 0, 1, 1, 0, 4096, end, 0, end, 0) + _words(4, 0, *[free] * 108)
    root, entry = _entry("Root Entry", kind=5, child=1), _entry(stream, kind=2, child=free)
    return head.ljust(sector, b"\0") + _words(4, *fat) + (root + entry).ljust(sector, b"\0")


def _entry(name: str, kind: int, child: int) -> bytes:
    text = name.encode("utf-16-le")
    links = _words(4, 0xFFFFFFFF, 0xFFFFFFFF, child)
    about = text.ljust(64, b"\0") + _words(2, len(text) + 2) + bytes((kind, 1)) + links
    return about + bytes(36) + _words(4, 0xFFFFFFFE) + bytes(8)


def _words(size: int, *numbers: int) -> bytes:
    return b"".join(number.to_bytes(size, "little") for number in numbers)
