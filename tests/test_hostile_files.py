"""Files that are not what they seem: each is read as it was meant, or refused by name, and never a traceback."""

import bz2
import gzip
import io
import lzma
import os
import random
import sys
import threading
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from made_outcomes import OCTOBER
from made_workbooks import zipped
from msgspec.structs import replace
from small_case import CHATS, ROSTER, Case
from test_accounts import request
from test_same_data import zstd

from kpi_cli.intake.files.unpacking import held
from kpi_cli.pipeline import run
from kpi_cli.problems import Exit, KpiError
from kpi_cli.reports.csvfile import summary_csv

Make: TypeAlias = Callable[[], bytes]
HEADER, *LINES = CHATS.splitlines()
RAW = CHATS.encode()


def parquet(text: str = CHATS) -> bytes:
    names, *rows = (line.split(",") for line in text.splitlines())
    columns = [pa.array([row[place] for row in rows], pa.string()) for place in range(len(names))]
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(columns, names=names), buffer)
    return buffer.getvalue()


def many_rows() -> bytes:
    dice = random.Random(5)  # noqa: S311 - test data, nothing secret
    lines = (f"k{place},007,2026-10-05 09:00:00,{dice.random()},5\n" for place in range(5000))
    return RAW + "".join(lines).encode()


def packed_often(times: int) -> bytes:
    raw = RAW
    for _ in range(times):
        raw = gzip.compress(raw, 1)
    return raw


def wide(columns: int) -> bytes:
    further = [f"x{place}" for place in range(columns)]
    return "".join(f"{line},{','.join(further)}\n" for line in (HEADER, *LINES)).encode()


def flipped(raw: bytes, place: int) -> bytes:
    return raw[:place] + bytes([raw[place] ^ 0xFF]) + raw[place + 1 :]


def with_note(note: str) -> bytes:
    """Return the chats with a further cell, which is long in one of them."""
    notes = ["note", note, "", "", ""]
    return "".join(f"{line},{cell}\n" for line, cell in zip((HEADER, *LINES), notes, strict=True)).encode()


def sheet() -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    page = book.add_worksheet()
    for place, line in enumerate((HEADER, *LINES)):
        page.write_row(place, 0, line.split(","))
    book.close()
    return buffer.getvalue()


MEANT: Mapping[str, Make] = {  # what a user would say can be read
    "with two thousand columns": lambda: wide(2000),
    "with a cell of ten megabytes": lambda: with_note("x" * 10_000_000),
    "with ten megabytes of quoted lines": lambda: with_note('"' + "y\n" * 5_000_000 + '"'),
    "with line ends of all kinds": lambda: "{}\r\n{}\n{}\r\n{}\r{}\r\n".format(HEADER, *LINES).encode(),
    "with carriage returns alone": lambda: RAW.replace(b"\n", b"\r"),
    "with a million blank lines": lambda: RAW + b"\n" * 1_000_000,
    "with two byte order marks": lambda: b"\xef\xbb\xbf\xef\xbb\xbf" + RAW,
    "with Excel's line about separators": lambda: b"sep=;\n" + RAW.replace(b",", b";"),
    "with headers that float": lambda: CHATS.replace(HEADER, " ID ,Agent\xa0, at,WAIT,rating\u3000").encode(),
    "CSV called xlsx": lambda: RAW,
    "Parquet called CSV": parquet,
    "a workbook called CSV": sheet,
    "gzip in gzip in gzip": lambda: packed_often(3),
    "gzip in parts": lambda: gzip.compress(RAW[:40]) + gzip.compress(RAW[40:]),
    "gzip with zeros behind it": lambda: gzip.compress(RAW) + b"\0" * 512,
    "zip in zip in zip": lambda: zipped({"a.zip": zipped({"b.zip": zipped({"chats.csv": RAW})})}),
}


