"""DATA named by URL: the same numbers, accounts and hashes as from disk; what is wrong with a URL is told."""

import gzip
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from in_process import TODAY
from msgspec.structs import replace
from small_case import CHATS, ROSTER, SUMMARY, Case, with_files

from kpi_cli.periods import parse_period
from kpi_cli.pipeline import Outcome, Request, run
from kpi_cli.problems import Exit, KpiError
from kpi_cli.reports.csvfile import summary_csv
from kpi_cli.scheme.load import load_scheme

fsspec = pytest.importorskip("fsspec", reason="the extra `dask` is not installed")


@pytest.fixture
def memory() -> Iterator[str]:
    """The URL of an empty folder of the storage that fsspec has in memory."""
    system = fsspec.filesystem("memory")
    system.makedirs("/exports", exist_ok=True)
    yield "memory://exports"
    system.rm("/exports", recursive=True)


def put(files: dict[str, bytes]) -> None:
    system = fsspec.filesystem("memory")
    for name, content in files.items():
        system.pipe(f"/exports/{name}", content)


def scored(folder: Path, *data: str) -> Outcome:
    scheme = load_scheme(folder / "scheme.yaml").scheme
    return run(Request(scheme, data, (parse_period("2026-10", TODAY),), hash_inputs=True))


def summary(outcome: Outcome) -> str:
    """The summary without its last column, whose words are free."""
    lines = summary_csv(outcome.sheets, outcome.scheme).splitlines()
    return "".join(f"{line.rpartition(',')[0]}\n" for line in lines)


def parquet(text: str) -> bytes:
    written = io.BytesIO()
    as_text = pa_csv.ConvertOptions(column_types=dict.fromkeys(text.partition("\n")[0].split(","), pa.string()))
    pq.write_table(pa_csv.read_csv(io.BytesIO(text.encode()), convert_options=as_text), written, row_group_size=2)
    return written.getvalue()


def workbook(text: str) -> bytes:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as book:
        sheet = book.add_worksheet()
        for row, line in enumerate(text.splitlines()):
            sheet.write_row(row, 0, line.split(","))
    return written.getvalue()


def archive(text: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        packed.writestr("chats.csv", text)
    return written.getvalue()


FORMS = {
    "chats.csv": CHATS.encode(),
    "chats.csv.gz": gzip.compress(CHATS.encode()),
    "chats.zip": archive(CHATS),
    "chats.parquet": parquet(CHATS),
    "chats.xlsx": workbook(CHATS),
}


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """The small case, its chats in any form and none of its data on disk."""
    plain = with_files(chats=None, roster=None)
    scheme = plain.scheme.replace('files: "chats*.csv"', 'files: "chats*"')
    return Case(scheme, plain.files).written(tmp_path)


@pytest.mark.parametrize("name", FORMS)
def test_every_form_is_read_from_a_folder_with_a_url(case: Path, memory: str, name: str) -> None:
    put({"roster.csv": ROSTER.encode(), f"2026/{name}": FORMS[name], "2026/.chats.csv": b"hidden"})
    there = scored(case, memory)
    (case / "data" / "roster.csv").write_text(ROSTER, encoding="utf-8")
    (case / "data" / name).write_bytes(FORMS[name])
    here = scored(case, str(case / "data"))
    assert summary(there) == summary(here) == SUMMARY
    assert there.reports == here.reports
    assert [each.sha256 for each in there.inputs] == [each.sha256 for each in here.inputs]
    assert there.inputs[-1].file.startswith(f"memory:///exports/2026/{name}")


def test_a_file_is_named_by_url(case: Path, memory: str) -> None:
    put({"rows.txt": CHATS.encode()})
    (case / "roster.csv").write_text(ROSTER, encoding="utf-8")
    assert summary(scored(case, f"chats={memory}/rows.txt")) == SUMMARY


def test_a_url_of_a_file_on_disk_is_its_path(case: Path) -> None:
    (case / "data" / "roster.csv").write_text(ROSTER, encoding="utf-8")
    (case / "data" / "chats.csv").write_text(CHATS, encoding="utf-8")
    here, there = scored(case, str(case / "data")), scored(case, (case / "data").as_uri())
    assert replace(there, scheme=here.scheme).inputs == here.inputs
    assert summary(there) == SUMMARY


@pytest.mark.parametrize(
    ("url", "code", "word"),
    [
        ("memory://exports/chats.csv", Exit.USAGE, "does not exist"),
        ("nosuch://exports/chats.csv", Exit.USAGE, "Protocol not known: nosuch"),
        ("chats=nosuch://exports/chats.csv", Exit.USAGE, "Protocol not known: nosuch"),
    ],
)
def test_what_is_wrong_with_a_url(case: Path, url: str, code: Exit, word: str) -> None:
    with pytest.raises(KpiError) as stopped:
        scored(case, url)
    assert stopped.value.exit_code is code
    assert word in stopped.value.problems[0].message
    assert url.removeprefix("chats=") in stopped.value.problems[0].message
