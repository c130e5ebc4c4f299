"""Traps of whole files: bytes, delimiters, archives, workbooks, lines above the header, and headers themselves."""

from pathlib import Path

import pytest
from made_workbooks import by_hand, workbook, zipped
from trap_case import Trap, refused, scored

CHATS = """
files: "chats*"
key: id
agent: agent
time: at
columns:
  id: id
  agent: 客服
  at: {from: 时间, type: datetime}
  wait: {from: 等待(秒), type: duration}
  amount: {from: 金额, type: number}
"""
FORMULAS = ("duration mean(x.wait)", "number sum(x.amount)")
LINES = "id,客服,时间,等待(秒),金额\nc1,小安,2026-10-05 09:00:00,20,1.5\nc2,小安,2026-10-06 09:00:00,40,2\n"
VALUES = {"小安": ("30", "3.5")}  # (20 + 40) / 2 seconds, 1.5 + 2


def chats(content: str | bytes, name: str = "chats.csv") -> Trap:
    return Trap(CHATS, FORMULAS, {name: content})


@pytest.mark.parametrize("bom", ["\ufeff", "\ufeff\ufeff"])
def test_t01_a_bom_is_no_part_of_the_first_header(tmp_path: Path, bom: str) -> None:
    """UTF-8 BOM, even one that two programs have put there, before the header of the key."""
    assert scored(tmp_path, chats(bom + LINES)).values == VALUES


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8", "utf-16"])
def test_t02_chinese_encodings_are_told_apart(tmp_path: Path, encoding: str) -> None:
    """GBK, GB18030, and what Excel calls Unicode text: UTF-16 with tabs."""
    text = LINES.replace(",", "\t") if encoding == "utf-16" else LINES
    assert scored(tmp_path, chats(text.encode(encoding))).values == VALUES


def test_t02_a_rare_character_of_gb18030_alone(tmp_path: Path) -> None:
    """A name that GBK cannot spell (𠮷, four bytes) makes the file GB18030."""
    came = scored(tmp_path, chats(LINES.replace("小安", "𠮷安").encode("gb18030")))
    assert came.values == {"𠮷安": ("30", "3.5")}


def test_t03_semicolons_come_with_decimal_commas(tmp_path: Path) -> None:
    """`;` from a locale with a decimal comma: -2,5 + 5,25 is 2.75."""
    lines = "id;客服;时间;等待(秒);金额\nc1;小安;2026-10-05 09:00;20,5;-2,5\nc2;小安;2026-10-06 09:00;40,5;5,25\n"
    assert scored(tmp_path, chats(lines)).values == {"小安": ("30.5", "2.75")}


def test_t03_what_may_be_thousands_or_decimals_is_asked(tmp_path: Path) -> None:
    """`1,234` behind a `;`: nothing in the column tells whether it is 1.234 or 1234."""
    lines = "id;客服;时间;等待(秒);金额\nc1;小安;2026-10-05 09:00;20;1,234\n"
    said = refused(tmp_path, chats(lines), "ambiguous-decimal")
    assert "`1,234` (chats.csv, record 1)" in said
    assert 'write `format: "0,0"` (decimal comma) or `format: "0.0"` (decimal point) on column `amount`' in said


@pytest.mark.parametrize(
    ("form", "wait", "amount"), [("0,0", "1.234", "2.345"), ("0.0", "1234", "2345")], ids=["decimals", "thousands"]
)
def test_t03_what_is_asked_can_be_answered(tmp_path: Path, form: str, wait: str, amount: str) -> None:
    """What the question says is to be written settles it, of lengths of time as of numbers."""
    lines = "id;客服;时间;等待(秒);金额\nc1;小安;2026-10-05 09:00;1,234;2,345\n"
    said = refused(tmp_path, chats(lines), "ambiguous-decimal", "ambiguous-decimal")
    for name in ("wait", "amount"):
        assert f'write `format: "0,0"` (decimal comma) or `format: "0.0"` (decimal point) on column `{name}`' in said
    answered = CHATS.replace("type: duration", f'type: duration, format: "{form}"')
    answered = answered.replace("type: number", f'type: number, format: "{form}"')
    assert scored(tmp_path, Trap(answered, FORMULAS, {"chats.csv": lines})).values == {"小安": (wait, amount)}