REFUSED: Mapping[str, tuple[str, Make]] = {
    "nothing": ("empty-file", lambda: b""),
    "a byte order mark and nothing": ("empty-file", lambda: b"\xef\xbb\xbf"),
    "blank lines": ("empty-file", lambda: b"\n\n\n"),
    "a header and nothing": ("no-rows", HEADER.encode),
    "another header": ("no-header", lambda: b"a,b,c\n1,2,3\n"),
    "a header in line 31": ("no-header", lambda: b"title\n" * 30 + RAW),
    "one header twice": ("duplicate-header", lambda: with_note("x").replace(b"note", b"rating")),
    "gzip without its end": ("damaged-file", lambda: gzip.compress(RAW)[:-12]),
    "half of a gzip": ("damaged-file", lambda: gzip.compress(many_rows())[:40_000]),
    "gzip and rubbish": ("damaged-file", lambda: gzip.compress(RAW) + b"rubbish"),
    "half of a zstd": ("damaged-file", lambda: zstd(many_rows())[:-10]),
    "what begins like zstd": ("damaged-file", lambda: b"\x28\xb5\x2f\xfd" + b"abc" * 100),
    "half of a zip": ("damaged-file", lambda: zipped({"chats.csv": many_rows()})[:200]),
    "a zip by LZMA with a wrong byte": (
        "damaged-file",
        lambda: flipped(zipped({"chats.csv": many_rows()}, zipfile.ZIP_LZMA), 3000),
    ),
    "a zip of nothing": ("zip-members", lambda: zipped({})),
    "a zip of zips": ("zip-members", lambda: zipped({f"{each}.zip": zipped({"x.csv": RAW}) for each in "ab"})),
    "gzip in gzip, nine hundred times": ("packed-too-often", lambda: packed_often(900)),
    "half of a workbook": ("damaged-file", lambda: sheet()[:-500]),
    "the middle of Parquet": ("damaged-file", lambda: parquet()[:40]),
    "Parquet without its end": ("damaged-file", lambda: parquet()[:-20]),
    "Parquet with a wrong byte": ("damaged-file", lambda: flipped(parquet(), 30)),
    "Parquet without an agent": ("missing-column", lambda: parquet("id,at,wait,rating\nc1,2026-10-05,1,5\n")),
    "an old workbook that is none": ("damaged-file", lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(3000)),
    "HTML": ("not-a-table", lambda: b"<html><table><tr><td>id</td></tr></table></html>"),
    "XML": ("not-a-table", lambda: b'\xef\xbb\xbf<?xml version="1.0"?><rows/>'),
    "PDF": ("not-a-table", lambda: b"%PDF-1.7\n" + bytes(range(256))),
    "bzip2": ("not-a-table", lambda: bz2.compress(RAW)),
    "xz": ("not-a-table", lambda: lzma.compress(RAW)),
    "a database": ("not-a-table", lambda: b"SQLite format 3\0" + bytes(200)),
    "chance": ("encoding", lambda: random.Random(5).randbytes(5000)),  # noqa: S311 - test data, nothing secret
    "UTF-16 without a mark": ("encoding", lambda: CHATS.encode("utf-16-le")),
    "UTF-16 cut inside a letter": ("encoding", lambda: CHATS.encode("utf-16")[:-1]),
    "Western letters": ("encoding", lambda: CHATS.replace("007", "Zoé").encode("latin-1")),
    "Western letters, far down": ("encoding", lambda: many_rows() + b"kk,Zo\xe9,2026-10-05,1,5\n"),
    "a quote open at the end": ("unclosed-quote", lambda: RAW + b'c5,007,2026-10-06,40,"4\n'),
    "a quote open in the middle": ("unclosed-quote", lambda: RAW.replace(b"c2,007", b'c2,"007')),
    "other delimiters below": ("too-many-rejected", lambda: RAW.replace(b",", b";", 4)),
    "a header among the rows": ("too-many-rejected", lambda: RAW + RAW.replace(b"c", b"d")),
    "zeros behind it": ("too-many-rejected", lambda: RAW + bytes(4096)),
    "rows too short": ("too-many-rejected", lambda: RAW + b"c5,007\n"),
    "rows too long": ("too-many-rejected", lambda: RAW + b"c5,007,2026-10-06,40,5,6,7\n"),
    "days that no calendar has": ("too-many-rejected", lambda: RAW.replace(b"2026-10-31", b"0000-00-00")),
    "an exponent without end": ("too-many-rejected", lambda: RAW.replace(b",60,3", b",1e999999999,3")),
    "a rounded key": ("ruined-id", lambda: RAW.replace(b"c1", b"1.25E+17")),
}


