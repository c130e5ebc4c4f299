"""Files on disk to UTF-8 blocks of whole records: encodings, packings, layouts, quotes, and what is refused."""

import csv
import gzip
import hashlib
import io
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_intake import body, opened, written

from kpi_cli.intake.files.cutting import EndlessRecordError, cut
from kpi_cli.intake.files.headers import header_key
from kpi_cli.intake.files.metering import Meter
from kpi_cli.intake.files.opening import blocks
from kpi_cli.problems import Exit, KpiError

TEXT = "会话ID,客服,评价\r\nc1,小张,很满意\r\nc2,小李,满意\r\n"
RECORDS = "c1,小张,很满意\r\nc2,小李,满意\r\n"


def refused(path: Path, *headers: str) -> tuple[str, Exit]:
    with pytest.raises(KpiError) as caught:
        body(opened(path, *headers))
    (problem,) = caught.value.problems
    assert problem.help
    return problem.code, caught.value.exit_code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("packing", ["plain", "gzip", "zip", "zstd"])
def test_every_encoding_and_packing_gives_the_same_records(tmp_path: Path, encoding: str, packing: str) -> None:
    raw = TEXT.encode(encoding)
    if packing == "gzip":
        raw = gzip.compress(raw)
    elif packing == "zstd":
        raw = pa.compress(raw, "zstd", asbytes=True)
    elif packing == "zip":
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as members:
            members.writestr("inside.csv", raw)
            members.writestr("__MACOSX/._inside.csv", b"clutter")
        raw = archive.getvalue()
    file = opened(written(tmp_path, "a.csv", raw), "会话ID", "客服", "评价")
    assert file.header == ("会话ID", "客服", "评价")
    assert body(file).decode() == RECORDS
    assert b"".join(block.data for block in blocks(file, 1)).decode() == RECORDS


def test_big_endian_utf16_has_a_byte_order_mark_too(tmp_path: Path) -> None:
    raw = b"\xfe\xff" + TEXT.replace(",", "\t").encode("utf-16-be")
    file = opened(written(tmp_path, "a.txt", raw), "会话ID")
    assert (file.dialect.delimiter, body(file).decode()) == ("\t", RECORDS.replace(",", "\t"))


def test_western_accents_are_refused_until_their_encoding_is_declared(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "id,name\n1,Müller\n2,François Lefèvre\n".encode("cp1252"))
    assert refused(path, "id") == ("encoding", Exit.DATA)
    assert body(opened(path, "id", encoding="windows-1252")).decode() == "1,Müller\n2,François Lefèvre\n"


def test_chinese_bytes_late_in_an_ascii_file(tmp_path: Path) -> None:
    plain = "".join(f"{number},agent\n" for number in range(200_000))
    assert len(plain) > 2 * 1024 * 1024
    path = written(tmp_path, "a.csv", ("id,name\n" + plain + "x,小张\n").encode("gb18030"))
    for size in (1 << 12, 1 << 22):
        assert body(opened(path, "id"), size).decode() == plain + "x,小张\n"


@pytest.mark.parametrize("cell", ["12.50元", "4小时", "4小时 2元"])
def test_chinese_units_alone_are_no_rare_letters(tmp_path: Path, cell: str) -> None:
    """Their bytes in GB18030 are valid UTF-8 too."""
    content = f"id,at,n\n1,2,{cell}\n"
    assert content.encode("gb18030").decode("utf-8") != content
    for encoding in ("gb18030", "utf-8"):
        path = written(tmp_path, f"{encoding}.csv", content.encode(encoding))
        assert body(opened(path, "id")).decode() == f"1,2,{cell}\n"


def test_a_byte_that_is_not_utf8_after_text_that_is(tmp_path: Path) -> None:
    start = "id,name\n1,小张\n".encode()
    filler = b"2,agent\n" * 200_000
    path = written(tmp_path, "a.csv", start + filler + b"3,\xff\n")
    with pytest.raises(KpiError) as caught:
        body(opened(path, "id"))
    (problem,) = caught.value.problems
    assert problem.code == "encoding"
    assert problem.span is not None
    assert problem.span.line == 200_003
    assert str(len(start) + len(filler) + 2) in problem.message


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    text = delimiter.join(["id", "note, with; some| of\tall", "x"]).replace("note", '"note').replace("all", 'all"')
    rest = delimiter.join(["1", '"a,b;c|d\te"', "2"])
    file = opened(written(tmp_path, "a.csv", f"{text}\n{rest}\n"), "id", "x")
    assert file.header == ("id", "note, with; some| of\tall", "x")
    assert body(file).decode() == f"{rest}\n"


