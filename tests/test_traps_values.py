"""Traps of values: times and durations, rates, and words for no data."""

from pathlib import Path

import pytest
from made_workbooks import workbook
from trap_case import Trap, refused, scored

SOURCE = """
files: "c*.*"
agent: agent
time: at
columns: {{agent: agent, at: {{from: at, type: datetime}}, x: {{from: {}}}}}
"""


def cells(column: str, formula: str, *values: str, more: str = "") -> Trap:
    """One column `x` of one agent, a cell a row; `column` is its header and type."""
    header = column.partition(",")[0]
    rows = "".join(f'Ann,2026-10-05 09:00:00,"{value}"\n' for value in values)
    return Trap(SOURCE.format(column), (formula,), {"c.csv": f"agent,at,{header}\n{rows}"}, more=more)


def value(folder: Path, trap: Trap) -> str:
    (found,) = scored(folder, trap).values["Ann"]
    return found


def test_t23_a_time_point_in_a_column_called_time_is_no_duration(tmp_path: Path) -> None:
    """`First Response Time` = 6/13/2023 19:31: refused as a duration, with the cell; read as what it is, 31 minutes."""
    column = "First Response Time, type: {}"
    trap = cells(column.format("duration, unit: h"), "duration mean(x.x)", "10/13/2026 09:31")
    said = refused(tmp_path, trap, "too-many-rejected")
    assert "c.csv record 1: First Response Time `10/13/2026 09:31`: not a duration" in said
    lines = "agent,at,First Response Time\nAnn,10/13/2026 09:00,10/13/2026 09:31\n"
    source = SOURCE.format(column.format("datetime"))
    came = scored(tmp_path, Trap(source, ("duration mean(x.x - x.at)",), {"c.csv": lines}))
    assert came.values == {"Ann": ("1860",)}


FRESHDESK = "Ticket ID,Agent,Created time,Initial response time,First response time (in hrs)\n"


def test_t24_a_header_that_lies_about_the_unit(tmp_path: Path) -> None:
    """`(in hrs)` holds HH:MM:SS, is empty where both times are there, and a bare 0.5 is the half hour it says."""
    lines = FRESHDESK + (
        "1,Ann,2026-10-05 09:00:00,2026-10-05 09:45:00,00:45:00\n"
        "2,Ann,2026-10-05 09:00:00,2026-10-05 09:15:00,\n"
        "3,Bo,2026-10-05 09:00:00,,0.5\n"
    )
    formulas = ("duration mean(x.first_response)", "duration mean(x.replied_at - x.created_at)")
    came = scored(tmp_path, Trap('files: "*.csv"\npreset: freshdesk-tickets', formulas, {"f.csv": lines}))
    assert came.values == {"Ann": ("2700", "1800"), "Bo": ("1800", "")}


def test_t24_a_negative_duration_is_rejected_unless_it_may_be(tmp_path: Path) -> None:
    """-00:10:00 is a row to look at, and a value where the column is signed: (20 - 10) / 2 minutes."""
    signed = "w, type: duration, signed: true"
    assert value(tmp_path, cells(signed, "duration mean(x.x)", "00:20:00", "-00:10:00")) == "300"
    trap = cells("w, type: duration", "duration mean(x.x)", "00:20:00", "-00:10:00", more="limits: {rejected: 50%}")
    came = scored(tmp_path, trap)
    assert (came.values, came.rows) == ({"Ann": ("1200",)}, {"read": 2, "used": 1, "rejected": 1})
    assert came.rejects == [(2, "w", "-00:10:00", "negative duration (`signed: true` on the column allows it)")]


@pytest.mark.parametrize(
    "cell", ["12:02:23 AM", "1900-01-01 00:02:23", "0:02:23", "00:02:23", "2分23秒", "143秒", "143 s", "2m 23s"]
)
def test_t25_a_duration_that_became_a_clock_time(tmp_path: Path, cell: str) -> None:
    """All of these are 143 seconds."""
    assert value(tmp_path, cells("talk, type: duration", "duration sum(x.x)", cell)) == "143"


def test_t25_a_duration_that_became_a_fraction_of_a_day(tmp_path: Path) -> None:
    """0.38400462962963 is a question; of a day it is 33178 seconds (to the ten-billionth of a second)."""
    cell = "0.38400462962963"
    said = refused(tmp_path, cells("talk, type: duration", "duration sum(x.x)", cell), "duration-unit")
    assert "`0.38400462962963` (c.csv, record 1)" in said
    assert "`unit: s` (or ms, min, h, d)" in said
    assert value(tmp_path, cells("talk, type: duration, unit: d", "duration sum(x.x)", cell)) == "33178"


