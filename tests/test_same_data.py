"""The same rows in every form an export may have: the same bytes come out, summary, detail and JSON."""

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import Kpi
from in_process import score
from made_workbooks import zipped
from small_case import Case, changed
from test_intake_dialects import CHATS, NAMES, SCHEME, SUMMARY, as_csv, as_parquet, as_workbook

from kpi_cli.periods import parse_period
from kpi_cli.pipeline import Outcome, Request, run
from kpi_cli.reports.csvfile import detail_csv, summary_csv
from kpi_cli.reports.jsonfile import scores_json
from kpi_cli.scheme.load import load_scheme

Files: TypeAlias = Mapping[str, bytes]
OCTOBER = parse_period("2026-10", date(2026, 11, 15))


PLUS = """\
kpi: 1
name: Plus
timezone: UTC
sources:
  chats:
    files: "chats*.csv"
    agent: agent
    time: at
    columns: {agent: agent, at: {from: at, type: date}, wait: {from: wait, type: duration, unit: s}}
metrics: {wait: {formula: sum(chats.wait), unit: duration, target: ≤ 30s}}
scorecards: {all: {weights: {wait: 100}}}
grades: [{grade: A, coefficient: 1}]
"""


@pytest.mark.parametrize("cells", [["8", "+4"], ["+4", "8"], ["8.5", "+3.5"], ["12", "+0"], ["0:00:08", "+0:00:04"]])
def test_a_plus_is_read_the_same_in_any_order_of_files(tmp_path: Path, cells: Sequence[str]) -> None:
    """However the first of the files has its column read; 12 s in all."""
    files = {f"chats{number}.csv": f"agent,at,wait\nann,2026-10-05,{cell}\n" for number, cell in enumerate(cells)}
    Case(PLUS, dict(files)).written(tmp_path)
    found = score(tmp_path)
    assert (found.accounts["chats"].used, found.detail.splitlines()[1].split(",")[7]) == (2, "12")


BIG = "9223372036854.776"


@pytest.mark.parametrize("cells", [["1.5", BIG], [BIG, "1.5"], ["", BIG]])
def test_more_digits_than_the_first_cells_have(tmp_path: Path, cells: Sequence[str]) -> None:
    """19 of them, in millionths; by csv and fractions."""
    files = {f"chats{number}.csv": f"agent,at,wait\nann,2026-10-05,{cell}\n" for number, cell in enumerate(cells)}
    Case(changed(PLUS, "unit: s}", "unit: s, signed: true}"), dict(files)).written(tmp_path)
    total = sum((Fraction(cell) for cell in cells if cell), Fraction(0))
    assert Fraction(score(tmp_path).detail.splitlines()[1].split(",")[7]) == total


@dataclass(frozen=True, slots=True)
class Written:
    """What is written of an outcome, byte by byte."""

    summary: str
    detail: str
    periods: object
    agents: object


def outcome(folder: Path, scheme: str, files: Files) -> Outcome:
    Case(scheme, dict(files)).written(folder)
    loaded = load_scheme(folder / "scheme.yaml").scheme
    return run(Request(scheme=loaded, data=(str(folder / "data"),), periods=(OCTOBER,), hash_inputs=True))


def written(folder: Path, scheme: str, files: Files) -> Written:
    found = outcome(folder, scheme, files)
    document = json.loads(scores_json(found))
    return Written(
        summary_csv(found.sheets, found.scheme),
        detail_csv(found.sheets, found.scheme),
        document["periods"],
        document["agents"],
    )


def rows_csv(rows: Sequence[Sequence[object]], line_end: str = "\n", quoting: int = csv.QUOTE_MINIMAL) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=line_end, quoting=quoting)  # type: ignore[arg-type] # any of csv's numbers
    writer.writerows([NAMES, *rows])
    return text.getvalue().encode()


def zstd(raw: bytes) -> bytes:
    packed: bytes = pa.compress(raw, "zstd", asbytes=True)
    return packed


def parquet(**types: pa.DataType) -> bytes:
    """Return the rows as Parquet, some columns in types of their own."""
    buffer = io.BytesIO()
    arrays = []
    for name, column in zip(NAMES, zip(*CHATS, strict=True), strict=True):
        kind = types.get(name)
        cells = [Decimal(str(cell)) if kind is not None and pa.types.is_decimal(kind) else cell for cell in column]
        arrays.append(pa.array(cells, kind))
    pq.write_table(pa.table(arrays, names=NAMES), buffer, row_group_size=2, compression="zstd")
    return buffer.getvalue()


def workbook(folder: Path) -> bytes:
    return as_workbook(folder)


