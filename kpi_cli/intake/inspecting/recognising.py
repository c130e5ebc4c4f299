"""A file that no scheme speaks of -> how it is written, and where its header is.

A header row is told by its shape, or by headers that are known, where these say clearly more.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from kpi_cli.intake.files import encodings, unpacking
from kpi_cli.intake.files.blocks import ExportFile, Form, InputFile
from kpi_cli.intake.files.expecting import Expected
from kpi_cli.intake.files.headers import find_header
from kpi_cli.intake.files.opening import open_export
from kpi_cli.intake.files.sniffing import Layout, sniff
from kpi_cli.intake.files.workbooks import DELIMITER, open_workbook
from kpi_cli.intake.inspecting.evidence import Form as Shape
from kpi_cli.intake.inspecting.evidence import read_as
from kpi_cli.intake.inspecting.inspection import Question, SeenFile
from kpi_cli.intake.inspecting.known import headers_in
from kpi_cli.problems import KpiError
from kpi_cli.scheme.compiled import SourceColumn

_NAME = "export"
_SURE = 2  # so many more known headers than the row that looks like a header
_KNOWN = 3  # one in so many cells of a header is known
_WESTERN = "windows-1252"
_SPOKEN = {"ascii": "UTF-8", "utf-8": "UTF-8", "gb18030": "GB18030", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}


@dataclass(frozen=True, slots=True)
class Recognised:
    """A file whose header is known; `sheet` where it must be named, since others hold the same header."""

    file: ExportFile
    seen: SeenFile
    sheet: str | None = None
    question: Question | None = None


def recognise(found: InputFile) -> Recognised:
    """Open a file; raise KpiError as `open_export` does."""
    form = unpacking.form_of(found)
    if form is Form.WORKBOOK:
        return _workbook(found)
    if form is Form.PARQUET:
        file = open_export(found, Expected(_NAME))
        return Recognised(file, SeenFile(file.label, "Parquet", "", "", 0, 0))
    return _text(found)


def _text(found: InputFile) -> Recognised:
    with closing(unpacking.chunks(found)) as chunks:
        head = next(chunks, b"")
    encoding, question = None, None
    try:
        plain = open_export(found, Expected(_NAME))
    except KpiError as error:
        if error.problems[0].code != "encoding" or b"\0" in head:
            raise
        plain = _western(found, error)
        encoding, question = _WESTERN, _encoding_question(found.label, error)
    wanted = _wanted(head.decode(plain.dialect.encoding, "replace"))
    file = _by_known_headers(found, plain, Expected(_NAME, wanted, encoding))
    spoken = _SPOKEN.get(file.dialect.encoding, file.dialect.encoding)
    marked = " with BOM" if spoken == "UTF-8" and encodings.bom_length(head) else ""
    seen = SeenFile(file.label, "text", spoken + marked, file.dialect.delimiter, file.first_line - 1, file.preamble)
    return Recognised(file, seen, question=question)


def _by_known_headers(found: InputFile, plain: ExportFile, expected: Expected) -> ExportFile:
    """Return the file with the header that holds most of the known ones, if it is clearly a better one."""
    held = _held(plain.header, expected.columns)
    if len(expected.columns) < held + _SURE:
        return plain
    try:
        known = open_export(found, expected)
    except KpiError as error:
        if error.problems[0].code != "no-header":  # the words stand inside of cells
            raise
        return plain
    found_more = _held(known.header, expected.columns) >= held + _SURE
    return known if found_more and _looks_like_header(known.header, expected.columns) else plain


def _looks_like_header(header: Sequence[str], known: Sequence[SourceColumn]) -> bool:
    """Whether no cell is a value, as in a row of data that holds some known words, and enough of them are known."""
    filled = [cell for cell in header if cell]
    are_words = all(read_as(cell)[0] is Shape.WORD and "@" not in cell for cell in filled)
    return are_words and _held(header, known) * _KNOWN >= len(filled)


def _western(found: InputFile, error: KpiError) -> ExportFile:
    """Open a file as Windows-1252 would have it; raise what was wrong with it where that fails too."""
    try:
        return open_export(found, Expected(_NAME, encoding=_WESTERN))
    except KpiError:
        raise error from None


def _encoding_question(label: str, error: KpiError) -> Question:
    why = f"`{label}` is neither UTF-8 nor GB18030; read here as Windows-1252 ({error.problems[0].message})"
    return Question("encoding", why, "encoding", _WESTERN)


def _workbook(found: InputFile) -> Recognised:
    book = open_workbook(found)
    heads = {name: book.sheet(name).head() for name in book.names}
    wanted = _wanted(b"\n".join(heads.values()).decode())
    ranked = sorted(
        ((_rank(layout), name) for name, head in heads.items() if (layout := sniff(head, "utf-8", wanted, DELIMITER))),
        key=lambda each: each[0],
        reverse=True,
    )
    if not ranked or ranked[0][0][0] < _SURE:
        file, sheet = open_export(found, Expected(_NAME)), None
    else:
        sheet = ranked[0][1]
        file = open_export(found, Expected(_NAME, wanted, sheet=sheet))
    alike = len(ranked) > 1 and ranked[0][0][:2] == ranked[1][0][:2]
    seen = SeenFile(file.label, "workbook", "", "", file.first_line - 1, file.preamble, sheet)
    return Recognised(file, seen, sheet if alike else None)


def _rank(layout: Layout) -> tuple[int, bool, int]:
    return layout.matched, layout.records > 0, layout.records * len(layout.header)


def _wanted(text: str) -> tuple[SourceColumn, ...]:
    return tuple(SourceColumn(header, (header,)) for header in headers_in(text))


def _held(header: Sequence[str], wanted: Sequence[SourceColumn]) -> int:
    return sum(bool(find_header(column.headers[0], header)) for column in wanted)
