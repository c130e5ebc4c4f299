"""Workbooks: which sheet, which rows, and how each kind of cell is spelled; the rest is what holds for CSV."""

import csv
import io
from pathlib import Path

import pytest
from in_process import score
from made_intake import body, columns, opened, written
from made_workbooks import (
    CLOCK,
    DAY,
    LONG_CLOCK,
    MOMENT,
    by_hand,
    compound,
    open_document,
    styles,
    workbook,
    zipped,
)
from small_case import SCHEME, Case, changed

from kpi_cli.intake.files.blocks import ExportFile, InputFile
from kpi_cli.intake.files.expecting import Expected
from kpi_cli.intake.files.metering import Meter
from kpi_cli.intake.files.opening import blocks, open_export
from kpi_cli.problems import Exit, KpiError

AGENT = ("id", "agent")
ROSTER_OF_SCHEME = "roster:\n  files: roster.csv\n  agent: id\n  columns: {id: id, name: name, team: team}\n"


def cells(file: ExportFile) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body(file).decode(), newline="")))


def on_sheet(path: Path, sheet: str | None, **headers: str) -> ExportFile:
    return open_export(InputFile(path.name, path), Expected("s", tuple(columns(**headers).values()), sheet=sheet))


def refused(path: Path, *headers: str, sheet: str | None = None) -> tuple[str, str]:
    with pytest.raises(KpiError) as caught:
        on_sheet(path, sheet, **{header: header for header in headers})
    (problem,) = caught.value.problems
    assert caught.value.exit_code is Exit.DATA
    assert problem.help
    return problem.code, f"{problem.message} {problem.help}"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("007", "007"),
        (98, "98"),
        (98.0, "98"),
        (-3.50, "-3.5"),
        (0.1 + 0.2, "0.3"),  # the library writes 16 digits
        (1e-7, "0.0000001"),
        (999999999999999, "999999999999999"),
        (1.25e17, "1.25E+17"),
        (1234567890123456, "1.234567890123456E+15"),
        (True, "TRUE"),
        (False, "FALSE"),
        ("=#N/A", "#N/A"),
        ("=#DIV/0!", "#DIV/0!"),
        ("=cached", "cached"),
        ("=3.5", "3.5"),
        ((143 / 86400, CLOCK), "0:02:23"),
        ((143.25 / 86400, CLOCK), "0:02:23"),
        ((143.5 / 86400, CLOCK), "0:02:24"),
        ((143.25 / 86400, "h:mm:ss.000"), "0:02:23.250"),
        ((143.2506 / 86400, "mm:ss.0"), "0:02:23.251"),
        ((143.5 / 86400, "h:mm"), "0:02:24"),
        ((86399.7 / 86400, CLOCK), "23:59:59"),
        ((143 / 86400, "h:mm:ss AM/PM"), "0:02:23"),
        ((59.9996 / 86400, CLOCK), "0:01:00"),
        ((0, CLOCK), "0:00:00"),
        ((-0.25, CLOCK), "-6:00:00"),
        ((1.5, LONG_CLOCK), "36:00:00"),
        ((1.5, CLOCK), "36:00:00"),
        ((1, CLOCK), "24:00:00"),
        ((2.5 + 0.25 / 86400, "h:mm:ss.00"), "60:00:00.250"),
        ((-1.5 - 0.4 / 86400, CLOCK), "-36:00:00"),
        ((1 + 143 / 86400, MOMENT), "1900-01-01 00:02:23"),
        ((45000.25, CLOCK), "2023-03-15 06:00:00"),
        ((-0.25, LONG_CLOCK), "-6:00:00"),
        ((45000.25, MOMENT), "2023-03-15 06:00:00"),
        ((45000 + 0.4 / 86400, MOMENT), "2023-03-15 00:00:00"),
        ((45000 + 0.5 / 86400, "yyyy-mm-dd hh:mm:ss.000"), "2023-03-15 00:00:00.500"),
        ((45000 + 83.7 / 86400, "yyyy-mm-dd hh:mm"), "2023-03-15 00:01:24"),
        ((45000 + 86399.9996 / 86400, MOMENT), "2023-03-16 00:00:00"),
        ((45000, DAY), "2023-03-15"),
        ((0.94, "0%"), "94%"),
        ((0.9401, "0.0%"), "94.01%"),
        ((-0.05, "0.00%;[Red]-0.00%"), "-5%"),
        ((1, "0%"), "100%"),
        ((0.00001, "0%"), "0.001%"),
        ((0.94, '0.00"%"'), "0.94"),
        ((7, "000"), "007"),
        ((1234, "000"), "1234"),
        ((0.5, "000"), "0.5"),
        ((7, "0"), "7"),
        ('a\n"b", c', 'a\n"b", c'),
        ("", ""),
    ],
)  # fmt: skip
def test_cells_as_text(tmp_path: Path, cell: object, text: str) -> None:
    path = workbook(tmp_path / "a.xlsx", s=[["id", "agent"], ["x", cell]])
    assert cells(opened(path, *AGENT)) == [["x", text]]


