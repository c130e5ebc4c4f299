"""Parquet files of one column for the kernels in C: plain ones of every kind they read, and the same damaged."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st
from made_intake import opened
from msgspec.structs import replace

from kpi_cli.intake.files.arrowtext import is_text
from kpi_cli.intake.files.columnchunks import Refused, batches, kinds_of
from kpi_cli.intake.files.decoding import decoded
from kpi_cli.intake.files.footers import Table, table_of
from kpi_cli.problems import KpiError

_DAYS = st.dates(date(1960, 1, 1), date(2040, 1, 1))
_MOMENTS = st.integers(-(10**14), 10**15).map(lambda micros: datetime(1970, 1, 1) + timedelta(microseconds=micros))  # noqa: DTZ001 - as it is stored
_SECONDS = _MOMENTS.map(lambda moment: moment.replace(microsecond=0))


def _decimals(digits: int) -> st.SearchStrategy[Decimal]:
    return st.integers(-(10**digits) + 1, 10**digits - 1).map(lambda cents: Decimal(cents).scaleb(-2))


KINDS: Mapping[str, tuple[Any, st.SearchStrategy[Any]]] = {
    "int64": (pa.int64(), st.integers(-(2**63), 2**63 - 1) | st.integers(0, 300)),
    "int32": (pa.int32(), st.integers(-(2**31), 2**31 - 1)),
    "double": (pa.float64(), st.floats()),
    "float": (pa.float32(), st.floats(width=32)),
    "date": (pa.date32(), _DAYS),
    "milliseconds": (pa.timestamp("ms"), _SECONDS),
    "microseconds": (pa.timestamp("us"), _MOMENTS),
    "UTC": (pa.timestamp("us", "UTC"), _MOMENTS),
    "short decimal": (pa.decimal128(9, 2), _decimals(9)),
    "decimal": (pa.decimal128(12, 2), _decimals(12)),
    "long decimal": (pa.decimal128(38, 2), _decimals(18)),
    "words": (pa.string(), st.text("abc小é", max_size=9)),
}
"""What the kernels read, with cells of it."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A column, and how it is written."""

    kind: Any
    cells: list[Any]
    optional: bool
    options: Mapping[str, Any]

    def write(self, path: Path) -> None:
        """Write it as the column `x`."""
        schema = pa.schema([pa.field("x", self.kind, nullable=self.optional)])
        pq.write_table(pa.table([pa.array(self.cells, self.kind)], schema=schema), path, **self.options)


@st.composite
def stored(draw: st.DrawFn) -> Stored:
    """Return a column of few values or many, alone or in runs, with gaps or without, written in any way."""
    kind, cells = KINDS[draw(st.sampled_from(sorted(KINDS)))]
    words = draw(st.lists(cells, min_size=1, max_size=40))
    dice, gaps = draw(st.randoms(use_true_random=False)), draw(st.sampled_from([0, 0, 2, 50, 100]))
    most, longest = draw(st.sampled_from([1, 8, 70, 600, 3000])), draw(st.sampled_from([1, 3, 40]))
    found: list[Any] = []
    while len(found) < most:
        found += [None if dice.randrange(100) < gaps else dice.choice(words)] * dice.randint(1, longest)
    text = pa.types.is_string(kind)
    options = {
        "compression": draw(st.sampled_from(["snappy", "none"])),
        "use_dictionary": text or draw(st.booleans()),
        "dictionary_pagesize_limit": 1 << 20 if text else draw(st.sampled_from([64, 1 << 20])),
        "data_page_size": draw(st.sampled_from([50, 700, 1 << 20])),
        "write_batch_size": draw(st.sampled_from([1, 30, 1024])),
        "data_page_version": draw(st.sampled_from(["1.0", "2.0"])),
        "row_group_size": draw(st.sampled_from([100, 1000, 1 << 20])),
        "store_decimal_as_integer": draw(st.booleans()),
    }
    return Stored(kind, found, None in found or draw(st.booleans()), options)


def table_at(path: Path) -> Table:
    """Look at a file of one column; text is read as words and codes even where it has many of them."""
    table = table_of(opened(path, "x"))
    return replace(table, coded=("x",) if "x" in table.chunks and is_text(table.schema.types[0]) else ())


def by_kernels(table: Table, size: int) -> pa.Table | None:
    """Read a file by the kernels alone; None where they refuse it."""
    groups = list(table.groups)
    kinds = kinds_of(table, groups, [0])
    try:
        parts = list(batches(table, groups, kinds, size)) if kinds else None
    except Refused:
        return None
    return None if parts is None else pa.Table.from_batches(parts)


def outcome(table: Table, size: int) -> tuple[list[pa.Array], str]:
    """Return the pieces of a file, and what is said of it where it ends too early."""
    found: list[pa.Array] = []
    try:
        found += (arrays[0] for arrays in decoded(table, list(table.groups), [0], size))
    except KpiError as error:
        return found, str(error.problems)
    return found, ""


def by_arrow(table: Table, size: int) -> tuple[list[pa.Array], str]:
    """Return the same without the kernels."""
    return outcome(replace(table, told=None), size)


def bits_of(array: pa.Array) -> Any:  # noqa: ANN401 - an Arrow array, or a list
    """Return what can be compared: floats as bits, decimals of any width, words as bytes, for they may be no text."""
    if pa.types.is_dictionary(array.type):
        words = array.dictionary.cast(pa.binary()).to_pylist()
        return [None if code is None else words[code] for code in array.indices.to_pylist()]
    if pa.types.is_floating(array.type):
        return array.view(pa.int64() if pa.types.is_float64(array.type) else pa.int32())
    return array.cast(pa.string()) if pa.types.is_decimal(array.type) else array


def kind_of(array: pa.Array) -> str:
    """Return the type of an array; decimals that differ in nothing but their digits are of one."""
    return f"decimal of scale {array.type.scale}" if pa.types.is_decimal(array.type) else str(array.type)


DAMAGES = st.lists(
    st.tuples(
        st.sampled_from(["bit", "byte", "cut"]),
        st.integers(0, 60) | st.integers(0, 1 << 20),
        st.sampled_from([0, 1, 2, 3, 0x7F, 0x80, 0xF0, 0xFE, 0xFF]),
    ),
    min_size=1,
    max_size=3,
)


def damaged(content: bytes, damages: list[tuple[str, int, int]]) -> bytes:
    """Return a file with its pages damaged; its footer stays as it is."""
    end = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    raw = bytearray(content[:end])
    for what, place, number in damages:
        at = 4 + place % (end - 4)
        if what == "bit":
            raw[at] ^= 1 << number % 8
        elif what == "byte":
            raw[at] = number
        else:
            raw = (raw[:at] + raw[at + number :]).ljust(end, b"\0")
    return bytes(raw) + content[end:]


def chunks(table: Table) -> Iterator[tuple[bytes, int, tuple[int, int, int], bool, bool]]:
    """Yield what `Chunk` is made of, for each column chunk that the kernels may read."""
    content = Path(str(table.file.path)).read_bytes()
    for group in table.groups:
        kinds, chunk = kinds_of(table, [group], [0]), table.metadata.row_group(group).column(0)
        begin = chunk.dictionary_page_offset if chunk.has_dictionary_page else chunk.data_page_offset
        for kind in kinds.values():
            raw = content[begin : begin + chunk.total_compressed_size]
            yield raw, table.rows(group), kind.layout, kind.optional, chunk.compression == "SNAPPY"
