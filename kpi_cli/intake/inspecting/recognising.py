"""A file that no scheme speaks of -> how it is written, and where its header is.

A header row is told by its shape, or by headers that are known, where these say clearly more; never is it a title.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import closing

from msgspec import Struct
from msgspec.structs import replace

from kpi_cli.intake.files import encodings, troubles, unpacking
from kpi_cli.intake.files.blocks import DELIMITER, ExportFile, Form, InputFile
from kpi_cli.intake.files.expecting import Expected
from kpi_cli.intake.files.headers import find_header
from kpi_cli.intake.files.opening import open_export
from kpi_cli.intake.files.sniffing import Layout, sniff
from kpi_cli.intake.files.workbooks import open_workbook
from kpi_cli.intake.inspecting import headerwords
from kpi_cli.intake.inspecting.evidence import Form as Shape
from kpi_cli.intake.inspecting.evidence import read_as
from kpi_cli.intake.inspecting.headerwords import AgentRank
from kpi_cli.intake.inspecting.inspection import Question, SeenFile
from kpi_cli.intake.inspecting.known import headers_in
from kpi_cli.intake.inspecting.titles import below_title
from kpi_cli.problems import KpiError
from kpi_cli.scheme.compiled import SourceColumn

_NAME = "export"
_SURE = 2  # so many more known headers than the row that looks like a header
_KNOWN = 3  # one in so many cells of a header is known
_WESTERN = "windows-1252"
_PAGE = re.compile(rb"<(?:!doctype|!--|\?xml|html|head|body|meta|style|table|div)\b", re.IGNORECASE)
_JSON = re.compile(rb'\{\s*"[^"]*"\s*:|\[\s*[\[{]')
_SPOKEN = {
    "cp1252": "Windows-1252",
    "ascii": "UTF-8",
    "utf-8": "UTF-8",
    "gb18030": "GB18030",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
}


class Recognised(Struct, frozen=True):
    """A file whose header is known, or a sheet of one.

    `sheet` where it must be named, since others are exports too, `titled` where its name says which; `others` are
    sheets that are none.
    """

    file: ExportFile
    seen: SeenFile
    sheet: str | None = None
    question: Question | None = None
    others: tuple[str, ...] = ()
    titled: bool = False


class _Sheet(Struct, frozen=True):
    """Where the header of a sheet is, and the columns by which it is found there."""

    layout: Layout
    columns: tuple[SourceColumn, ...]


def recognise(found: InputFile) -> list[Recognised]:
    """Open a file, and of a workbook each sheet that names persons; raise KpiError as `open_export` does."""
    form = unpacking.form_of(found)
    if form is Form.WORKBOOK:
        return _workbook(found)
    if form is Form.PARQUET:
        file = open_export(found, Expected(_NAME))
        return [Recognised(file, SeenFile(file.label, "Parquet", "", "", 0, 0))]
    return [_text(found)]


def _text(found: InputFile) -> Recognised:
    with closing(unpacking.chunks(found)) as chunks:
        head = next(chunks, b"")
    _refuse_markup(found.label, head)
    encoding, question = None, None
    try:
        plain = open_export(found, Expected(_NAME))
    except KpiError as error:
        if error.problems[0].code != "encoding" or b"\0" in head:
            raise
        plain = _western(found, error)
        encoding, question = _WESTERN, _encoding_question(found.label)
    text = head.decode(plain.dialect.encoding, "replace")
    file = _by_known_headers(found, plain, Expected(_NAME, _wanted(text), encoding))
    if below := below_title(text, file.dialect.delimiter, file.header):
        file = open_export(found, Expected(_NAME, below, encoding))
    spoken = _SPOKEN.get(file.dialect.encoding, file.dialect.encoding)
    marked = " with BOM" if spoken == "UTF-8" and encodings.bom_length(head) else ""
    seen = SeenFile(file.label, "text", spoken + marked, file.dialect.delimiter, file.first_line - 1, file.preamble)
    return Recognised(file, seen, question=question)


def _refuse_markup(label: str, head: bytes) -> None:
    """Raise KpiError where a text is a page or data of a program, whatever its file's name ends in."""
    begin = head[encodings.bom_length(head) :].lstrip()
    if _PAGE.match(begin):
        raise unpacking.no_table(label, "a web page (HTML or XML)")
    if _JSON.match(begin):
        raise unpacking.no_table(label, "JSON")


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