@pytest.mark.parametrize(
    "spelling",
    [
        '<row r="{0}" s="1"><c r="A{0}" s="{1}">{3}<v>{2}</v></c></row>',  # what nearly all write
        '<row r="{0}" s="1"><c r="A{0}" s="{1}" t="n">{3}<v>{2}</v></c></row>',
        '<row r="{0}" s="1"><c s="{1}" r="A{0}">{3}<v>{2}</v></c></row>',
        "<row r='{0}' s='1'><c r='A{0}' s='{1}'>{3}<v>{2}</v></c></row>",
        '<row s="1"><c s="{1}">{3}<v>{2}</v></c></row>',
    ],
)
def test_formats_however_the_cells_are_spelled(tmp_path: Path, spelling: str) -> None:
    held = [(0, "0.5", "<f>1/2</f>"), (1, "0.5", ""), (1, "1", '<f t="shared" si="0"/>'), (2, "1.5", "<f>A1+1</f>")]
    held += [(2, "-0.25", ""), (2, "1E-5", ""), (2, "44928.5", ""), (3, "1.00000405", ""), (4, "7", "")]
    rows = "".join(spelling.format(row, *cell) for row, cell in enumerate(held, start=2))
    header = '<row r="1"><c r="A1" t="inlineStr"><is><t>wait</t></is></c></row>'
    codes = styles("General", "0%", "h:mm:ss", "[h]:mm:ss.000", "000")
    file = opened(by_hand(tmp_path / "a.xlsx", header + rows, **{"xl/styles.xml": codes}), "wait")
    expected = ["0.5", "50%", "100%", "36:00:00", "-6:00:00", "0:00:01", "2023-01-02 12:00:00", "24:00:00.350", "007"]
    assert [row[0] for row in cells(file)] == expected


def test_days_counted_from_1904(tmp_path: Path) -> None:
    rows: list[list[object]] = [["wait", "at"], [(1.5, CLOCK), (43538.25, MOMENT)]]
    file = opened(workbook(tmp_path / "a.xlsx", apple=True, s=rows), "wait", "at")
    assert cells(file) == [["36:00:00", "2023-03-15 06:00:00"]]


def test_parts_that_no_library_writes_so(tmp_path: Path) -> None:
    rows = """
      <row r="2"><c r="B2" t="inlineStr"><is><t>id</t></is></c><c r="C2" t="inlineStr"><is><t>wait</t></is></c></row>
      <row r="4"><c r="B4" t="inlineStr"><is><r><t>ri</t></r><r><t>ch</t></r></is></c><c r="C4"><v>1E-3</v></c></row>
      <row><c/><c t="str"><f>"x"</f><v>cached</v></c><c t="e"><v>#REF!</v></c></row>
      <row><c/><c t="inlineStr"><is><t>y</t></is></c><c t='b'><v>1</v></c></row>
      <row><c/><c t="d"><v>2026-10-05T09:00:00</v></c><c><v>0.30000000000000004</v></c></row>"""
    file = opened(by_hand(tmp_path / "a.xlsx", rows), "id", "wait")
    assert (file.header, file.first_line) == (("id", "wait"), 3)
    assert body(file).decode() == "\nrich,0.001\ncached,#REF!\ny,TRUE\n2026-10-05 09:00:00,0.30000000000000004\n"


