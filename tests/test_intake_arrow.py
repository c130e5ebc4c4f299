"""Parquet columns taken as they are mean what their cells as text mean, down to rejects and questions."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_blocks import OCTOBER, scheme, values

from kpi_cli.intake.files.blocks import Block, ExportFile, InputFile
from kpi_cli.intake.files.expecting import expected_of
from kpi_cli.intake.files.opening import blocks, open_export
from kpi_cli.intake.people.registry import Registry
from kpi_cli.intake.rows.reading import ReadingOptions, SourceReader
from kpi_cli.problems import KpiError

Cells = st.SearchStrategy[Any]
Make = Callable[[list[Any]], pa.Array]

FLOATS = st.one_of(
    st.floats(),
    st.integers(-(10**6), 10**6).map(lambda cents: cents / 100),
    st.integers(-50, 50).map(float),
    st.sampled_from([0.1 + 0.2, 1e-7, 1e15, 123456789.123456, 5e-324]),
)
INTEGERS = st.integers(-(2**63), 2**63 - 1) | st.integers(-5, 200)
MOMENTS = st.datetimes(datetime(2026, 9, 25), datetime(2026, 11, 5)) | st.datetimes(  # noqa: DTZ001 - the types say
    datetime(1900, 1, 1),  # noqa: DTZ001
    datetime(2200, 1, 1),  # noqa: DTZ001
)
DAYS = st.dates(date(1900, 1, 1), date(2200, 1, 1))
NUMBER_TEXTS = st.sampled_from(["1,234", "-5", "12.5", "x", "-", "", " 7 ", "N/A", "85%", "0:02:23", "1h 30m", "0"])
MOMENT_TEXTS = st.sampled_from(["2026-10-05 09:03", "2026-10-05T09:03:07Z", "x", "", "--", "13/10/2026", "2026-10-05"])
TEXTS = st.sampled_from(["ann", " bob ", "", "-", "N/A", "合计", "Total", "小张", "a,b", 'q"r', "x" * 30])


def of(kind: Any) -> Make:  # noqa: ANN401 - an Arrow type
    return lambda cells: pa.array(cells, kind)


def whole(kind: Any, cells: Cells) -> Cells:  # noqa: ANN401 - an Arrow type
    """Cells without what the type's unit cannot hold."""
    unit = getattr(kind, "unit", "us")
    return cells.map(lambda cell: cell.replace(microsecond=cell.microsecond // 1000 * 1000 if unit == "ms" else 0))


def decimals(digits: int, places: int) -> Cells:
    largest = Decimal(10 ** (digits - places) - 1)
    return st.decimals(-largest, largest, allow_nan=False, places=places)


NUMBERS: list[tuple[Make, Cells]] = [
    (of(pa.float64()), FLOATS),
    (of(pa.float32()), st.floats(width=32)),
    (of(pa.int64()), INTEGERS),
    (of(pa.uint64()), st.integers(0, 2**64 - 1)),
    (of(pa.int8()), st.integers(-128, 127)),
    (of(pa.decimal128(12, 2)), decimals(12, 2)),
    (of(pa.decimal128(30, 8)), decimals(30, 8)),
    (of(pa.bool_()), st.booleans()),
    (of(pa.string()), NUMBER_TEXTS),
    (of(pa.dictionary(pa.int8(), pa.string())), NUMBER_TEXTS),
    (of(pa.null()), st.none()),
]
TIMES: list[tuple[Make, Cells]] = [
    (of(pa.duration("us")), st.timedeltas(timedelta(-1), timedelta(100))),
    (of(pa.time64("us")), st.times()),
    (of(pa.time32("s")), st.times().map(lambda clock: time(clock.hour, clock.minute, clock.second))),
]
MOMENT_KINDS: list[tuple[Make, Cells]] = [
    (of(pa.timestamp("us")), MOMENTS),
    (of(pa.timestamp("ns")), MOMENTS),
    (of(pa.timestamp("ms")), whole(pa.timestamp("ms"), MOMENTS)),
    (of(pa.timestamp("s")), whole(pa.timestamp("s"), MOMENTS)),
    (of(pa.timestamp("us", "UTC")), MOMENTS),
    (of(pa.timestamp("us", "America/New_York")), MOMENTS),
    (of(pa.date32()), DAYS),
    (of(pa.date64()), DAYS),
    (of(pa.string()), MOMENT_TEXTS),
]
PLAIN: list[tuple[Make, Cells]] = [
    (of(pa.string()), TEXTS),
    (of(pa.large_string()), TEXTS),
    (of(pa.dictionary(pa.int32(), pa.string())), TEXTS),
]
KINDS = {
    "number": NUMBERS,
    'number, missing: ["-5"]': NUMBERS,
    'number, map: {"1": 5, "-": 0, "TRUE": 2}': NUMBERS,
    "percent": NUMBERS,
    'percent, unit: "%"': NUMBERS,
    "duration": NUMBERS + TIMES,
    "duration, unit: s": NUMBERS + TIMES,
    "duration, unit: min, signed: true": NUMBERS + TIMES,
    "datetime": MOMENT_KINDS,
    "date": MOMENT_KINDS,
    "boolean": [(of(pa.bool_()), st.booleans()), *NUMBERS],
    "text": PLAIN + NUMBERS,
}
SOURCE = """\
agent: agent
time: at
columns:
  agent: agent
  at: {{from: at, type: datetime}}
  x: {{from: x, type: {kind}}}
"""


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), st.sampled_from(sorted(KINDS)), st.sampled_from(["UTC", "America/New_York"]), st.integers(1, 5))
def test_types_mean_what_their_text_means(tmp_path: Path, data: st.DataObject, kind: str, zone: str, size: int) -> None:
    make, content = data.draw(st.sampled_from(KINDS[kind]))
    cells = data.draw(st.lists(st.none() | content, min_size=1, max_size=8))
    agents = data.draw(st.lists(st.sampled_from(["ann", "bob", "总计", "合计（共3项）", None]), min_size=8, max_size=8))
    table = pa.table({"agent": agents[: len(cells)], "at": [date(2026, 10, 5)] * len(cells), "x": make(cells)})
    path = tmp_path / "s.parquet"
    pq.write_table(table, path, row_group_size=size, use_dictionary=data.draw(st.booleans()))
    told = outcome(path, kind, zone, ReadingOptions(exact=True), text=True)
    assert outcome(path, kind, zone, ReadingOptions()) == told
    assert outcome(path, kind, zone, ReadingOptions(exact=True)) == told
    assert outcome(path, kind, zone, ReadingOptions(), text=True) == told


