"""What `kpi inspect` says of the next step: metrics an export allows, and a whole scheme that passes and scores."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from conftest import ROOT, SHARED, TESTS, Kpi
from made_inspections import TODAY, has_agent, inspection_of, of, written
from made_workbooks import workbook

from kpi_cli.intake.inspecting.inspection import Inspection, Role
from kpi_cli.intake.inspecting.looking import inspect
from kpi_cli.intake.inspecting.measures import measures_of
from kpi_cli.intake.presets import PRESETS
from kpi_cli.periods import parse_period
from kpi_cli.pipeline import Request, run
from kpi_cli.problems import Exit, KpiError
from kpi_cli.reports.inspect import inspection_page
from kpi_cli.reports.inspectscheme import metric_with_target, next_steps, scheme_yaml
from kpi_cli.reports.page import Page
from kpi_cli.reports.sourceyaml import question_line, sources_yaml
from kpi_cli.scheme.load import load_text

FILES = [
    *sorted((ROOT / "sample_data").glob("[!r]*.csv")),
    *sorted((TESTS / "presets").iterdir()),
    *(SHARED / "real" / name for name in ("callcenter_daily_by_rep.csv", "technical_support_tickets.xlsx")),
]
TICKETS = (
    "Ticket ID,Agent,Created,First response time (s),Resolved,CSAT,Amount\n"
    "1,Ann,2026-10-01,30,Y,5,10.50\n2,Ann,2026-10-02,60,N,4,0\n3,Bo,2026-10-03,45,Y,3,7\n"
)
AVERAGES = [
    ["店铺客服报表"],
    [],
    ["客服昵称", "接待人数", "平均响应时长", "回复率", "销售额"],
    ["小安", "100", "25秒", "98%", "1000.5"],
    ["小博", "131", "31秒", "95%", "800"],
    ["汇总", "231", "28秒", "96%", "1800.5"],
]


def formulas(found: Inspection) -> dict[str, str]:
    """The formula of each metric that could be, the source's name as `x`."""
    measures = measures_of([found]).get(found.entry.name, ())
    return {each.name: each.formula.replace(f"{found.entry.name}.", "x.") for each in measures}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_printed_scheme_passes_and_scores(path: Path) -> None:
    if not path.exists():
        pytest.skip("the real exports do not lie beside this checkout")
    found = inspection_of(path)
    if Role.AGENT not in found.entry.roles and not has_agent(found):
        with pytest.raises(KpiError) as caught:
            scheme_yaml([found])
        assert caught.value.exit_code is Exit.DATA
        return
    text = scheme_yaml([found])
    zones = [question_line(each) for each in found.questions if each.key == "timezone"]
    head = f"\n  {found.entry.name}:\n"
    scheme = load_text(text.replace(head, "".join([head, *(f"    {z}\n" for z in zones)])), "scheme.yaml", PRESETS)
    period = parse_period(found.period or "2026-10", TODAY)
    data = (f"{found.entry.name}={path}",)
    request = Request(scheme=scheme.scheme, data=data, periods=(period,))
    if has_agent(found):
        assert any(sheet.agents for sheet in run(request).sheets)
    else:  # until somebody says who did the work
        with pytest.raises(KpiError) as caught:
            run(request)
        assert "no column `?`" in str(caught.value)


@pytest.mark.parametrize("path", [each for each in FILES if each.exists()], ids=lambda path: path.name)
def test_metrics_with_targets_pass_too(path: Path) -> None:
    """Those that wait for an answer do once the line of the question stands in the entry."""
    found = inspection_of(path)
    measures = measures_of([found]).get(found.entry.name, ())
    if not measures:
        return
    keys = {each.waits_for for each in measures}
    entry = sources_yaml([found])
    for question in found.questions:
        if question.key in keys:
            entry = entry.replace(f"# decide: {question_line(question)}", question_line(question))
    if "\n    # columns:\n" in entry:
        entry = entry.replace("\n    # columns:\n", "\n    columns:\n")
    lines = "".join(f"  {metric_with_target(each)}\n" for each in measures)
    weights = ", ".join(f"{each.name}: {1 if place else 101 - len(measures)}" for place, each in enumerate(measures))
    text = (
        f"kpi: 1\nname: x\ntimezone: UTC\n{entry}metrics:\n{lines}scorecards: {{all: {{weights: {{{weights}}}}}}}\n"
        "grades: [{grade: A, coefficient: 1}]\n"
    )
    assert set(load_text(text, "scheme.yaml", PRESETS).scheme.metrics) == {each.name for each in measures}


