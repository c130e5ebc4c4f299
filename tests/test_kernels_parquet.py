"""What the kernels in C read of Parquet files is what Arrow reads; what they refuse is left to Arrow."""

import gc
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_kernels import kernels
from made_parquet import (
    DAMAGES,
    KINDS,
    Stored,
    bits_of,
    by_arrow,
    by_kernels,
    chunks,
    damaged,
    kind_of,
    outcome,
    stored,
    table_at,
)

from kpi_cli.arrow import decimal_array
from kpi_cli.intake.files.columnchunks import kinds_of

SIZES = st.sampled_from([1, 7, 64, 1000, 1 << 17])


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("chunks") / "s.parquet"


def same_as_arrow(path: Path, size: int) -> None:
    table = table_at(path)
    (found, said), (wanted, arrow_said) = outcome(table, size), by_arrow(table, size)
    assert said == arrow_said
    assert said or len(found) == len(wanted)
    for piece, other in zip(found, wanted, strict=False):  # Arrow looks ahead, and may complain sooner
        piece.validate()
        assert (kind_of(piece), piece.null_count) == (kind_of(other), other.null_count)
        assert bits_of(piece) == bits_of(other)


@settings(max_examples=200, deadline=None)
@given(column=stored(), size=SIZES)
def test_plain_columns_are_read_and_as_they_were_written(path: Path, column: Stored, size: int) -> None:
    kernels()
    column.write(path)
    found = by_kernels(table_at(path), size)
    assert found is not None
    found.validate(full=True)
    cells = found.column(0).cast(column.kind).combine_chunks()
    assert bits_of(cells) == bits_of(pa.array(column.cells, column.kind))
    same_as_arrow(path, size)


@settings(max_examples=300, deadline=None)
@given(column=stored(), size=SIZES, damages=DAMAGES)
def test_damaged_pages_are_read_as_arrow_reads_them_or_left_to_it(
    path: Path, column: Stored, size: int, damages: list[tuple[str, int, int]]
) -> None:
    kernels()
    column.write(path)
    path.write_bytes(damaged(path.read_bytes(), damages))
    same_as_arrow(path, size)