def test_the_delimiter_is_guessed_without_columns_to_look_for(tmp_path: Path) -> None:
    file = opened(written(tmp_path, "a.csv", "id;wait;note\n1;2,5;a, b, c\n2;3,5;d\n"))
    assert (file.dialect.delimiter, file.header) == (";", ("id", "wait", "note"))


def test_preamble_blank_lines_and_trailing_empty_headers(tmp_path: Path) -> None:
    text = "Reporting period 2025-01-01 to 2025-01-31\n\nAgent name,Assigned,Rate,\nDiane,12,0.5,\n"
    file = opened(written(tmp_path, "a.csv", text), "Agent name", "Rate")
    assert file.header == ("Agent name", "Assigned", "Rate", "")
    assert (file.preamble, file.first_line, body(file)) == (1, 4, b"Diane,12,0.5,\n")


def test_a_title_that_repeats_one_header_is_not_the_header(tmp_path: Path) -> None:
    file = opened(written(tmp_path, "a.csv", "客服,,\n客服,评价,会话ID\n小张,5,c1\n"), "会话ID", "客服", "评价")
    assert (file.preamble, body(file).decode()) == (1, "小张,5,c1\n")


def test_headers_over_two_lines(tmp_path: Path) -> None:
    file = opened(written(tmp_path, "a.csv", 'id,"wait\nin s",x\n1,2,3\n'), "id", "wait in s")
    assert (file.header, body(file)) == (("id", "wait\nin s", "x"), b"1,2,3\n")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("首次响应时长（秒)", "首次响应 时长(秒）"),
        ("Agent\xa0Name", "agentname"),
        ("ＩＤ", "id"),
        ("a\nb", "AB"),
        ("\ufeffid", "id"),
    ],
)
def test_spellings_of_one_header(left: str, right: str) -> None:
    assert header_key(left) == header_key(right)


def test_old_mac_line_ends(tmp_path: Path) -> None:
    file = opened(written(tmp_path, "a.csv", "id,name\r1,a\r2,b\r"), "id")
    assert [block.data for block in blocks(file, 1)] == [b"1,a\n", b"2,b\n"]


def test_zero_rows_are_fine_and_nothing_at_all_is_not(tmp_path: Path) -> None:
    assert body(opened(written(tmp_path, "a.csv", "id,name\n"), "id")) == b""
    assert body(opened(written(tmp_path, "b.csv", "id,name"), "id")) == b""
    assert refused(written(tmp_path, "c.csv", ""), "id") == ("empty-file", Exit.DATA)
    assert refused(written(tmp_path, "d.csv", "\n \n"), "id") == ("empty-file", Exit.DATA)
    assert refused(written(tmp_path, "e.csv", "1,2\n3,4\n"), "id", "name") == ("no-header", Exit.DATA)


@pytest.mark.parametrize(("said", "found", "shown"), [("|", ";", '";"'), (";", "\t", r'"\t"'), ("\t", ",", '","')])
def test_another_delimiter_than_the_scheme_says(tmp_path: Path, said: str, found: str, shown: str) -> None:
    path = written(tmp_path, "a.csv", found.join(["id", "name"]) + "\n" + found.join(["1", "a"]) + "\n")
    with pytest.raises(KpiError) as caught:
        opened(path, "id", delimiter=said)
    (problem,) = caught.value.problems
    assert (problem.code, problem.help) == ("wrong-delimiter", f"write `delimiter: {shown}`, or leave it out")


def test_what_is_no_text(tmp_path: Path) -> None:
    two = io.BytesIO()
    with zipfile.ZipFile(two, "w") as file:
        file.writestr("a.csv", "id\n")
        file.writestr("b.csv", "id\n")
    whole = gzip.compress(TEXT.encode() * 1000)
    assert refused(written(tmp_path, "a.csv", b"%PDF-1.7 ..."), "id") == ("not-a-table", Exit.DATA)
    assert refused(written(tmp_path, "b.csv", b"PAR1...."), "id") == ("damaged-file", Exit.DATA)
    assert refused(written(tmp_path, "c.xls", "<html><table></table></html>"), "id") == ("not-a-table", Exit.DATA)
    assert refused(written(tmp_path, "d.zip", two.getvalue()), "id") == ("zip-members", Exit.DATA)
    assert refused(written(tmp_path, "e.gz", whole[:-30]), "会话ID") == ("damaged-file", Exit.DATA)
    assert refused(written(tmp_path, "f.zst", b"\x28\xb5\x2f\xfdnonsense"), "id") == ("damaged-file", Exit.DATA)
    assert refused(tmp_path / "none.csv", "id") == ("unreadable-file", Exit.FILES)


def test_bytes_of_utf16_without_a_mark(tmp_path: Path) -> None:
    assert refused(written(tmp_path, "a.csv", "id,name\n1,a\n".encode("utf-16-le")), "id") == ("encoding", Exit.DATA)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-8", "gb18030"])