def test_titles_above_and_nothing_at_the_ends(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["10月客服月报", None, None],
        [],
        ["id", "agent", None],
        ["c1", "小张", None],
        [],
        ["c2", "", "stray"],
        [""],
    ]
    file = opened(workbook(tmp_path / "a.xlsx", s=rows), *AGENT)
    assert (file.header, file.preamble, file.first_line) == (("id", "agent"), 1, 4)
    assert body(file).decode() == "c1,小张\n\nc2,\n"


def test_dashboards_are_passed_over(tmp_path: Path) -> None:
    board: list[list[object]] = [["agent", "total"], ["小张", 12], ["小李", 3]]
    data: list[list[object]] = [["id", "agent", "wait"], ["c1", "小张", 1]]
    path = workbook(tmp_path / "a.xlsx", board=board, data=data, nothing=[], more=board)
    assert cells(opened(path, "id", "agent", "wait")) == [["c1", "小张", "1"]]
    assert cells(on_sheet(path, "Board", agent="agent")) == [["小张", "12"], ["小李", "3"]]


def test_a_template_without_rows_does_not_compete(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", template=[["id", "agent"]], data=[["id", "agent"], ["c1", "小张"]])
    assert cells(opened(path, *AGENT)) == [["c1", "小张"]]


def test_two_sheets_that_fit_are_asked_about(tmp_path: Path) -> None:
    rows = [["id", "agent"], ["c1", "小张"]]
    path = workbook(tmp_path / "a.xlsx", 一店=rows, 二店=rows)
    code, text = refused(path, *AGENT)
    assert code == "which-sheet"
    assert "`一店`, `二店`" in text
    assert "`sheet: 一店`" in text
    code, text = refused(path, *AGENT, sheet="三店")
    assert code == "no-sheet"
    assert "一店" in text
    assert cells(on_sheet(path, "二店", id="id")) == [["c1", "小张"]]


def test_what_cannot_be_read(tmp_path: Path) -> None:
    good = workbook(tmp_path / "a.xlsx", s=[["id"], ["c1"]]).read_bytes()
    empty = zipped({"xl/workbook.xml": "<workbook/>"})
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert refused(written(tmp_path, "b.xlsx", good[:-200]), "id")[0] == "damaged-file"
    assert refused(written(tmp_path, "c.xlsx", compound("EncryptedPackage")), "id")[0] == "password"
    assert refused(written(tmp_path, "d.xls", compound("Nothing")), "id")[0] == "damaged-file"
    assert refused(written(tmp_path, "e.xlsx", empty), "id")[0] in {"damaged-file", "empty-file"}
    assert refused(workbook(tmp_path / "f.xlsx", s=[]), "id")[0] == "empty-file"
    assert refused(workbook(tmp_path / "g.xlsx", s=[["x"], ["1"]]), "id")[0] == "no-header"
    assert refused(by_hand(tmp_path / "h.xlsx", far), "id")[0] == "sheet-too-large"
    assert refused(workbook(tmp_path / "i.xlsx", s=[["id"], [(1e9, LONG_CLOCK)]]), "id")[0] == "damaged-file"


def test_a_format_that_reaches_far_is_no_cell(tmp_path: Path) -> None:
    first = '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c></row>'
    last = '<row r="1048576"><c r="XFD1048576" s="1"></c></row>'
    assert cells(opened(by_hand(tmp_path / "a.xlsx", first + last), "id")) == []


GROUPS = ["旺旺昵称", "总", None, None, "邀请", None, "备注"]
FIELDS = [None, "发出", "收到", "很满意", "发出", "收到", "说明"]


def test_a_row_of_groups_above_the_fields(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", s=[["接待评价"], GROUPS, FIELDS, ["小张", 9, 5, 4, 3, 2, "x"]])
    file = opened(path, "旺旺昵称", "总-发出", "总 － 收到", "邀请-发出", "很满意")
    assert file.header == ("旺旺昵称", "总-发出", "总-收到", "很满意", "邀请-发出", "邀请-收到", "备注-说明")
    assert (file.preamble, cells(file)) == (1, [["小张", "9", "5", "4", "3", "2", "x"]])


def test_a_row_of_groups_in_csv(tmp_path: Path) -> None:
    text = "\n".join(",".join(cell or "" for cell in row) for row in (GROUPS, FIELDS)) + "\n小张,9,5,4,3,2,x\n"
    file = opened(written(tmp_path, "a.csv", text.encode("gb18030")), "旺旺昵称", "总-收到", "邀请-收到")
    assert (file.first_line, body(file).decode()) == (3, "小张,9,5,4,3,2,x\n")
    assert file.header[1:3] == ("总-发出", "总-收到")


def test_a_title_above_the_header_names_no_groups(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", s=[["客服月报", None], ["id", "agent"], ["c1", "小张"]])
    file = opened(path, *AGENT)
    assert (file.header, file.preamble) == (("id", "agent"), 1)


def test_many_rows_in_blocks(tmp_path: Path) -> None:
    rows = [["id", "agent"], *([f"c{number}", "小张"] for number in range(5000))]
    path = workbook(tmp_path / "a.xlsx", s=rows)
    seen: list[int] = []
    meter = Meter(seen.append, hashing=True)
    found = list(blocks(opened(path, *AGENT), 1000, meter))
    assert len(found) > 50
    assert [block.index for block in found] == list(range(len(found)))
    assert b"".join(block.data for block in found).decode() == "".join(f"{c},{a}\n" for c, a in rows[1:])
    assert sum(seen) == path.stat().st_size


def test_open_document_sheets_are_read_too(tmp_path: Path) -> None:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = ["".join(map(cell.format, row)) for row in (["id", "agent"], ["007", "小张"])]
    assert cells(opened(written(tmp_path, "a.ods", open_document(*rows)), *AGENT)) == [["007", "小张"]]


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        ('<number:seconds number:style="long"/>', ["36:02:24", "2026-10-05 09:00:01"]),
        (
            '<number:seconds number:style="long" number:decimal-places="3"/>',
            ["36:02:23.500", "2026-10-05 09:00:00.600"],
        ),
    ],
)
def test_times_of_open_documents(tmp_path: Path, seconds: str, expected: list[str]) -> None:
    text = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    length = '<table:table-cell office:value-type="time" office:time-value="PT36H02M23.500S"/>'
    moment = '<table:table-cell office:value-type="date" office:date-value="2026-10-05T09:00:00.600"/>'
    raw = open_document(text.format("wait") + text.format("at"), length + moment, seconds=seconds)
    assert cells(opened(written(tmp_path, "a.ods", raw), "wait", "at")) == [expected]


def test_ids_that_a_spreadsheet_has_ruined_are_refused(tmp_path: Path) -> None:
    rows: list[list[object]] = [["id", "agent", "at", "wait", "rating"]]
    rows += [["c1", 125000000000000042, (46300.5, MOMENT), 20, 5], ["c2", 1002, (46300.5, MOMENT), 20, 5]]
    raw = workbook(tmp_path / "w.xlsx", s=rows).read_bytes()
    scheme = changed(SCHEME, '"chats*.csv"', '"chats*"').replace(ROSTER_OF_SCHEME, "")
    folder = Case(scheme, {"chats.xlsx": raw}).written(tmp_path)
    with pytest.raises(KpiError) as caught:
        score(folder, "2026")
    assert [problem.code for problem in caught.value.problems] == ["ruined-id"]
    assert "1.25E+17" in caught.value.problems[0].message
