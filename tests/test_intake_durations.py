"""Durations that a spreadsheet has had its hands on: clocks with a day in front, fractions of a day, over a day."""

from fractions import Fraction
from pathlib import Path

import pytest
from in_process import Scored, score
from made_workbooks import CLOCK, LONG_CLOCK, MOMENT, workbook
from small_case import Case, changed

from kpi_cli.intake.cells.durations import DAY, DurationForm, read_duration
from kpi_cli.problems import KpiError

DAYS = DurationForm(unit=DAY)
SCHEME = """\
kpi: 1
name: Waiting
timezone: UTC
sources:
  chats:
    files: "chats*"
    agent: agent
    timeless: true
    columns:
      agent: agent
      wait: {from: wait, type: duration}
      rate: {from: rate, type: percent}
metrics:
  longest: {formula: max(chats.wait), unit: duration, target: ≤ 30h}
  shortest: {formula: min(chats.wait), unit: duration, target: ≤ 30h}
  total: {formula: sum(chats.wait), unit: duration, target: ≤ 30h}
  rate: {formula: mean(chats.rate), unit: percent, target: ≥ 90%}
scorecards:
  all: {weights: {longest: 25, shortest: 25, total: 25, rate: 25}}
grades: [{grade: A, min: 90, coefficient: 1}, {grade: B, coefficient: 0.8}]
"""


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("1900-01-01 00:02:23", 143),
        ("1899-12-30 00:02:23", 143),
        ("1899-12-31 00:02:23", 143),
        ("1900-01-00 00:02:23", 143),  # how Excel itself shows a clock under the format of a date
        ("1/0/1900 12:02:23 AM", 143),
        ("1/1/1900 12:02:23 AM", 143),
        ("12/30/1899 0:02:23", 143),
        ("30.12.1899 0:02:23", 143),
        ("1900/1/1 0:02", 120),
        ("1900-01-01T00:02:23.5", Fraction(287, 2)),
        ("1899-12-30T00:02:23.000Z", 143),
        ("1900-01-01", 0),
        ("1900-01-01 23:59:59", 86399),
        ("1900-01-02 00:02:23", None),  # counted from the 1st, or from the 31st before?
        ("2026-10-05 00:02:23", None),
        ("1900-01-01 later", None),
    ],
)
def test_a_clock_that_was_taken_for_a_time(cell: str, seconds: Fraction | None) -> None:
    assert read_duration(cell, DurationForm()) == seconds


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("0.38400462962963", 33178),  # 9:12:58, written with 14 digits
        ("0.0016550925925925926", 143),
        ("-0.0016550925925925926", -143),
        ("1.5", 129600),
        ("0.00000001", Fraction(1, 1000)),  # 0.864 ms
        ("0.000000005", 0),
        ("0.5天", 43200),
        ("0.00000001 d", Fraction(864, 10**6)),  # as a person has written it
    ],
)
def test_bare_days_are_rounded_to_the_millisecond(cell: str, seconds: Fraction) -> None:
    assert read_duration(cell, DAYS) == seconds


def scored(folder: Path, scheme: str = SCHEME, **data: bytes) -> Scored:
    files: dict[str, str | bytes] = {name.replace("_", "."): content for name, content in data.items()}
    folder.mkdir(exist_ok=True)
    return score(Case(scheme, files).written(folder), "2026-10")


def values(result: Scored) -> dict[str, str]:
    lines = [line.split(",") for line in result.detail.splitlines()]
    at = {name: place for place, name in enumerate(lines[0])}
    return {line[at["metric"]]: line[at["value"]] for line in lines[1:]}


@pytest.mark.parametrize("rows", ["小张,0.000005,90%\n", "小张,0.000005,90%\n小张,0.12:00:00,90%\n"])
def test_bare_days_by_either_path(tmp_path: Path, rows: str) -> None:
    scheme = changed(SCHEME, "type: duration", "type: duration, unit: d")
    result = scored(tmp_path, scheme, chats_csv=f"agent,wait,rate\n{rows}".encode())
    assert values(result)["shortest"] == "0.432"


def test_durations_of_a_workbook(tmp_path: Path) -> None:
    rows: list[list[object]] = [["agent", "wait", "rate"], ["小张", (1.5, CLOCK), (0.94, "0%")]]
    rows += [["小张", (1.25, LONG_CLOCK), "94%"], ["小张", (1 + 143 / 86400, MOMENT), (0.9394, "0.00%")]]
    rows += [["小张", (20.2 / 86400, CLOCK), (0.9406, "0%")], ["小张", "0:00:40", "94.0%"]]
    raw = workbook(tmp_path / "w.xlsx", s=rows).read_bytes()
    found = values(scored(tmp_path, chats_xlsx=raw))
    assert found == {"longest": "129600", "shortest": "20", "total": "237803", "rate": "0.94"}


def test_durations_below_zero_want_to_be_allowed(tmp_path: Path) -> None:
    rows: list[list[object]] = [["agent", "wait", "rate"], ["小张", "0:00:10", "90%"], ["小张", (-0.25, CLOCK), "90%"]]
    raw = workbook(tmp_path / "w.xlsx", s=rows).read_bytes()
    with pytest.raises(KpiError) as caught:
        scored(tmp_path, chats_xlsx=raw)
    assert "-6:00:00" in "".join(f"{problem.message} {problem.help}" for problem in caught.value.problems)
    signed = changed(SCHEME, "type: duration", "type: duration, signed: true")
    assert values(scored(tmp_path / "signed", signed, chats_xlsx=raw))["shortest"] == "-21600"


def test_a_rate_without_percent_sign_among_others_is_asked_about(tmp_path: Path) -> None:
    rows: list[list[object]] = [["agent", "wait", "rate"], ["小张", "0:00:40", (0.94, "0%")], ["小张", "0:00:40", 0.94]]
    raw = workbook(tmp_path / "w.xlsx", s=rows).read_bytes()
    with pytest.raises(KpiError) as caught:
        scored(tmp_path, chats_xlsx=raw)
    assert [problem.code for problem in caught.value.problems] == ["ambiguous-percent"]
