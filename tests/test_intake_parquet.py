"""Parquet: every plain type as the text that CSV would hold, nulls staying missing, blocks streamed."""

import csv
import io
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_intake import body, opened, written

from kpi_cli.intake.files.metering import Meter
from kpi_cli.intake.files.opening import blocks
from kpi_cli.intake.files.rowgroups import PIECE
from kpi_cli.problems import Exit, KpiError

MOMENT = datetime(2026, 10, 5, 9, 3, 7, 250_000)  # noqa: DTZ001 - the type under test says whether there is a zone


def parquet(path: Path, **options: Any) -> Path:  # noqa: ANN401 - what Arrow takes
    pq.write_table(pa.table(options), path)
    return path


def refused(path: Path, *headers: str) -> str:
    with pytest.raises(KpiError) as caught:
        body(opened(path, *headers))
    (problem,) = caught.value.problems
    assert caught.value.exit_code is Exit.DATA
    assert problem.help
    return problem.code


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (pa.string(), 'a "b", c', 'a "b", c'),
        (pa.large_string(), "小张", "小张"),
        (pa.dictionary(pa.int8(), pa.string()), "小张", "小张"),
        (pa.binary(), b"abc", "abc"),
        (pa.binary(3), b"abc", "abc"),
        (pa.int64(), -(2**62), "-4611686018427387904"),
        (pa.uint8(), 7, "7"),
        (pa.float64(), 98.0, "98"),
        (pa.float64(), 0.1 + 0.2, "0.30000000000000004"),
        (pa.float64(), 1e-7, "0.0000001"),
        (pa.float64(), 1.25e17, "1.25E+17"),
        (pa.float64(), float("nan"), ""),
        (pa.float64(), float("inf"), "inf"),
        (pa.float32(), 0.1, "0.1"),
        (pa.decimal128(18, 7), Decimal("0.0000001"), "0.0000001"),
        (pa.decimal128(9, 2), Decimal("-12.50"), "-12.50"),
        (pa.bool_(), True, "TRUE"),
        (pa.bool_(), False, "FALSE"),
        (pa.timestamp("us"), MOMENT, "2026-10-05 09:03:07.250000"),
        (pa.timestamp("ns"), MOMENT, "2026-10-05 09:03:07.250000"),
        (pa.timestamp("s"), MOMENT.replace(microsecond=0), "2026-10-05 09:03:07.000000"),
        (pa.timestamp("ms", "Asia/Shanghai"), MOMENT, "2026-10-05 09:03:07.250000Z"),
        (pa.date32(), date(2026, 10, 5), "2026-10-05"),
        (pa.date64(), date(2026, 10, 5), "2026-10-05"),
        (pa.time32("s"), time(9, 3, 7), "09:03:07.000000"),
        (pa.time64("ns"), time(9, 3, 7, 250_000), "09:03:07.250000"),
        (pa.duration("s"), timedelta(hours=30, seconds=7), "30:00:07"),
        (pa.duration("ns"), -timedelta(seconds=90.25), "-0:01:30.250000"),
        (pa.list_(pa.string()), ["a", "b"], "a,b"),
        (pa.list_(pa.int64()), [1, 2], "1,2"),
        (pa.null(), None, ""),
    ],
)
def test_cells_as_text(tmp_path: Path, kind: Any, value: object, text: str) -> None:  # noqa: ANN401 - an Arrow type
    path = parquet(tmp_path / "a.parquet", id=["x", None], cell=pa.array([value, None], kind))
    rows = list(csv.reader(io.StringIO(body(opened(path, "id", "cell")).decode())))
    assert rows == [["x", text], ["", ""]]


def test_small_row_groups_are_put_together(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    numbers = list(range(10_000))
    pq.write_table(pa.table({"id": numbers, "rest": ["x"] * 10_000}), path, row_group_size=3000)
    seen: list[int] = []
    meter = Meter(seen.append, hashing=True)
    (block,) = blocks(opened(path, "id"), 1000, meter)
    assert block.columns
    assert block.columns.rows == 10_000
    assert bytes(block.data).decode() == "".join(f'"{number}",""\n' for number in numbers)
    assert sum(seen) == path.stat().st_size


@pytest.mark.parametrize(
    ("group", "pieces"),
    [
        (3 * PIECE // 4, [3 * PIECE // 4] * 4),  # two of them are too many for one piece
        (2 * PIECE - 2, [PIECE - 1] * 2 + [PIECE // 2 + 1] * 2),  # cut evenly
        (3 * PIECE, [PIECE] * 3),
    ],
)
def test_large_row_groups_are_cut(tmp_path: Path, group: int, pieces: list[int]) -> None:
    count = 3 * PIECE
    words = [f"word{number % 1000}" for number in range(count)]
    table = pa.table({"id": pa.array(range(count), pa.int32()), "word": words, "rest": pa.nulls(count, pa.int8())})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=group)
    found = list(blocks(opened(tmp_path / "a.parquet", "id", "word")))
    assert [block.columns.rows for block in found if block.columns] == pieces
    assert [block.index for block in found] == list(range(len(pieces)))
    expected = "".join(f'"{number}","{word}",""\n' for number, word in enumerate(words))
    assert b"".join(block.data for block in found).decode() == expected
    backwards = [block.data for block in reversed(found)]  # whichever is asked for first
    assert b"".join(reversed(backwards)).decode() == expected


def test_columns_that_are_not_needed_may_hold_anything(tmp_path: Path) -> None:
    nested = pa.array([{"a": 1}, {"a": 2}])
    path = parquet(tmp_path / "a.parquet", id=["x", "y"], nested=nested)
    assert body(opened(path, "id")).decode().replace('"', "") == "x,\ny,\n"
    assert refused(path, "id", "nested") == "nested-column"


def test_what_cannot_be_read(tmp_path: Path) -> None:
    good = parquet(tmp_path / "a.parquet", id=["x"] * 1000).read_bytes()
    assert refused(written(tmp_path, "b.parquet", good[:-10]), "id") == "damaged-file"
    assert refused(written(tmp_path, "c.parquet", b"PARE" + good), "id") == "password"
    assert refused(tmp_path / "a.parquet", "agent") == "no-header"
    assert refused(parquet(tmp_path / "d.parquet", id=[b"\xff"]), "id") == "damaged-file"


def test_no_rows(tmp_path: Path) -> None:
    assert body(opened(parquet(tmp_path / "a.parquet", id=pa.array([], pa.string())), "id")) == b""
