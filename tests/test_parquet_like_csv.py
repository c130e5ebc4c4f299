"""The same rows in Parquet and in CSV come to the same: people, cells, and where every row went."""

import sys
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_blocks import OCTOBER, scheme, values
from made_intake import opened
from msgspec.structs import replace
from test_parquet_rejects import READ

from kpi_cli.arrow import integer_array
from kpi_cli.intake.cells.arrowrows import records_of
from kpi_cli.intake.cells.arrowtypes import days, moments
from kpi_cli.intake.cells.layouts import Layout, lay_out
from kpi_cli.intake.cells.planning import exact_plan
from kpi_cli.intake.cells.totals import TotalWords
from kpi_cli.intake.files.arrowtext import as_text
from kpi_cli.intake.files.blocks import InputFile
from kpi_cli.intake.files.expecting import expected_of
from kpi_cli.intake.files.opening import blocks, open_export
from kpi_cli.intake.files.rowgroups import PIECE
from kpi_cli.intake.people.registry import Registry
from kpi_cli.intake.rows.reading import ReadingOptions, SourceReader
from kpi_cli.intake.rows.selecting import page_of
from kpi_cli.rows import Account

SOURCE = """\
key: id
agent: agent
time: at
columns: {{id: id, agent: agent, at: {{from: at, type: datetime}}, x: {{from: x, type: {kind}}}}}
"""
PLAIN = SOURCE.format(kind="number")
NAMELESS = "agent: agent\ntimeless: true\ncolumns: {agent: agent, x: {from: x, type: number}}\n"
DAYS = ["2026-10-05", "2026-10-06", "2026-10-07", "2026-10-08"]
USUAL: Mapping[str, Any] = {
    "id": ["a1", "a2", "a3", "a4"],
    "agent": ["ann", "bob", "ann", "小王"],
    "at": [datetime.fromisoformat(day) for day in DAYS],
    "x": [1.0, 2, 3, 4.5],
}


def read(path: Path, source: str, options: ReadingOptions) -> tuple[list[tuple[str, object]], Account]:
    """Whose the rows are, with their `x`, and the account of a file."""
    loaded = scheme(source)
    asked = loaded.sources["s"]
    file = open_export(InputFile(path.name, path), expected_of(asked))
    registry = Registry()
    reader = SourceReader(loaded, asked, (file,), (OCTOBER,), registry, options)
    reader.prepare()
    rows = [rows for block in blocks(file) for _, rows in reader.read(block)]
    (report,) = reader.reports()
    people = [agent.id for agent in registry.people().agents]
    pairs = [
        (people[code] if people else "", cell)
        for found in rows
        for code, cell in zip(found.agents.tolist(), values(found.columns["x"]), strict=True)
    ]
    return pairs, report.account


def stored(folder: Path, cells: Mapping[str, Any], **options: Any) -> Path:  # noqa: ANN401 - what Arrow takes
    path = folder / "s.parquet"
    pq.write_table(pa.table(list(cells.values()), names=list(cells)), path, **options)
    return path


def as_csv(folder: Path, text: str) -> Path:
    path = folder / "s.csv"
    path.write_text(text, encoding="utf-8")
    return path


def agree(folder: Path, cells: Mapping[str, Any], text: str, source: str = PLAIN) -> tuple[object, Account]:
    """Return what both files come to, by either way of reading."""
    found = read(as_csv(folder, text), source, ReadingOptions())
    for options in READ:
        assert read(stored(folder, cells), source, options) == found
        assert read(stored(folder, cells, row_group_size=1), source, options) == found
    return found


@pytest.mark.parametrize("kind", [pa.list_(pa.string()), pa.large_list(pa.string())])
def test_what_is_missing_in_a_list_is_left_out(tmp_path: Path, kind: Any) -> None:  # noqa: ANN401 - an Arrow type
    agents = pa.array([["ann", "bob"], [None, "bob"], ["ann", None], [None]], kind)
    text = 'id,agent,at,x\na1,"ann,bob",2026-10-05,1\na2,bob,2026-10-06,2\na3,ann,2026-10-07,3\na4,,2026-10-08,4.5\n'
    _, account = agree(tmp_path, {**USUAL, "agent": agents}, text)
    assert (account.used, account.unattributed) == (3, 1)


