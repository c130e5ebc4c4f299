"""One table in many dialects: whatever it is written as, the same cells are read, and the same scores come out."""

# Times without a zone are what exports hold.
# ruff: noqa: DTZ001

import csv
import gzip
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from conftest import Kpi
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from in_process import score
from made_intake import body, opened, written
from made_workbooks import MOMENT, packed, workbook, zipped
from small_case import Case

from kpi_cli.intake.files.encodings import known_encoding
from kpi_cli.intake.files.unpacking import CHUNK

Rows: TypeAlias = Sequence[Sequence[str]]
HEADER = ("id", "客服", "note")
CELLS = st.text(st.sampled_from("ab 1,;|\t\"'\n客服小张很满意=+-@#é０"), max_size=12)
TABLES = st.lists(st.tuples(CELLS.map("x{}".format), CELLS, CELLS), max_size=8)
PREAMBLES = st.lists(st.sampled_from(["", "客服月报", "Reporting period 2026-10-01 to 2026-10-31"]), max_size=2)


@dataclass(frozen=True, slots=True)
class Dialect:
    """A way to write a table, and the name its file bears."""

    name: str
    delimiter: str = ","
    encoding: str = "utf-8"
    line_end: str = "\n"
    packing: str = ""

    def write(self, folder: Path, rows: Rows, preamble: Sequence[str]) -> Path:
        match self.name:
            case "xlsx":
                raw = _workbook(rows, preamble)
            case "parquet":
                raw = _parquet(rows)
            case _:
                raw = self._text(rows, preamble)
        return written(folder, "export", packed(raw, self.packing))

    def _text(self, rows: Rows, preamble: Sequence[str]) -> bytes:
        text = io.StringIO(newline="")
        text.write("".join(line + self.line_end for line in preamble))
        csv.writer(text, delimiter=self.delimiter, lineterminator=self.line_end).writerows([HEADER, *rows])
        return text.getvalue().encode(self.encoding)


def _workbook(rows: Rows, preamble: Sequence[str]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    for row, cells in enumerate([*([line] for line in preamble), HEADER, *rows]):
        for column, cell in enumerate(cells):
            sheet.write_string(row, column, cell)
    book.close()
    return buffer.getvalue()


def _parquet(rows: Rows) -> bytes:
    buffer = io.BytesIO()
    columns = [[row[place] for row in rows] for place in range(len(HEADER))]
    arrays = [pa.array(column, pa.string()) for column in columns]
    pq.write_table(pa.table(arrays, names=HEADER), buffer)
    return buffer.getvalue()


DIALECTS = st.builds(
    Dialect,
    st.sampled_from(["csv", "csv", "xlsx", "parquet"]),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "gzip", "zip", "zstd"]),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(TABLES, PREAMBLES, DIALECTS, st.sampled_from([1, 40, 1 << 20]))
def test_what_is_written_is_read(
    tmp_path: Path, rows: Rows, preamble: Sequence[str], dialect: Dialect, size: int
) -> None:
    file = opened(dialect.write(tmp_path, rows, preamble), *HEADER)
    read = csv.reader(io.StringIO(body(file, size).decode(), newline=""), delimiter=file.dialect.delimiter)
    assert file.header == HEADER
    assert [tuple(cells) for cells in read] == [tuple(row) for row in rows]


SCHEME = """\
kpi: 1
name: 一份数据，多种写法
timezone: Asia/Shanghai
sources:
  chats:
    files: "chats*"
    key: id
    agent: agent
    time: at
    columns:
      id: 会话ID
      agent: 客服
      at: {from: 开始时间, type: datetime}
      wait: {from: 首次响应时长（秒）, type: duration}
      amount: {from: 付款金额, type: number}
      rate: {from: 满意率, type: percent, unit: fraction}
      paid: {from: 是否付款, type: boolean}
metrics:
  wait: {formula: mean(chats.wait), unit: duration, target: ≤ 30s}
  aov: {formula: "sum(chats.amount) / count(chats, where=chats.paid)", unit: money, target: ≥ 100}
  rate: {formula: mean(chats.rate), unit: percent, target: ≥ 85%}
scorecards:
  service: {weights: {wait: 40, aov: 30, rate: 30}}
grades:
  - {grade: A, min: 100, coefficient: 1.1}
  - {grade: B, coefficient: 0.8}
"""
NAMES = ["会话ID", "客服", "开始时间", "首次响应时长（秒）", "付款金额", "满意率", "是否付款"]
CHATS: list[tuple[str, str, datetime, float, float, float, bool]] = [
    ("007", "小张", datetime(2026, 10, 1, 0, 0, 0), 12.5, 99.1, 0.9, True),  # the scheme's clock
    ("008", "小张", datetime(2026, 10, 5, 9, 3, 7), 30, 0.7, 1, False),
    ("1009", "小李", datetime(2026, 10, 31, 23, 59, 59), 48.25, 1234.56, 0.815, True),
    ("1010", "小李", datetime(2026, 11, 1, 0, 0, 0), 1, 1, 0, True),
]
# 小张: wait 21.25 s, so 120 points; aov 99.8: 99.8; rate .95 of .85: 111.76; 48 + 29.94 + 33.528 = 111.468
# 小李: wait 48.25 s: 62.18; aov 1234.56: 120; rate .815 of .85: 95.88; 24.872 + 36 + 28.764 = 89.636
SUMMARY = """\
period,agent_id,agent_name,team,scorecard,score,grade,coefficient,rank,of,coverage,status,notes
2026-10,小张,小张,,service,111.5,A,1.1,1,2,100,scored,
2026-10,小李,小李,,service,89.6,B,0.8,2,2,100,scored,
"""


