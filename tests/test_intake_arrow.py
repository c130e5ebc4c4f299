"""Parquet columns taken as they are mean what their cells as text mean, down to rejects and questions."""

# Times without a zone are what Parquet files hold.
# ruff: noqa: DTZ001

from collections.abc import Callable, Iterator
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
from msgspec.structs import replace

from kpi_cli.intake.cells.layouts import Layout, lay_out
from kpi_cli.intake.cells.totals import TotalWords
from kpi_cli.intake.files.blocks import Block, ExportFile, InputFile
from kpi_cli.intake.files.expecting import expected_of
from kpi_cli.intake.files.opening import blocks, open_export
from kpi_cli.intake.people.registry import Registry
from kpi_cli.intake.rows.reading import ReadingOptions, SourceReader
from kpi_cli.intake.rows.skipping import passed_over
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
MOMENTS = st.datetimes(datetime(2026, 9, 25), datetime(2026, 11, 5)) | st.datetimes(  # the types say
    datetime(1900, 1, 1),
    datetime(2200, 1, 1),
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


def nanoseconds(cells: list[Any]) -> pa.Array:
    """Finer than anything we count."""
    return pa.array(cells, pa.int64()).cast(pa.duration("ns"))


def bool8(cells: list[Any]) -> pa.Array:
    """Truths a byte each."""
    return pa.ExtensionArray.from_storage(pa.bool8(), pa.array(cells, pa.bool_()).cast(pa.int8()))


def raw(kind: Any) -> Make:  # noqa: ANN401 - an Arrow type
    """Cells by the integers that they are stored as, whatever these mean."""
    return lambda cells: pa.array(cells, pa.int32() if kind.bit_width == 32 else pa.int64()).view(kind)


def ticks(per_day: int, bits: int = 64) -> Cells:
    """Integers about the ends of the calendar and of a day, and those that no other unit holds."""
    edges = st.sampled_from([-719_162, -719_160, 0, 1, 20_731, 2_932_895, 2_932_897])
    near = st.builds(lambda days, more: days * per_day + more, edges, st.integers(-1, 1))
    largest = 2 ** (bits - 1)
    far = st.sampled_from([-largest, largest - 1, largest // 2, largest // 1000, 10**18 % largest])
    return (near | far | st.integers(-largest, largest - 1)).filter(lambda tick: -largest <= tick < largest)


NUMBERS: list[tuple[Make, Cells]] = [
    (of(pa.float64()), FLOATS),
    (of(pa.float32()), st.floats(width=32)),
    (of(pa.int64()), INTEGERS),
    (of(pa.uint64()), st.integers(0, 2**64 - 1)),
    (of(pa.float16()), st.floats(width=16)),
    (of(pa.float32()), st.integers(-(10**6), 10**6).map(lambda cents: cents / 100)),
    (of(pa.int8()), st.integers(-128, 127)),
    (of(pa.int16()), st.integers(-(2**15), 2**15 - 1)),
    (of(pa.uint8()), st.integers(0, 255)),
    (of(pa.uint32()), st.integers(0, 2**32 - 1)),
    (of(pa.uint64()), st.integers(0, 9)),
    (of(pa.decimal32(9, 2)), decimals(9, 2)),
    (of(pa.decimal64(12, 2)), decimals(12, 2)),
    (of(pa.decimal128(12, 2)), decimals(12, 2)),
    (of(pa.decimal128(30, 8)), decimals(30, 8)),
    (of(pa.decimal128(38, 0)), INTEGERS.map(Decimal)),  # whatever the type would hold
    (of(pa.decimal128(38, 10)), decimals(18, 10)),
    (of(pa.decimal128(38, 25)), decimals(34, 25)),
    (of(pa.decimal256(18, 3)), decimals(18, 3)),
    (of(pa.decimal256(60, 3)), decimals(20, 3)),
    (of(pa.bool_()), st.booleans()),
    (of(pa.string()), NUMBER_TEXTS),
    (of(pa.dictionary(pa.int8(), pa.string())), NUMBER_TEXTS),
    (of(pa.null()), st.none()),
]
PER_DAY = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}
TIMES: list[tuple[Make, Cells]] = [
    (of(pa.duration("us")), st.timedeltas(timedelta(-1), timedelta(100))),
    (of(pa.duration("s")), st.timedeltas(timedelta(-1), timedelta(10**6)).map(lambda span: timedelta(span.days))),
    (of(pa.duration("ns")), st.timedeltas(timedelta(-1), timedelta(100))),
    (nanoseconds, st.integers(-(10**12), 10**12)),
    (of(pa.time64("us")), st.times()),
    (of(pa.time32("s")), st.times().map(lambda clock: time(clock.hour, clock.minute, clock.second))),
    *((raw(pa.duration(unit)), ticks(per_day)) for unit, per_day in PER_DAY.items()),
    (raw(pa.time32("ms")), ticks(PER_DAY["ms"], 32)),
    (raw(pa.time64("us")), ticks(PER_DAY["us"])),
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
    *((raw(pa.timestamp(unit)), ticks(PER_DAY[unit])) for unit in ("ms", "us", "ns")),
    (raw(pa.timestamp("ms", "UTC")), ticks(PER_DAY["ms"])),
    (raw(pa.date32()), ticks(1, 32)),
]
PLAIN: list[tuple[Make, Cells]] = [
    (of(pa.string()), TEXTS),
    (of(pa.large_string()), TEXTS),
    (of(pa.string_view()), TEXTS),
    (of(pa.binary()), TEXTS.map(str.encode)),
    (of(pa.large_binary()), TEXTS.map(str.encode)),
    (of(pa.binary_view()), TEXTS.map(str.encode)),
    (of(pa.dictionary(pa.int8(), pa.string())), TEXTS),
    (of(pa.dictionary(pa.uint16(), pa.large_string())), TEXTS),
    (of(pa.dictionary(pa.int32(), pa.string())), TEXTS),
    (of(pa.uuid()), st.uuids().map(lambda found: found.bytes)),
    (of(pa.json_()), TEXTS),
    (of(pa.list_(pa.string())), st.lists(st.none() | TEXTS, max_size=3)),
    (of(pa.large_list(pa.binary())), st.lists(st.none() | TEXTS.map(str.encode), max_size=3)),
]
KINDS = {
    "number": NUMBERS,
    'number, missing: ["-5"]': NUMBERS,
    'number, map: {"1": 5, "-": 0, "TRUE": 2}': NUMBERS,
    'number, map: {"": 7, "1": 5}': NUMBERS,
    "percent": NUMBERS,
    'percent, unit: "%"': NUMBERS,
    "duration": NUMBERS + TIMES,
    "duration, unit: s": NUMBERS + TIMES,
    "duration, unit: min, signed: true": NUMBERS + TIMES,
    "duration, unit: s, signed: true": TIMES,
    "datetime": MOMENT_KINDS,
    "date": MOMENT_KINDS,
    "boolean": [(of(pa.bool_()), st.booleans()), (bool8, st.booleans()), *NUMBERS],
    "text": PLAIN + NUMBERS + TIMES + MOMENT_KINDS,
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
@given(st.data(), st.sampled_from(sorted(KINDS)), st.sampled_from(["UTC", "America/New_York"]), st.integers(3, 9))
def test_types_mean_what_their_text_means(tmp_path: Path, data: st.DataObject, kind: str, zone: str, size: int) -> None:
    make, content = data.draw(st.sampled_from(KINDS[kind]))
    cells = data.draw(st.lists(st.none() | content, min_size=1, max_size=8)) * data.draw(st.integers(1, 2))
    agents = data.draw(
        st.lists(st.sampled_from(["ann", "bob", "总计", "合计（共3项）", None]), min_size=16, max_size=16)
    )
    table = pa.table({"agent": agents[: len(cells)], "at": [date(2026, 10, 5)] * len(cells), "x": make(cells)})
    path = tmp_path / "s.parquet"
    pq.write_table(table, path, row_group_size=size, use_dictionary=data.draw(st.booleans()))
    source = SOURCE.format(kind=kind)
    told = outcome(path, source, zone, ReadingOptions(exact=True), text=True)
    assert outcome(path, source, zone, ReadingOptions()) == told
    assert outcome(path, source, zone, ReadingOptions(exact=True)) == told
    assert outcome(path, source, zone, ReadingOptions(), text=True) == told


def by_row_group(file: ExportFile) -> Iterator[Block]:
    """The blocks of a file whose small row groups are not put together."""
    for number in range(pq.ParquetFile(file.path).num_row_groups):
        yield from blocks(replace(file, body=number, end=number + 1))


def outcome(path: Path, written: str, zone: str, options: ReadingOptions, *, text: bool = False) -> object:
    """What reading comes to: rows, people and reports, or what is wrong; of the columns, or of the same as text."""
    loaded = scheme(written, zone)
    source = loaded.sources["s"]
    file = open_export(InputFile("s.parquet", path), expected_of(source))

    def reopen(file: ExportFile) -> list[Block]:
        found = [replace(block, file=file, index=number) for number, block in enumerate(by_row_group(file))]
        return [replace(block, written=block.data, columns=None) if text else block for block in found]

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


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view(), pa.binary()])
@pytest.mark.parametrize(("first", "skipped"), [("t1", {}), ("合计", {"合计": 1})])
def test_a_first_column_that_nothing_needs_may_mark_total_rows(
    tmp_path: Path,
    kind: Any,  # noqa: ANN401 - an Arrow type
    first: str,
    skipped: dict[str, int],
) -> None:
    assert skipped_of(tmp_path, pa.array(["t1", "t2", first], kind), SOURCE) == skipped


@pytest.mark.parametrize(("first", "skipped"), [(98, {}), (99, {"99": 1}), (999, {})])
def test_so_may_a_number_where_the_scheme_says_so(tmp_path: Path, first: int, skipped: dict[str, int]) -> None:
    source = 'total_rows: ["99", "小计"]\n' + SOURCE
    assert skipped_of(tmp_path, pa.array([1, 2, first], pa.int16()), source) == skipped


@pytest.mark.parametrize(("first", "skipped"), [("x", {}), ("*", {"*": 1})])
def test_so_may_a_single_letter(tmp_path: Path, first: str, skipped: dict[str, int]) -> None:
    source = 'total_rows: ["*", "小计"]\n' + SOURCE
    assert skipped_of(tmp_path, pa.array(["+", "~", first]), source) == skipped


def skipped_of(tmp_path: Path, first: pa.Array, source: str) -> object:
    """The total rows that reading three rows passes over."""
    days = [date(2026, 10, 5)] * 3
    table = pa.table({"id": first, "agent": ["ann"] * 3, "at": days, "x": [1.5, 2, 3]})
    pq.write_table(table, tmp_path / "s.parquet")
    told = outcome(tmp_path / "s.parquet", source.format(kind="number"), "UTC", ReadingOptions())
    assert isinstance(told, tuple)
    account = told[-1][0].account
    assert account.used == 3 - len(account.skipped)
    return account.skipped


DATED = """\
agent: agent
time: at
key: id
columns: {{id: id, agent: agent, at: {{from: at, type: {kind}}}}}
"""
EDGES = [
    *(datetime(2026, 9, day, 23, 59, 59) for day in (27, 28, 29)),  # the types say
    *(datetime(2026, 9, 30, hour) for hour in (3, 4, 15, 16, 23)),
    datetime(2026, 10, 1),
    datetime(2026, 10, 31, 23, 59, 59, 999_000),
    *(datetime(2026, 11, 1, hour) for hour in (0, 3, 4, 5)),
    *(datetime(2026, 11, day) for day in (2, 3, 4)),
    datetime(1969, 12, 31),
    *(datetime(9999, 12, day) for day in (28, 29, 30, 31)),
    datetime(1, 1, 2),
]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.data(),
    kind=st.sampled_from(["date", "datetime"]),
    zone=st.sampled_from(["UTC", "America/New_York", "Asia/Shanghai"]),
    size=st.integers(1, 4),
)
def test_row_groups_outside_every_period_are_accounted_for_alike(
    tmp_path: Path, data: st.DataObject, kind: str, zone: str, size: int
) -> None:
    form = data.draw(st.sampled_from([pa.timestamp("ms"), pa.timestamp("us", "UTC"), pa.timestamp("s"), pa.date32()]))
    moments = sorted(data.draw(st.lists(st.sampled_from(EDGES), min_size=1, max_size=12)))
    missing = data.draw(st.sets(st.integers(0, 20), max_size=2))
    at = pa.array(
        [None if place in missing else moment for place, moment in enumerate(moments)], pa.timestamp("us", "UTC")
    )
    ids = data.draw(st.lists(st.sampled_from(["t1", "t2", "t3", "合计"]), min_size=12, max_size=12))
    agents = data.draw(st.lists(st.sampled_from(["ann", "Total", "", None]), min_size=12, max_size=12))
    table = pa.table({"id": ids[: len(at)], "agent": agents[: len(at)], "at": at.cast(form, safe=False)})
    path = tmp_path / "s.parquet"
    pq.write_table(table, path, row_group_size=size)
    source = DATED.format(kind=kind)
    assert outcome(path, source, zone, ReadingOptions()) == outcome(path, source, zone, ReadingOptions(exact=True))