def test_metrics_of_cases(tmp_path: Path) -> None:
    assert formulas(of(tmp_path, TICKETS)) == {
        "first_response": "mean(x.first_response)",
        "resolved": "share(x.resolved)",
        "rating": "mean(x.rating)",
        "amount": "sum(x.amount)",
        "handled": "count(chats)",
    }


def test_averages_are_weighted_by_their_volume(tmp_path: Path) -> None:
    found = inspection_of(workbook(tmp_path / "shop-2026-10.xlsx", 明细=AVERAGES))
    assert formulas(found) == {
        "volume": "sum(x.volume)",
        "avg_response": "weighted_mean(x.avg_response, by=x.volume)",
        "reply_rate": "weighted_mean(x.reply_rate, by=x.volume)",
        "sales": "sum(x.sales)",
    }


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("Agent,CSAT\nAnn,90%\nBo,80%\n", {"satisfaction": "only(x.satisfaction)"}),
        ("Agent,Date,CSAT\nAnn,2026-10-01,90%\nAnn,2026-10-02,80%\n", {"handled": "count(chats)"}),  # nothing weighs
        (
            "会话ID,客服,评价\nS1,小安,好评\nS2,小博,差评\nS3,小博,中评\n",
            {"rating": "share(x.rating >= 3)", "handled": "count(chats)"},
        ),
        (
            "会话ID,客服,平均响应时长\nS1,小安,25\nS2,小博,31\nS3,小博,60\n",
            {"avg_response": "mean(x.avg_response)", "handled": "count(chats)"},
        ),
        (
            "工单编号,客服,得分,是否合格\n1,小安,90,合格\n2,小博,80,不合格\n3,小博,85,合格\n",
            {"得分": "mean(x.得分)", "是否合格": "share(x.是否合格)", "handled": "count(chats)"},
        ),
    ],
)
def test_metrics_that_exports_allow(tmp_path: Path, content: str, expected: dict[str, str]) -> None:
    assert formulas(of(tmp_path, content)) == expected


def test_averages_of_days_are_not_averaged_plainly(tmp_path: Path) -> None:
    found = of(
        tmp_path, "Sales Rep,Incoming Calls,Answer Rate,Talk Duration (AVG)\nR1,10,90%,0:02:00\nR1,30,80%,0:01:00\n"
    )
    assert formulas(found) == {
        "volume": "sum(x.volume)",
        "answer_rate": "weighted_mean(x.answer_rate, by=x.volume)",
        "handle": "weighted_mean(x.handle, by=x.volume)",
    }


@pytest.mark.parametrize(
    ("days", "period"),
    [
        (("2026-10-01", "2026-10-31"), "2026-10"),
        (("2026-09-30", "2026-10-05", "2026-11-01"), "2026-10"),  # an export of October, a day too long on either side
        (("2026-11-01", "2026-11-02"), "2026-11"),
        (("03/04/2026", "05/06/2026"), None),
    ],
)
def test_the_period_to_begin_with(tmp_path: Path, days: Sequence[str], period: str | None) -> None:
    rows = "".join(f"{n},Ann,{day}\n" for n, day in enumerate(days))
    assert of(tmp_path, f"Ticket ID,Agent,Created\n{rows}").period == period


def test_of_complaints_few_are_better(tmp_path: Path) -> None:
    found = of(tmp_path, "投诉单号,责任客服\n1,小安\n2,小安\n3,小博\n", "投诉-2026-10.csv")
    (measure,) = measures_of([found])["投诉"]
    assert (measure.formula, measure.better) == ("count(投诉)", "lower")


