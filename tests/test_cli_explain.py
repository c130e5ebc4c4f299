"""`kpi explain`: the arithmetic of a scorecard, to be followed with a pencil."""

import json
from pathlib import Path

import pytest
from conftest import Kpi
from made_case import SCHEME, write_case

ARGUMENTS = ("explain", "scheme.yaml", "data", "--period", "2026-10")
ZHANG = """\
2026-10 · 小张 (007) · 客服 · 112.0 S × 1.3 · 第 1 / 2 名

效率 · 首次响应时间 · frt
  公式    mean(chats.first_response)
  实际值  125s / 5 = 25s，n 5
  得分    25s，目标 ≤ 30s：100 × 30s / 25s = 120.00
  加权分  120.00 × 60% = 72

质量 · 一次解决率 · fcr
  公式    share(chats.resolved)
  实际值  4 / 5 = 80%，n 5
  得分    80%，目标 ≥ 80%：100 × 80% / 80% = 100.00
  加权分  100.00 × 40% = 40

  总分  72 + 40 = 112 → 112.0
  等级  S（≥ 110），系数 1.3
  名次  1 / 2
"""
LI = """\
2026-10 · 李雷 (012) · 客服 · 70.0 D × 0.6 · rank 2 of 2

质量 · 一次解决率 · fcr
  formula  share(chats.resolved)
  value    1 of 2 = 50%, n 2
  score    50% against ≥ 80%: 100 × 50% / 80% = 62.50
  points   62.50 × 40% = 25
"""


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return write_case(tmp_path)


def test_a_whole_card(kpi: Kpi, case: Path) -> None:
    ran = kpi(*ARGUMENTS, "--agent", "007", cwd=case)
    assert (ran.code, ran.text) == (0, ZHANG)


def test_one_metric_in_english(kpi: Kpi, tmp_path: Path) -> None:
    case = write_case(tmp_path, SCHEME.replace("language: zh", "language: en"))
    ran = kpi(*ARGUMENTS, "--agent", "李雷", "--metric", "fcr", cwd=case)
    assert (ran.code, ran.text) == (0, LI)


def test_what_is_within_reach(kpi: Kpi, case: Path) -> None:
    text = kpi(*ARGUMENTS, "--agent", "012", cwd=case).text
    assert "等级  D，系数 0.6，距 B 还差 20" in text
    # up to 120 from 75 at weight 60, and from 62.5 at weight 40: 27 and 23 points
    assert "潜力  首次响应时间，最多再加 27 分" in text


def test_as_data(kpi: Kpi, case: Path) -> None:
    (agent,) = json.loads(kpi(*ARGUMENTS, "--agent", "007", "--format", "json", cwd=case).text)["agents"]
    assert (agent["score"], agent["grade"]) == ("112.0", "S")
    assert agent["lines"][0]["formula"] == "mean(chats.first_response)"
    assert agent["lines"][0]["workings"]["score"] == "25s，目标 ≤ 30s：100 × 30s / 25s = 120.00"
    assert agent["workings"][0] == {"about": "总分", "text": "72 + 40 = 112 → 112.0"}


def test_somebody_without_data(kpi: Kpi, case: Path) -> None:
    ran = kpi(*ARGUMENTS, "--agent", "021", cwd=case)
    assert ran.text == "2026-10 · 韩梅梅 (021) · 客服 · 无数据\n\n  状态  无数据\n"


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        (["--agent", "07"], "did you mean `007`?"),
        (["--agent", "007", "--metric", "fcrr"], "did you mean `fcr`?"),
        (["--agent", "007", "--format", "xml"], "one of text, json"),
        (["--agent", "007", "-o", "why.xlsx"], "end it with .txt or .json"),
        (["--agent", "007", "-o", "why.json", "--format", "text"], "leave one of the two out"),
        ([], "Missing option '--agent'"),
    ],
)
def test_wrong_usage(kpi: Kpi, case: Path, extra: list[str], said: str) -> None:
    ran = kpi(*ARGUMENTS, *extra, cwd=case)
    assert (ran.code, ran.out) == (2, b"")
    assert said in ran.err