DUPLICATE = [*CHATS, CHATS[0]]
FORMS: Mapping[str, Callable[[Path], Files]] = {
    "one day first": lambda _: {"chats.csv": rows_csv([_with_time(row, "%d/%m/%Y %H:%M:%S") for row in CHATS])},
    "with half days": lambda _: {"chats.csv": rows_csv([_with_time(row, "%m/%d/%Y %I:%M:%S %p") for row in CHATS])},
    "in CRLF": lambda _: {"chats.csv": rows_csv(CHATS, "\r\n")},
    "in CR": lambda _: {"chats.csv": rows_csv(CHATS, "\r")},
    "all quoted": lambda _: {"chats.csv": rows_csv(CHATS, quoting=csv.QUOTE_ALL)},
    "behind tabs": lambda _: {"chats.tsv": as_csv(delimiter="\t")},
    "behind bars": lambda _: {"chats.txt": as_csv(delimiter="|")},
    "in UTF-16, big end first": lambda _: {"chats.csv": b"\xfe\xff" + as_csv().decode().encode("utf-16-be")},
    "in zstd": lambda _: {"chats.csv.zst": zstd(as_csv())},
    "in gzip, semicolons and GB18030": lambda _: {"chats.gz": gzip.compress(as_csv(";", "gb18030", ","))},
    "in a zip of several members": lambda _: {
        "chats.zip": zipped({f"chats-{place}.csv": rows_csv([row]) for place, row in enumerate(CHATS)})
    },
    "in a zip of packed members": lambda _: {
        "chats.zip": zipped(
            {"a/chats-1.csv.gz": gzip.compress(rows_csv(CHATS[:2])), "b/chats-2.csv": rows_csv(CHATS[2:])}
        )
    },
    "in files of several forms": lambda folder: {
        "chats-1.csv": rows_csv(CHATS[3:]),
        "chats-2.csv.zst": zstd(rows_csv(CHATS[1:2])),
        "chats-3.csv": rows_csv(CHATS[2:3]),
        "chats-4.csv.gz": gzip.compress(rows_csv(CHATS[:1])),
        "chats-5.xlsx": workbook(folder),
    },
    "in a packed workbook": lambda folder: {"chats.xlsx.gz": gzip.compress(workbook(folder))},
    "backwards": lambda _: {"chats.csv": rows_csv(CHATS[::-1])},
    "one row twice": lambda _: {"chats.csv": rows_csv(DUPLICATE)},
    "with a total": lambda _: {"chats.csv": as_csv() + "汇总,--,,,,,\n".encode()},
    "in typed Parquet": lambda _: {
        "chats.parquet": parquet(
            付款金额=pa.decimal128(12, 4), 满意率=pa.float64(), 客服=pa.dictionary(pa.int8(), pa.string())
        )
    },
    "in Parquet of milliseconds": lambda _: {"chats.parquet": parquet(开始时间=pa.timestamp("ms"))},
}


def _with_time(row: Sequence[object], form: str) -> list[object]:
    return [format(cell, form) if isinstance(cell, datetime) else cell for cell in row]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Written:
    found = written(tmp_path_factory.mktemp("plain"), SCHEME, {"chats.csv": as_csv()})
    assert found.summary == SUMMARY  # worked out by hand
    return found


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_bytes(tmp_path: Path, form: str, plain: Written) -> None:
    assert written(tmp_path, SCHEME, FORMS[form](tmp_path)) == plain


WESTERN = changed(SCHEME, 'files: "chats*"', 'files: "chats*"\n    encoding: {}').replace(
    "from: 首次响应时长（秒）", "from: Durée (s)"
)
TRANSLATED = {
    "会话ID": "id",
    "客服": "Opérateur",
    "开始时间": "début",
    "付款金额": "montant",
    "满意率": "taux",
    "是否付款": "payé",
}


@pytest.mark.parametrize("encoding", ["windows-1252", "utf-16-le", "utf-16-be", "latin-1"])
def test_a_declared_encoding_gives_what_utf8_gives(tmp_path: Path, encoding: str) -> None:
    scheme, header = WESTERN, as_csv().decode().replace("首次响应时长（秒）", "Durée (s)")
    for name, other in TRANSLATED.items():
        scheme, header = (
            scheme.replace(f": {name}", f": {other}").replace(f"from: {name}", f"from: {other}"),
            header.replace(name, other),
        )
    text = header.replace("小张", "Zoé").replace("小李", "René")
    found = []
    for place, way in enumerate((encoding, "utf-8")):
        folder = tmp_path / str(place)
        folder.mkdir()
        found.append(written(folder, scheme.replace("{}", way, 1), {"chats.csv": text.encode(way)}))
    assert found[0] == found[1]
    assert "Zoé" in found[0].summary


@pytest.mark.parametrize("form", ["in zstd", "in a zip of several members", "in UTF-16, big end first"])
def test_a_pipe_may_carry_any_form(kpi: Kpi, tmp_path: Path, form: str) -> None:
    folder = Case(SCHEME, {}).written(tmp_path)
    (content,) = FORMS[form](tmp_path).values()
    ran = kpi("score", folder / "scheme.yaml", "chats=-", "--period", "2026-10", stdin=content)
    assert (ran.code, ran.text) == (0, SUMMARY)


def test_the_hash_of_an_input_is_that_of_its_bytes(tmp_path: Path) -> None:
    packed = gzip.compress(rows_csv(CHATS[:2]))
    found = outcome(tmp_path, SCHEME, {"chats-1.csv.gz": packed, "chats-2.parquet": as_parquet(tmp_path)})
    expected = {"chats-1.csv.gz": (hashlib.sha256(packed).hexdigest(), 2)}
    expected["chats-2.parquet"] = (hashlib.sha256(as_parquet(tmp_path)).hexdigest(), 4)
    inputs = json.loads(scores_json(found))["inputs"]
    assert {entry["file"].split("/")[-1]: (entry["sha256"], entry["rows"]) for entry in inputs} == expected
