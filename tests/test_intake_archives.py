"""Zip archives: whose members are read, under which names, and what in them is no export."""

import gzip
import io
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_intake import CHATS, HERE, OTHER, body, columns, opened, scheme, written
from made_workbooks import workbook, zipped

from kpi_cli.intake.files.blocks import InputFile
from kpi_cli.intake.files.expecting import Expected
from kpi_cli.intake.files.inputs import Inputs, find_inputs
from kpi_cli.intake.files.metering import Meter
from kpi_cli.intake.files.opening import blocks, open_export
from kpi_cli.periods import parse_period
from kpi_cli.problems import KpiError
from kpi_cli.scheme.compiled import RosterSpec, Source

TODAY = date(2026, 11, 3)
OCTOBER = parse_period("2026-10", TODAY)
DAYS = Source("days", HERE, "days*.csv", time="file")
ONE = "id,agent\nc1,小张\n"
TWO = "id,agent\nc2,小李\n"
EXPECTED = Expected("chats", tuple(columns(id="id", agent="agent").values()))


def inputs(folder: Path, *data: str, sources: tuple[Source, ...] = (CHATS,)) -> Inputs:
    return find_inputs(scheme(folder, sources), data, [OCTOBER])


def labels(found: Inputs, source: str, folder: Path) -> list[str]:
    return [Path(file.label).relative_to(folder).as_posix() for file in found.files[source]]


def texts(files: tuple[InputFile, ...]) -> list[str]:
    return [body(open_export(file, EXPECTED)).decode() for file in files]


def archive(folder: Path, name: str, parts: Mapping[str, str | bytes]) -> str:
    return str(written(folder, name, zipped(parts)))


def codes(folder: Path, *data: str) -> list[str]:
    with pytest.raises(KpiError) as caught:
        texts(inputs(folder, *data).files["chats"])
    assert all(problem.help for problem in caught.value.problems)
    return [problem.code for problem in caught.value.problems]


def test_members_that_fit_the_pattern(tmp_path: Path) -> None:
    path = archive(tmp_path, "all.zip", {"x/chats1.csv": ONE, "chats2.csv": TWO, "other1.csv": ONE, "readme.md": "hi"})
    found = inputs(tmp_path, path, sources=(CHATS, OTHER))
    assert labels(found, "chats", tmp_path) == ["all.zip/chats2.csv", "all.zip/x/chats1.csv"]
    assert labels(found, "other", tmp_path) == ["all.zip/other1.csv"]
    assert texts(found.files["chats"]) == ["c2,小李\n", "c1,小张\n"]
    assert [file.size for file in found.files["chats"]] == [len(TWO.encode()), len(ONE.encode())]


def test_all_data_of_an_archive_whose_own_name_fits(tmp_path: Path) -> None:
    parts = {"a.csv": ONE, "b.TXT": TWO, "__MACOSX/._a.csv": "x", "d/.DS_Store": "x", "d/~$c.xlsx": "x", "e.pdf": "x"}
    path = archive(tmp_path, "chats-2026.csv.zip", parts)
    found = inputs(tmp_path, path)
    assert labels(found, "chats", tmp_path) == ["chats-2026.csv.zip/a.csv", "chats-2026.csv.zip/b.TXT"]
    assert texts(found.files["chats"]) == ["c1,小张\n", "c2,小李\n"]


def test_archives_are_found_in_folders_and_assigned(tmp_path: Path) -> None:
    path = archive(tmp_path, "d/all.zip", {"chats1.csv": ONE, "summary.csv": "a,b\n1,2\n"})
    other = archive(tmp_path, "e/some.zip", {"one.csv": ONE, "two.csv": TWO})
    assert labels(inputs(tmp_path, str(tmp_path / "d")), "chats", tmp_path) == ["d/all.zip/chats1.csv"]
    assert labels(inputs(tmp_path, f"chats={path}"), "chats", tmp_path) == ["d/all.zip/chats1.csv"]
    both = inputs(tmp_path, f"chats={other}")
    assert labels(both, "chats", tmp_path) == ["e/some.zip/one.csv", "e/some.zip/two.csv"]
    left = inputs(tmp_path, str(tmp_path / "d")).untaken
    assert [Path(label).name for label in left] == ["summary.csv"]


def test_an_archive_that_nothing_takes(tmp_path: Path) -> None:
    path = archive(tmp_path, "x.zip", {"a.csv": ONE, "b.csv": TWO})
    with pytest.raises(KpiError) as caught:
        inputs(tmp_path, path, str(written(tmp_path, "chats.csv", ONE)))
    (problem,) = caught.value.problems
    assert problem.code == "untaken-file"
    assert "x.zip`" in problem.message