def case(content: bytes) -> Case:
    return Case(files={"roster.csv": ROSTER, "chats-1.csv": content})


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> str:
    found = run(request(Case().written(tmp_path_factory.mktemp("plain"))))
    return summary_csv(found.sheets, found.scheme)


@pytest.mark.parametrize("name", MEANT)
def test_what_can_be_read_is_read_as_it_was_meant(tmp_path: Path, name: str, summary: str) -> None:
    found = run(request(case(MEANT[name]()).written(tmp_path)))
    assert summary_csv(found.sheets, found.scheme) == summary
    assert found.reports[OCTOBER][0].account.read == len(LINES)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_by_name(tmp_path: Path, name: str) -> None:
    code, make = REFUSED[name]
    with pytest.raises(KpiError) as caught:
        run(request(case(make()).written(tmp_path)))
    (problem,) = caught.value.problems
    assert (problem.code, caught.value.exit_code) == (code, Exit.DATA)
    assert problem.help
    assert "chats" in problem.message
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "scheme.yaml"]


def test_an_archive_in_an_archive_is_taken_or_listed(tmp_path: Path, summary: str) -> None:
    inner = zipped({"x.csv": f"{HEADER}\n{LINES[3]}\n".encode()})
    whole = zipped(
        {"chats-1.csv": "\n".join([HEADER, *LINES[:3]]).encode(), "chats-2.csv.zip": inner, "more.zip": inner}
    )
    found = run(request(Case(files={"roster.csv": ROSTER, "all.zip": whole}).written(tmp_path)))
    assert summary_csv(found.sheets, found.scheme) == summary
    assert [label.rsplit("/", 2)[1:] for label in found.untaken] == [["all.zip", "more.zip"]]


def test_an_archive_to_be_held_in_memory_may_not_be_too_large() -> None:
    assert held("x", io.BytesIO(b"12345"), 5).getvalue() == b"12345"
    with pytest.raises(KpiError) as caught:
        held("x", io.BytesIO(b"123456"), 5)
    assert caught.value.problems[0].code == "packed-too-large"


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes with names there")
def test_a_pipe_with_a_name_is_read_once(tmp_path: Path, summary: str) -> None:
    folder = Case(files={"roster.csv": ROSTER}).written(tmp_path)
    pipe = folder / "chats"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(RAW,))
    writer.start()
    asked = request(folder)
    found = run(replace(asked, data=(*asked.data, f"chats={pipe}")))
    writer.join()
    assert summary_csv(found.sheets, found.scheme) == summary


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_in_circles(tmp_path: Path, summary: str) -> None:
    folder = Case().written(tmp_path)
    (folder / "data" / "up").symlink_to(folder / "data", target_is_directory=True)
    found = run(request(folder))
    assert summary_csv(found.sheets, found.scheme) == summary
    (folder / "data" / "up").unlink()
    (folder / "data" / "chats-a.csv").symlink_to(folder / "data" / "chats-b.csv")
    (folder / "data" / "chats-b.csv").symlink_to(folder / "data" / "chats-a.csv")
    with pytest.raises(KpiError) as caught:
        run(request(folder))
    assert caught.value.exit_code is Exit.FILES
    assert [problem.code for problem in caught.value.problems] == ["unreadable-file", "unreadable-file"]
