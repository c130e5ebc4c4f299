"""Tables as a person sees them: right widths for Chinese, numbers never cut, names that cannot paint."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_outcomes import AGENTS, CARD, outcome, scheme, sheet
from msgspec.structs import replace
from rich.cells import cell_len

from kpi_cli.reports.formats import Format
from kpi_cli.reports.render import View, render
from kpi_cli.rows import Agent
from kpi_cli.scoring.cards import Note, NoteCode

ZH = """\
2026-10 · 售前客服 · 3 人
名次  客服      工号  小组  效率 /60  质量 /40   总分  等级  系数  状态
───────────────────────────────────────────────────────────────────────────
   1  小张      007   一组      72.0      38.6  110.6  S      1.3  已评分
   2  李雷, Jr  012   二组      45.0      42.4   87.4  D      0.6  已评分
      韩梅梅    021   一组                37.6   94.1              数据不足
韩梅梅：覆盖率过低，不评级：首次响应时间

等级分布 2026-10：S 1 · A 0 · B 0 · D 1 · 数据不足 1
"""
NARROW = """\
2026-10 · 售前客服 · 3 人
名次  客服      工号   总分  等级  系数
───────────────────────────────────────
   1  小张      007   110.6  S      1.3
   2  李雷, Jr  012    87.4  D      0.6
      韩梅梅    021    94.1
韩梅梅：覆盖率过低，不评级：首次响应时间
宽度不够，未显示：小组、效率 /60、质量
  /40、状态

等级分布 2026-10：S 1 · A 0 · B 0 · D
  1 · 数据不足 1
"""
CARD_ZH = """\
2026-10 · 小张 (007) · 售前客服 · 110.6 S × 1.3 · 第 1 / 2 名
维度  指标          实际值  目标   样本    得分  权重  加权分
────────────────────────────────────────────────────────────────
效率  首次响应时间     25s  ≤ 30s   360  120.00    60      72  ✓
质量  一次解决率       82%  ≥ 85%    50   96.47    40  38.588  ✗
"""


def table(view: View | None = None, **changes: object) -> str:
    made = outcome(replace(sheet(), **changes))
    return str(render(made, Format.TABLE, view or View()))


def test_the_summary_at_80_columns() -> None:
    assert table() == ZH


def test_a_narrow_page_loses_whole_columns_and_says_which() -> None:
    assert table(View(width=40)) == NARROW


def test_detail_shows_each_card_in_the_units_people_speak() -> None:
    assert table(View(detail=True)).startswith(CARD_ZH)


def test_english_words() -> None:
    text = str(render(outcome(of=scheme("en")), Format.TABLE, View()))
    assert text.splitlines()[1].split() == [
        *("#", "Agent", "ID", "Team", "效率", "/60", "质量", "/40"),
        *("Score", "Grade", "Coeff.", "Status"),
    ]
    assert "incomplete" in text
    assert "Grades 2026-10: S 1 · A 0 · B 0 · D 1 · incomplete 1" in text


def test_a_card_without_dimensions_shows_its_metrics_scores() -> None:
    lines = tuple(replace(line, dimension=None) for line in CARD.lines)
    plain = replace(CARD, lines=lines, dimensions=None)
    text = str(render(outcome(sheet(card=plain)), Format.TABLE, View(width=90)))
    assert "首次响应时间  一次解决率" in text
    assert "      120.00       96.47" in text


def test_names_equal_to_ids_are_shown_once() -> None:
    agents = [Agent("Diane", "Diane"), Agent("Dan", "Dan"), Agent("Jim", "Jim")]
    header = str(render(outcome(sheet(agents)), Format.TABLE, View())).splitlines()[1]
    assert "工号" not in header
    assert "小组" not in header


@pytest.mark.parametrize(
    "name", ["[red]小张[/red]", "[link=http://x]y", "\x1b[31m小张", "a\nb", "\u202e小张", "\x9b31m"]
)
def test_a_name_cannot_change_the_terminal(name: str) -> None:
    text = table(View(width=100), agents=(Agent("007", name), *AGENTS[1:]))
    shown = "".join(character if character.isprintable() else "\ufffd" for character in name)
    assert shown in text
    assert not set(text) & set("\x1b\x9b\u202e")
    assert len(text.splitlines()) == len(ZH.splitlines())


def test_colour_comes_only_where_it_is_welcome() -> None:
    assert "\x1b[" not in table(View(colour=False))
    assert "\x1b[" in table(View(colour=True))


@given(width=st.integers(min_value=30, max_value=120), name=st.text(max_size=30), detail=st.booleans())
def test_no_line_is_wider_than_the_page_and_no_total_is_cut(width: int, name: str, *, detail: bool) -> None:
    text = table(View(width=width, detail=detail), agents=(Agent("007", name), *AGENTS[1:]))
    grid = [line for line in text.splitlines() if "─" in line or "110.6" in line]
    assert any("110.6" in line for line in grid)
    assert detail or all(cell_len(line) <= max(width, 37) for line in text.splitlines())


def test_a_note_that_many_share_is_said_once() -> None:
    note = Note(NoteCode.REWEIGHTED, ("fcr",))
    text = table(notes=dict.fromkeys(range(3), (note,)))
    assert text.count("无得分，权重由其余指标分摊：一次解决率") == 1
    assert "小张、李雷, Jr、韩梅梅：无得分" in text
