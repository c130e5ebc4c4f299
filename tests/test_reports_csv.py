"""CSV as payroll reads it: exact columns, exact numbers, nothing a spreadsheet would run."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_outcomes import AGENTS, outcome, scheme, sheet
from msgspec.structs import replace

from kpi_cli.problems import Exit, KpiError
from kpi_cli.reports.formats import Format
from kpi_cli.reports.render import View, render
from kpi_cli.reports.safe import csv_texts
from kpi_cli.rows import Agent

SUMMARY = """\
period,agent_id,agent_name,team,scorecard,score,grade,coefficient,rank,of,coverage,status,notes
2026-10,007,小张,一组,presales,110.6,S,1.3,1,2,100,scored,
2026-10,012,"李雷, Jr",二组,presales,87.4,D,0.6,2,2,100,scored,
2026-10,021,韩梅梅,一组,presales,94.1,,,,,40,incomplete,覆盖率过低，不评级：首次响应时间
"""
DETAIL = """\
period,agent_id,agent_name,scorecard,dimension,metric,label,value,n,target,score,weight,points,status,note
2026-10,007,小张,presales,效率,frt,首次响应时间,25,360,<=30,120.00,60,72,met,
2026-10,007,小张,presales,质量,fcr,一次解决率,0.82,50,>=0.85,96.47,40,38.588,missed,
2026-10,012,"李雷, Jr",presales,效率,frt,首次响应时间,40,12,<=30,75.00,60,45,missed,
2026-10,012,"李雷, Jr",presales,质量,fcr,一次解决率,0.9,10,>=0.85,105.88,40,42.352,met,
2026-10,021,韩梅梅,presales,效率,frt,首次响应时间,,0,<=30,,60,,missing,
2026-10,021,韩梅梅,presales,质量,fcr,一次解决率,0.8,5,>=0.85,94.12,40,37.648,missed,
"""


def test_the_summary() -> None:
    assert render(outcome(), Format.CSV, View()) == SUMMARY


def test_the_detail_has_a_line_for_each_agent_and_metric() -> None:
    assert render(outcome(), Format.CSV, View(detail=True)) == DETAIL


def test_wide_puts_value_and_score_of_every_metric_beside_the_summary() -> None:
    lines = str(render(outcome(), Format.CSV, View(wide=True))).splitlines()
    assert lines[0] == SUMMARY.splitlines()[0] + ",frt_value,frt_score,fcr_value,fcr_score"
    assert lines[1] == "2026-10,007,小张,一组,presales,110.6,S,1.3,1,2,100,scored,,25,120.00,0.82,96.47"
    assert lines[3].endswith(",,,0.8,94.12")


def test_a_byte_order_mark_comes_only_when_asked_for() -> None:
    assert render(outcome(), Format.CSV, View(bom=True)) == "\ufeff" + SUMMARY
    assert render(outcome(of=replace(scheme(), output_bom=True)), Format.CSV, View()) == "\ufeff" + SUMMARY


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-", "'-"),
        ("@all", "'@all"),
        ("\tx", "'\tx"),
        ("\rx", '"\'\rx"'),
        ("=a,b", '"\'=a,b"'),
        ("a=b", "a=b"),
        ('say "hi"', '"say ""hi"""'),
        ("two\nlines", '"two\nlines"'),
        ("\x1b[31mred", "\ufffd[31mred"),
        ("\u202eabc", "\ufffdabc"),
    ],
)
def test_text_that_a_spreadsheet_would_run_or_a_terminal_obey_is_disarmed(name: str, field: str) -> None:
    named = sheet([Agent("007", name), *AGENTS[1:]])
    text = str(render(outcome(named), Format.CSV, View()))
    assert text.startswith(SUMMARY.splitlines()[0] + f"\n2026-10,007,{field},,presales,110.6")


@pytest.mark.parametrize("agent_id", ["=007", "-7", "+7", "@7", "\t7", "7\x1b"])
def test_an_id_that_would_have_to_change_is_refused(agent_id: str) -> None:
    with pytest.raises(KpiError) as stop:
        render(outcome(sheet([Agent(agent_id, "小张"), *AGENTS[1:]])), Format.CSV, View())
    assert stop.value.exit_code is Exit.DATA
    assert [problem.code for problem in stop.value.problems] == ["unsafe-id"]


@given(st.lists(st.text(max_size=6), min_size=1, max_size=6))
def test_fields_are_read_back_as_one_row_and_none_begins_like_a_formula(texts: list[str]) -> None:
    (row,) = csv.reader(io.StringIO(",".join(csv_texts([*texts, "end"])), newline=""))
    assert len(row) == len(texts) + 1
    assert not any(cell[:1] in {"=", "+", "-", "@", "\t", "\r"} for cell in row if cell)