ROWS = 3000
MANY = [f"agent {number % 50}" for number in range(ROWS)]
ELSEWHERE: dict[str, tuple[pa.Array, dict[str, Any]]] = {
    "gzip": (pa.array(range(ROWS)), {"compression": "gzip"}),
    "zstd": (pa.array(range(ROWS)), {"compression": "zstd"}),
    "lz4": (pa.array(MANY), {"compression": "lz4"}),
    "delta": (pa.array(range(ROWS)), {"use_dictionary": False, "column_encoding": "DELTA_BINARY_PACKED"}),
    "split": (pa.array(range(ROWS)), {"use_dictionary": False, "column_encoding": "BYTE_STREAM_SPLIT"}),
    "texts": (pa.array([f"{cell} {n}" for n, cell in enumerate(MANY)]), {"use_dictionary": False}),
    "short": (pa.array(range(ROWS)).cast(pa.int16()), {}),
    "unsigned": (pa.array(range(ROWS)).cast(pa.uint32()), {}),
    "truths": (pa.array([number % 3 == 0 for number in range(ROWS)]), {}),
    "nanoseconds": (pa.array(range(ROWS)).cast(pa.timestamp("ns")), {"use_deprecated_int96_timestamps": True}),
    "wide": (pa.array([2**70 + number for number in range(ROWS)], pa.decimal128(38, 0)), {}),
    "19 digits behind the point": (pa.array([Decimal(5).scaleb(-19)] * ROWS, pa.decimal128(38, 19)), {}),
    "19 digits": (pa.array([10**18 - number for number in range(ROWS)], pa.decimal128(19, 0)), {}),
    "19 digits below 0": (pa.array([number - 10**18 for number in range(ROWS)], pa.decimal128(38, 2)), {}),
    "nested": (pa.array([[number] for number in range(ROWS)]), {}),
    "categories": (pa.array(MANY).dictionary_encode(), {}),
    "bytes": (pa.array([cell.encode() for cell in MANY]), {}),
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_all_else_is_left_to_arrow(tmp_path: Path, name: str) -> None:
    kernels()
    cells, options = ELSEWHERE[name]
    pq.write_table(pa.table({"x": cells}), tmp_path / "s.parquet", **options)
    assert by_kernels(table_at(tmp_path / "s.parquet"), 1000) is None
    same_as_arrow(tmp_path / "s.parquet", 1000)


def tickets(rows: int) -> pa.Table:
    """Columns like those of a month of tickets."""
    dice = np.random.default_rng(1)
    cells = {
        "agent": pa.array([f"agent {number}" for number in dice.integers(0, 50, rows)]),
        "at": pa.array(np.sort(dice.integers(0, 2_678_400_000, rows)) + 1_790_812_800_000).cast(pa.timestamp("ms")),
        "replied": pa.array(dice.integers(1, 900, rows), mask=dice.random(rows) < 0.04),
        "rating": pa.array(dice.integers(1, 6, rows), mask=dice.random(rows) < 0.66),
        "amount": decimal_array(dice.integers(0, 10**7, rows), 2, np.ones(rows, dtype=bool), 12),
        "day": pa.array(dice.integers(20_000, 20_031, rows).astype(np.int32)).cast(pa.date32()),
        "score": pa.array(dice.random(rows)),
        "lacking": pa.nulls(rows, pa.int64()),
    }
    return pa.table(cells)


def by_duckdb(table: pa.Table, path: Path) -> None:
    duckdb.from_arrow(table).write_parquet(str(path), compression="snappy")


def by_polars(table: pa.Table, path: Path) -> None:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    frame.write_parquet(path, compression="snappy")


WRITERS = {
    "arrow": pq.write_table,
    "arrow, large pages": lambda table, path: pq.write_table(table, path, max_rows_per_page=1 << 30),
    "arrow, small groups": lambda table, path: pq.write_table(table, path, row_group_size=7000),
    "arrow, version 1.0": lambda table, path: pq.write_table(table.drop(["at"]), path, version="1.0"),
    "duckdb": by_duckdb,
    "polars": by_polars,
}


@pytest.mark.parametrize("writer", WRITERS)
def test_columns_of_tickets_are_the_same_by_whomever_written(tmp_path: Path, writer: str) -> None:
    kernels()
    table, path = tickets(50_000), tmp_path / "s.parquet"
    WRITERS[writer](table, path)
    for name in pq.read_schema(path).names:
        pq.write_table(pq.read_table(path, columns=[name]).rename_columns(["x"]), tmp_path / "x.parquet")
        same_as_arrow(tmp_path / "x.parquet", 1 << 15)


def test_columns_of_tickets_are_read_by_the_kernels(tmp_path: Path) -> None:
    kernels()
    table = tickets(300_000)
    for name in table.column_names:
        path = tmp_path / f"{name}.parquet"
        pq.write_table(table.select([name]).rename_columns(["x"]), path)
        found = by_kernels(table_at(path), 1 << 17)
        assert found is not None, name
        wanted = table.column(name)
        assert found.column(0).cast(wanted.type).equals(wanted)


@pytest.mark.parametrize("kind", KINDS)
def test_no_row_is_no_matter(tmp_path: Path, kind: str) -> None:
    kernels()
    Stored(KINDS[kind][0], [], optional=True, options={}).write(tmp_path / "s.parquet")
    same_as_arrow(tmp_path / "s.parquet", 10)


def test_words_that_stand_twice_in_a_dictionary_are_left_to_arrow(tmp_path: Path) -> None:
    kernels()
    cells = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, 1] * 100, pa.int32()), ["ann", "bob", "ann"])
    pq.write_table(pa.table({"x": cells}), tmp_path / "s.parquet", store_schema=False, compression="none")
    raw = (tmp_path / "s.parquet").read_bytes()
    twice = raw.replace(b"\x03\0\0\0bob", b"\x03\0\0\0ann", 1)  # where it stands in the dictionary
    assert twice != raw
    (tmp_path / "s.parquet").write_bytes(twice)
    table = table_at(tmp_path / "s.parquet")
    assert kinds_of(table, list(table.groups), [0])
    assert by_kernels(table, 100) is None