def test_lists_as_text() -> None:
    cells = pa.array([["a", None, "b"], None, [], [None], ["c"], [None, "d"]])
    assert as_text(cells).to_pylist() == ["a,b", None, "", "", "c", "d"]
    assert as_text(cells[2:]).to_pylist() == ["", "", "c", "d"]


@pytest.mark.parametrize("kind", [pa.float64(), pa.int64(), pa.string(), pa.dictionary(pa.int8(), pa.string())])
def test_nothing_may_have_a_meaning_of_its_own(tmp_path: Path, kind: Any) -> None:  # noqa: ANN401 - an Arrow type
    cells = {**USUAL, "agent": ["ann", "bob", "ann", None], "x": pa.array(["1", None, "1", None]).cast(kind)}
    text = "id,agent,at,x\na1,ann,2026-10-05,1\na2,bob,2026-10-06,\na3,ann,2026-10-07,1\na4,,2026-10-08,\n"
    rows, account = agree(tmp_path, cells, text, SOURCE.format(kind='number, map: {"": 0, "1": 3}'))
    assert rows == [("ann", 3), ("bob", 0), ("ann", 3)]
    assert account.unattributed == 1


def test_keys_in_long_decimals_are_exact(tmp_path: Path) -> None:
    ids = [1234567890123456, 1234567890123457, 10**19, 7]
    lines = "".join(
        f"{key},{who},{day},{x}\n" for key, who, day, x in zip(ids, USUAL["agent"], DAYS, USUAL["x"], strict=True)
    )
    _, account = agree(tmp_path, {**USUAL, "id": pa.array(ids, pa.decimal128(20, 0))}, f"id,agent,at,x\n{lines}")
    assert (account.used, account.rejected) == (4, 0)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (pa.decimal128(20, 2), "1234567890123456.50", "1234567890123456.50"),
        (pa.decimal128(20, 0), "-10000000000000000000", "-10000000000000000000"),
        (pa.decimal256(60, 1), f"{10**50}.0", f"{10**50}.0"),
        (pa.decimal128(38, 30), "0.000000000000000000000000000001", "0.000000000000000000000000000001"),
        (pa.decimal128(5, -3), "12000", "12000"),
        (pa.float16(), 0.1, "0.1"),
        (pa.float16(), 98, "98"),
        (pa.float16(), -0.3333, "-0.3333"),
        (pa.float16(), 6e-8, "0.00000006"),
        (pa.float16(), 65504, "65500"),
        (pa.float16(), float("nan"), None),
        (pa.float16(), float("-inf"), "-inf"),
    ],
)
def test_numbers_as_text(kind: Any, value: Any, text: str | None) -> None:  # noqa: ANN401 - an Arrow type and its value
    cells = pa.array([None, Decimal(value) if pa.types.is_decimal(kind) else value], kind)
    assert as_text(cells).to_pylist() == [None, text]


def test_half_floats_are_their_shortest_decimal(tmp_path: Path) -> None:
    cells = pa.array([0.1, 0.2, 12.5, None], pa.float16())
    text = "id,agent,at,x\na1,ann,2026-10-05,0.1\na2,bob,2026-10-06,0.2\na3,ann,2026-10-07,12.5\na4,小王,2026-10-08,\n"
    agree(tmp_path, {**USUAL, "x": cells}, text)


@pytest.mark.parametrize("zone", [None, "Asia/Shanghai"])
def test_what_is_finer_than_a_microsecond_is_cut_off(zone: str | None) -> None:
    cells = pa.array([-1, None, -1000, -1001, 1999, -86_400 * 10**9], pa.int64()).view(pa.timestamp("ns", zone))
    for array, expected in ((cells, [-1, None, -1, -2, 1, -86_400 * 10**6]), (cells[1:3], [None, -1]), (cells[:0], [])):
        found = moments(array)
        assert found is not None
        assert found.type.tz == (zone and "UTC")
        assert found.view(pa.int64()).to_pylist() == expected
    ordinals = days(cells)
    assert ordinals is not None
    assert ordinals.view(pa.int32()).to_pylist() == [-1, None, -1, -1, 0, -1]
    mark = "Z" if zone else ""
    assert as_text(cells).to_pylist()[:3] == [
        f"1969-12-31 23:59:59.999999{mark}",
        None,
        f"1969-12-31 23:59:59.999999{mark}",
    ]


