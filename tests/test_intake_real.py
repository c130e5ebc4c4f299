"""Real exports scored as they lie there: averages weighted by volume, durations as differences of two moments.

The expected values were worked out by other means: sums of the CSV's own counts, and the serial numbers in the
workbook's XML, each rounded to the second, which is what its cells show at most: they are days with 15 digits, and what
these hold beyond the second nobody has measured.
"""

import csv
import io
import shutil
from pathlib import Path

import pytest
from in_process import Scored, score
from small_case import Case

GRADES = "grades: [{grade: A, min: 90, coefficient: 1}, {grade: B, coefficient: 0.8}]\n"
CALLS = (
    """\
kpi: 1
name: Call centre
timezone: UTC
sources:
  calls:
    files: "callcenter*.csv"
    agent: agent
    timeless: true
    columns:
      agent: Sales Rep
      answered: {from: Answered Calls, type: number}
      incoming: {from: Incoming Calls, type: number}
      rate: {from: Answer Rate, type: percent}
      speed: {from: Answer Speed (AVG), type: duration}
metrics:
  answer_rate: {formula: "sum(calls.answered) / sum(calls.incoming)", unit: percent, target: ≥ 90%}
  answer_rate_by_weight: {formula: "weighted_mean(calls.rate, by=calls.incoming)", unit: percent, target: ≥ 90%}
  speed: {formula: "weighted_mean(calls.speed, by=calls.answered)", unit: duration, target: ≤ 20s}
scorecards:
  reps: {weights: {answer_rate: 40, answer_rate_by_weight: 40, speed: 20}}
"""
    + GRADES
)
TICKETS = (
    """\
kpi: 1
name: Technical support
timezone: UTC
sources:
  tickets:
    files: "technical*.xlsx"
    key: id
    agent: agent
    time: created
    columns:
      id: Ticket ID
      agent: Agent Name
      created: {from: Created time, type: datetime}
      responded: {from: First response time, type: datetime}
      survey: {from: Survey results, type: number, missing: [not rated]}
metrics:
  first_response: {formula: mean(tickets.responded - tickets.created), unit: duration, target: ≤ 30min}
  csat: {formula: mean(tickets.survey), target: ≥ 4}
scorecards:
  support: {weights: {first_response: 50, csat: 50}}
"""
    + GRADES
)


def scored(folder: Path, scheme: str, export: Path, period: str) -> Scored:
    Case(scheme, {}).written(folder)
    shutil.copy(export, folder / "data")
    return score(folder, period)


def value(result: Scored, agent: str, metric: str) -> str:
    lines = csv.DictReader(io.StringIO(result.detail))
    return next(line["value"] for line in lines if (line["agent_id"], line["metric"]) == (agent, metric))


def test_rates_are_weighted_by_calls(tmp_path: Path, shared: Path) -> None:
    result = scored(tmp_path, CALLS, shared / "real" / "callcenter_daily_by_rep.csv", "2026-10")
    assert value(result, "Rep01", "answer_rate") == "0.904142"  # 21807 of 24119; the mean of the days' is 0.929829
    assert float(value(result, "Rep01", "answer_rate_by_weight")) == pytest.approx(0.904142, abs=1e-4)


def test_first_response_is_the_time_between_two_moments(tmp_path: Path, shared: Path) -> None:
    result = scored(tmp_path, TICKETS, shared / "real" / "technical_support_tickets.xlsx", "2023")
    assert value(result, "Bernard Beckley", "first_response") == "1290.337989"  # 21.505633 min
    assert result.count("tickets")["rejected"] == 0
