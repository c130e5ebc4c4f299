"""What each type of cell accepts: the spellings of real exports, and what is refused because it has two readings."""

from fractions import Fraction

import pytest

from kpi_cli.intake.cells.durations import DurationForm, duration_signs, duration_unit, read_duration, short_format
from kpi_cli.intake.cells.percents import percent_signs, percent_unit, read_percent
from kpi_cli.intake.cells.texts import (
    Sign,
    is_missing,
    missing_spellings,
    number_signs,
    read_boolean,
    read_number,
    trimmed,
)


@pytest.mark.parametrize("cell", ["", "-", "--", "—", "?", "null", "Null", "NULL", "N/A", "n/a"])
def test_missing(cell: str) -> None:
    assert is_missing(cell)
    assert cell in missing_spellings()


@pytest.mark.parametrize("cell", ["0", "none", "---", "nul", "n.a.", "无", "–"])
def test_not_missing(cell: str) -> None:
    assert not is_missing(cell)
    assert cell not in missing_spellings()


def test_trimming_takes_every_white_space() -> None:
    assert trimmed("\ufeff\u00a0\u3000\t a b\u2003\u200b\r\n") == "a b"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1,234", "1234"),
        ("1，234", "1234"),
        ("¥1,234.00", "1234"),
        ("￥1,234.50", "1234.5"),
        ("-¥5", "-5"),
        ("$-5.25", "-5.25"),
        ("1,234,567.891", "1234567.891"),
        ("１２．５", "12.5"),
        ("−3", "-3"),
        ("007", "7"),
        ("+4", "4"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1e3", "1000"),
        ("1.25E+17", "125000000000000000"),
        ("12元", "12"),
        ("98.0", "98"),
    ],
)
def test_numbers(cell: str, value: str) -> None:
    assert read_number(cell) == Fraction(value)


@pytest.mark.parametrize(
    "cell",
    ["1,23", "12,34,567", "1.2.3", "0x1F", "nan", "inf", "1_000", ".", "-", "--5", "5-", "1 2", "abc", "5%", "٣"],
)
def test_no_numbers(cell: str) -> None:
    assert read_number(cell) is None


@pytest.mark.parametrize(
    ("cell", "value"),
    [("-2,5", "-2.5"), ("1.234,56", "1234.56"), ("1 234,5", "1234.5"), ("7", "7"), ("1.234.567", "1234567")],
)
def test_decimal_commas(cell: str, value: str) -> None:
    assert read_number(cell, comma=True) == Fraction(value)


def test_a_point_is_no_decimal_where_commas_are() -> None:
    assert read_number("2.5", comma=True) is None


@pytest.mark.parametrize(
    ("cell", "sign"),
    [
        ("2,5", Sign.COMMA),
        ("1.234,56", Sign.COMMA),
        ("0,234", Sign.COMMA),
        ("1.234.567", Sign.COMMA),
        ("2.5", Sign.POINT),
        ("1,234.5", Sign.POINT),
        ("1,234,567", Sign.POINT),
        ("0.234", Sign.POINT),
        ("1,234", Sign.DECIMAL_OPEN),
        ("1.234", Sign.DECIMAL_OPEN),
        ("1234", Sign.NOTHING),
        ("x,y", Sign.NOTHING),
    ],
)
def test_what_numbers_show(cell: str, sign: Sign) -> None:
    assert number_signs(cell) == sign


def test_percents() -> None:
    assert read_percent("94.01%", None) == Fraction(9401, 10000)
    assert read_percent("94.01 ％", None) == Fraction(9401, 10000)
    assert read_percent("3‰", None) == Fraction(3, 1000)
    assert read_percent("0.8%", Fraction(1)) == Fraction(8, 1000)
    assert read_percent("99.71", Fraction(1, 100)) == Fraction(9971, 10000)
    assert read_percent("0.9971", Fraction(1)) == Fraction(9971, 10000)
    assert read_percent("1", None) is None
    assert read_percent("0", None) == 0
    assert read_percent("%", None) is None


def test_what_rates_show() -> None:
    assert percent_signs("85.5", None) == Sign.HUNDREDS
    assert percent_signs("2.01", None) == Sign.HUNDREDS
    assert percent_signs("2", None) == Sign.WHOLE_OPEN
    assert percent_signs("0.9", None) == Sign.WHOLE_OPEN
    assert percent_signs("85.5%", None) == Sign.NOTHING
    assert percent_signs("0", None) == Sign.NOTHING
    assert percent_signs("85.5", Fraction(1)) == Sign.NOTHING


