"""Rejects of a Parquet file name the cell as it stands there, and cost no second decoding of the file."""

# Times without a zone are what Parquet files hold.
# ruff: noqa: DTZ001

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_blocks import OCTOBER, scheme, values
from made_intake import opened

from kpi_cli.arrow import integer_array
from kpi_cli.intake.files.blocks import InputFile
from kpi_cli.intake.files.expecting import expected_of
from kpi_cli.intake.files.opening import blocks, open_export
from kpi_cli.intake.files.rowgroups import PIECE
from kpi_cli.intake.people.registry import Registry
from kpi_cli.intake.rows.reading import ReadingOptions, SourceReader
from kpi_cli.rows import SourceReport

ALONE = "agent: who\ntimeless: true\ncolumns: {{who: v, v: {{from: v, type: {kind}}}}}\n"
TIMELESS = "agent: who\ntimeless: true\ncolumns: {{who: who, v: {{from: v, type: {kind}}}}}\n"
TIMED = "agent: who\ntime: v\ncolumns: {{who: who, v: {{from: v, type: {kind}}}}}\n"
READ = (ReadingOptions(), ReadingOptions(exact=True))


def read(path: Path, source: str, options: ReadingOptions) -> tuple[list[object], SourceReport]:
    """The cells of column `v` in the rows that count, and the report."""
    loaded = scheme(source)
    asked = loaded.sources["s"]
    file = open_export(InputFile(path.name, path), expected_of(asked))
    reader = SourceReader(loaded, asked, (file,), (OCTOBER,), Registry(), options)
    reader.prepare()
    found = [values(rows.columns["v"]) for block in blocks(file) for _, rows in reader.read(block)]
    (report,) = reader.reports()
    return [cell for cells in found for cell in cells], report


def stored(folder: Path, cells: pa.Array, *, alone: bool = False) -> Path:
    """A file with these cells in column `v`, and beside it, unless it is alone, somebody whose they are."""
    path = folder / "s.parquet"
    pq.write_table(pa.table({"v": cells} if alone else {"who": ["ann"] * len(cells), "v": cells}), path)
    return path


def rejected(folder: Path, cells: pa.Array, source: str, options: ReadingOptions) -> list[tuple[int, str, str]]:
    """The rejects of a file of one column, or of two: record, cell and reason."""
    _, report = read(stored(folder, cells, alone="who: v" in source), source, options)
    assert {(reject.file, reject.column) for reject in report.rejects} <= {("s.parquet", "v")}
    return [(reject.record, reject.value, reject.reason) for reject in report.rejects]


@pytest.mark.parametrize("options", READ, ids=["fast", "exact"])
@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([None, "zz", "yy", "x"], [(2, "zz"), (3, "yy"), (4, "x")]),
        ([None, "x", "3"], [(2, "x")]),
        (["", None, "x", None], [(3, "x")]),
        ([None, 'a "b",\nc'], [(2, 'a "b",\nc')]),
    ],
)
def test_missing_cells_of_the_only_column_are_rows_too(
    tmp_path: Path, options: ReadingOptions, cells: Sequence[str | None], expected: list[tuple[int, str]]
) -> None:
    found = rejected(tmp_path, pa.array(cells, pa.string()), ALONE.format(kind="number"), options)
    assert found == [(*one, "not a number") for one in expected]


@pytest.mark.parametrize("options", READ, ids=["fast", "exact"])
@pytest.mark.parametrize("kind", ["datetime", "date"])
def test_a_row_without_a_time_says_so(tmp_path: Path, kind: str, options: ReadingOptions) -> None:
    times = pa.array(["2026-10-05", None, "", "soon"], pa.string())
    told = "not a date and time" if kind == "datetime" else "not a date"
    assert rejected(tmp_path, times, TIMED.format(kind=kind), options) == [(4, "soon", told)]


def test_rejects_in_every_piece(tmp_path: Path) -> None:
    count = 2 * PIECE + 1
    cells = ["1"] * count
    for place in (0, PIECE - 1, count - 1):
        cells[place] = f"bad {place}"
    table = pa.table({"v": cells, "who": ["ann"] * count})
    pq.write_table(table, tmp_path / "s.parquet", row_group_size=count)
    found, report = read(tmp_path / "s.parquet", TIMELESS.format(kind="number"), ReadingOptions())
    assert len(found) == report.account.used == count - 3
    assert [(reject.record, reject.value) for reject in report.rejects] == [
        (1, "bad 0"),
        (262_144, "bad 262143"),
        (524_289, "bad 524288"),
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="a file that is read cannot go there")
def test_cells_are_told_from_what_was_decoded(tmp_path: Path) -> None:
    count = PIECE + 2
    path = tmp_path / "s.parquet"
    at = pa.array([datetime(2026, 10, 5, 9)] * count, pa.timestamp("ms"))
    pq.write_table(pa.table({"id": pa.array(range(count)), "at": at}), path, row_group_size=count)
    first, second = (block.columns for block in blocks(opened(path, "id", "at")))
    assert first
    assert second
    for columns in (first, second):
        columns.arrays((0, 1))
    path.unlink()
    rows = integer_array(pa.array([0, 7]).to_numpy())
    assert first.texts(0, rows).to_pylist() == ["0", "7"]
    assert second.texts(0, rows).to_pylist() == ["131073", "131080"]
    assert second.texts(1, rows).to_pylist() == ["2026-10-05 09:00:00.000000"] * 2


def test_what_was_given_out_is_not_kept_again(tmp_path: Path) -> None:
    count = 4 * PIECE
    path = tmp_path / "s.parquet"
    pq.write_table(pa.table({"id": pa.array(range(count), pa.int64())}), path, row_group_size=count)
    found = [block.columns for block in blocks(opened(path, "id"))]
    sums = [int(sum(columns.arrays((0,))[0].to_numpy())) for columns in found if columns]
    before = pa.total_allocated_bytes()
    last: Any = found[-1]
    assert int(sum(last.arrays((0,))[0].to_numpy())) == sums[-1]
    assert pa.total_allocated_bytes() - before < 8 * PIECE  # the three before it
