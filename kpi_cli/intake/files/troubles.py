"""The problems of files that cannot be opened or read to the end, each saying where and how to mend it."""

from itertools import islice

from kpi_cli.intake.files import unpacking
from kpi_cli.intake.files.blocks import ExportFile, Located
from kpi_cli.intake.files.cutting import EndlessRecordError
from kpi_cli.intake.files.encodings import EncodingError
from kpi_cli.intake.files.expecting import Expected
from kpi_cli.intake.files.sniffing import Layout
from kpi_cli.problems import Exit, KpiError, Problem, Span, did_you_mean

_SHOWN = 8  # headers named in one sentence


def empty_file(label: str) -> KpiError:
    """Return the error of a file without so much as a header."""
    help_text = "export it again; an export of a period in which nothing happened still holds its header row"
    return _error("empty-file", Span(label, 1, 1), f"`{label}` is empty", help_text)


def no_header(label: str, expected: Expected, head: bytes, layout: Layout) -> KpiError:
    """Return the error of a file none of whose first rows names a column of the source."""
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return unpacking.no_table(label, "HTML or XML")
    message = f"`{label}` has no header row: none of its first 30 rows holds {_some(_wanted(expected))}"
    return _error("no-header", Span(label, 1, 1), message, _nearest(expected, layout.header))


def wrong_delimiter(label: str, expected: Expected, layout: Layout) -> KpiError:
    """Return the error of a file whose cells are not apart by the delimiter that the scheme says."""
    said, found = ("a tab" if each == "\t" else f"`{each}`" for each in (expected.delimiter or "", layout.delimiter))
    message = f"between the cells of `{label}` stands {found}, not {said}, as source `{expected.source}` says"
    written = layout.delimiter.replace("\t", "\\t")
    return KpiError(
        Problem("wrong-delimiter", message, expected.span, f'write `delimiter: "{written}"`, or leave it out'),
        Exit.DATA,
    )


def no_names(label: str, expected: Expected, header: tuple[str, ...]) -> KpiError:
    """Return the error of a file with named columns of which the source needs none."""
    message = f"`{label}` has no column {_some(_wanted(expected))}"
    return _error("no-header", Span(label, 1, 1), message, _nearest(expected, header))


def nested_column(label: str, header: str, kind: str) -> KpiError:
    """Return the error of a column of a Parquet file whose cells are no plain values."""
    message = f"`{label}`: column `{header}` holds values of type {kind}, which are no cells"
    return _error("nested-column", Span(label, 1, 1), message, "write a column of plain values, or a list of them")


def which_sheet(label: str, names: list[str], expected: Expected) -> KpiError:
    """Return the error of a workbook several of whose sheets hold the header."""
    message = f"`{label}` holds what source `{expected.source}` looks for on {len(names)} sheets: {_some(names)}"
    help_text = f"say which: `sheet: {names[0]}` on the source"
    return KpiError(Problem("which-sheet", message, expected.span, help_text), Exit.DATA)


def no_sheet(label: str, names: list[str], expected: Expected) -> KpiError:
    """Return the error of a `sheet:` that a workbook does not have."""
    message = f"`{label}` has no sheet `{expected.sheet}`, which source `{expected.source}` asks for"
    near = did_you_mean(expected.sheet or "", names)
    help_text = f"its sheets are {_some(names)}"
    return KpiError(
        Problem("no-sheet", message, expected.span, f"{near} {help_text}" if near else help_text), Exit.DATA
    )


def far_cells(label: str, name: str) -> KpiError:
    """Return the error of a sheet that stray cells make too large to be read."""
    message = f"`{label}`: sheet `{name}` reaches over more cells than can be read, for cells far below or far right"
    help_text = "delete the rows and columns that hold no data, or save the sheet as CSV UTF-8"
    return _error("sheet-too-large", Span(label, 1, 1), message, help_text)


def unknown_encoding(expected: Expected) -> KpiError:
    """Return the error of an `encoding:` that does not exist."""
    message = f"`{expected.encoding}` is no encoding"
    help_text = "write utf-8, gb18030, utf-16 or windows-1252, or leave it out"
    return KpiError(Problem("unknown-encoding", message, expected.span, help_text), Exit.USAGE)


def wrong_encoding(file: Located, error: EncodingError) -> KpiError:
    """Return the error of bytes that do not fit the file's encoding."""
    line = line_at(file, error.offset)
    if error.likely is None:
        message = f"`{file.label}` is cut off: {error.reason} (byte {error.offset})"
        return _error("encoding", Span(file.label, line, 1), message, "export the file again, or copy it again")
    message = f"`{file.label}` cannot be read as text from byte {error.offset} in line {line}: {error.reason}"
    help_text = f"set `encoding:` on the source (as `encoding: {error.likely}`), or export the file as UTF-8"
    return _error("encoding", Span(file.label, line, 1), message, help_text)


def endless_record(file: ExportFile, error: EndlessRecordError) -> KpiError:
    """Return the error of a record that does not end, most often for want of a closing quote."""
    line = line_at(file, file.body + error.offset)
    what = "a quote opens in line {} that is never closed" if error.quoted else "the record in line {} does not end"
    help_text = f"close the quote in line {line}, double it, or export the file again; nothing after it can be trusted"
    return _error("unclosed-quote", Span(file.label, line, 1), f"`{file.label}`: {what.format(line)}", help_text)


def line_at(file: Located, offset: int) -> int:
    """Return the number of the line, counted from 1, that holds a byte of the unpacked file."""
    line = 1
    for chunk in unpacking.chunks(file):
        piece = chunk[:offset]
        line += piece.count(b"\n") or piece.count(b"\r")
        offset -= len(piece)
        if not offset:
            break
    return line


def _error(code: str, span: Span, message: str, help_text: str) -> KpiError:
    return KpiError(Problem(code, message, span, help_text), Exit.DATA)


def _wanted(expected: Expected) -> list[str]:
    return list(dict.fromkeys(name for column in expected.columns for name in column.headers))


def _nearest(expected: Expected, header: tuple[str, ...]) -> str:
    held = [cell for cell in header if cell]
    near = (did_you_mean(name, held) for name in _wanted(expected))
    help_text = next((text for text in near if text), f"the row most like a header holds: {_some(held)}")
    return f"{help_text}; see `columns` of `{expected.source}`"


def _some(names: list[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in islice(names, _SHOWN))
    return f"{shown} ... ({len(names)} in all)" if len(names) > _SHOWN else shown
