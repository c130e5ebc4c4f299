"""`kpi inspect` over ratings and answers in words: mapped where the scale is known, asked about where it is not."""

from pathlib import Path

import pytest
from made_inspections import asked, checked, column, entries, inspection_of, of, scored, written

from kpi_cli.intake.inspecting.inspection import ColumnEntry, Inspection
from kpi_cli.intake.inspecting.known import columns_of
from kpi_cli.intake.presets import PRESETS
from kpi_cli.reports.sourceyaml import column_value, question_line

FOUR = "Very satisfied: 4, Satisfied: 3, Dissatisfied: 2, Very dissatisfied: 1"


def rated(folder: Path, header: str, *cells: str) -> Inspection:
    rows = "".join(f"{n},{['Ann', 'Bo'][n % 2]},2026-10-13,{cell}\n" for n, cell in enumerate(cells))
    return of(folder, f"Ticket ID,Agent,Created,{header}\n{rows}")


@pytest.mark.parametrize(
    ("header", "cells", "value"),
    [
        ("评价", ["好评", "中评", "差评", "-"], "{from: 评价, type: number, map: {好评: 3, 中评: 2, 差评: 1}}"),
        ("评价", ["满意", "不满意"], "{from: 评价, type: number, map: {满意: 1, 不满意: 0}}"),
        (
            "满意度",
            ["很满意", "一般", "很不满意"],  # nobody chose the others: they are known all the same
            "{from: 满意度, type: number, map: {很满意: 5, 满意: 4, 一般: 3, 不满意: 2, 很不满意: 1}}",
        ),
        (
            "满意度",
            ["很满意", "满意", "一般", "不满", "很不满"],
            "{from: 满意度, type: number, map: {很满意: 5, 满意: 4, 一般: 3, 不满: 2, 很不满: 1}}",
        ),
        ("服务态度", ["优秀", "良好"], "{from: 服务态度, type: number, map: {优秀: 5, 良好: 4, 及格: 3, 不及格: 2}}"),
        (
            "Satisfaction",
            ["Good", "Bad", "Offered", "Not Offered"],
            "{from: Satisfaction, type: number, map: {Good: 1, Bad: 0}, missing: [Not Offered, Offered]}",
        ),
        (
            "CSAT score",
            ["Good", "Bad", "offered", "Unoffered", "Not_Offered"],
            "{from: CSAT score, type: number, map: {Good: 1, Bad: 0}, missing: [Not_Offered, Unoffered, offered]}",
        ),
        ("CSAT", ["good", "Good", "bad"], "{from: CSAT, type: number, map: {Good: 1, good: 1, bad: 0}}"),
        (
            "Rating",
            ["great", "okay", "not good"],
            "{from: Rating, type: number, map: {great: 3, okay: 2, not good: 1}}",
        ),
        ("解决", ["已解决", "未解决"], "{from: 解决, type: boolean, map: {已解决: yes, 未解决: no}}"),
        (
            "SLA For Resolution",
            ["Within SLA", "SLA Violated"],
            "{from: SLA For Resolution, type: boolean, map: {Within SLA: yes, SLA Violated: no}}",
        ),
        ("是否达标", ["达标", "未达标"], "{from: 是否达标, type: boolean, map: {达标: yes, 未达标: no}}"),
    ],
)
def test_words_of_a_known_scale_get_numbers(tmp_path: Path, header: str, cells: list[str], value: str) -> None:
    found = rated(tmp_path, header, *cells)
    assert column_value(column(found, header).entry) == value
    assert column(found, header).entry in entries(found).values()
    assert found.questions == ()
    assert checked(found).warnings == ()


@pytest.mark.parametrize(
    ("header", "cells", "why", "line"),
    [
        (
            "评价",
            ["满意", "一般"],
            "`满意`, `一般`: of a scale of 3 or 5 words?",
            "rating: {from: 评价, type: number, map: {满意: 3, 一般: 2, 不满意: 1}}",
        ),
        (
            "Rating",
            ["Very satisfied", "Dissatisfied"],
            "`Very satisfied`, `Dissatisfied`: of a scale of 4 or 5 words?",
            f"rating: {{from: Rating, type: number, map: {{{FOUR}}}}}",
        ),
        (
            "评价",
            ["好评", "好评", "好评", "差评", "系统默认"],
            "`好评`, `差评` rate, `系统默认` may not",
            "rating: {from: 评价, type: number, map: {好评: 1, 差评: 0}, missing: [系统默认]}",
        ),
        (
            "Rating",
            ["gut", "schlecht"],
            "`gut`, `schlecht` may rate, and which is better is not known",
            "rating: {from: Rating, type: number, map: {gut: 2, schlecht: 1}}",
        ),
        (
            "评价",
            ["很满意", "好评", "差评"],
            "`很满意`, `好评`, `差评` are of several scales",
            "rating: {from: 评价, type: number, map: {很满意: 5, 好评: 3, 差评: 1}}",
        ),
    ],
)
def test_words_that_leave_the_scale_open_are_asked_about(
    tmp_path: Path, header: str, cells: list[str], why: str, line: str
) -> None:
    found = rated(tmp_path, header, *cells)
    question = asked(found, header)
    assert (question.why, question_line(question)) == (why, line)
    assert question.key not in entries(found)
    assert checked(found).warnings == ()


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("渠道", ["网页", "微信"]),
        ("Priority", ["High", "Low"]),
        ("状态", ["已解决", "未解决"]),  # `处理中` may come next month
        ("评语", ["好", "好"]),
        ("评价客服", ["小安", "小博"]),
        ("Rating comment", ["fast", "slow"]),
    ],
)
def test_other_words_stay_words(tmp_path: Path, header: str, cells: list[str]) -> None:
    found = rated(tmp_path, header, *cells)
    assert column(found, header).entry == ColumnEntry((header,))
    assert [each for each in found.questions if each.about == header] == []


def test_words_score_as_printed(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "Ticket ID,Agent,Created,CSAT\n1,Ann,2026-10-01,Good\n2,Ann,2026-10-02,Bad\n3,Bo,2026-10-03,Not rated\n",
    )
    assert scored(inspection_of(path), path, "2026-10", "count({}, where={}.rating >= 1)".replace("{}", "chats")) == {
        "Ann",
        "Bo",
    }


def test_the_preset_knows_the_same_words() -> None:
    rating = columns_of(PRESETS["zendesk-tickets"])["rating"]
    assert (rating.map, rating.missing) == ({"Good": "1", "Bad": "0"}, ("Offered", "Not Offered", "Unoffered"))