def test_a_metric_waits_for_its_column(tmp_path: Path) -> None:
    found = of(tmp_path, "会话ID,客服,平均响应时长\nS1,小安,25\nS2,小博,31\nS3,小博,60\n")
    (waiting,) = [each for each in measures_of([found])["chats"] if each.waits_for]
    assert (waiting.name, waiting.waits_for) == ("avg_response", "avg_response")
    text = scheme_yaml([found])
    assert "\n  # avg_response: {formula: mean(chats.avg_response), " in text
    assert "  # once `avg_response` is decided\n" in text
    assert list(load_text(text, "scheme.yaml", PRESETS).scheme.metrics) == ["handled"]


def commands(folder: Path, names: Sequence[str]) -> list[str]:
    data = [str(folder / name) for name in names]
    steps = next_steps(inspect(data).inspections, data)
    return [command.replace(f"{folder.as_posix()}/", "").replace(f"{folder}\\", "") for command, _ in steps]


def test_the_next_steps_are_commands(tmp_path: Path) -> None:
    written(tmp_path, TICKETS, "tickets.csv")
    assert commands(tmp_path, ["tickets.csv"]) == [
        "kpi inspect tickets.csv --format scheme > scheme.yaml",
        "kpi check scheme.yaml tickets.csv",
        "kpi score scheme.yaml tickets.csv --period 2026-10",
    ]
    workbook(tmp_path / "shop.xlsx", 明细=AVERAGES)
    assert commands(tmp_path, ["shop.xlsx"])[2] == "kpi score scheme.yaml shop=shop.xlsx --period YYYY-MM"
    workbook(tmp_path / "shop-2026-09.xlsx", 明细=AVERAGES)
    assert commands(tmp_path, ["shop-2026-09.xlsx"])[2] == "kpi score scheme.yaml shop-2026-09.xlsx --period 2026-09"
    written(tmp_path, "小组,接待量\n一组,10\n二组,12\n", "teams.csv")
    assert commands(tmp_path, ["teams.csv"]) == []


@pytest.mark.parametrize("name", ["shop.xlsx", "shop-2026-10.xlsx", "tickets.csv"])
def test_a_newcomer_comes_from_a_file_to_scores(kpi: Kpi, tmp_path: Path, name: str) -> None:
    if name.endswith(".xlsx"):
        workbook(tmp_path / name, 明细=AVERAGES)
    else:
        written(tmp_path, TICKETS, name)
    made, checked, scored = commands(tmp_path, [name])
    printed = kpi(*made.split(" > ")[0].split()[1:], cwd=tmp_path)
    assert (printed.code, printed.err) == (0, "")
    (tmp_path / "scheme.yaml").write_text(printed.text, encoding="utf-8")
    assert kpi(*checked.split()[1:], cwd=tmp_path).code == 0
    ran = kpi(*scored.replace("YYYY-MM", "2026-10").split()[1:], cwd=tmp_path)
    assert ran.code == 0, ran.err
    assert len(ran.text.splitlines()) == 3  # the header and two agents


@pytest.mark.parametrize("width", [80, 120])
def test_the_page_keeps_its_width_and_loses_nothing(width: int) -> None:
    found = inspect([str(ROOT / "sample_data" / "calls.csv")]).inspections
    page = inspection_page(found, Page(width), ["sample_data/calls.csv"])
    table = page.split("\nsources:\n")[0].splitlines()[2:]
    assert max(map(len, table)) <= width
    assert width == 80 or "…" not in page  # a header may be cut on the narrower one
    assert "\nMetrics that these allow; the targets are yours to set\n" in page
    assert "\nNext\n" in page
    bare = page.split("\nsources:\n")[1].split("\n\n")[0]
    assert "cells" not in bare


def test_exports_of_nobody_make_no_scheme(kpi: Kpi, tmp_path: Path) -> None:
    path = written(tmp_path, "小组,接待量\n一组,10\n二组,12\n", "teams.csv")
    ran = kpi("inspect", str(path), "--format", "scheme")
    assert (ran.code, ran.text) == (3, "")
    assert "nothing-to-measure" in ran.err
