"""What `kpi check SCHEME DATA` says of the data: each sentence by a small case worked out by hand."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from conftest import ROOT
from scheme_text import told

from kpi_cli.intake.presets import PRESETS
from kpi_cli.lab.datalints import data_lints
from kpi_cli.periods import parse_period
from kpi_cli.pipeline import Request, run
from kpi_cli.problems import Problem, Severity
from kpi_cli.scheme.load import load_scheme

TODAY = date(2026, 11, 15)
SCHEME = """\
kpi: 1
name: Small team
timezone: UTC
roster: {files: roster.csv, agent: id, columns: {id: id, name: name, team: team}}
sources:
  chats:
    files: "chats*.csv"
    agent: agent
    time: at
    columns:
      agent: agent
      at: {from: at, type: datetime}
      wait: {from: wait, type: duration, unit: s}
metrics:
  quick: METRIC
scorecards:
  all: {weights: {quick: 100}}
grades:
  - {grade: A, min: 100, coefficient: 1.1}
  - {grade: B, coefficient: 1.0}
"""
MEAN = "{formula: mean(chats.wait), unit: duration, target: ≤ 30s}"
AGENTS = {"a1": "one", "a2": "one", "a3": "one"}


def said(folder: Path, metric: str, rows: Iterable[str], periods: str = "2026-10", **more: str) -> list[str]:
    """The warnings for chats given as `agent,at,wait`; `more` are other scheme keys, or `roster` and `today`."""
    data = folder / "data"
    data.mkdir(exist_ok=True)
    roster = more.pop("roster", "\n".join(f"{agent},{agent.upper()},{team}" for agent, team in AGENTS.items()))
    (data / "roster.csv").write_text(f"id,name,team\n{roster}\n", encoding="utf-8")
    (data / "chats.csv").write_text("\n".join(["agent,at,wait", *rows, ""]), encoding="utf-8")
    scheme = folder / "scheme.yaml"
    today = date.fromisoformat(more.pop("today", TODAY.isoformat()))
    keys = "".join(f"{key}: {value}\n" for key, value in more.items())
    scheme.write_text(SCHEME.replace("METRIC", metric) + keys, encoding="utf-8")
    return [told(problem) for problem in problems(scheme, data, periods, today)]


def problems(scheme: Path, data: Path, periods: str, today: date = TODAY) -> tuple[Problem, ...]:
    asked = tuple(parse_period(text, today) for text in periods.split())
    found = data_lints(run(Request(load_scheme(scheme, PRESETS).scheme, (str(data),), asked)), today)
    assert {problem.severity for problem in found} <= {Severity.WARNING}
    assert all(problem.help for problem in found)
    return found


def waits(*seconds: object, month: str = "2026-10") -> list[str]:
    """One chat each for the first, second, ... agent, on the last day of the month."""
    return [f"a{number},{month}-30 09:00:00,{wait}" for number, wait in enumerate(seconds, 1)]


def test_a_target_that_some_reach_is_a_good_one(tmp_path: Path) -> None:
    assert said(tmp_path, MEAN, waits(20, 40, 50)) == []


def test_a_target_that_nobody_reaches(tmp_path: Path) -> None:
    assert said(tmp_path, MEAN, waits(31, 40, 50)) == [
        (
            "quick: nobody reaches the target ≤ 30s of `quick` on `all` in 2026-10: the best of 3 agents is 31s "
            "[target-out-of-reach]"
        )
    ]


def test_a_target_that_everybody_reaches(tmp_path: Path) -> None:
    assert said(tmp_path, MEAN, waits(10, 20, 30)) == [
        (
            "quick: all 3 agents reach the target ≤ 30s of `quick` on `all` in 2026-10: even the last is at 30s "
            "[target-too-low]"
        )
    ]


def test_two_agents_are_not_everybody(tmp_path: Path) -> None:
    assert said(tmp_path, MEAN, waits(10, 20), roster="a1,A,one\na2,B,one") == []


def test_of_eleven_one_is_almost_nobody_and_of_ten_one_is_somebody(tmp_path: Path) -> None:
    def of(count: int) -> list[str]:
        roster = "\n".join(f"a{number},A,one" for number in range(1, count + 1))
        return said(tmp_path, MEAN, waits(30, *range(31, 30 + count)), roster=roster)

    assert of(10) == []
    assert of(11) == [
        "quick: 1 of 11 agents reaches the target ≤ 30s of `quick` on `all` in 2026-10 [target-out-of-reach]"
    ]


def test_what_one_period_does_not_reach_another_may(tmp_path: Path) -> None:
    rows = [*waits(40, 50, 60, month="2026-09"), *waits(20, 50, 60)]
    assert [line.rpartition("[")[2] for line in said(tmp_path, MEAN, rows, "2026-09")] == ["target-out-of-reach]"]
    assert said(tmp_path, MEAN, rows, "2026-09 2026-10") == []


def test_missed_by_most_in_three_periods(tmp_path: Path) -> None:
    months = ("2026-08", "2026-09", "2026-10")
    rows = [row for month in months for row in waits(20, 50, 60, month=month)]
    assert said(tmp_path, MEAN, rows, "2026-09 2026-10") == []
    assert said(tmp_path, MEAN, rows, " ".join(months)) == [
        (
            "quick: most miss the target ≤ 30s of `quick` on `all` in every period from 2026-08 to 2026-10 "
            "[off-target-for-long]"
        )
    ]


def test_one_exact_value_is_hit_by_luck(tmp_path: Path) -> None:
    assert said(tmp_path, "{formula: mean(chats.wait), unit: duration, target: = 30s}", waits(29, 31, 32)) == []


def test_a_metric_that_does_not_vary(tmp_path: Path) -> None:
    assert said(tmp_path, MEAN, waits(40, 40, 40)) == [
        (
            "quick: nobody reaches the target ≤ 30s of `quick` on `all` in 2026-10: the best of 3 agents is 40s "
            "[target-out-of-reach]"
        ),
        "quick: `quick` on `all` is 40s for all 3 agents in 2026-10: it tells nobody apart [metric-constant]",
    ]


@pytest.mark.parametrize("rule", ["{rule: pass_fail}", "{rule: deduct, each: 1}"])
def test_a_duty_that_all_do_is_as_it_should_be(tmp_path: Path, rule: str) -> None:
    duty = f"{{formula: mean(chats.wait), unit: duration, target: ≤ 30s, score: {rule.replace('1}', '1, free: 30s}')}}}"
    assert said(tmp_path, duty, waits(30, 30, 30)) == []


def test_the_card_with_a_target_of_its_own_is_where_to_look(tmp_path: Path) -> None:
    text = SCHEME.replace("quick: 100", "quick: {weight: 100, target: ≤ 60s}").replace("METRIC", MEAN)
    (tmp_path / "data").mkdir()
    said(tmp_path, MEAN, waits(40, 50, 55))
    (tmp_path / "scheme.yaml").write_text(text, encoding="utf-8")
    (found,) = problems(tmp_path / "scheme.yaml", tmp_path / "data", "2026-10")
    assert (found.code, found.span and found.span.line, found.span and found.span.column) == ("target-too-low", 17, 19)


SHARE = "{formula: share(chats.wait <= 30s), unit: percent, target: ≥ 60%}"


def cases(agent: str, good: int, bad: int) -> list[str]:
    return [f"{agent},2026-10-30 09:00:{number:02},{20 if number < good else 40}" for number in range(good + bad)]


def test_a_rate_of_few_cases(tmp_path: Path) -> None:
    """Two of three agents have 19 cases; 20 are enough, and so is a least sample."""
    rows = [*cases("a1", 19, 0), *cases("a2", 5, 14), *cases("a3", 10, 10)]
    assert said(tmp_path, SHARE, rows) == [
        "quick: `quick` on `all` in 2026-10: 2 of 3 values stand on fewer than 20 cases [small-samples]"
    ]
    assert said(tmp_path, SHARE.replace("60%", "60%, min_sample: 5"), rows) == []
    assert said(tmp_path, SHARE, [*rows, *cases("a2", 1, 0)]) == []
    assert said(tmp_path, MEAN, waits(20, 40, 50)) == []


def test_a_team_too_small_to_compare_within(tmp_path: Path) -> None:
    relative = "{formula: chatted / team_mean(chatted), target: ≥ 1}\n  chatted: {formula: count(chats)}"
    rows = [*waits(1, 2, 3, 4), *waits(5), *waits(6)]
    teams = "a1,A,one\na2,B,one\na3,C,one\na4,D,two"
    assert said(tmp_path, relative, rows, roster=teams) == [
        "quick: `quick` compares within teams of one or two in 2026-10: two [small-team]"
    ]
    assert said(tmp_path, relative, rows, roster=teams.replace("two", "one")) == []


def daily(last: int) -> list[str]:
    """A chat of each of three agents on every day to the 1st..`last` of October; waits differ."""
    return [f"a{agent},2026-10-{day:02} 09:00:00,{20 * agent}" for day in range(1, last + 1) for agent in (1, 2, 3)]


def test_rows_that_stop_before_the_period_is_over(tmp_path: Path) -> None:
    """87 rows in 29 days: 6 to be expected on the 30th (a Friday) and 31st are few, 12 from the 28th on are not."""
    assert said(tmp_path, MEAN, daily(31)) == []
    assert said(tmp_path, MEAN, daily(29)) == []
    assert said(tmp_path, MEAN, daily(27)) == [
        (
            "chats: `chats` has no row after 2026-10-27, though 2026-10 goes on to 2026-10-31: "
            "is the export cut short? [cut-short]"
        )
    ]


def test_a_weekend_at_the_end_is_no_cut(tmp_path: Path) -> None:
    """October 2026 ends on a Saturday; without its Friday too, 15 rows a day are missed for two days."""
    many = [row for row in daily(30) for _ in range(5)]
    assert said(tmp_path, MEAN, many) == []
    assert [line.rpartition("[")[2] for line in said(tmp_path, MEAN, [row for row in daily(29) for _ in range(5)])] == [
        "cut-short]"
    ]


def test_a_period_that_runs_is_not_cut(tmp_path: Path) -> None:
    assert said(tmp_path, MEAN, daily(20), today="2026-10-21") == []
    assert [line.rpartition("[")[2] for line in said(tmp_path, MEAN, daily(20), today="2026-10-30")] == ["cut-short]"]


def test_a_round_number_of_rows(tmp_path: Path) -> None:
    rows = [row for row in [*daily(31), *daily(7)[:7]] for _ in range(10)]
    assert len(rows) == 1000
    assert said(tmp_path, MEAN, rows[:-1]) == []
    (line,) = said(tmp_path, MEAN, rows)
    assert line.endswith("chats.csv has exactly 1000 rows: is that the most a download may hold? [cut-short]")


def test_rows_without_an_agent(tmp_path: Path) -> None:
    """One of 94 rows is 1.06%, of 100 rows 1%."""
    rows = [*daily(31), ",2026-10-31 09:00:00,20"]
    assert said(tmp_path, MEAN, rows) == [
        "chats: 1.1% of the rows of `chats` in 2026-10 name no agent: nobody gets the credit [unattributed-share]"
    ]
    assert said(tmp_path, MEAN, [*rows, *daily(2)]) == []


def test_people_that_nobody_knows_and_people_without_rows(tmp_path: Path) -> None:
    roster = "a1,Ann,one\na2,Bob,one\na3,Cid,one\na4,Dan,one\na5,Eve,one"
    rows = [*waits(20, 40, 50), "zoe,2026-10-30 09:00:00,20", "yan,2026-10-30 09:00:00,20"]
    assert said(tmp_path, MEAN, rows, roster=roster, limits="{unknown_agents: 2}") == [
        "roster: in the data of 2026-10, and not on the roster: yan, zoe [unknown-agents]",
        "roster: on the roster, and without a row in 2026-10: Dan (a4), Eve (a5) [agents-without-data]",
    ]


@pytest.mark.parametrize("path", sorted((ROOT / "configs").glob("*.yaml")), ids=lambda path: path.name)
def test_the_samples_are_warned_of_where_the_schemes_say_why(path: Path) -> None:
    found = problems(path, ROOT / "sample_data", "2026-10")
    assert sorted(problem.code for problem in found) == sorted(EXPECTED.get(path.name, []))


EXPECTED = {
    "aftersales.yaml": ["cut-short"],  # work orders of the sample end on the 28th
    "all-metrics.yaml": ["cut-short", *["target-too-low"] * 3, *["small-samples"] * 2],
}
