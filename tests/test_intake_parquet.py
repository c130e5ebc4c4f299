"""Parquet: every plain type as the text that CSV would hold, nulls staying missing, blocks streamed."""

import csv
import gzip
import io
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_intake import body, columns, opened, written
from made_workbooks import zipped
from msgspec import Struct
from msgspec.structs import replace

from kpi_cli.intake.files.archives import members_in
from kpi_cli.intake.files.blocks import InputFile
from kpi_cli.intake.files.expecting import Expected
from kpi_cli.intake.files.footers import content_of, table_of
from kpi_cli.intake.files.metering import Meter
from kpi_cli.intake.files.opening import blocks, open_export
from kpi_cli.intake.files.rowgroups import PIECE, pieces_of
from kpi_cli.intake.inspecting.sampling import sampled
from kpi_cli.problems import Exit, KpiError

ID = tuple(columns(id="id").values())
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


@pytest.mark.parametrize(
    ("cells", "texts"),
    [
        (
            pa.array([bytes(range(16)), None, bytes(range(240, 256))], pa.uuid()),
            ["00010203-0405-0607-0809-0a0b0c0d0e0f", "", "f0f1f2f3-f4f5-f6f7-f8f9-fafbfcfdfeff"],
        ),
        (pa.array(['{"a": "小张"}', None, "7"], pa.json_()), ['{"a": "小张"}', "", "7"]),
        (pa.ExtensionArray.from_storage(pa.bool8(), pa.array([1, None, 0], pa.int8())), ["TRUE", "", "FALSE"]),
        (
            pa.ExtensionArray.from_storage(pa.opaque(pa.int32(), "point", "x"), pa.array([1, None, 2], pa.int32())),
            ["1", "", "2"],
        ),
        (
            pa.ExtensionArray.from_storage(pa.opaque(pa.binary(), "word", "x"), pa.array([b"abc", None, b"d"])),
            ["abc", "", "d"],
        ),
        (
            pa.ListArray.from_arrays([0, 2, 2, 2], pa.array([bytes(16), bytes([255] * 16)], pa.uuid())),
            ["00000000-0000-0000-0000-000000000000,ffffffff-ffff-ffff-ffff-ffffffffffff", "", ""],
        ),
    ],
)
@pytest.mark.parametrize("size", [2, 3])
def test_extension_types_as_text(tmp_path: Path, cells: pa.Array, texts: list[str], size: int) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": ["x", "y", "z"], "cell": cells}), path, row_group_size=size)
    rows = list(csv.reader(io.StringIO(body(opened(path, "id", "cell")).decode())))
    assert rows == [["x", texts[0]], ["y", texts[1]], ["z", texts[2]]]


def test_extension_types_are_looked_at(tmp_path: Path) -> None:
    ids = pa.array([bytes(15) + bytes([number]) for number in range(3)], pa.uuid())
    yes = pa.ExtensionArray.from_storage(pa.bool8(), pa.array([1, 0, 1], pa.int8()))
    path = parquet(tmp_path / "a.parquet", id=ids, yes=yes, note=pa.array(["{}", "[]", None], pa.json_()))
    id_, yes_, note = sampled([opened(path, "id")]).columns
    assert [list(column.words or ()) for column in (id_, yes_, note)] == [
        [f"00000000-0000-0000-0000-00000000000{number}" for number in range(3)],
        ["TRUE", "FALSE"],
        ["{}", "[]"],
    ]


def test_a_tensor_is_no_plain_cell(tmp_path: Path) -> None:
    kind = pa.fixed_shape_tensor(pa.int32(), [2])
    cells = pa.ExtensionArray.from_storage(kind, pa.array([[1, 2]], pa.list_(pa.int32(), 2)))
    assert refused(parquet(tmp_path / "a.parquet", id=["x"], cell=cells), "id", "cell") == "nested-column"


class Counting(Struct):
    """What a file says of its row groups, counting how often it is asked."""

    metadata: Any
    asked: int = 0

    @property
    def num_row_groups(self) -> int:
        return int(self.metadata.num_row_groups)

    def row_group(self, number: int) -> Any:  # noqa: ANN401 - of Arrow
        self.asked += 1
        return self.metadata.row_group(number)


def test_many_row_groups_of_few_rows_are_counted_once(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": pa.array(range(500))}), tmp_path / "a.parquet", row_group_size=1)
    table = table_of(opened(tmp_path / "a.parquet", "id"))
    counting = Counting(table.metadata)
    (piece,) = pieces_of(replace(table, metadata=counting))
    assert piece.rows == 500
    assert counting.asked <= 4 * 500


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


def test_a_packed_file_is_not_held_whatever_its_size(tmp_path: Path) -> None:
    content = parquet(tmp_path / "a.parquet", id=["x", "y"]).read_bytes()
    path = written(tmp_path, "b.parquet.gz", gzip.compress(content))
    assert body(opened(path, "id")) == b'"x"\n"y"\n'
    file = InputFile("b.parquet.gz", path)
    assert content_of(file, len(content)) == pa.py_buffer(content)
    with pytest.raises(KpiError) as caught:
        content_of(file, len(content) - 1)
    assert [problem.code for problem in caught.value.problems] == ["packed-too-large"]


def test_a_member_of_an_archive_counts_for_itself(tmp_path: Path) -> None:
    content = parquet(tmp_path / "a.parquet", id=["x", "y"]).read_bytes()
    path = written(tmp_path, "b.zip", zipped({"a.parquet": content, "b.parquet": content, "c.csv": "id\nz\n" * 999}))
    seen: list[int] = []
    for member in members_in(path)[:2]:
        file = open_export(InputFile(member.name, path, member=member), Expected("chats", ID))
        assert len(list(blocks(file, meter=Meter(seen.append)))) == 1
    assert seen == [len(content)] * 2


def test_no_row_of_a_single_column_is_an_empty_line(tmp_path: Path) -> None:
    path = parquet(tmp_path / "a.parquet", id=pa.array([None, "x", "", None], pa.string()))
    assert body(opened(path, "id")) == b'""\n"x"\n""\n""\n'


def test_no_rows(tmp_path: Path) -> None:
    assert body(opened(parquet(tmp_path / "a.parquet", id=pa.array([], pa.string())), "id")) == b""
