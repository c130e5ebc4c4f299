"""`kpi inspect` over what is no export, or an odd one: refused with a reason, or read with a note."""

from pathlib import Path
from typing import Any

import pytest
from made_inspections import asked, checked, column, entries, inspection_of, of, scored, written
from made_workbooks import workbook

from kpi_cli.intake.inspecting.inspection import ColumnEntry, Role
from kpi_cli.intake.inspecting.looking import inspect
from kpi_cli.problems import KpiError
from kpi_cli.reports.inspect import inspection_page
from kpi_cli.reports.page import Page
from kpi_cli.reports.sourceyaml import question_line

TICKETS = "Ticket ID,Agent,Created\n1,Ann,2026-10-01\n2,Bo,2026-10-02\n"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"<html><body><table><tr><td>Agent</td></tr></table></body></html>", "a web page (HTML or XML)"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "a web page (HTML or XML)"),
        (b'[{"agent": "Ann"}]', "JSON"),
        (b'{"agent": "Ann"}\n{"agent": "Bo"}\n', "JSON"),
    ],
)
def test_what_only_looks_like_text_is_refused(tmp_path: Path, content: bytes, what: str) -> None:
    path = written(tmp_path, content, "report.xls")
    with pytest.raises(KpiError) as caught:
        inspect([str(path)])
    assert [problem.code for problem in caught.value.problems] == ["not-a-table"]
    assert f"is {what}, not a table" in str(caught.value)


def test_notes_and_schemes_beside_exports_are_passed_over(tmp_path: Path) -> None:
    written(tmp_path, TICKETS)
    written(tmp_path, "# Notes\n\n| a | b |\n", "README.md")
    written(tmp_path, "kpi: 1\n", "scheme.yaml")
    found = inspect([str(tmp_path)])
    assert [each.entry.name for each in found.inspections] == ["chats"]
    assert found.warnings == ()


def test_a_header_alone_names_the_agent_and_says_what_it_cannot(tmp_path: Path) -> None:
    found = of(tmp_path, "Ticket ID,Agent,Created\n")
    assert entries(found) == {"agent": ColumnEntry(("Agent",))}
    assert found.notes == ("a header alone, so types, key and time cannot be told: inspect an export with rows",)
    assert [each.about for each in found.questions] == ["time"]
    assert checked(found).warnings == ()


def test_events_are_told_from_cases(tmp_path: Path) -> None:
    kinds = ["created", "replied", "solved", "closed"]
    rows = "".join(f"T{n // 4},{kinds[n % 4]},{['u1', 'ann'][n % 2]},2026-10-{n % 28 + 1:02d}\n" for n in range(60))
    found = of(tmp_path, f"ticket_id,event,actor,date\n{rows}")
    (note,) = found.notes
    assert note.startswith("each `ticket_id` stands in 4.0 rows, as events do")
    assert "`cases: {of: chats}`" in note
    assert question_line(asked(found, "agent")) == "agent: actor"
    assert not of(tmp_path, TICKETS).notes


def test_a_name_in_two_columns_is_asked_about_as_one(tmp_path: Path) -> None:
    found = of(tmp_path, "First Name,Last Name,Calls\nAnn,Lee,10\nAnn,Ode,12\n")
    assert question_line(asked(found, "agent")) == "agent: {join: [First Name, Last Name]}"
    tickets = of(tmp_path, "Ticket ID,First Name,Last Name\n1,Ann,Lee\n2,Ann,Lee\n")
    assert question_line(asked(tickets, "agent")) == "agent: HEADER"  # whoever wrote the tickets


def test_long_cells_are_shown_in_short(tmp_path: Path) -> None:
    found = of(tmp_path, 'Ticket ID,Agent,Subject\n1,Ann,"first line\nsecond line"\n2,Bo,' + "long " * 20 + "\n")
    page = inspection_page([found], Page(200))
    assert "`first line second line`, `long long long long long long l…`" in page


CHATS = [["会话ID", "客服", "开始时间"], ["S1", "小安", "2026-10-01 09:00:00"], ["S2", "小博", "2026-10-02 09:30:00"]]
SALES = [["客服", "销售额", "月份"], ["小安", "100", "十月"], ["小博", "80", "十月"]]


def test_each_sheet_that_names_persons_is_a_source(tmp_path: Path) -> None:
    chart = [["月份", "合计"], ["九月", "10"], ["十月", "20"]]
    path = workbook(tmp_path / "shop-2026-10.xlsx", 会话=CHATS, 销售=SALES, 图表=chart)
    chats, sales = inspect([str(path)]).inspections
    assert [(each.entry.name, each.entry.sheet) for each in (chats, sales)] == [("会话", "会话"), ("销售", "销售")]
    assert chats.notes == ("other sheets: 图表",)
    for found in (chats, sales):
        assert checked(found).warnings == ()
        assert scored(found, path, "2026-10") == {"小安", "小博"}


def test_of_sheets_alike_one_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    sheets: dict[str, Any] = {"2026-09": SALES, "2026-10": SALES}
    path = workbook(tmp_path / "shop.xlsx", **sheets)
    found = inspection_of(path)
    assert (found.entry.name, found.entry.sheet) == ("shop", "2026-09")
    assert question_line(asked(found, "sheet")) == 'sheet: "2026-10"'
    assert checked(found).scheme.sources["shop"].sheet == "2026-09"


def test_a_range_of_days_in_a_name_dates_the_rows(tmp_path: Path) -> None:
    path = workbook(tmp_path / "绩效_20261001-20261031.xlsx", 明细=SALES)
    found = inspection_of(path)
    assert (found.entry.roles[Role.TIME], found.entry.files, found.period) == ("file", "绩效_*.xlsx", "2026-10")
    assert Role.KEY not in found.entry.roles  # tomorrow's file has a row for each agent too
    assert question_line(asked(found, "time")) == "time: file"
    assert scored(found, path, "2026-10") == {"小安", "小博"}


def test_days_shown_as_numbers_are_asked_about(tmp_path: Path) -> None:
    found = of(tmp_path, "日期,客服,接待量\n46296,小安,20\n46297,小安,30\n")
    question = asked(found, "日期")
    assert question_line(question) == "day: {from: 日期, type: date}"
    assert question.hint == "once the cells are formatted as dates there"


def test_any_ids_that_never_repeat_are_the_key(tmp_path: Path) -> None:
    found = of(tmp_path, "Response ID,Agent,NPS\nR1,Ann,9\nR2,Ann,9\nR3,Bo,4\n")
    assert found.entry.roles[Role.KEY] == "id"
    repeated = of(tmp_path, "Response ID,Agent,NPS\nR1,Ann,9\nR1,Ann,8\nR3,Bo,4\n")
    assert Role.KEY not in repeated.entry.roles


def test_agents_in_numbered_columns_are_found(tmp_path: Path) -> None:
    found = of(tmp_path, "Chat ID,Agent nickname 1,Agent nickname 2\nQ1,Ann,\nQ2,Bo,Cy\nQ3,Ann,Cy\n")
    assert entries(found)["agent"] == ColumnEntry(("Agent nickname 1",))
    assert asked(found, "agent").hint == "or `agent: [agent, agent_nickname_2]` to credit each of them"
    assert column(found, "Agent nickname 2").name == "agent_nickname_2"
