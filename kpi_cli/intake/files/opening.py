"""An export on disk -> its header and its records in UTF-8 blocks, read as a stream in bounded memory."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import assert_never

from msgspec.structs import replace

from kpi_cli.intake.files import encodings, troubles, unpacking
from kpi_cli.intake.files.blocks import DELIMITER, Block, Bytes, Dialect, ExportFile, Form, InputFile
from kpi_cli.intake.files.cutting import EndlessRecordError, cut
from kpi_cli.intake.files.encodings import BY_RECORD, UTF8, EncodingError
from kpi_cli.intake.files.expecting import Expected
from kpi_cli.intake.files.heap import keep_freed
from kpi_cli.intake.files.metering import Meter
from kpi_cli.intake.files.sniffing import Layout, sniff
from kpi_cli.kernels import compiled
from kpi_cli.problems import KpiError

BLOCK_SIZE = (8 if compiled else 4) * 1024 * 1024  # Arrow keeps several times a block while it reads one
_AS_TEXT = Dialect(DELIMITER, UTF8)  # how workbooks and Parquet are handed on


def open_export(found: InputFile, expected: Expected) -> ExportFile:
    """Find out how a file is written and where its header is.

    Raises KpiError: FILES when it cannot be read, DATA when it is empty, damaged, in an unknown encoding or has no
    row that could be the header.
    """
    form = unpacking.form_of(found)
    match form:
        case Form.TEXT:
            opened = _open_text(found, expected)
        case Form.WORKBOOK:
            opened = _open_workbook(found, expected)
        case Form.PARQUET:
            from kpi_cli.intake.files import parquet  # noqa: PLC0415 - loads a tenth of a second of network code

            header, needed = parquet.header_of(found, expected)
            opened = ExportFile(found.label, found.path, expected.source, _AS_TEXT, header, first_line=1, needed=needed)
        case _:
            assert_never(form)
    return replace(opened, period=found.period, day=found.day, serves=found.serves, member=found.member, form=form)


def _open_text(found: InputFile, expected: Expected) -> ExportFile:
    encoding, head = _head(found, expected)
    by_record = encoding if encoding in BY_RECORD else UTF8
    layout = sniff(head, by_record, expected.columns, expected.delimiter, expected.hints)
    if layout is None:
        raise troubles.empty_file(found.label)
    if expected.columns and not any(layout.held):
        other = sniff(head, by_record, expected.columns, None, expected.hints)
        if other is not None and any(other.held):
            raise troubles.wrong_delimiter(found.label, expected, other)
        raise troubles.no_header(found.label, expected, head, layout)
    dialect = Dialect(layout.delimiter, encoding, old_mac=b"\r" in head and b"\n" not in head)
    return _laid_out(ExportFile(found.label, found.path, expected.source, dialect, layout.header), layout)


def _open_workbook(found: InputFile, expected: Expected) -> ExportFile:
    from kpi_cli.intake.files.spooling import spooled  # noqa: PLC0415 - a dozen modules that CSV does not need
    from kpi_cli.intake.files.workbooks import choose_sheet, open_workbook  # noqa: PLC0415 - the same

    sheet, layout = choose_sheet(open_workbook(found), expected)
    width = max(place for place, cell in enumerate(layout.header, start=1) if cell)
    spool = spooled(found, sheet, width)
    opened = ExportFile(found.label, found.path, expected.source, _AS_TEXT, layout.header[:width], spool=spool)
    with spool.open("rb") as written:
        written_layout = sniff(written.read(unpacking.CHUNK), UTF8, expected.columns, DELIMITER, expected.hints)
    return _laid_out(opened, written_layout or layout)


def _laid_out(file: ExportFile, layout: Layout) -> ExportFile:
    return replace(file, body=layout.body, preamble=layout.preamble, first_line=layout.lines + 1)


def open_exports(found: Iterable[InputFile], expected: Expected) -> tuple[ExportFile, ...]:
    """Open the files of a source; raise one KpiError with what is wrong with any of them."""
    opened: list[ExportFile] = []
    errors: list[KpiError] = []
    for file in found:
        try:
            opened.append(open_export(file, expected))
        except KpiError as error:
            errors.append(error)
    if errors:
        problems = [problem for error in errors for problem in error.problems]
        raise KpiError(problems, max(error.exit_code for error in errors))
    return tuple(opened)


def blocks(file: ExportFile, size: int = BLOCK_SIZE, meter: Meter | None = None) -> Iterator[Block]:
    """Yield the records of a file in blocks of about `size` bytes, at least one record each.

    The meter sees every byte of the file as it lies on disk. Raises KpiError (DATA, FILES) where reading fails.
    """
    keep_freed()
    if file.form is Form.PARQUET:
        from kpi_cli.intake.files import parquet  # noqa: PLC0415 - as above

        yield from parquet.blocks(file, meter)
        return
    stream = _Stream(file, meter)
    try:
        for index, piece in enumerate(cut(stream.chunks(), size, file.dialect.delimiter)):
            yield Block(file, index, stream.finished(piece))
    except EncodingError as error:
        raise troubles.wrong_encoding(file, error) from error
    except EndlessRecordError as error:
        raise troubles.endless_record(file, error) from error


class _Stream:
    """The bytes of a file's body; their encoding settles at the first bytes beyond ASCII."""

    def __init__(self, file: ExportFile, meter: Meter | None) -> None:
        self._file, self._meter = file, meter
        self._encoding, self._done = file.dialect.encoding, file.body

    def chunks(self) -> Iterator[bytes]:
        """Yield the body as it is to be cut into records."""
        if self._file.end is not None:
            yield from unpacking.stretch(self._file, self._file.body, self._file.end)
            return
        raw = self._raw()
        whole = self._settled(raw) if self._encoding in BY_RECORD else encodings.transcoded(raw, self._encoding)
        skip = self._file.body
        for chunk in whole:
            rest = chunk[skip:] if skip else chunk
            skip = max(0, skip - len(chunk))
            yield rest.replace(b"\r", b"\n") if self._file.dialect.old_mac else rest

    def _raw(self) -> Iterator[bytes]:
        if self._file.spool is None:
            yield from unpacking.chunks(self._file, self._meter)
            return
        with self._file.spool.open("rb") as spool:
            while piece := spool.read(unpacking.CHUNK):
                yield piece
        if self._meter:
            unpacking.observe(self._file, self._meter)

    def finished(self, piece: Bytes) -> Bytes:
        """Return whole records as UTF-8."""
        try:
            data = encodings.to_utf8(piece, self._encoding)
        except EncodingError as error:
            raise error.shifted(self._done) from error
        self._done += len(piece)
        return data

    def _settled(self, raw: Iterable[bytes]) -> Iterator[bytes]:
        before, held = 0, b""
        for chunk in raw:
            if self._encoding == encodings.ASCII:
                self._encoding = _settle(held + chunk, before - len(held))
                held = encodings.unfinished(held + chunk)
            before += len(chunk)
            yield chunk


def _settle(chunk: bytes, before: int) -> str:
    try:
        return encodings.settle(chunk)
    except EncodingError as error:
        raise error.shifted(before) from error


def _head(found: InputFile, expected: Expected) -> tuple[str, bytes]:
    declared = encodings.known_encoding(expected.encoding) if expected.encoding else None
    if expected.encoding and not declared:
        raise troubles.unknown_encoding(expected)
    with closing(unpacking.chunks(found)) as raw:
        first = next(raw, b"")
    try:
        encoding = encodings.detect(first, declared)
        return encoding, first if encoding in BY_RECORD else next(encodings.transcoded([first], encoding))
    except EncodingError as error:
        raise troubles.wrong_encoding(found, error) from error