@pytest.mark.parametrize(
    ("cells", "skips"),
    [
        ({}, True),
        ({"at": [date(2026, 9, 1), date(2026, 9, 28)]}, True),
        ({"at": [date(2026, 9, 1), date(2026, 9, 29)]}, False),  # a day that is near
        ({"at": [date(2026, 9, 1), date(2026, 11, 30)]}, False),
        ({"at": [date(2026, 9, 1), None]}, False),
        ({"agent": ["Total", "bob"]}, True),  # which is looked for
    ],
)
def test_what_lies_outside_every_period_is_not_typed(
    tmp_path: Path,
    cells: dict[str, Any],
    skips: bool,  # noqa: FBT001 - a parameter
) -> None:
    usual = {"id": ["t1", "t2"], "agent": ["bob", "bea"], "at": [date(2026, 9, 1), date(2026, 9, 2)]}
    pq.write_table(pa.table({**usual, **cells}), tmp_path / "s.parquet")
    loaded = scheme(DATED.format(kind="date"))
    source = loaded.sources["s"]
    file = open_export(InputFile("s.parquet", tmp_path / "s.parquet"), expected_of(source))
    layout = lay_out(source, file, "UTC")
    (block,) = blocks(file)
    assert isinstance(layout, Layout)
    assert block.columns
    records = passed_over(block.columns, layout, source, (OCTOBER,), TotalWords(None))
    assert (records is not None) == skips
    if records is not None:
        assert len(records) == 2
        assert [array.type for array in records.arrays.values()].count(pa.null()) == 2 - ("agent" in cells)
