"""Workbooks: ids stay text, numbers are numbers, nothing is a formula, equal results are equal files."""

import io
import zipfile
from collections.abc import Sequence

from made_outcomes import AGENTS, outcome, sheet
from python_calamine import CalamineWorkbook

from kpi_cli.reports.formats import Format
from kpi_cli.reports.render import View, render
from kpi_cli.rows import Agent


def workbook(view: View, *agents: Agent) -> bytes:
    made = outcome(sheet([*agents, *AGENTS[len(agents) :]]))
    content = render(made, Format.XLSX, view)
    assert isinstance(content, bytes)
    return content


def rows(content: bytes, name: str) -> Sequence[Sequence[object]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_name(name).to_python()


def test_the_summary_has_the_columns_of_the_csv() -> None:
    header, first, *_ = rows(workbook(View()), "汇总")
    assert header == [
        *("period", "agent_id", "agent_name", "team", "scorecard", "score", "grade"),
        *("coefficient", "rank", "of", "coverage", "status", "notes"),
    ]
    assert first == ["2026-10", "007", "小张", "一组", "presales", 110.6, "S", 1.3, 1, 2, 100, "scored", ""]


def test_detail_is_a_sheet_of_its_own() -> None:
    content = workbook(View(detail=True))
    assert rows(content, "明细")[2] == [
        *("2026-10", "007", "小张", "presales", "质量", "fcr", "一次解决率"),
        *(0.82, 50, ">=0.85", 96.47, 40, 38.588, "missed", ""),
    ]
    assert len(rows(content, "明细")) == 7


def test_wide_has_numbers_for_every_metric() -> None:
    assert rows(workbook(View(wide=True)), "汇总")[1][13:] == [25, 120, 0.82, 96.47]


def test_a_name_is_never_a_formula_or_a_link() -> None:
    content = workbook(View(), Agent("=1+1", "=2+2", "http://example.com"), Agent("0012", "\x1b[31mx"))
    _, first, second, _ = rows(content, "汇总")
    assert first[1:4] == ["=1+1", "=2+2", "http://example.com"]
    assert second[1:3] == ["0012", "\ufffd[31mx"]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        page = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page
    assert "hyperlink" not in page


def test_scores_show_all_their_decimals() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook(View(detail=True)))) as archive:
        styles = archive.read("xl/styles.xml").decode()
    assert 'formatCode="0.0"' in styles
    assert "0.00" in styles or 'numFmtId="2"' in styles


def test_the_same_results_are_the_same_bytes() -> None:
    assert workbook(View(detail=True)) == workbook(View(detail=True))