def test_units_of_rates() -> None:
    assert percent_unit("fraction", "rate (%)") == 1
    assert percent_unit(None, "满意率（%）") == Fraction(1, 100)
    assert percent_unit(None, "满意率％") == Fraction(1, 100)
    assert percent_unit(None, "回复率") is None


NO_UNIT = DurationForm()


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("00:01:23", 83),
        ("0:02:23", 143),
        ("123:45:06", 445506),
        ("00:00:01.25", Fraction(5, 4)),
        ("12:02:23 AM", 143),
        ("1:00:00 PM", 46800),
        ("8分48秒", 528),
        ("12分3秒", 723),
        ("1 天 3 小时", 97200),
        ("2 小时 5 分钟", 7500),
        ("45 秒", 45),
        ("1小时零5分", 3900),
        ("2 hours 5 minutes", 7500),
        ("1 day 3 hours", 97200),
        ("1h 30m", 5400),
        ("45m", 2700),
        ("3 Days 12 Hours", 302400),
        ("3 12:00:00", 302400),
        ("1 day, 3:04:05", 97445),
        ("15秒", 15),
        ("0.5分钟", 30),
        ("250 ms", Fraction(1, 4)),
        ("0", 0),
        ("-5s", -5),
    ],
)
def test_durations(cell: str, seconds: Fraction) -> None:
    assert read_duration(cell, NO_UNIT) == seconds


@pytest.mark.parametrize(
    "cell", ["00:61:00", "00:00:60", "5s 3s", "3s 5m", "1h30", "--5s", "13:00:00 PM", "about 5s", "5 apples"]
)
def test_no_durations(cell: str) -> None:
    assert read_duration(cell, NO_UNIT) is None
    assert duration_signs(cell, NO_UNIT) == Sign.NOTHING


def test_bare_numbers_need_a_unit() -> None:
    assert read_duration("45", NO_UNIT) is None
    assert duration_signs("45", NO_UNIT) == Sign.UNIT_OPEN
    assert read_duration("45", DurationForm(Fraction(60))) == 2700
    assert read_duration("-2,5", DurationForm(Fraction(60), comma=True)) == -150


def test_two_parts_need_a_meaning() -> None:
    assert read_duration("02:15", NO_UNIT) is None
    assert duration_signs("02:15", NO_UNIT) == Sign.CLOCK_OPEN
    assert read_duration("02:15", DurationForm(short="%M:%S")) == 135
    assert read_duration("-0:30", DurationForm(short="%H:%M")) == -1800


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("首次响应时长(秒)", 1),
        ("首次响应时长（秒)", 1),
        ("平均人工响应时长（分钟）", 60),
        ("PC在线时长（时）", 3600),
        ("Speed of answer in seconds", 1),
        ("First reply time in minutes within business hours", 60),
        ("First response time (in hrs)", 3600),
        ("Time to close (hours)", 3600),
        ("wait (s)", 1),
        ("latency (ms)", Fraction(1, 1000)),
        ("duration_secs", 1),
        ("平均响应时长", None),
        ("Time to close (HH:mm:ss)", None),
        ("response_min", None),
        ("minutes (s)", 1),
    ],
)
def test_units_in_headers(header: str, seconds: Fraction | None) -> None:
    assert duration_unit(None, header) == seconds
    assert duration_unit("d", header) == 86400


def test_clock_formats_in_headers() -> None:
    assert short_format(None, "Wait (mm:ss)") == "%M:%S"
    assert short_format(None, "Wait (HH:mm)") == "%H:%M"
    assert short_format(None, "Wait (HH:mm:ss)") is None
    assert short_format("%M:%S", "Wait") == "%M:%S"


@pytest.mark.parametrize("cell", ["Y", "yes", "TRUE", "t", "1", "是", "有", "１"])
def test_true(cell: str) -> None:
    assert read_boolean(cell) is True


@pytest.mark.parametrize("cell", ["n", "No", "false", "F", "0", "否", "无"])
def test_false(cell: str) -> None:
    assert read_boolean(cell) is False


@pytest.mark.parametrize("cell", ["maybe", "2", "on", "Within SLA"])
def test_neither(cell: str) -> None:
    assert read_boolean(cell) is None
