"""What the parts of intake hand each other: files found, files opened, and blocks of whole records in UTF-8."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TypeAlias

import pyarrow as pa
from msgspec import Struct

from kpi_cli.intake.files.remote import FilePath
from kpi_cli.periods import Period

DELIMITER = ","  # of what workbooks and Parquet are handed on as
Bytes: TypeAlias = bytes | memoryview
"""Bytes, or some of the bytes of a longer piece, which need not be copied for it."""


class Form(StrEnum):
    """What a file is, its packing taken off."""

    TEXT = "text"
    WORKBOOK = "workbook"
    PARQUET = "parquet"


class Member(Struct, frozen=True):
    """One file of an archive: its name, its place in the archive's list, and its size in bytes, unpacked."""

    name: str
    index: int
    size: int


class InputFile(Struct, frozen=True):
    """A file that a source or the roster takes, or a member of an archive.

    `period` is the period, or the month or day of one, that its name bears; `serves` the periods asked for that it
    is read for (None: any, its rows tell); `day` the first date in its name.
    """

    label: str
    path: FilePath
    period: Period | None = None
    serves: tuple[Period, ...] | None = None
    day: date | None = None
    member: Member | None = None

    @property
    def size(self) -> int:
        """The bytes of the file as it lies on disk, or of the member."""
        return self.member.size if self.member else self.path.stat().st_size

    @property
    def place(self) -> tuple[FilePath, int | None]:
        """What tells one file from another, whatever its names."""
        return self.path.resolve(), self.member.index if self.member else None


class Dialect(Struct, frozen=True):
    """How a file is written.

    `encoding` is `ascii` while nothing else has been seen (a later block may settle it). `old_mac`: lines end in
    carriage returns alone; blocks hold line feeds all the same.
    """

    delimiter: str
    encoding: str
    quote: str = '"'
    old_mac: bool = False


class ExportFile(Struct, frozen=True):
    """An export whose header has been found.

    `path` holds the bytes (standard input has been copied to a file). `header` keeps every cell of the header row,
    trimmed, empty ones at its end included; of a header in two rows `group-field`. `period`, `day`, `serves` and
    `member` are those of the `InputFile`. `body` counts the bytes before the first data record, `first_line` is the
    line it begins in, `preamble` counts the lines that hold something above the header. A sheet of a workbook has been
    written as CSV to `spool`; of a Parquet file only the columns `needed` are read. A part of a file goes from `body`
    to `end` (None: the file's own), counted in bytes, or in row groups of a Parquet file.
    """

    label: str
    path: FilePath
    source: str
    dialect: Dialect
    header: tuple[str, ...]
    period: Period | None = None
    day: date | None = None
    serves: tuple[Period, ...] | None = None
    body: int = 0
    preamble: int = 0
    first_line: int = 2
    member: Member | None = None
    form: Form = Form.TEXT
    spool: Path | None = None
    needed: tuple[int, ...] = ()
    end: int | None = None

    @property
    def size(self) -> int:
        """The bytes of the file as it lies on disk, or of the member."""
        return self.member.size if self.member else self.path.stat().st_size


Located: TypeAlias = InputFile | ExportFile
"""What says where bytes lie: `label` for people, `path`, and `member` of an archive."""


class Columns(Protocol):
    """Rows whose cells have types of their own, to be read column by column."""

    @property
    def rows(self) -> int:
        """How many rows there are."""

    def arrays(self, places: Sequence[int], asked: Collection[int] = ()) -> Mapping[int, pa.Array]:
        """Return some columns, by their positions in the header. Safe to call from several threads.

        Raises KpiError (DATA) where a cell of those `asked` for should be text and is none; in others it says nothing.
        """

    def is_free_of(self, place: int, may_lie_between: Callable[[bytes, bytes], bool]) -> bool:
        """Whether a column surely holds no text that may lie between two others in the order of bytes."""

    def is_full(self, place: int, may_lie_between: Callable[[bytes, bytes], bool]) -> bool:
        """Whether surely no cell of a column is missing, nor any text that may lie between two others."""

    def days(self, place: int) -> tuple[int, int] | None:
        """Return the first and the last day since 1970 (of UTC, or of a clock without zone) in a column of times.

        None where it holds anything else, where a cell is missing, and where the days are not surely known.
        """

    def texts(self, place: int, rows: pa.Array) -> pa.Array:
        """Return the text of a column's cells in some rows, empty where one is missing."""

    def cells(self, rows: pa.Array) -> Sequence[pa.Array]:
        """Return the text of all columns in some rows; where no text can tell what a cell holds, it says nothing."""

    def csv(self) -> bytes:
        """Return the rows as CSV, cells of columns that nothing looks for left empty; no row is an empty line."""


class Block(Struct, frozen=True):
    """Whole records of a file, UTF-8, without header; blocks of one file joined by `index` are its body.

    A record's number is its place among the file's data records, counted from 1, lines of nothing not counted. What is
    read from `columns` is `written` only when asked for.
    """

    file: ExportFile
    index: int
    written: Bytes | None
    columns: Columns | None = None

    @property
    def data(self) -> Bytes:
        """The records as text."""
        if self.written is not None:
            return self.written
        return self.columns.csv() if self.columns else b""
