"""`kpi inspect`: by which volume averages are weighted, what handling is called, and which numbers may be rates."""

from pathlib import Path

import pytest
from made_inspections import asked, checked, column, entries, of
from test_inspect_schemes import formulas

from kpi_cli.reports.sourceyaml import question_line
from kpi_cli.scheme.compiled import ColumnType


@pytest.mark.parametrize(
    ("header", "rows", "expected"),
    [
        (
            "Agent,Calls Offered,Calls Answered,Avg Talk Time,AHT",
            ("10,9,0:02:00,0:03:00", "30,25,0:01:00,0:02:00"),
            {
                "calls_offered": "sum(x.calls_offered)",
                "calls_answered": "sum(x.calls_answered)",
                "avg_talk_time": "weighted_mean(x.avg_talk_time, by=x.calls_answered)",
                "handle": "weighted_mean(x.handle, by=x.calls_answered)",
            },
        ),
        (
            "Agent,Calls Offered,Calls Answered,Answer Rate,Avg Handle Time (s)",
            ("10,9,90%,180", "30,24,80%,120"),
            {
                "calls_offered": "sum(x.calls_offered)",
                "calls_answered": "sum(x.calls_answered)",
                "answer_rate": "weighted_mean(x.answer_rate, by=x.calls_offered)",
                "handle": "weighted_mean(x.handle, by=x.calls_answered)",
            },
        ),
        (
            "客服,呼入量,接听量,接通率,平均处理时长(秒)",
            ("10,9,90%,180", "30,24,80%,120"),
            {
                "接听量": "sum(x.接听量)",
                "接通率": "weighted_mean(x.接通率, by=x.呼入量)",
                "handle": "weighted_mean(x.handle, by=x.接听量)",
            },
        ),
        (
            "客服,咨询人数,接待人数,平均响应时长(秒)",
            ("10,9,18", "30,24,12"),
            {
                "consultations": "sum(x.consultations)",
                "volume": "sum(x.volume)",
                "avg_response": "weighted_mean(x.avg_response, by=x.volume)",
            },
        ),
        (
            "Agent,Calls Offered,AHT (s)",
            ("10,180", "30,120"),
            {"calls_offered": "sum(x.calls_offered)", "handle": "weighted_mean(x.handle, by=x.calls_offered)"},
        ),
    ],
)
def test_averages_are_weighted_by_what_they_are_of(
    tmp_path: Path, header: str, rows: tuple[str, str], expected: dict[str, str]
) -> None:
    assert formulas(of(tmp_path, f"{header}\nAnn,{rows[0]}\nBo,{rows[1]}\n")) == expected


@pytest.mark.parametrize("handling", ["AHT", "Avg Handle Time", "Average handling time", "平均处理时长"])
def test_handling_is_more_than_talking(tmp_path: Path, handling: str) -> None:
    found = of(tmp_path, f"Agent,Calls,Talk time,{handling}\nAnn,10,0:02:00,0:03:00\nBo,30,0:01:00,0:02:00\n")
    assert (column(found, handling).name, column(found, "Talk time").name) == ("handle", "talk_time")
    alone = of(tmp_path, "Agent,Calls handled,Talk time\nAnn,10,0:02:00\nBo,30,0:01:00\n")
    assert column(alone, "Talk time").name == "handle"


@pytest.mark.parametrize("header", ["CSAT", "Satisfaction", "满意度", "客户满意", "好评", "QA Score", "Rating", "得分"])
def test_scores_below_one_may_be_rates(tmp_path: Path, header: str) -> None:
    found = of(tmp_path, f"Agent,Calls,{header}\nAnn,10,0.7\nBo,12,0.85\nCy,5,0.9\nDi,3,1\n")
    question = asked(found, header)
    assert question.why == "rates from `0.7` to `1`: is 1 the whole, or 100?"
    assert question_line(question).endswith(f"{{from: {header}, type: percent, unit: fraction}}")
    assert question.hint == 'or `unit: "%"`, or `type: number` for a score of 1 at the most'
    assert question.key not in entries(found)
    assert checked(found).warnings == ()


@pytest.mark.parametrize("header", ["Service Level", "满意率", "好评率"])
def test_rates_are_asked_about_as_they_were(tmp_path: Path, header: str) -> None:
    found = of(tmp_path, f"Agent,Calls,{header}\nAnn,10,0.61\nBo,12,1.00\n")
    assert asked(found, header).hint == 'or `unit: "%"`'


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("CSAT", ["4.5", "0.7", "5"]),
        ("CSAT", ["0", "1", "1"]),
        ("CSAT", ["0.0", "1.0", "1.0"]),
        ("NPS", ["-0.5", "0.5", "1"]),
        ("Amount", ["0.7", "0.85", "1"]),
    ],
)
def test_other_numbers_stay_numbers(tmp_path: Path, header: str, cells: list[str]) -> None:
    rows = "".join(f"{agent},10,{cell}\n" for agent, cell in zip(("Ann", "Bo", "Cy"), cells, strict=True))
    found = of(tmp_path, f"Agent,Calls,{header}\n{rows}")
    assert column(found, header).entry.type is ColumnType.NUMBER
    assert [each for each in found.questions if each.about == header] == []
