"""Parquet files: their header, and their row groups as blocks, of which only the columns needed are ever read.

A row group is read by the thread that works on it; only one too large for that is read piece by piece beforehand.
"""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from kpi_cli import arrow
from kpi_cli.intake.files import troubles, unpacking
from kpi_cli.intake.files.arrowtext import as_text, is_readable
from kpi_cli.intake.files.blocks import Block, Columns, ExportFile, Located
from kpi_cli.intake.files.expecting import Expected
from kpi_cli.intake.files.headers import find_column
from kpi_cli.intake.files.metering import Meter

LARGEST = 2_000_000
"""The rows of a row group up to which it is read as a whole."""
_PIECE = 250_000
_FEW_BYTES = 4  # of a column to each of its cells: then its words are few, and read as codes
_OPTIONS = pa_csv.WriteOptions(include_header=False)


def header_of(file: Located, expected: Expected) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the names of the columns and the positions of those needed.

    Raises KpiError when none is wanted, or one that is holds no plain cells.
    """
    with _opened(file) as table:
        schema = table.schema_arrow
    header = tuple(name.strip() for name in schema.names)
    wanted = {place for column in expected.columns for place in find_column(header, column)}
    if expected.columns and not wanted:
        raise troubles.no_names(file.label, expected, header)
    for place in sorted(wanted):
        if not is_readable(schema.types[place]):
            raise troubles.nested_column(file.label, header[place], str(schema.types[place]))
    return header, tuple(sorted({0, *wanted})) if wanted else tuple(range(len(header)))


def row_groups(file: Located) -> tuple[int, ...]:
    """Return the rows of each row group."""
    with _opened(file) as table:
        metadata = table.metadata
    return tuple(int(metadata.row_group(number).num_rows) for number in range(metadata.num_row_groups))


def blocks(file: ExportFile, meter: Meter | None = None) -> Iterator[Block]:
    """Yield the row groups; raise KpiError (DATA, FILES) where reading fails."""
    with _opened(file) as table:
        source = _Source(file, table.metadata, table.schema_arrow, _coded(table, file.needed))
        for index, columns in enumerate(_pieces(table, source)):
            yield Block(file, index, None, columns)
            if meter and not meter.hashing:
                meter.advance(file.path.stat().st_size * columns.rows // max(1, table.metadata.num_rows))
    if meter and meter.hashing:
        unpacking.observe(file, meter)


@dataclass(frozen=True, slots=True, eq=False)
class _Source:
    """A Parquet file that has been looked at; `coded` are the names of columns read as codes and words."""

    file: ExportFile
    metadata: Any
    schema: pa.Schema
    coded: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _RowGroup:
    """A row group, read when it is asked for."""

    source: _Source
    number: int

    @property
    def rows(self) -> int:
        return int(self.source.metadata.row_group(self.number).num_rows)

    def arrays(self, places: Sequence[int]) -> Mapping[int, pa.Array]:
        with _opened(self.source.file, self.source.metadata, self.source.coded) as table:
            names, found = _named(table, places)
            read = table.read_row_group(self.number, columns=names, use_threads=False)
            columns = {place: _whole(column) for place, column in zip(found, read.columns, strict=True)}
        return {place: columns[place] for place in places}

    def is_free_of(self, place: int, may_lie_between: Callable[[bytes, bytes], bool]) -> bool:
        kind = self.source.schema.types[place]
        if not _is_text(kind):
            return True
        bounds = _bounds(self.source.metadata.row_group(self.number), self.source.schema.names[place])
        return bounds is not None and not may_lie_between(*bounds)

    def csv(self) -> bytes:
        return _csv(self, self.source.file)


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """Some rows of a large row group."""

    file: ExportFile
    columns: Mapping[int, pa.Array]
    rows: int

    def arrays(self, places: Sequence[int]) -> Mapping[int, pa.Array]:
        return {place: self.columns[place] for place in places}

    def is_free_of(self, place: int, may_lie_between: Callable[[bytes, bytes], bool]) -> bool:  # noqa: ARG002 - of Columns
        return not _is_text(self.columns[place].type)

    def csv(self) -> bytes:
        return _csv(self, self.file)


def _pieces(table: Any, source: _Source) -> Iterator[Columns]:  # noqa: ANN401 - a ParquetFile
    last = table.metadata.num_row_groups if source.file.end is None else source.file.end
    for number in range(source.file.body, last):
        group = _RowGroup(source, number)
        if group.rows <= LARGEST:
            yield group
            continue
        names, found = _named(table, source.file.needed)
        for batch in table.iter_batches(_PIECE, [number], names, use_threads=False):
            columns = {place: _as_utf8(column) for place, column in zip(found, batch.columns, strict=True)}
            yield _Piece(source.file, columns, batch.num_rows)


def _named(table: Any, places: Sequence[int]) -> tuple[list[str], list[int]]:  # noqa: ANN401 - a ParquetFile
    """Return the names to ask for and the positions of the columns that come, more than asked for if a name repeats."""
    header = table.schema_arrow.names
    names = list(dict.fromkeys(header[place] for place in places))
    return names, [place for name in names for place, present in enumerate(header) if present == name]


def _is_text(kind: Any) -> bool:  # noqa: ANN401 - an Arrow type
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(plain) or pa.types.is_large_string(plain) or not is_readable(plain))


def _bounds(group: Any, name: str) -> tuple[bytes, bytes] | None:  # noqa: ANN401 - of Arrow
    """Return the least and the greatest text of a column by what the file says of them."""
    chunks = [chunk for place in range(group.num_columns) if (chunk := group.column(place)).path_in_schema == name]
    known = chunks[0].statistics if len(chunks) == 1 else None
    if known is None or not known.has_min_max or not isinstance(known.min, str) or not isinstance(known.max, str):
        return None
    return known.min.encode(), known.max.encode()


def _coded(table: Any, needed: Sequence[int]) -> tuple[str, ...]:  # noqa: ANN401 - a ParquetFile
    """Return the columns of text that every row group holds as few words and their codes."""
    schema, metadata = table.schema_arrow, table.metadata
    texts = {schema.names[place] for place in needed if pa.types.is_string(schema.types[place])}
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        for chunk in (group.column(place) for place in range(group.num_columns)):
            if chunk.path_in_schema in texts and (
                not chunk.has_dictionary_page or chunk.total_uncompressed_size > _FEW_BYTES * chunk.num_values
            ):
                texts.discard(chunk.path_in_schema)
    return tuple(sorted(texts))


@contextmanager
def _opened(file: Located, metadata: Any = None, coded: Sequence[str] = ()) -> Iterator[Any]:  # noqa: ANN401 - of Arrow
    """Open a Parquet file, the packing around it taken off; errors of reading become problems."""
    try:
        with unpacking.content(file) as found:
            source = pa.BufferReader(found.stream.read()) if found.packed else None
        lying = source or (str(file.path) if isinstance(file.path, Path) else pa.PythonFile(file.path.open(), mode="r"))
        yield pq.ParquetFile(lying, metadata=metadata, memory_map=source is None, read_dictionary=list(coded))
    except (pa.ArrowException, OSError) as error:
        raise unpacking.damaged(file.label, error) from error


def _csv(columns: Columns, file: ExportFile) -> bytes:
    texts = {place: _text(column) for place, column in columns.arrays(file.needed).items()}
    names = [str(place) for place in range(len(file.header))]
    nothing = arrow.text_array([""] * columns.rows)
    filled = [texts.get(place, nothing) for place in range(len(file.header))]
    written = io.BytesIO()
    pa_csv.write_csv(pa.RecordBatch.from_arrays(filled, names), written, _OPTIONS)
    return written.getvalue()


def _text(column: pa.Array) -> pa.Array:
    if not is_readable(column.type):
        return pa.nulls(len(column), pa.string())
    text = as_text(column)
    return text.cast(pa.string()) if pa.types.is_dictionary(text.type) else text


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return _as_utf8(column.chunk(0) if column.num_chunks == 1 else column.combine_chunks())


def _as_utf8(column: pa.Array) -> pa.Array:
    """Return bytes as text; raise ArrowInvalid where they are not UTF-8."""
    kind = column.type
    is_bytes = pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind)
    return column.cast(pa.binary()).cast(pa.string()) if is_bytes else column
