"""What a Parquet file says of itself before any cell is decoded: its columns, its row groups, and their bounds."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from msgspec import Struct
from numpy.typing import NDArray
from pyarrow._parquet import ParquetReader  # with `pyarrow.parquet` come three clouds and ssl, as slow as a small month

from kpi_cli.intake.files import unpacking
from kpi_cli.intake.files.arrowtext import is_readable, is_text
from kpi_cli.intake.files.blocks import ExportFile, Located
from kpi_cli.kernels import compiled
from kpi_cli.problems import KpiError

_FEW_BYTES = 4  # of a column to each of its cells: then its words are few, and read as codes
_NOT_TEXT = ((b"+", b":"), (b"FALSE", b"FALSE"), (b"TRUE", b"TRUE"), (b"inf", b"inf"))
"""Between which texts numbers, times and truths lie."""
_UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_INTEGERS = frozenset({"INT32", "INT64"})
_FIELDS = 12  # of `ColumnMetaData`, as far as the kernels tell them
_ENDING = 8  # bytes behind a footer: its size, and four letters
_SETTINGS: Mapping[str, Any] = {"pre_buffer": False, "coerce_int96_timestamp_unit": "us"}  # ns would wrap in 2262


class Table(Struct, frozen=True, eq=False):
    """A Parquet file that has been looked at.

    `chunks` are the places of its columns in each row group by their paths; `coded` the names of those read as codes
    and words; `content` is all of the file where it does not lie there as it is; `told` is what its
    footer says of each chunk, by the numbers of fields, where the kernels may read them.
    """

    file: ExportFile
    metadata: Any
    schema: pa.Schema
    chunks: Mapping[str, int]
    coded: tuple[str, ...]
    content: pa.Buffer | None
    told: NDArray[np.int64] | None

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
    metadata, schema = look(file, content)
    paths = [metadata.schema.column(place).path for place in range(metadata.num_columns)]
    chunks = {path: place for place, path in enumerate(paths) if paths.count(path) == 1}
    texts = [schema.names[place] for place in file.needed if is_text(schema.types[place])]
    coded = tuple(name for name in texts if name in chunks and _has_few_words(metadata, chunks[name]))
    return Table(file, metadata, schema, chunks, coded, content, _told(file, content, metadata))


def raw(file: Located, content: pa.Buffer | None, *, mapped: bool = False) -> pa.NativeFile:
    """Open the bytes of a file, or its content; `mapped` ones come into memory as far as they are looked at."""
    if content is not None:
        return pa.BufferReader(content)
    if not isinstance(file.path, Path):
        return pa.PythonFile(file.path.open(), mode="r")
    return pa.memory_map(str(file.path)) if mapped else pa.OSFile(str(file.path))


def _told(file: Located, content: pa.Buffer | None, metadata: Any) -> NDArray[np.int64] | None:  # noqa: ANN401 - of Arrow
    """Return what a footer says of chunks by row group, column and field: to ask Arrow may end the program."""
    if compiled is None or (content is None and not isinstance(file.path, Path)):
        return None
    size, groups, columns = metadata.serialized_size, metadata.num_row_groups, metadata.num_columns
    with reading(file), raw(file, content) as stream:
        footer = stream.read_at(size, stream.size() - _ENDING - size)
    found = compiled.chunks(footer, groups * columns)
    return None if found is None else np.frombuffer(found, dtype=np.int64).reshape(groups, columns, _FIELDS)


def rows_of(file: Located, metadata: Any) -> tuple[int, ...]:  # noqa: ANN401 - of Arrow
    """Return the rows of each row group; raise KpiError (DATA) where they are not those of the file."""
    rows = tuple(int(metadata.row_group(number).num_rows) for number in range(metadata.num_row_groups))
    if min(rows, default=0) < 0 or sum(rows) != metadata.num_rows:
        raise miscounted(file)
    return rows


def miscounted(file: Located) -> KpiError:
    """Return the error of a file that does not hold the rows that it says."""
    return unpacking.damaged(file.label, "it holds another number of rows than it says")


def content_of(file: Located, most: int = unpacking.HELD) -> pa.Buffer | None:
    """Return the bytes of a file out of its packing; None when it lies there without any.

    Raises KpiError (DATA) where there are more than `most`.
    """
    with unpacking.content(file) as found:
        return pa.py_buffer(unpacking.held(file.label, found.stream, most).getbuffer()) if found.packed else None


def look(file: Located, content: pa.Buffer | None) -> tuple[Any, pa.Schema]:
    """Return what a file says of itself: its metadata, and its columns as Arrow has them. Raises KpiError (DATA)."""
    reader = ParquetReader()
    with reading(file), raw(file, content) as stream:
        reader.open(stream, arrow_extensions_enabled=True, **_SETTINGS)
        metadata, schema = reader.metadata, reader.schema_arrow
        schema.names  # noqa: B018 - bytes that are no UTF-8 are met here
        return metadata, schema


@contextmanager
def opened(file: Located, content: pa.Buffer | None, **options: Any) -> Iterator[Any]:  # noqa: ANN401 - of Arrow
    """Open a file, or its content, to be read by Arrow; errors of reading become problems."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - see above

    with reading(file), raw(file, content, mapped=True) as stream:
        yield pq.ParquetFile(stream, **_SETTINGS, **options)


@contextmanager
def reading(file: Located) -> Iterator[None]:
    """Make problems of the errors of reading a file."""
    try:
        yield
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise unpacking.damaged(file.label, error) from error


def bounds_of(table: Table, group: int, place: int) -> Sequence[tuple[bytes, bytes]] | None:
    """Return between which texts the cells of a column lie, by their type or by what the file says; None: unknown."""
    kind = table.schema.types[place]
    if not is_readable(kind):
        return ()  # what nobody can have asked for
    if not is_text(kind):
        return _NOT_TEXT
    chunk = _chunk(table, group, place)
    known = None if chunk is None else chunk.statistics
    if known is None or not known.has_min_max or known.logical_type.type != "STRING":
        return None
    return [(known.min_raw, known.max_raw)]


def bytes_of(table: Table, group: int, place: int) -> int:
    """Return how many bytes a column holds; 0 if it is not known."""
    chunk = _chunk(table, group, place)
    return 0 if chunk is None else int(chunk.total_uncompressed_size)


def is_filled(table: Table, group: int, place: int) -> bool:
    """Whether a column surely holds a value in every row; floats may always be none."""
    chunk = _chunk(table, group, place)
    known = None if chunk is None or pa.types.is_floating(table.schema.types[place]) else chunk.statistics
    return known is not None and known.has_null_count and not known.null_count


def day_units(kind: Any) -> int | None:  # noqa: ANN401 - an Arrow type
    """Return how many units of a type of times make a day."""
    if pa.types.is_date32(kind):
        return 1
    return 86_400 * _UNITS[kind.unit] if pa.types.is_timestamp(kind) else None


def raw_bounds(table: Table, group: int, place: int) -> tuple[int, int] | None:
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
