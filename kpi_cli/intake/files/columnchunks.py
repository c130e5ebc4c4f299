"""Column chunks of Parquet -> the Arrow arrays that Arrow's own reader gives, by kernels in C, in a third of its time.

Decimals come in eight bytes each. A column of any other type, encoding or packing is left to Arrow, and so are decimals
of more than 18 digits. A property test holds both equal.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
from msgspec import Struct

from kpi_cli.intake.files.footers import Table, raw
from kpi_cli.kernels import compiled

_kernels: Any = compiled
_AS_IS, _WIDENED, _BACKWARDS, _TEXTS = range(4)  # in the order of `Form` in kpi_cli/kernels/kernels.h
_PLAIN = {
    ("INT64", pa.int64()): 8,
    ("INT32", pa.int32()): 4,
    ("INT32", pa.date32()): 4,
    ("DOUBLE", pa.float64()): 8,
    ("FLOAT", pa.float32()): 4,
}
_DIGITS = 18  # of decimals that eight bytes hold, those behind the point among them
_DECIMALS = {"INT32": (_WIDENED, 4, 8), "INT64": (_AS_IS, 8, 8)}
_LONGEST = 16  # bytes of a decimal
_UNITS = {"milliseconds": "ms", "microseconds": "us", "nanoseconds": "ns"}
_UNPACKED, _SNAPPY = range(2)  # codecs
_ENCODINGS = sum(1 << encoding for encoding in (0, 2, 3, 4, 8))  # plain, by dictionary, and of levels
_PHYSICAL = ("BOOLEAN", "INT32", "INT64", "INT96", "FLOAT", "DOUBLE", "BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY")
_TYPE, _ENCODED, _CODEC, _VALUES, _SIZE, _PAGES, _WORDS = 1, 2, 4, 5, 7, 9, 11  # fields of `ColumnMetaData`
_LARGE = 8 << 20  # bytes: fewer are read sooner than mapped, of which no more is in memory than is looked at
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
        chunks = _chunks(table, [_told(table, group, place) for place in places], list(kinds.values()))
        for begin in range(0, table.rows(group), size):
            yield pa.RecordBatch.from_arrays(_read(chunks, min(size, table.rows(group) - begin)), names)


def _kind_of(table: Table, groups: Sequence[int], place: int) -> Kind | None:
    name, kind = table.schema.names[place], table.schema.types[place]
    if name not in table.chunks:
        return None
    column = table.metadata.schema.column(table.chunks[name])
    if column.max_repetition_level or column.max_definition_level > 1:
        return None
    layout = _layout(column, kind, coded=name in table.coded)
    if layout is None or not all(_is_plain(table, group, table.chunks[name]) for group in groups):
        return None
    found = pa.decimal64(min(kind.precision, _DIGITS), kind.scale) if pa.types.is_decimal128(kind) else kind
    return Kind(found, layout, column.max_definition_level == 1)


def _layout(column: Any, kind: pa.DataType, *, coded: bool) -> tuple[int, int, int] | None:  # noqa: ANN401 - of Arrow
    physical = column.physical_type
    if coded:
        return (_TEXTS, 4, 4) if (physical, kind) == ("BYTE_ARRAY", pa.string()) else None
    if pa.types.is_decimal128(kind) and 0 <= kind.scale <= _DIGITS:
        length = column.length if physical == "FIXED_LEN_BYTE_ARRAY" else 0
        return (_BACKWARDS, length, 8) if 0 < length <= _LONGEST else _DECIMALS.get(physical)
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


def _chunks(table: Table, told: Sequence[Sequence[int]], kinds: Sequence[Kind]) -> "list[_Chunk]":
    """Return column chunks at their first rows. Raises Refused."""
    spans = [_span(one) for one in told]
    try:
        with raw(table.file, table.content, mapped=any(size > _LARGE for _, size in spans)) as file:
            whole = file.size()
            if any(begin < 0 or size < 0 or begin + size > whole for begin, size in spans):
                raise Refused
            found = [file.read_at(size, begin) for begin, size in spans]
    except (pa.ArrowException, OSError) as error:
        raise Refused from error
    return [_Chunk(*one) for one in zip(found, told, kinds, strict=True)]


def _span(told: Sequence[int]) -> tuple[int, int]:
    begin, words = told[_PAGES], told[_WORDS]
    return words if 0 < words < begin else begin, told[_SIZE]


def _read(chunks: "Sequence[_Chunk]", rows: int) -> list[pa.Array]:
    """Return the next rows of column chunks. Raises Refused."""
    rooms = tuple(chunk.room(rows) for chunk in chunks)
    found = _kernels.read_rows(rows, rooms)
    if None in found:
        raise Refused
    return [chunk.array(rows, *room[1:], nulls) for chunk, room, nulls in zip(chunks, rooms, found, strict=True)]


def _are_repeated(words: pa.Array) -> bool:
    distinct = words.unique() if len(words) > _FEW else set(words.view(pa.binary()).to_pylist())
    return len(distinct) < len(words)


class _Chunk:
    """A column chunk, read from its first row on."""

    def __init__(self, data: pa.Buffer, told: Sequence[int], kind: Kind) -> None:
        self._chunk = _kernels.Chunk(data, told[_VALUES], kind.layout, kind.optional, told[_CODEC] == _SNAPPY)
        self._kind = kind
        self._words: pa.Array | None = None

    def room(self, rows: int) -> tuple[Any, pa.Buffer, pa.Buffer]:
        """Return where the kernels are to read so many rows, and where they are to tell which of these are null."""
        return self._chunk, pa.allocate_buffer(rows * self._kind.layout[-1]), pa.allocate_buffer(rows // 8 + _SLACK)

    def array(self, rows: int, values: pa.Buffer, bits: pa.Buffer, nulls: int) -> pa.Array:
        """Return rows that have been read."""
        buffers = [bits if nulls else None, values]
        if self._kind.layout[0] != _TEXTS:
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