def test_t04_a_zip_around_the_csv(tmp_path: Path) -> None:
    """Zendesk's full export is export-*.csv.zip."""
    trap = Trap(CHATS.replace('"chats*"', '"export-*.csv"'), FORMULAS, {"export-1.csv.zip": zipped({"a.csv": LINES})})
    assert scored(tmp_path, trap).values == VALUES


def test_t05_workbooks_that_no_library_writes(tmp_path: Path) -> None:
    """Inline texts without shared strings, an absolute relation, a formula with its cached result."""
    header = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in LINES.splitlines()[0].split(","))
    first = '<c t="inlineStr"><is><t>c1</t></is></c><c t="inlineStr"><is><t>小安</t></is></c>'
    first += "<c t='str'><v>2026-10-05 09:00:00</v></c><c><f>SUM(A1:A2)</f><v>30</v></c><c><v>3.5</v></c>"
    path = by_hand(tmp_path / "chats.xlsx", f"<row>{header}</row><row>{first}</row>")
    assert scored(tmp_path, chats(path.read_bytes(), "chats.xlsx")).values == VALUES


def test_t05_dashboards_beside_the_data_are_passed_over(tmp_path: Path) -> None:
    """The sheet is the one that holds the columns, wherever it stands."""
    rows = [line.split(",") for line in LINES.splitlines()]
    board: list[list[object]] = [["客服", "总计"], ["小安", 3.5]]
    path = workbook(tmp_path / "chats.xlsx", 说明=[["made up"]], 数据=rows, 看板=board)
    assert scored(tmp_path, chats(path.read_bytes(), "chats.xlsx")).values == VALUES


def test_t06_lines_above_the_header(tmp_path: Path) -> None:
    """The period in words and a blank line above the header; they are skipped, and counted."""
    came = scored(tmp_path, chats("报告周期 2026-10-01 至 2026-10-31\n\n" + LINES))
    assert (came.values, came.rows, came.skipped) == (VALUES, {"read": 2, "used": 2}, {"preamble": 1})


def test_t06_titles_in_merged_cells_above_the_header(tmp_path: Path) -> None:
    """A roll-up with titles in rows 1 and 2, of which one holds a header's word, and the header in row 4."""
    rows = [["客服绩效月报"], ["部门：", "客服"], [], *(line.split(",") for line in LINES.splitlines())]
    came = scored(tmp_path, chats(workbook(tmp_path / "chats.xlsx", s=rows).read_bytes(), "chats.xlsx"))
    assert (came.values, came.skipped) == (VALUES, {"preamble": 2})


GROUPED = (
    "日期,旺旺昵称,总,,,邀请,,\n"
    ",,发出,收到,很满意,发出,收到,很满意\n"
    "2026-10,小安,50,20,15,40,15,12\n"
    "2026-10,小博,10,4,2,10,4,2\n"
    "汇总值,汇总值,60,24,17,50,19,14\n"
)  # fmt: skip
REVIEWS = 'files: "reviews-{period}.csv"\npreset: qianniu-reviews'


def test_t07_a_row_of_groups_above_the_row_of_fields(tmp_path: Path) -> None:
    """生意参谋 接待评价: the same field names under each group; 15 of 20, and 12 of 15."""
    formulas = ("percent sum(x.very_satisfied) / sum(x.rated)", "count sum(x.rated_on_invitation)")
    came = scored(tmp_path, Trap(REVIEWS, formulas, {"reviews-2026-10.csv": GROUPED}))
    assert came.values == {"小安": ("0.75", "15"), "小博": ("0.5", "4")}
    assert (came.rows, came.skipped) == ({"read": 2, "used": 2}, {"汇总值": 1})


def test_t07_the_groups_are_found_even_if_no_field_is_asked_for(tmp_path: Path) -> None:
    """Only rows are counted, so that nothing but the agent, who stands in the upper row, is needed."""
    came = scored(tmp_path, Trap(REVIEWS, ("count count(x)",), {"reviews-2026-10.csv": GROUPED}))
    assert came.values == {"小安": ("1",), "小博": ("1",)}
    assert (came.rows, came.skipped) == ({"read": 2, "used": 2}, {"汇总值": 1})