def outcome(path: Path, kind: str, zone: str, options: ReadingOptions, *, text: bool = False) -> object:
    """What reading comes to: rows, people and reports, or what is wrong; of the columns, or of the same as text."""
    loaded = scheme(SOURCE.format(kind=kind), zone)
    source = loaded.sources["s"]
    file = open_export(InputFile("s.parquet", path), expected_of(source))

    def reopen(file: ExportFile) -> list[Block]:
        return [replace(block, written=block.data, columns=None) if text else block for block in blocks(file)]

    registry = Registry()
    options = replace(options, reopen=lambda file: iter(reopen(file)))
    reader = SourceReader(loaded, source, (file,), (OCTOBER,), registry, options)
    reader.prepare()
    rows = [rows for block in reopen(file) for _, rows in reader.read(block)]
    columns = [{name: values(column) for name, column in found.columns.items()} for found in rows]
    people = [agent.id for agent in registry.people().agents]
    try:
        return columns, [[people[code] for code in found.agents] for found in rows], reader.finish()
    except KpiError as error:
        return error.problems


@pytest.mark.parametrize(("first", "skipped"), [("t1", {}), ("合计", {"合计": 1})])
def test_a_first_column_that_nothing_needs_may_mark_total_rows(
    tmp_path: Path, first: str, skipped: dict[str, int]
) -> None:
    path = tmp_path / "s.parquet"
    days = [date(2026, 10, 5)] * 3
    columns = {"id": ["t1", "t2", first], "agent": ["ann"] * 3, "at": days, "x": [1.5, 2, 3]}
    pq.write_table(pa.table(columns), path)
    told = outcome(path, "number", "UTC", ReadingOptions())
    assert isinstance(told, tuple)
    reports = told[-1]
    assert reports[0].account.skipped == skipped
    assert reports[0].account.used == 3 - len(skipped)
