"""Markdown: tables that GitHub draws, whatever the names hold."""

from made_outcomes import AGENTS, outcome, scheme, sheet

from kpi_cli.reports.formats import Format
from kpi_cli.reports.render import View, render
from kpi_cli.rows import Agent

SUMMARY = """\
## 2026-10 · 售前客服 · 3 人

| 名次 | 客服 | 工号 | 小组 | 效率 /60 | 质量 /40 | 总分 | 等级 | 系数 | 状态 | 备注 |
| ---: | --- | --- | --- | ---: | ---: | ---: | --- | ---: | --- | --- |
| 1 | 小张 | 007 | 一组 | 72.0 | 38.6 | 110.6 | S | 1.3 | 已评分 |  |
| 2 | 李雷, Jr | 012 | 二组 | 45.0 | 42.4 | 87.4 | D | 0.6 | 已评分 |  |
|  | 韩梅梅 | 021 | 一组 |  | 37.6 | 94.1 |  |  | 数据不足 | 覆盖率过低，不评级：首次响应时间 |

等级分布 2026-10：S 1 · A 0 · B 0 · D 1 · 数据不足 1
"""


def test_the_summary() -> None:
    assert render(outcome(), Format.MARKDOWN, View()) == SUMMARY


def test_detail_adds_each_agents_card() -> None:
    text = str(render(outcome(), Format.MARKDOWN, View(detail=True)))
    assert text.startswith(SUMMARY.partition("\n\n等级")[0])
    assert "### 2026-10 · 小张 (007) · 售前客服 · 110.6 S × 1.3 · 第 1 / 2 名" in text
    assert "| 质量 | 一次解决率 | 82% | ≥ 85% | 50 | 96.47 | 40 | 38.588 | ✗ |" in text


def test_pipes_and_markup_in_names_are_escaped() -> None:
    agents = [Agent("007", "a|b `*_<i>[x]\n"), *AGENTS[1:]]
    text = str(render(outcome(sheet(agents), of=scheme("en")), Format.MARKDOWN, View()))
    assert r"| 1 | a\|b \`\*\_\<i\>\[x\]" + "\ufffd |" in text
