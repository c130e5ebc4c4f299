"""The row groups of a Parquet file as pieces of about one size: large ones cut, small ones put together.

The pieces of a stretch of row groups are decoded in turn, by the thread that asks for one: so the next is decoded while
others are worked on, and no more of a file is held than a few pieces.
"""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from msgspec import Struct, field

from kpi_cli import arrow
from kpi_cli.intake.files import unpacking
from kpi_cli.intake.files.arrowtext import as_text, is_bytes, is_readable, is_text, plain
from kpi_cli.intake.files.blocks import ExportFile, Located

PIECE = 1 << 17
"""The rows of a piece at most: few enough for a column to stay in the processor's cache while it is worked on."""
_FEW_BYTES = 4  # of a column to each of its cells: then its words are few, and read as codes
_NOT_TEXT = ((b"+", b":"), (b"FALSE", b"FALSE"), (b"TRUE", b"TRUE"), (b"inf", b"inf"))
"""Between which texts numbers, times and truths lie."""
_UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_INTEGERS = frozenset({"INT32", "INT64"})
_OPTIONS = pa_csv.WriteOptions(include_header=False)
_SETTINGS: Mapping[str, Any] = {"pre_buffer": False, "coerce_int96_timestamp_unit": "us"}  # ns would wrap in 2262
Arrays: TypeAlias = Mapping[int, pa.Array]


class Table(Struct, frozen=True, eq=False):
    """A Parquet file that has been looked at.

    `chunks` are the places of its columns in each row group by their paths; `coded` the names of those read as codes
    and words; `content` is all of the file where it does not lie there as it is.
    """

    file: ExportFile
    metadata: Any
    schema: pa.Schema
    chunks: Mapping[str, int]
    coded: tuple[str, ...]
    content: pa.Buffer | None

    @property
    def groups(self) -> range:
        """The numbers of the row groups that are to be read."""
        return range(self.file.body, self.metadata.num_row_groups if self.file.end is None else self.file.end)

    def rows(self, group: int) -> int:
        """Return how many rows a row group has."""
        return int(self.metadata.row_group(group).num_rows)


def table_of(file: ExportFile) -> Table:
    """Look at a file; raise KpiError (DATA, FILES) where it cannot be read."""
    content = content_of(file)
    with opened(file, content) as found:
        metadata, schema = found.metadata, found.schema_arrow
    paths = [metadata.schema.column(place).path for place in range(metadata.num_columns)]
    chunks = {path: place for place, path in enumerate(paths) if paths.count(path) == 1}
    texts = [schema.names[place] for place in file.needed if is_text(schema.types[place])]
    coded = tuple(name for name in texts if name in chunks and _has_few_words(metadata, chunks[name]))
    return Table(file, metadata, schema, chunks, coded, content)


def content_of(file: Located) -> pa.Buffer | None:
    """Return the bytes of a file out of its packing; None when it lies there without any.

    Raises KpiError (DATA) where there are more than memory should hold.
    """
    with unpacking.content(file) as found:
        return pa.py_buffer(unpacking.held(file.label, found.stream).getbuffer()) if found.packed else None


@contextmanager
def opened(file: Located, content: pa.Buffer | None, **options: Any) -> Iterator[Any]:  # noqa: ANN401 - of Arrow
    """Open a file, or its content; errors of reading become problems."""
    try:
        if content is not None:
            yield pq.ParquetFile(pa.BufferReader(content), **_SETTINGS, **options)
        elif isinstance(file.path, Path):
            yield pq.ParquetFile(str(file.path), memory_map=True, **_SETTINGS, **options)
        else:
            yield pq.ParquetFile(pa.PythonFile(file.path.open(), mode="r"), **_SETTINGS, **options)
    except (pa.ArrowException, OSError) as error:
        raise unpacking.damaged(file.label, error) from error


def pieces_of(table: Table) -> Iterator["Piece"]:
    """Yield the rows that are to be read, in order."""
    held, rows = list[int](), 0
    for group in table.groups:
        more = table.rows(group)
        if held and rows + more > PIECE:
            yield from _Stretch(table, tuple(held)).pieces()
            held, rows = [], 0
        held.append(group)
        rows += more
    if held:
        yield from _Stretch(table, tuple(held)).pieces()