def test_a_file_that_ends_inside_a_character_is_cut_off(tmp_path: Path, encoding: str) -> None:
    """The encoding is right: nothing but a whole copy of the file helps."""
    whole = "id,name\n1,张三\n2,李四".encode(encoding)
    with pytest.raises(KpiError) as caught:
        body(opened(written(tmp_path, "a.csv", whole[:-1]), "id"))
    (problem,) = caught.value.problems
    last = len("四".encode(encoding.removesuffix("-sig").replace("utf-16", "utf-16-le")))
    assert problem.message.endswith(f"is cut off: it ends in the middle of a character (byte {len(whole) - last})")
    assert (problem.code, problem.help) == ("encoding", "export the file again, or copy it again")
    assert problem.span is not None
    assert problem.span.line == 3


def test_a_quote_that_is_never_closed(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", 'id,note\n1,a\n2,"b\n3,c\n')
    with pytest.raises(KpiError) as caught:
        body(opened(path, "id"))
    (problem,) = caught.value.problems
    assert (problem.code, problem.span and problem.span.line) == ("unclosed-quote", 3)


def test_the_meter_sees_the_bytes_on_disk(tmp_path: Path) -> None:
    whole = gzip.compress(TEXT.encode() * 1000)
    for name, raw in {"a.csv.gz": whole, "b.csv": TEXT.encode(), "c.csv.gz": whole + b"\0" * 100}.items():
        seen: list[int] = []
        meter = Meter(seen.append, hashing=True)
        list(blocks(opened(written(tmp_path, name, raw), "会话ID"), meter=meter))
        assert (sum(seen), meter.sha256) == (len(raw), hashlib.sha256(raw).hexdigest())


def test_the_meter_sees_a_whole_archive(tmp_path: Path) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("inside.csv", TEXT * 5000)
    meter = Meter(hashing=True)
    list(blocks(opened(written(tmp_path, "a.zip", archive.getvalue()), "会话ID"), meter=meter))
    assert meter.sha256 == hashlib.sha256(archive.getvalue()).hexdigest()


def pieces(text: str, size: int, chunk: int) -> list[bytes]:
    raw = text.encode()
    return [
        bytes(piece) for piece in cut((raw[place : place + chunk] for place in range(0, len(raw), chunk)), size, ",")
    ]


FRAGMENTS = st.sampled_from(['"', '""', ",", "\n", "\r\n", "a", '5" wide', '"a, ""b"" \n c"', "小", ' "', 'x"y"'])


@given(st.lists(FRAGMENTS, max_size=40).map("".join), st.integers(1, 30), st.integers(1, 30))
def test_cutting_changes_no_record(text: str, size: int, chunk: int) -> None:
    try:
        found = pieces(text, size, chunk)
    except EndlessRecordError:
        assert ends_inside_quotes(text)
        return
    assert not ends_inside_quotes(text)
    assert b"".join(found).decode() == text
    whole = list(csv.reader(io.StringIO(text, newline="")))
    assert [row for piece in found for row in csv.reader(io.StringIO(piece.decode(), newline=""))] == whole


def ends_inside_quotes(text: str) -> bool:
    """Whether one more record would be swallowed by the last one: csv itself is the judge."""
    probe = "\nprobe,probe\n"
    return list(csv.reader(io.StringIO(text + probe, newline="")))[-1] != ["probe", "probe"]


@given(st.lists(FRAGMENTS, max_size=40).map("".join))
def test_the_smallest_blocks_hold_one_record(text: str) -> None:
    if ends_inside_quotes(text) or "\r" in text:
        return
    for piece in pieces(text, 1, 7):
        assert len(list(csv.reader(io.StringIO(piece.decode(), newline="")))) == 1


def test_stray_quotes_are_text() -> None:
    text = '1,5" screen\n2,"a ""b""\nc",x\n3,6" \n4,say "hi\n'
    assert pieces(text, 1, 3) == [b'1,5" screen\n', b'2,"a ""b""\nc",x\n', b'3,6" \n', b'4,say "hi\n']


def test_blocks_are_about_as_large_as_asked_for() -> None:
    text = "".join(f"{number:09}\n" for number in range(1000))
    assert {len(piece) for piece in pieces(text, 100, 64)} == {100}
    assert {len(piece) for piece in pieces(text, 95, 1000)} == {90, 10}


def test_real_exports_open(shared: Path) -> None:
    calls = opened(shared / "real" / "pwc_calls_utf8bom.csv", "Call Id", "Agent")
    assert (calls.header[0], body(calls).count(b"\n")) == ("Call Id", 5000)