def test_t25_clocks_of_a_workbook_are_durations(tmp_path: Path) -> None:
    """143 seconds as Excel's clock, and 36 hours as its long clock."""
    rows: list[list[object]] = [
        ["agent", "at", "talk"],
        ["Ann", "2026-10-05", (143 / 86400, "h:mm:ss AM/PM")],
        ["Bo", "2026-10-05", (1.5, "[h]:mm:ss")],
    ]
    raw = workbook(tmp_path / "c.xlsx", s=rows).read_bytes()
    trap = Trap(SOURCE.format("talk, type: duration"), ("duration sum(x.x)",), {"c.xlsx": raw})
    assert scored(tmp_path, trap).values == {"Ann": ("143",), "Bo": ("129600",)}


RATE, MEAN = "rate, type: percent{}", "percent mean(x.x)"


@pytest.mark.parametrize(
    ("values", "mean"),
    [
        (("85.5%", "0.8%"), "0.4315"),  # (85.5 + .8) / 2 percent
        (("85.5", "1"), "0.4325"),  # 85.5 tells that 100 is the whole, so 1 is 1 percent
        (("85.5%", "-", "100.00%"), "0.9275"),
        (("0", "0%"), "0"),
        (("99.71", "0.5%"), "0.50105"),
    ],
)
def test_t26_rates_are_read_by_their_whole_column(tmp_path: Path, values: tuple[str, ...], mean: str) -> None:
    """What % or a rate above 2 says holds for the column, never for a cell alone."""
    assert value(tmp_path, cells(RATE.format(""), MEAN, *values)) == mean


def test_t26_a_column_of_ones_and_fractions_is_asked_for(tmp_path: Path) -> None:
    """1 may be all or a hundredth; `unit` says which, and a % in the header does."""
    for values in (("1",), ("0.855", "1"), ("85.5%", "0.855")):
        said = refused(tmp_path, cells(RATE.format(""), MEAN, *values), "ambiguous-percent")
        assert 'write `unit: "%"` (100 is the whole) or `unit: fraction` (1 is the whole) on column `x`' in said
    assert value(tmp_path, cells(RATE.format(", unit: fraction"), MEAN, "0.855", "1")) == "0.9275"
    assert value(tmp_path, cells(RATE.format(', unit: "%"'), MEAN, "0.8", "1")) == "0.009"
    assert value(tmp_path, cells('"rate(%)", type: percent'.replace('"', ""), MEAN, "0.8", "1")) == "0.009"


NOTHING = ["", "-", "--", "—", "?", "null", "Null", "NULL", "N/A", "n/a", " - ", "\u00a0"]


@pytest.mark.parametrize("word", NOTHING)
@pytest.mark.parametrize(
    ("kind", "cell", "mean"),
    [
        ("number", "4", "number mean(x.x)"),
        ("percent", "400%", "percent mean(x.x)"),
        ("duration", "4秒", "duration mean(x.x)"),
    ],
)
def test_t27_no_data_is_not_zero(tmp_path: Path, word: str, kind: str, cell: str, mean: str) -> None:
    """The mean of 4 and nothing is 4, and of nothing alone there is none."""
    assert value(tmp_path, cells(f"v, type: {kind}", mean, cell, word)) == "4"
    assert value(tmp_path, cells(f"v, type: {kind}", mean, word)) == ""


def test_t27_words_of_one_product(tmp_path: Path) -> None:
    """`Not Offered` and 延迟统计 mean nothing only where the scheme says so; else they cannot be read."""
    for word in ("Not Offered", "延迟统计", "not rated"):
        said = refused(tmp_path, cells("v, type: number", "number mean(x.x)", "4", word), "too-many-rejected")
        assert f"c.csv record 2: v `{word}`: not a number" in said
        said_so = cells(f"v, type: number, missing: [{word}]", "number mean(x.x)", "4", word)
        assert value(tmp_path, said_so) == "4"


def test_t27_a_zero_that_means_nothing(tmp_path: Path) -> None:
    """Gorgias: 0 seconds until the first answer is no answer; the mean is 300 and not 150."""
    lines = "Ticket id,Assignee name,Creation date,First response time (s)\n"
    lines += "1,Ann,2026-10-05 09:00:00,300\n2,Ann,2026-10-05 09:00:00,0\n"
    trap = Trap('files: "*.csv"\npreset: gorgias-tickets', ("duration mean(x.first_response)",), {"g.csv": lines})
    assert scored(tmp_path, trap).values == {"Ann": ("300",)}
