"""Times in Parquet that no calendar has are refused, never wrapped into one that it has."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from test_parquet_rejects import READ, TIMED, TIMELESS, read, rejected, stored

from kpi_cli.intake.cells.arrowtypes import numbers
from kpi_cli.intake.files.arrowtext import as_text
from kpi_cli.intake.rows.reading import ReadingOptions

LARGEST = 2**63 - 1
US, MS, S = pa.timestamp("us"), pa.timestamp("ms"), pa.timestamp("s")
BEYOND: list[tuple[Any, int]] = [
    (MS, LARGEST),
    (MS, -LARGEST - 1),
    (MS, 253_402_300_800_000),  # 10000-01-01
    (MS, -62_135_596_800_001),  # the year 0
    (pa.timestamp("ms", "UTC"), LARGEST),
    (US, LARGEST),  # DuckDB's infinity
    (US, -LARGEST),
    (US, 253_402_300_800_000_000),
    (pa.date32(), 2**31 - 1),  # DuckDB's infinity
    (pa.date32(), -(2**31)),
    (pa.date32(), 40_000_000),
    (pa.date32(), 2_932_897),  # 10000-01-01
    (pa.date32(), -719_163),  # the year 0
    (pa.date64(), 2_932_897 * 86_400_000),
]


def ticks(kind: Any, *cells: int | None) -> pa.Array:  # noqa: ANN401 - an Arrow type
    return pa.array(cells, pa.int32() if kind.bit_width == 32 else pa.int64()).view(kind)


@pytest.mark.parametrize("options", READ, ids=["fast", "exact"])
@pytest.mark.parametrize(("type_", "told"), [("datetime", "not a date and time"), ("date", "not a date")])
@pytest.mark.parametrize(("kind", "cell"), BEYOND)
def test_no_calendar_has_them(  # noqa: PLR0913, PLR0917 - parameters
    tmp_path: Path,
    kind: Any,  # noqa: ANN401 - an Arrow type
    cell: int,
    type_: str,
    told: str,
    options: ReadingOptions,
) -> None:
    good = 20_731 if kind == pa.date32() else 20_731 * 86_400 * (10**6 if kind == US else 10**3)
    found = rejected(tmp_path, ticks(kind, good, None, cell), TIMED.format(kind=type_), options)
    assert [(record, reason) for record, _, reason in found] == [(3, told)]


@pytest.mark.parametrize("options", READ, ids=["fast", "exact"])
@pytest.mark.parametrize("type_", ["datetime", "date"])
@pytest.mark.parametrize(
    "cells",
    [
        ticks(pa.date32(), -719_162, 2_932_896, 20_731),
        ticks(MS, -62_135_596_800_000, 253_402_300_799_999, 1_791_158_400_000),
    ],
)
def test_every_calendar_has_the_others(tmp_path: Path, cells: pa.Array, type_: str, options: ReadingOptions) -> None:
    found, report = read(stored(tmp_path, cells), TIMED.format(kind=type_), options)
    assert len(found) == report.account.used == 1
    assert (report.account.outside_period, report.account.rejected) == (2, 0)


@pytest.mark.parametrize("options", READ, ids=["fast", "exact"])
@pytest.mark.parametrize(
    ("kind", "cell", "seconds"),
    [
        (pa.duration("s"), LARGEST, 9_223_372_036_854_775_807),
        (pa.duration("s"), 10**15, 10**15),
        (pa.duration("ms"), 10**18, 10**15),
        (pa.duration("us"), 10**18, 10**12),
        (pa.duration("s"), 90, 90),
    ],
)
def test_a_length_is_what_it_says(
    tmp_path: Path,
    kind: Any,  # noqa: ANN401 - an Arrow type
    cell: int,
    seconds: int,
    options: ReadingOptions,
) -> None:
    path = stored(tmp_path, ticks(kind, cell))
    assert read(path, TIMELESS.format(kind="duration"), options)[0] == [seconds]


@pytest.mark.parametrize("options", READ, ids=["fast", "exact"])
@pytest.mark.parametrize(("kind", "cell"), [(pa.time64("us"), 86_400_000_000), (pa.time32("ms"), -1)])
def test_no_clock_shows_them(tmp_path: Path, kind: Any, cell: int, options: ReadingOptions) -> None:  # noqa: ANN401 - an Arrow type
    found = rejected(tmp_path, ticks(kind, 1000, cell), TIMELESS.format(kind="duration"), options)
    assert [(record, reason) for record, _, reason in found] == [(2, "not a duration")]


@pytest.mark.parametrize(
    ("cells", "texts"),
    [
        (
            ticks(MS, LARGEST, None, 1_791_158_400_000),
            ["<value out of range: 9223372036854775807>", None, "2026-10-05 00:00:00.000000"],
        ),
        (
            ticks(pa.timestamp("s", "Asia/Shanghai"), -LARGEST, 253_402_300_799),
            ["<value out of range: -9223372036854775807>", "9999-12-31 23:59:59.000000Z"],
        ),
        (ticks(pa.date32(), 2**31 - 1), ["<value out of range: 2147483647>"]),
        (ticks(pa.duration("s"), LARGEST, None, -5), ["2562047788015215:30:07", None, "-0:00:05"]),
    ],
)
def test_their_text_is_none_that_could_be_one(cells: pa.Array, texts: list[str | None]) -> None:
    assert as_text(cells).to_pylist() == texts


def test_old_times_of_96_bits_are_not_bound_to_nanoseconds(tmp_path: Path) -> None:
    times = ticks(US, 1_791_158_400_000_000 + 2**64 // 1000, 1_791_158_400_000_001)  # the first is of 2611
    table = pa.table({"who": ["ann", "ann"], "v": times})
    path = tmp_path / "s.parquet"
    pq.write_table(table, path, use_deprecated_int96_timestamps=True, store_schema=False)
    found, report = read(path, TIMED.format(kind="datetime"), ReadingOptions())
    assert found == [(1_791_158_400_000_001, 1_791_158_400_000_001)]
    assert report.account.outside_period == 1


def test_floats_too_large_for_a_decimal_pass_in_silence() -> None:
    assert numbers(pa.array([1.8e303, -1.7e308, 0.25])) is None  # a warning is an error here
