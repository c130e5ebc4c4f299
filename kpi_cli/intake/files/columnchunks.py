"""Column chunks of Parquet -> the Arrow arrays that Arrow's own reader gives, by kernels in C, in a third of its time.

A column of any other type, encoding or packing is left to Arrow. A property test holds both equal.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
from msgspec import Struct

from kpi_cli.intake.files.footers import Table, raw
from kpi_cli.kernels import compiled

_kernels: Any = compiled
_AS_IS, _INTEGERS, _BACKWARDS, _TEXTS = range(4)  # in the order of `Form` in kpi_cli/kernels/kernels.h
_PLAIN = {
    ("INT64", pa.int64()): 8,
    ("INT32", pa.int32()): 4,
    ("INT32", pa.date32()): 4,
    ("DOUBLE", pa.float64()): 8,
    ("FLOAT", pa.float32()): 4,
}
_SIZES = {"INT32": 4, "INT64": 8}
_DECIMAL = 16  # bytes in Arrow
_UNITS = {"milliseconds": "ms", "microseconds": "us", "nanoseconds": "ns"}
_UNPACKED, _SNAPPY = range(2)  # codecs
_ENCODINGS = sum(1 << encoding for encoding in (0, 2, 3, 4, 8))  # plain, by dictionary, and of levels
_PHYSICAL = ("BOOLEAN", "INT32", "INT64", "INT96", "FLOAT", "DOUBLE", "BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY")
_TYPE, _ENCODED, _CODEC, _VALUES, _SIZE, _PAGES, _WORDS = 1, 2, 4, 5, 7, 9, 11  # fields of `ColumnMetaData`
_LARGE = 8 << 20  # bytes: to read fewer is quicker than to map them
_FEW = 1000  # words that Python compares sooner than Arrow does
_SLACK = 8  # bytes behind the bits that the kernels may write


class Refused(Exception):  # noqa: N818 - no error, but who else is to look
    """What Arrow is to read, or to complain of."""


class Kind(Struct, frozen=True, eq=False):
    """How a column is read as an Arrow type: its form, the bytes of a value as it is written, and those in Arrow."""

    type: pa.DataType
    layout: tuple[int, int, int]
    optional: bool


def kinds_of(table: Table, groups: Sequence[int], places: Sequence[int]) -> dict[int, Kind]:
    """Return how the kernels read columns, by their positions in the header, without those that Arrow is to read."""
    if table.told is None:
        return {}
    found = {place: _kind_of(table, groups, place) for place in places}
    return {place: kind for place, kind in found.items() if kind is not None}


def batches(table: Table, groups: Sequence[int], kinds: Mapping[int, Kind], size: int) -> Iterator[pa.RecordBatch]:
    """Yield columns of row groups, up to `size` rows at a time. Raises Refused."""
    places, names = [table.chunks[table.schema.names[place]] for place in kinds], [str(place) for place in kinds]
    for group in groups:
        rows, columns = table.rows(group), zip(places, kinds.values(), strict=True)
        chunks = [_Chunk(table, (group, place), kind) for place, kind in columns]
        for begin in range(0, rows, size):
            yield pa.RecordBatch.from_arrays([chunk.read(min(size, rows - begin)) for chunk in chunks], names)


def _kind_of(table: Table, groups: Sequence[int], place: int) -> Kind | None:
    name, kind = table.schema.names[place], table.schema.types[place]
    if name not in table.chunks:
        return None
    column = table.metadata.schema.column(table.chunks[name])
    if column.max_repetition_level or column.max_definition_level > 1:
        return None
    layout = _layout(column, kind, coded=name in table.coded)
    plain = layout and all(_is_plain(table, group, table.chunks[name]) for group in groups)
    return Kind(kind, layout, column.max_definition_level == 1) if plain and layout else None


def _layout(column: Any, kind: pa.DataType, *, coded: bool) -> tuple[int, int, int] | None:  # noqa: ANN401 - of Arrow
    physical = column.physical_type
    if coded:
        return (_TEXTS, 4, 4) if (physical, kind) == ("BYTE_ARRAY", pa.string()) else None
    if pa.types.is_decimal128(kind):
        if physical == "FIXED_LEN_BYTE_ARRAY":
            return (_BACKWARDS, column.length, _DECIMAL) if 0 < column.length <= _DECIMAL else None
        return (_INTEGERS, _SIZES[physical], _DECIMAL) if physical in _SIZES else None
    size = _PLAIN.get((physical, kind))
    if pa.types.is_timestamp(kind) and physical == "INT64":
        told = json.loads(column.logical_type.to_json())
        size = 8 if _UNITS.get(told.get("timeUnit")) == kind.unit else None
    return None if size is None else (_AS_IS, size, size)


def _is_plain(table: Table, group: int, place: int) -> bool:
    """Whether a column chunk says of itself that it is as the kernels read it."""
    told = _told(table, group, place)
    return (
        told[_CODEC] in {_UNPACKED, _SNAPPY}
        and told[_ENCODED] & ~_ENCODINGS == 0
        and told[_TYPE] == _PHYSICAL.index(table.metadata.schema.column(place).physical_type)
        and told[_VALUES] == table.rows(group)
    )


def _told(table: Table, group: int, place: int) -> list[int]:
    return [] if table.told is None else table.told[group, place].tolist()


def _bytes_at(table: Table, begin: int, size: int) -> pa.Buffer:
    """Return some bytes of a file: many are in memory only as far as they are looked at. Raises Refused."""
    try:
        with raw(table.file, table.content, mapped=size > _LARGE) as file:
            if begin < 0 or size < 0 or begin + size > file.size():
                raise Refused
            return file.read_at(size, begin)
    except (pa.ArrowException, OSError) as error:
        raise Refused from error


def _are_repeated(words: pa.Array) -> bool:
    distinct = words.unique() if len(words) > _FEW else set(words.view(pa.binary()).to_pylist())
    return len(distinct) < len(words)


class _Chunk:
    """A column chunk, read from its first row on; its bytes are in memory from the first row to the last."""

    def __init__(self, table: Table, at: tuple[int, int], kind: Kind) -> None:
        self._table, self._told, self._kind = table, _told(table, *at), kind
        self._left = self._told[_VALUES]
        self._chunk: Any = None
        self._words: pa.Array | None = None

    def read(self, rows: int) -> pa.Array:
        """Return the next rows."""
        if self._chunk is None:
            self._chunk = self._opened()
        array = self._read(rows)
        self._left -= rows
        if not self._left:
            self._chunk = None
        return array

    def _opened(self) -> Any:  # noqa: ANN401 - of the kernels
        begin, words = self._told[_PAGES], self._told[_WORDS]
        raw = _bytes_at(self._table, words if 0 < words < begin else begin, self._told[_SIZE])
        packed = self._told[_CODEC] == _SNAPPY
        return _kernels.Chunk(raw, self._told[_VALUES], self._kind.layout, self._kind.optional, packed)

    def _read(self, rows: int) -> pa.Array:
        form, _, width = self._kind.layout
        values, bits = pa.allocate_buffer(rows * width), pa.allocate_buffer(rows // 8 + _SLACK)
        nulls = self._chunk.read(rows, values, bits)
        if nulls is None:
            raise Refused
        buffers = [bits if nulls else None, values]
        if form != _TEXTS:
            return pa.Array.from_buffers(self._kind.type, rows, buffers, nulls)
        codes = pa.Array.from_buffers(pa.int32(), rows, buffers, nulls)
        return pa.DictionaryArray.from_arrays(codes, self._dictionary(), safe=False)  # the codes have been looked at

    def _dictionary(self) -> pa.Array:
        if self._words is None:
            ends, text = map(pa.py_buffer, self._chunk.words())
            size = max(0, ends.size // 4 - 1)
            self._words = pa.Array.from_buffers(pa.string(), size, [None, ends, text], 0)
            if _are_repeated(self._words):
                raise Refused
        return self._words