class Piece(Struct, frozen=True, eq=False):
    """Some rows, decoded when they are asked for; what was asked for last stays at hand as long as the piece does."""

    stretch: "_Stretch"
    number: int
    rows: int
    _last: list[Arrays] = field(default_factory=list)

    def arrays(self, places: Sequence[int]) -> Arrays:
        """Return some columns, by their positions in the header. Safe to call from several threads."""
        found = self.stretch.arrays(self.number, tuple(places)) if places else {}
        self._last[:] = [found]
        return found

    def texts(self, place: int, rows: pa.Array) -> pa.Array:
        """Return the text of a column's cells in some rows, empty where one is missing."""
        last = self._last[0] if self._last else {}
        column = last[place] if place in last else self.arrays((place,))[place]
        return _text(column.take(rows))

    def is_free_of(self, place: int, may_lie_between: Callable[[bytes, bytes], bool]) -> bool:
        """Whether a column surely holds no text that may lie between two others in the order of bytes."""
        return all(
            bounds is not None and not any(may_lie_between(*pair) for pair in bounds)
            for group in self.stretch.groups
            for bounds in [_bounds(self.stretch.table, group, place)]
        )

    def days(self, place: int) -> tuple[int, int] | None:
        """Return the first and the last day since 1970 in a column of times; None if not surely known."""
        table = self.stretch.table
        units = _day_units(table.schema.types[place])
        found = [_raw_bounds(table, group, place) for group in self.stretch.groups] if units else [None]
        known = [ends for ends in found if ends is not None]
        if units is None or len(known) < len(found):
            return None
        return min(low for low, _ in known) // units, max(high for _, high in known) // units

    def csv(self) -> bytes:
        """Return the rows as CSV, cells of columns that nothing looks for left empty; no row is an empty line."""
        file = self.stretch.table.file
        texts = {place: _text(column) for place, column in self.arrays(file.needed).items()}
        names = [str(place) for place in range(len(file.header))]
        nothing = arrow.text_array([""] * self.rows)
        filled = [texts.get(place, nothing) for place in range(len(file.header))]
        written = io.BytesIO()
        pa_csv.write_csv(pa.RecordBatch.from_arrays(filled, names), written, _OPTIONS)
        return written.getvalue()