def structs(**fields: Any) -> pa.Array:  # noqa: ANN401 - what Arrow takes
    return pa.array([dict(zip(fields, cells, strict=True)) for cells in zip(*fields.values(), strict=True)])


@pytest.mark.parametrize("wanted", ["a.x", "x"])
@pytest.mark.parametrize("order", [("a", "a.x"), ("a.x", "a"), ("a.x", "a", "a.x.y", "a.z")])
def test_a_column_may_be_named_like_a_field_of_another(tmp_path: Path, order: tuple[str, ...], wanted: str) -> None:
    odd = {
        "a": structs(x=[9, 9, 9, 9], z=[8, 8, 8, 8]),
        "a.x": [1.0, 2, 3, 4],
        "a.x.y": ["p", "q", "r", "s"],
        "a.z": [7, 7, 7, 7],
    }
    usual = {name: cells for name, cells in USUAL.items() if name != "x" or wanted == "x"}
    cells = {**{name: odd[name] for name in order}, **usual}
    source = PLAIN.replace("from: x", f"from: {wanted}")
    for options in READ:
        rows, _ = read(stored(tmp_path, cells), source, options)
        assert [cell for _, cell in rows] == [1, 2, 3, 4 if wanted == "a.x" else 4.5]
    file = opened(stored(tmp_path, cells))
    (block,) = blocks(file)
    assert block.columns
    found = {file.header[place]: found for place, found in block.columns.arrays(range(len(file.header))).items()}
    assert {name: array.to_pylist() for name, array in found.items()} == {
        name: pa.array(column).to_pylist() for name, column in cells.items()
    }


def test_a_name_may_repeat(tmp_path: Path) -> None:
    path = tmp_path / "s.parquet"
    columns = [pa.array(cells) for cells in ([1, 2], ["ann", "bob"], [3, 4], structs(n=[5, 6]), [7, 8])]
    pq.write_table(pa.table(columns, names=["n", "agent", "n", "s", "s.n"]), path)
    (block,) = blocks(opened(path, "agent", "n"))
    assert block.columns
    found = block.columns.arrays((4, 2, 1))
    assert [(place, array.to_pylist()) for place, array in found.items()] == [
        (4, [7, 8]),
        (2, [3, 4]),
        (1, ["ann", "bob"]),
    ]


PARTED: Mapping[str, list[Any]] = {
    "part": ["p", "q", None],
    "agent": ["ann", "bob", None],
    "x": [1, 2, None],
    "note": ["a", "b", None],
}
MAPPED = NAMELESS.replace("type: number", 'type: number, map: {"": 0, "1": 1, "2": 2, "3": 3}')


@pytest.mark.parametrize("source", [NAMELESS, MAPPED], ids=["typed", "raw"])
@pytest.mark.parametrize(
    ("cells", "last", "read"),
    [
        ({}, ",,,", 2),
        ({"note": "合计"}, ",,,合计", 2),
        ({"note": "-"}, ",,,-", 3),
        ({"note": "c"}, ",,,c", 3),
        ({"note": "合计", "x": 3}, ",,3,合计", 3),  # a number comes before the word
        ({"note": "合计", "part": "r"}, "r,,,合计", 3),  # so does what nobody reads
        ({"note": "合计", "part": "--"}, "--,,,合计", 2),
        ({"note": "合计", "agent": "-"}, ",-,,合计", 2),
        ({"note": " 合计（共2项） "}, ",,, 合计（共2项） ", 2),
        ({"note": "\u3000"}, ",,,\u3000", 2),
        ({"note": " - "}, ",,, - ", 3),
    ],
)
def test_rows_that_name_nobody(tmp_path: Path, cells: Mapping[str, Any], last: str, read: int, source: str) -> None:
    given = {name: [*column[:2], cells.get(name)] for name, column in PARTED.items()}
    _, account = agree(tmp_path, given, f"part,agent,x,note\np,ann,1,a\nq,bob,2,b\n{last}\n", source)
    assert (account.read, account.used) == (read, 2)