def test_workbooks_and_packed_files_inside(tmp_path: Path) -> None:
    table = pa.table({"id": ["c3"], "agent": ["小王"]})
    parquet = io.BytesIO()
    pq.write_table(table, parquet)
    parts = {
        "chats1.csv.xlsx": workbook(tmp_path / "w.xlsx", s=[["id", "agent"], ["c1", "小张"]]).read_bytes(),
        "chats2.csv.gz": gzip.compress(TWO.encode("gb18030")),
        "chats3.csv.parquet": parquet.getvalue(),
    }
    source = Source("chats", HERE, "chats*", time="at")
    found = inputs(tmp_path, archive(tmp_path, "all.zip", parts), sources=(source,))
    assert [text.replace('"', "") for text in texts(found.files["chats"])] == ["c1,小张\n", "c2,小李\n", "c3,小王\n"]


def test_a_packed_workbook(tmp_path: Path) -> None:
    raw = workbook(tmp_path / "w.xlsx", s=[["id", "agent"], ["c1", "小张"]]).read_bytes()
    for name, packed in {"a.gz": gzip.compress(raw), "b.zst": pa.compress(raw, "zstd", asbytes=True)}.items():
        assert body(opened(written(tmp_path, name, packed), "id")).decode() == "c1,小张\n"


def test_names_that_chinese_windows_writes(tmp_path: Path) -> None:
    entry = zipfile.ZipInfo("chats-plain.csv")
    name = "会话.csv".encode("gb18030")
    entry.filename = "x" * len(name)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr(entry, ONE)
    raw = buffer.getvalue().replace(b"x" * len(name), name)
    source = Source("chats", HERE, "会话*.csv", time="at")
    found = inputs(tmp_path, str(written(tmp_path, "all.zip", raw)), sources=(source,))
    assert labels(found, "chats", tmp_path) == ["all.zip/会话.csv"]
    assert texts(found.files["chats"]) == ["c1,小张\n"]


def test_a_day_in_the_members_name_or_else_in_the_archives(tmp_path: Path) -> None:
    path = archive(tmp_path, "days-2026-10-05.zip", {"days-2026-10-07.csv": ONE, "days.csv": TWO})
    found = inputs(tmp_path, path, sources=(DAYS,)).files["days"]
    assert [file.day for file in found] == [date(2026, 10, 7), date(2026, 10, 5)]


def test_periods_in_the_members_names(tmp_path: Path) -> None:
    source = Source("qa", HERE, "qa-{period}.csv")
    path = archive(tmp_path, "export.zip", {"qa-2026-10.csv": ONE, "qa-2026-09.csv": TWO})
    found = inputs(tmp_path, path, sources=(source,))
    assert labels(found, "qa", tmp_path) == ["export.zip/qa-2026-10.csv"]


def test_a_roster_in_the_archive(tmp_path: Path) -> None:
    roster = RosterSpec("roster.csv", "id", columns(id="id"), HERE)
    source = Source("chats", HERE, "*.csv", time="at")
    path = archive(tmp_path, "all.zip", {"roster.csv": "id\n7\n", "chats.csv": ONE})
    found = find_inputs(scheme(tmp_path, (source,), roster), [path], [OCTOBER])
    assert labels(found, "chats", tmp_path) == ["all.zip/chats.csv"]
    assert [Path(file.label).name for file in found.roster_files(OCTOBER)] == ["roster.csv"]


def test_what_cannot_be_read(tmp_path: Path) -> None:
    secret = bytearray(zipped({"chats1.csv": ONE, "chats2.csv": TWO}))
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = secret.find(mark)
        while place >= 0:
            secret[place + offset] |= 1  # the bit that says: under a password
            place = secret.find(mark, place + 1)
    whole = zipped({"chats1.csv": ONE * 1000})
    assert codes(tmp_path, str(written(tmp_path, "secret.zip", bytes(secret)))) == ["password"]
    assert codes(tmp_path, f"chats={written(tmp_path, 'cut.zip', whole[:-40])}") == ["damaged-file"]
    assert codes(tmp_path, f"chats={archive(tmp_path, 'none.zip', {'a/': '', 'b.md': 'x', 'c.pdf': 'y'})}") == [
        "zip-members"
    ]
    wrong = bytearray(whole)
    wrong[60] ^= 0xFF
    assert codes(tmp_path, str(written(tmp_path, "wrong.zip", bytes(wrong)))) == ["damaged-file"]


def test_the_meter_sees_a_member(tmp_path: Path) -> None:
    path = Path(archive(tmp_path, "all.zip", {"chats1.csv": ONE * 5000, "chats2.csv": TWO}))
    (first, _) = inputs(tmp_path, str(path)).files["chats"]
    seen: list[int] = []
    meter = Meter(seen.append, hashing=True)
    list(blocks(open_export(first, EXPECTED), meter=meter))
    assert sum(seen) == first.size == len((ONE * 5000).encode())