class _Stretch(Struct, eq=False):
    """Neighbouring row groups. What has been decoded is `ready` for whoever asks for it, once.

    Who asks for a piece again has it decoded again, along with those before it, which are not kept a second time.
    """

    table: Table
    groups: tuple[int, ...]
    _lock: Lock = field(default_factory=Lock)
    _places: tuple[int, ...] = ()
    _decoded: Iterator[Arrays] | None = None
    _next: int = 0
    _ready: dict[int, Arrays] = field(default_factory=dict)
    _taken: set[int] = field(default_factory=set)

    def pieces(self) -> Iterator[Piece]:
        """Yield the rows, in pieces of about one size."""
        rows, size = self._rows, self._size
        for number, begin in enumerate(range(0, rows, size)):
            yield Piece(self, number, min(size, rows - begin))

    def arrays(self, number: int, places: tuple[int, ...]) -> Arrays:
        """Return some columns of a piece."""
        with self._lock:
            if places != self._places:
                self._places, self._decoded, self._ready, self._taken = places, None, {}, set()
            if number not in self._ready:
                self._advance(number)
            self._taken.add(number)
            return self._ready.pop(number)

    @property
    def _rows(self) -> int:
        return sum(map(self.table.rows, self.groups))

    @property
    def _size(self) -> int:
        rows = self._rows
        count = max(1, -(-rows // PIECE))
        return max(1, -(-rows // count))

    def _advance(self, number: int) -> None:
        decoded, self._decoded = self._decoded, None  # lost where decoding fails: who asks next meets the same
        if decoded is None or number < self._next:
            decoded, self._next = self._begin(), 0
        while number not in self._ready:
            arrays = next(decoded)
            if self._next == number or self._next not in self._taken:
                self._ready[self._next] = arrays
            self._next += 1
        self._decoded = decoded if self._next * self._size < self._rows else None

    def _begin(self) -> Iterator[Arrays]:
        table = self.table
        names, found = _named(table.schema, self._places)
        with opened(table.file, table.content, metadata=table.metadata, read_dictionary=list(table.coded)) as file:
            batches = file.iter_batches(self._size, list(self.groups), names, use_threads=False)
            for columns in _sized(batches, self._size):
                arrays = {place: _whole(column) for place, column in zip(found, columns, strict=True)}
                yield {place: arrays[place] for place in self._places}


def _sized(batches: Iterator[pa.RecordBatch], size: int) -> Iterator[list[pa.ChunkedArray]]:
    """Yield columns of `size` rows, fewer at the end: batches may come in less where words run out."""
    held, rows = list[pa.RecordBatch](), 0
    for batch in batches:
        held.append(batch)
        rows += len(batch)
        while rows >= size:
            whole = pa.Table.from_batches(held)
            yield whole.slice(0, size).columns
            held, rows = whole.slice(size).to_batches(), rows - size
    if held:
        yield pa.Table.from_batches(held).columns


def _named(schema: pa.Schema, places: Sequence[int]) -> tuple[list[str], list[int]]:
    """Return the names to ask for and the positions of the columns that come, more than asked for if a name repeats."""
    header = schema.names
    names = list(dict.fromkeys(header[place] for place in places))
    return names, [place for name in names for place, present in enumerate(header) if present == name]


def _bounds(table: Table, group: int, place: int) -> Sequence[tuple[bytes, bytes]] | None:
    """Return between which texts the cells of a column lie, by their type or by what the file says; None: unknown."""
    kind = table.schema.types[place]
    if not is_readable(kind):
        return ()  # what nobody can have asked for
    if not is_text(kind):
        return _NOT_TEXT
    chunk = _chunk(table, group, place)
    known = None if chunk is None else chunk.statistics
    if known is None or not known.has_min_max or not isinstance(known.min, str) or not isinstance(known.max, str):
        return None
    return [(known.min.encode(), known.max.encode())]


def _day_units(kind: Any) -> int | None:  # noqa: ANN401 - an Arrow type
    """Return how many units of a type of times make a day."""
    if pa.types.is_date32(kind):
        return 1
    return 86_400 * _UNITS[kind.unit] if pa.types.is_timestamp(kind) else None


def _raw_bounds(table: Table, group: int, place: int) -> tuple[int, int] | None:
    """Return the least and the greatest number in a column without missing cells."""
    chunk = _chunk(table, group, place)
    known = None if chunk is None or chunk.physical_type not in _INTEGERS else chunk.statistics
    if known is None or not known.has_min_max or not known.has_null_count or known.null_count:
        return None
    return int(known.min_raw), int(known.max_raw)


def _chunk(table: Table, group: int, place: int) -> Any:  # noqa: ANN401 - of Arrow
    chunk = table.chunks.get(table.schema.names[place])
    return None if chunk is None else table.metadata.row_group(group).column(chunk)


def _has_few_words(metadata: Any, chunk: int) -> bool:  # noqa: ANN401 - of Arrow
    """Whether every row group holds a column of text as few words and their codes."""
    columns = [metadata.row_group(group).column(chunk) for group in range(metadata.num_row_groups)]
    return all(
        column.has_dictionary_page and column.total_uncompressed_size <= _FEW_BYTES * column.num_values
        for column in columns
    )


def _text(column: pa.Array) -> pa.Array:
    """Return plain text, empty where a cell is missing."""
    text = as_text(column) if is_readable(column.type) else pa.nulls(len(column), pa.string())
    return text.cast(pa.string()).fill_null("")


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return _as_utf8(plain(column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()))


def _as_utf8(column: pa.Array) -> pa.Array:
    """Return bytes as text; raise ArrowInvalid where they are not UTF-8."""
    return column.cast(pa.binary()).cast(pa.string()) if is_bytes(column.type) else column