@pytest.mark.parametrize(
    "cells",
    [
        structs(n=[1, 2, 3]),
        pa.array([b"\xff\xd8", b"\xff\xd8", b"\xff\xd8"]),
        pa.ListArray.from_arrays([0, 1, 2, 3], structs(n=[1, 2, 3])),
        pa.array([bytes(99_999), None, None]),  # too much for anybody to look at
    ],
)
@pytest.mark.parametrize("place", ["part", "note"])
def test_what_is_no_text_is_no_word_but_no_blank_either(tmp_path: Path, place: str, cells: pa.Array) -> None:
    for options in READ:
        _, account = read(stored(tmp_path, {**PARTED, place: cells}), NAMELESS, options)
        assert account.read == 3
        _, account = read(stored(tmp_path, {**PARTED, place: cells, "end": [None, None, "合计"]}), NAMELESS, options)
        assert account.read == 2


@pytest.mark.parametrize(
    ("part", "kept", "is_read"),
    [
        (["p", "q", None], [0, 1], True),
        (["p", "q", ""], [0, 1], True),
        (["m", "n", "o"], [0, 1, 2], True),  # between them lies `null`
        (["a", "b", "c"], [0, 1, 2], True),  # and here `average`
        (["d", "e", "f"], [0, 1, 2], False),
        ([1, 2, None], [0, 1], True),
        ([1, 2, 3], [0, 1, 2], False),
        ([1.0, 2.0, None], [0, 1], True),
        ([{"n": 1}, {"n": 2}, None], [0, 1], True),
    ],
)
def test_the_first_column_alone_may_tell(tmp_path: Path, part: list[Any], kept: list[int], *, is_read: bool) -> None:
    asked = scheme(NAMELESS).sources["s"]
    words = TotalWords(None)
    pages = []
    cells = ["" if cell is None else str(cell).replace(",", ";") for cell in part]
    text = f"part,agent,x,note\n{cells[0]},ann,1,a\n{cells[1]},bob,2,合计\n{cells[2]},,,合计\n"
    for path in (stored(tmp_path, {**PARTED, "part": part, "note": ["a", "合计", "合计"]}), as_csv(tmp_path, text)):
        file = open_export(InputFile(path.name, path), expected_of(asked))
        layout = lay_out(asked, file, "UTC")
        assert isinstance(layout, Layout)
        layout = replace(layout, marked=(0,))  # as of rows that are put together to cases
        (block,) = blocks(file)
        if block.columns:
            records = records_of(block.columns, layout, words)
            assert (records.arrays[0].type != pa.int32()) == is_read
        else:
            records = exact_plan(layout).read(block.data)
        pages.append(page_of(block, layout, records, words))
    assert [page.skipped for page in pages] == [{"合计": 3 - len(kept)} if len(kept) < 3 else {}] * 2
    assert [np.arange(3)[page.rows].tolist() if page.rows is not None else [0, 1, 2] for page in pages] == [kept] * 2


@pytest.mark.skipif(sys.platform == "win32", reason="a file that is read cannot go there")
def test_other_columns_are_decoded_beside_those_needed(tmp_path: Path) -> None:
    count = PIECE + 2
    cells = {"n": pa.array(range(count)), "part": pa.array([str(number) for number in range(count)])}
    path = stored(tmp_path, cells, row_group_size=count)
    first, second = (block.columns for block in blocks(opened(path, "n")))
    assert first
    assert second
    rows = integer_array(pa.array([0, 7]).to_numpy())
    later = [str(count // 2), str(count // 2 + 7)]  # two pieces of one length
    for columns, texts in ((first, ["0", "7"]), (second, later)):
        columns.arrays((0,))
        assert [column.to_pylist() for column in columns.cells(rows)] == [texts, texts]
    before = pa.total_allocated_bytes()
    (_, last) = (block.columns for block in blocks(opened(path, "n")))
    assert last
    last.arrays((0,))
    assert [column.to_pylist() for column in last.cells(rows)] == [later] * 2
    held = pa.total_allocated_bytes() - before
    assert held < PIECE * 8 * 1.5  # the first column of both pieces, which somebody may ask for, and no more
    path.unlink()
    assert second.texts(0, rows).to_pylist() == later