def test_t08_headers_are_compared_without_white_space_width_and_case(tmp_path: Path) -> None:
    """A line break, a no-break and an ideographic space, and brackets that open wide and close narrow."""
    header = 'ID,"客\n服",时\u00a0间,等待（\u3000秒),金 额'
    came = scored(tmp_path, chats(LINES.replace(LINES.splitlines()[0], header)))
    assert came.values == VALUES


T09 = """
files: "pdd-{period}.csv"
agent: agent
columns: {agent: 客服账号, wait: {from: 平均人工响应时长, type: duration%s}}
"""


def test_t09_one_header_with_two_units(tmp_path: Path) -> None:
    """平均人工响应时长: `15秒` and `0.5分钟` say what they are, a bare 0.5 is asked for and is what the scheme says."""
    header = "客服账号,平均人工响应时长\n"
    spoken = Trap(T09 % "", ("duration max(x.wait)",), {"pdd-2026-10.csv": f"{header}a,15秒\nb,0.5分钟\n"})
    assert scored(tmp_path, spoken).values == {"a": ("15",), "b": ("30",)}
    bare = {"pdd-2026-10.csv": f"{header}a,0.5\n"}
    said = refused(tmp_path, Trap(T09 % "", ("duration max(x.wait)",), bare), "duration-unit")
    assert "column `wait`: `0.5` (pdd-2026-10.csv, record 1) is a duration without a unit" in said
    assert "write `unit: s` (or ms, min, h, d) on column `wait`" in said
    for unit, seconds in (("s", "0.5"), ("min", "30"), ("h", "1800")):
        came = scored(tmp_path, Trap(T09 % f", unit: {unit}", ("duration max(x.wait)",), bare))
        assert came.values == {"a": (seconds,)}


def test_t10_a_header_that_stands_twice(tmp_path: Path) -> None:
    """Comments twice are nobody's business; a column that is read must stand there once."""
    lines = [line.split(",") for line in LINES.splitlines()]
    comments = "\n".join(",".join([*cells, "Comment", "Comment"]) for cells in lines) + "\n"
    assert scored(tmp_path, chats(comments)).values == VALUES
    twice = "\n".join(",".join([*cells, cells[-1]]) for cells in lines) + "\n"
    said = refused(tmp_path, chats(twice), "duplicate-header")
    assert "chats.csv: `金额` is the header of 2 columns, column `amount` needs one" in said
    assert "rename all but one of them in the export" in said


def test_t11_columns_without_a_name_at_the_end(tmp_path: Path) -> None:
    """The header ends with commas, and a stray note stands below one of them."""
    first, second, third = LINES.splitlines()
    came = scored(tmp_path, chats(f"{first},,\n{second},,\n{third},ha,\n"))
    assert (came.values, came.rows) == (VALUES, {"read": 2, "used": 2})


def test_t11_a_cell_too_many_is_told_apart(tmp_path: Path) -> None:
    """More cells than the header names: nobody knows which of them is which."""
    said = refused(tmp_path, chats(LINES.replace(",20,", ",2,0,")), "too-many-rejected")
    assert "1 of 2 rows (50%, the limit is 1%) are rejected: chats.csv record 1: 6 cells instead of 5" in said


def test_t12_line_breaks_within_quotes(tmp_path: Path) -> None:
    """A note with line breaks, commas and doubled quotes is one cell, in the last column and in the first."""
    note = '"first\r\n2026-10-01,""x"",\n\nlast"'
    lines = LINES.replace("金额", "金额,备注").replace("1.5\n", f"1.5,{note}\n").replace(",2\n", ",2,\n")
    came = scored(tmp_path, chats(lines))
    assert (came.values, came.rows) == (VALUES, {"read": 2, "used": 2})


def test_t12_a_row_broken_by_a_bare_line_break_is_accounted_for(tmp_path: Path) -> None:
    """Without quotes the two halves are rejected by their number of cells; nothing else is lost."""
    broken = LINES + "c3,小安,2026-10-07\n 09:00:00,60,9\n"
    trap = Trap(CHATS, FORMULAS, {"chats.csv": broken}, more="limits: {rejected: 50%}")
    came = scored(tmp_path, trap)
    assert (came.values, came.rows) == (VALUES, {"read": 4, "used": 2, "rejected": 2})
    assert [(record, reason) for record, _, _, reason in came.rejects] == [
        (3, "3 cells instead of 5"),
        (4, "3 cells instead of 5"),
    ]