def as_csv(delimiter: str = ",", encoding: str = "utf-8", decimal: str = ".") -> bytes:
    def cell(value: object) -> str:
        return f"{value}".replace(".", decimal) if isinstance(value, float) else f"{value}"

    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([NAMES, *([cell(value) for value in row] for row in CHATS)])
    return text.getvalue().encode(encoding)


def as_workbook(folder: Path) -> bytes:
    start = datetime(1899, 12, 30)  # where Excel's days begin
    rows: list[list[Any]] = [list(NAMES)]
    for key, agent, at, *rest in CHATS:
        rows.append([key, agent, ((at - start).total_seconds() / 86400, MOMENT), *rest])
    return workbook(folder / "w.xlsx", 封面=[["客服"]], 数据=rows).read_bytes()


def as_parquet(_: Path) -> bytes:
    buffer = io.BytesIO()
    columns = [list(column) for column in zip(*CHATS, strict=True)]
    pq.write_table(pa.table(columns, names=NAMES), buffer)
    return buffer.getvalue()


WAYS: dict[str, Callable[[Path], bytes]] = {
    "chats.csv": lambda _: as_csv(),
    "chats-bom.csv": lambda _: as_csv(encoding="utf-8-sig"),
    "chats-gb.csv": lambda _: as_csv(encoding="gb18030"),
    "chats-utf16.txt": lambda _: as_csv(delimiter="\t", encoding="utf-16"),
    "chats-semicolon.csv": lambda _: as_csv(delimiter=";", decimal=","),
    "chats.csv.gz": lambda _: gzip.compress(as_csv()),
    "chats.zip": lambda _: zipped({"chats.csv": as_csv()}),
    "chats.xlsx": as_workbook,
    "chats.parquet": as_parquet,
}


@pytest.mark.parametrize("name", ["chats.csv", "chats.csv.gz", "chats.zip", "chats.xlsx", "chats.parquet"])
def test_standard_input_may_be_any_of_them(tmp_path: Path, name: str, kpi: Kpi) -> None:
    folder = Case(SCHEME, {}).written(tmp_path)
    ran = kpi("score", folder / "scheme.yaml", "-", "--period", "2026-10", stdin=WAYS[name](tmp_path))
    assert (ran.code, ran.text) == (0, SUMMARY)


@pytest.fixture(scope="module")
def detail(tmp_path_factory: pytest.TempPathFactory) -> str:
    return score(Case(SCHEME, {"chats.csv": as_csv()}).written(tmp_path_factory.mktemp("plain"))).detail


@pytest.mark.parametrize("name", WAYS)
def test_the_same_data_give_the_same_scores(tmp_path: Path, name: str, detail: str) -> None:
    scored = score(Case(SCHEME, {name: WAYS[name](tmp_path)}).written(tmp_path))
    assert scored.summary == SUMMARY
    assert scored.detail == detail
    assert scored.count("chats") | {"used": 3, "outside_period": 1} == scored.count("chats")


NO_ENCODINGS = ["hex", "base64", "rot13", "zip", "quopri", "punycode", "idna", "undefined", "no-such"]


@pytest.mark.parametrize("name", NO_ENCODINGS)
def test_what_is_no_encoding_of_files(name: str) -> None:
    assert known_encoding(name) is None


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("before", range(5))
def test_a_character_that_is_cut_by_the_end_of_what_is_read_at_once(tmp_path: Path, encoding: str, before: int) -> None:
    """All before it is ASCII, so nothing else tells the encoding."""
    head = "id,agent\n1,ann\n"
    head += "2," + "x" * (CHUNK - len(head) - 2 - before)
    raw = f"{head}张三\n3,李四\n".encode(encoding)
    file = opened(written(tmp_path, "a.csv", raw), "id")
    assert body(file, CHUNK).decode().endswith("x张三\n3,李四\n")