CHUNK = (b"", 1, (0, 8, 8), True, False)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("text", *CHUNK[1:]), TypeError),
        ((b"", 1, (0, 8), True, False), TypeError),
        ((b"", 1, (0, 8, 4), True, False), ValueError),
        ((b"", 1, (0, 16, 16), True, False), ValueError),
        ((b"", 1, (1, 2, 8), True, False), ValueError),
        ((b"", 1, (1, 8, 8), True, False), ValueError),
        ((b"", 1, (2, 0, 8), True, False), ValueError),
        ((b"", 1, (2, 17, 8), True, False), ValueError),
        ((b"", 1, (2, 16, 16), True, False), ValueError),
        ((b"", 1, (3, 8, 8), True, False), ValueError),
        ((b"", 1, (4, 8, 8), True, False), ValueError),
        ((b"", 1, (-1, 8, 8), True, False), ValueError),
        ((), TypeError),
    ],
)
def test_wrong_arguments_are_refused(arguments: tuple[object, ...], error: type[Exception]) -> None:
    with pytest.raises(error):
        kernels().Chunk(*arguments)


def test_there_must_be_room() -> None:
    chunk = kernels().Chunk(*CHUNK)
    for rows, values, bits in ((-1, 8, 8), (2, 15, 8), (8, 64, 8), (1, 8, 7), (1 << 62, 8, 8)):
        with pytest.raises(ValueError, match="no room"):
            kernels().read_rows(rows, ((chunk, bytearray(values), bytearray(bits)),))
    room = (chunk, bytearray(8), bytearray(8))
    for wrong in ((chunk, bytes(8), bytes(8)), (chunk, bytearray(8), bytes(8)), room[1:], (*room, 1), "room", None):
        for wanted in ((wrong,), (room, wrong), [room]):
            with pytest.raises((TypeError, BufferError)):
                kernels().read_rows(1, wanted)
    assert kernels().read_rows(1, (room,)) == [None]
    assert kernels().read_rows(0, (room, room)) == [0, 0]
    assert kernels().read_rows(0, ()) == []
    assert chunk.words() == (b"", b"")


def test_footers_are_read_as_arrow_reads_them(tmp_path: Path) -> None:
    names = ["none", "snappy", "gzip", "zstd"]
    cells, path = pa.table({name: [1, 2, 3] for name in names}), tmp_path / "s.parquet"
    pq.write_table(cells, path, compression=dict(zip(names, names, strict=True)), row_group_size=2)
    metadata = pq.read_metadata(path)
    footer = path.read_bytes()[:-8][-metadata.serialized_size :]
    told = np.frombuffer(kernels().chunks(footer, 8), dtype=np.int64).reshape(2, 4, 12)
    assert told[:, :, 4].tolist() == [[0, 1, 2, 6]] * 2
    for group, column in np.ndindex(2, 4):
        chunk = metadata.row_group(group).column(column)
        assert told[group, column, [1, 2, 5, 7]].tolist() == [2, 0b100001001, 2 - group, chunk.total_compressed_size]
        assert told[group, column, [9, 11]].tolist() == [chunk.data_page_offset, chunk.dictionary_page_offset]
    for data, count in ((footer, 7), (footer, 9), (footer, -1), (footer, 1 << 40), (footer[:-1], 8)):
        assert kernels().chunks(data, count) is None
    assert kernels().chunks(b"\0", 0) == b""


def test_nothing_is_kept_of_what_was_read(tmp_path: Path) -> None:
    path, given = tmp_path / "s.parquet", []
    for name in ("agent", "at", "rating"):
        pq.write_table(tickets(20_000).select([name]).rename_columns(["x"]), path)
        given += list(chunks(table_at(path)))
    before = [sys.getrefcount(chunk[0]) for chunk in given], sys.getallocatedblocks()
    for _ in range(50):
        for raw, rows, *rest in given:
            for data in (raw, raw[:-9]):
                chunk = kernels().Chunk(data, rows, *rest)
                kernels().read_rows(rows, ((chunk, bytearray(8 * rows), bytearray(rows // 8 + 8)),))
                chunk.words()
    del chunk, data, raw
    gc.collect()
    assert [sys.getrefcount(chunk[0]) for chunk in given] == before[0]
    assert sys.getallocatedblocks() - before[1] < 100
