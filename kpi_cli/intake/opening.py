"""An export on disk -> its header and its records in UTF-8 blocks, read as a stream in bounded memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kpi_cli.intake import encodings, unpacking
from kpi_cli.intake.blocks import Block, Dialect, ExportFile
from kpi_cli.intake.cutting import EndlessRecordError, cut
from kpi_cli.intake.encodings import EncodingError
from kpi_cli.intake.inputs import InputFile
from kpi_cli.intake.metering import Meter
from kpi_cli.intake.sniffing import Layout, sniff
from kpi_cli.problems import Exit, KpiError, Problem, Span
from kpi_cli.scheme.compiled import RosterSpec, Source, SourceColumn

BLOCK_SIZE = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Expected:
    """What a scheme says of the files of a source; without columns the header is guessed."""

    source: str
    columns: tuple[SourceColumn, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None
    span: Span | None = None


def expected_of(source: Source) -> Expected:
    """Return what the scheme says of a source's files."""
    return Expected(source.name, tuple(source.columns.values()), source.encoding, source.delimiter, source.span)


def expected_roster(roster: RosterSpec) -> Expected:
    """Return what the scheme says of the roster's files."""
    return Expected("roster", tuple(roster.columns.values()), span=roster.span)


def open_export(found: InputFile, expected: Expected) -> ExportFile:
    """Find out how a file is written and where its header is.

    Raises KpiError: FILES when it cannot be read, DATA when it is empty, damaged, in an unknown encoding or has no
    row that could be the header.
    """
    encoding, head = _head(found, expected)
    layout = sniff(head, _sniffed(encoding), expected.columns, expected.delimiter)
    if layout is None:
        help_text = "export it again; if nothing happened, the export should still hold its header row"
        raise _error(found.label, "empty-file", f"`{found.label}` is empty", help_text)
    if expected.columns and not layout.matched:
        raise _no_header(found, expected, head, layout)
    dialect = Dialect(layout.delimiter, encoding, old_mac=b"\r" in head and b"\n" not in head)
    return ExportFile(
        label=found.label,
        path=found.path,
        source=expected.source,
        dialect=dialect,
        header=layout.header,
        period=found.period,
        day=found.day,
        serves=found.serves,
        body=layout.body,
        preamble=layout.preamble,
    )


def open_exports(found: Iterable[InputFile], expected: Expected) -> tuple[ExportFile, ...]:
    """Open the files of a source; raise one KpiError with what is wrong with any of them."""
    opened, errors = [], []
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
    stream = _Stream(file, meter)
    try:
        for index, piece in enumerate(cut(stream.chunks(), size, file.dialect.delimiter)):
            yield Block(file, index, stream.to_utf8(piece))
    except EncodingError as error:
        raise _encoding_error(file, error.reason, stream.done + error.offset) from error
    except EndlessRecordError as error:
        raise _endless(file, error) from error


class _Stream:
    """The bytes of a file's body; its encoding settles at the first bytes beyond ASCII."""

    def __init__(self, file: ExportFile, meter: Meter | None) -> None:
        self._file, self._meter = file, meter
        self._encoding = file.dialect.encoding
        self.done = 0  # bytes before those that an EncodingError speaks of

    def chunks(self) -> Iterator[bytes]:
        raw = unpacking.chunks(self._file.label, self._file.path, self._meter)
        whole = self._settled(raw) if self._encoding in encodings.BY_RECORD else encodings.transcoded(raw, self._encoding)
        skip = self._file.body
        for chunk in whole:
            rest = chunk[skip:] if skip else chunk
            skip = max(0, skip - len(chunk))
            yield rest.replace(b"\r", b"\n") if self._file.dialect.old_mac else rest

    def _settled(self, raw: Iterable[bytes]) -> Iterator[bytes]:
        before = 0
        for chunk in raw:
            if self._encoding == encodings.ASCII:
                self.done = before
                self._encoding = encodings.settle(chunk)
                self.done = self._file.body + self._cut
            before += len(chunk)
            yield chunk