def _encoding_question(label: str) -> Question:
    why = f"`{label}` is neither UTF-8 nor GB18030, and reads as Windows-1252"
    return Question("encoding", why, "encoding", _WESTERN)


def _workbook(found: InputFile) -> list[Recognised]:
    book = open_workbook(found)
    heads = {name: book.sheet(name).head() for name in book.names}
    wanted = _wanted(b"\n".join(heads.values()).decode())
    sheets = {name: begun for name, head in heads.items() if (begun := _sheet_of(head, wanted))}
    if not sheets:
        raise troubles.empty_file(found.label)
    layouts = {name: sheet.layout for name, sheet in sheets.items()}
    ranked = sorted(layouts, key=lambda name: _rank(layouts[name]), reverse=True)
    sheet = ranked[0] if layouts[ranked[0]].matched >= _SURE else max(layouts, key=lambda name: _size(layouts[name]))
    filled = [name for name, layout in layouts.items() if layout.records and name != sheet]
    alike = [name for name in filled if layouts[name].header == layouts[sheet].header]
    further = [name for name in filled if name not in alike and _names_persons(layouts[name])]
    others = tuple(name for name in filled if name not in {*alike, *further})
    named = sheet if alike or further or _as_likely(layouts, ranked) else None
    question = _sheet_question(sheet, alike) if alike else None
    opened = {name: open_export(found, Expected(_NAME, sheets[name].columns, sheet=name)) for name in (sheet, *further)}
    first = Recognised(opened[sheet], _seen(opened[sheet], sheet), named, question, others, titled=bool(further))
    return [first, *(Recognised(opened[name], _seen(opened[name], name), name, titled=True) for name in further)]


def _sheet_of(head: bytes, wanted: tuple[SourceColumn, ...]) -> _Sheet | None:
    """Return how a sheet begins: with the header that holds known words, else by its shape, or below its title."""
    known = sniff(head, "utf-8", wanted, DELIMITER)
    if known is None or known.matched >= _SURE:
        return _Sheet(known, wanted) if known else None
    plain = sniff(head, "utf-8", (), DELIMITER) or known
    columns = below_title(head.decode(), DELIMITER, plain.header)
    layout = (sniff(head, "utf-8", columns, DELIMITER) if columns else None) or plain
    return _Sheet(replace(layout, matched=known.matched), columns)


def _seen(file: ExportFile, sheet: str | None) -> SeenFile:
    return SeenFile(file.label, "workbook", "", "", file.first_line - 1, file.preamble, sheet)


def _names_persons(layout: Layout) -> bool:
    """Whether a sheet is an export too, not a chart's table: its header is all words, and one names persons."""
    filled = [cell for cell in layout.header if cell]
    are_words = all(read_as(cell)[0] is Shape.WORD for cell in filled)
    return are_words and any(headerwords.agent_rank(cell) is AgentRank.ASSIGNED for cell in filled)


def _as_likely(layouts: Mapping[str, Layout], ranked: Sequence[str]) -> bool:
    return len(ranked) > 1 and _rank(layouts[ranked[0]])[:2] == _rank(layouts[ranked[1]])[:2]


def _sheet_question(sheet: str, alike: Sequence[str]) -> Question:
    why = f"{', '.join(f'`{each}`' for each in (sheet, *alike))} are sheets alike, and a source reads one of them"
    return Question("sheet", why, "sheet", alike[0])


def _rank(layout: Layout) -> tuple[int, bool, int]:
    return layout.matched, layout.records > 0, _size(layout)


def _size(layout: Layout) -> int:
    return layout.records * len(layout.header)


def _wanted(text: str) -> tuple[SourceColumn, ...]:
    return tuple(SourceColumn(header, (header,)) for header in headers_in(text))


def _held(header: Sequence[str], wanted: Sequence[SourceColumn]) -> int:
    return sum(bool(find_header(column.headers[0], header)) for column in wanted)
