"""Both ways of reading cells are equal, and what single cells leave open their column decides, or a question."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_blocks import EXACT, PLAIN, Case

from kpi_cli.intake.rows.reading import ReadingOptions
from kpi_cli.problems import KpiError

ALL_TYPES = """\
agent: agent
time: at
empty: zero
columns:
  agent: agent
  at: {from: at, type: datetime}
  day: {from: day, type: date}
  number: {from: number, type: number}
  rate: {from: rate, type: percent, unit: "%"}
  wait: {from: wait, type: duration, unit: min, signed: true}
  good: {from: good, type: boolean}
  note: note
"""
HEADER = "agent,at,day,number,rate,wait,good,note\n"
SPACE = st.sampled_from(["", "", "", " ", "\u00a0", "\u3000", "\t"])
EMPTY = st.sampled_from(["", "-", "--", "—", "?", "null", "N/A", "n/A", "NULL"])
DIGITS = st.integers(0, 10**20).map(str)
ODD = st.sampled_from(
    ["0x1F", "0X1f", "1e3", "1E-2", "+5", "5.", ".5", ".", "nan", "inf", "1_000", "1,5", "１２", "007", "-0", "1e0005"]
)
NUMBERS = st.one_of(
    st.integers(-999, 99999).map(str),
    st.decimals(-1000, 1000, places=2).map(str),
    st.decimals(-10, 10, places=7).map(str),
    DIGITS,
    ODD,
)
DATES = st.dates(date(2026, 9, 28), date(2026, 11, 3)).map(str)
ODD_DATES = st.sampled_from(
    [
        "2026-02-30",
        "0000-01-01",
        "0001-01-01",
        "9999-12-31",
        "2026-1-5",
        "20261005",
        "2026/10/5",
        "5.10.2026",
        "2026-10",
    ]
)
CLOCKS = st.sampled_from(
    [
        "",
        " 09",
        " 09:30",
        "T09:30:15",
        " 9:30",
        " 23:59:59.999999",
        " 09:30:15.1234567",
        "T09:30Z",
        " 09:30+08:00",
        " 24:00",
    ]
)
MOMENTS = st.builds("{}{}".format, DATES | ODD_DATES, CLOCKS)
BOOLEANS = st.sampled_from(["Y", "no", "TRUE", "是", "否", "1", "0", "maybe", "有"])
NOTES = st.text(st.characters(codec="utf-8", exclude_characters='",\r\n'), max_size=5)


def cell(content: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    padded = st.builds("{}{}{}".format, SPACE, content | EMPTY, SPACE)
    return padded.map(lambda text: f'"{text}"' if "," in text else text)


LINES = st.builds(
    lambda *cells: ",".join(cells) + "\n",
    *(
        st.sampled_from(["ann", "bob", "", "总计"]),
        cell(MOMENTS),
        cell(DATES | ODD_DATES),
        cell(NUMBERS),
        cell(NUMBERS),
    ),
    *(cell(NUMBERS), cell(BOOLEANS), cell(NOTES)),
)
PLAIN_LINES = st.builds(
    "ann,{} 09:30:15,{},{},{},{},{},{}\n".format,
    *(DATES, DATES, st.integers(-99, 99), st.integers(0, 99), st.decimals(-9, 9, places=1), BOOLEANS, NOTES),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(PLAIN_LINES, min_size=1, max_size=5),
    st.lists(LINES, max_size=6),
    st.integers(1, 6),
    st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York"]),
)
def test_both_ways_of_reading_are_equal(plain: list[str], odd: list[str], size: int, zone: str) -> None:
    case = Case(ALL_TYPES, HEADER + "".join(plain + odd), zone=zone)
    exact, exact_reports = case.read(options=EXACT)
    for lines in (10**6, size):
        fast, fast_reports = case.read(lines=lines)
        assert fast == exact
        assert fast_reports == exact_reports
    assert all(report.account.balances for report in exact_reports)


PART = st.integers(0, 13).map(str) | st.integers(0, 99).map("{:02}".format)
MARK = st.sampled_from("-/.")
YEAR = st.sampled_from(["2026", "2024", "1999", "0000", "9999", "26"])
DAY_PARTS = st.one_of(
    st.builds("{0}{3}{1}{3}{2}".format, YEAR, PART, PART, MARK),
    st.builds("{1}{3}{2}{3}{0}".format, YEAR, PART, PART, MARK),
    st.builds("{1}{3}{2}{3}{0}".format, YEAR, PART, st.sampled_from(["13", "31"]), MARK),
    st.dates(date(1, 1, 1)).map("{:%Y%m%d}".format),
    st.sampled_from(["19/Jan/26", "2026年1月5日", "2026/10-05", "1645545600"]),
)
CLOCK_PARTS = st.one_of(
    st.just(""),
    st.builds("{}{}:{}".format, st.sampled_from([" ", "T", "  "]), PART, PART),
    st.builds("{}{}:{}:{}".format, st.sampled_from([" ", "T"]), PART, PART, PART),
    st.builds(" {}:{}:{}.{}".format, PART, PART, PART, st.integers(0, 10**9 - 1)),
)
ENDS = st.one_of(
    st.sampled_from(["", "", "", " PM", "am", "Z", " Z", "UTC", " CDT"]),
    st.builds("{}{}{}".format, st.sampled_from("+-"), PART, st.sampled_from(["", ":30", "45", ":60"])),
)
ANY_MOMENT = st.builds("{}{}{}".format, DAY_PARTS, CLOCK_PARTS, ENDS)
ANY_DURATION = st.one_of(
    st.builds("{}:{}:{}".format, st.integers(0, 10**7), PART, PART),
    st.builds("{}:{}:{}.{}".format, PART, PART, PART, st.integers(0, 10**7)),
    st.sampled_from(["8分48秒", "1h 30m", "12:02:23 AM", "-0:00:05", "0", "02:15", "45"]),
)
KINDS = {"datetime": ANY_MOMENT, "date": ANY_MOMENT, "duration": ANY_DURATION}


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), st.sampled_from(sorted(KINDS)), st.integers(1, 5))
def test_reading_by_shape_is_equal_too(data: st.DataObject, kind: str, size: int) -> None:
    cells = data.draw(st.lists(st.builds("{}{}".format, KINDS[kind], SPACE) | EMPTY, min_size=1, max_size=8))
    case = one_column(kind, *cells, zone="America/New_York")
    told = outcome(case, EXACT, 10**6)
    assert outcome(case, PLAIN, 10**6) == told
    assert outcome(case, PLAIN, size) == told


def outcome(case: Case, options: ReadingOptions, lines: int) -> object:
    """Return what reading comes to: rows and reports, or what is wrong."""
    try:
        return case.read(options=options, lines=lines)
    except KpiError as error:
        return error.problems


def one_column(
    kind: str, *cells: str, header: str = "x", delimiter: str = ",", extra: str = "", zone: str = "UTC"
) -> Case:
    """A source whose column `x` holds these cells, all in October."""
    source = (
        f"agent: agent\ntime: at\ncolumns:\n  agent: agent\n  at: {{from: at, type: date}}\n"
        f'  x: {{from: "{header}", type: {kind}{extra}}}\n'
    )
    lines = [delimiter.join(["ann", "2026-10-01", f'"{cell}"']) + "\n" for cell in cells]
    return Case(source, delimiter.join(["agent", "at", header]) + "\n" + "".join(lines), delimiter=delimiter, zone=zone)


def read(case: Case, lines: int = 1) -> list[object]:
    (rows,), _ = case.read(lines=lines)
    return [row["x"] for row in rows]


@pytest.mark.parametrize("lines", [1, 2, 100])
def test_one_day_above_twelve_tells_for_the_whole_column(lines: int) -> None:
    case = one_column("date", "03/04/2026", "05/04/2026", "13/04/2026", "07/04/2026")
    april = (date(2026, 4, 1) - date(1970, 1, 1)).days
    assert read(case, lines) == [april + 2, april + 4, april + 12, april + 6]


def test_a_column_that_leaves_day_and_month_open_is_refused_with_a_question() -> None:
    (told,) = one_column("date", "2026-04-03", "03/04/2026").problems()
    assert told == (
        "ambiguous-date: column `x`: `03/04/2026` (f1.csv, record 2) could be day/month or month/day, and no day above "
        "12 in the column shows which"
    )


@pytest.mark.parametrize(
    ("cell", "day_first", "month_first"),
    [
        ("03/04/2026", "%d/%m/%Y", "%m/%d/%Y"),
        ("3-4-2026", "%d-%m-%Y", "%m-%d-%Y"),
        (" 03/04/2026 9:05 ", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"),
        ("03/04/2026 09:05:59", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S"),
        ("03/04/2026 09:05:59.25", "%d/%m/%Y %H:%M:%S.%f", "%m/%d/%Y %H:%M:%S.%f"),
        ("03/04/2026, 09:05 PM", "%d/%m/%Y, %I:%M %p", "%m/%d/%Y, %I:%M %p"),
        ("03-04-2026T09:05:59+02:00", "%d-%m-%YT%H:%M:%S%z", "%m-%d-%YT%H:%M:%S%z"),
    ],
)
def test_the_format_offered_reads_the_cells(cell: str, day_first: str, month_first: str) -> None:
    with pytest.raises(KpiError) as caught:
        one_column("datetime", cell).read()
    (problem,) = caught.value.problems
    offered = f'write `format: "{day_first}"` (day first) or `format: "{month_first}"` (month first) on column `x`'
    assert problem.help == offered
    for written in (day_first, month_first):
        assert read(one_column("datetime", cell, extra=f', format: "{written}"')) != [None]


def test_a_time_that_no_format_reads_is_left_to_the_reader() -> None:
    with pytest.raises(KpiError) as caught:
        one_column("datetime", "03/04/2026 09:05:59 CDT", zone="America/Chicago").read()
    assert '`format: "%d/%m/%Y ..."` (day first)' in str(caught.value.problems[0].help)


def test_a_column_that_mixes_day_and_month_is_refused() -> None:
    (told,) = one_column("date", "13/04/2026", "04/14/2026").problems()
    assert told == (
        "mixed-date: column `x`: some dates can only be day/month, others only month/day: "
        "`13/04/2026` (f1.csv, record 1) and `04/14/2026` (f1.csv, record 2)"
    )


def test_a_format_settles_it() -> None:
    case = one_column("date", "03/04/2026", extra=', format: "%d/%m/%Y"')
    assert read(case) == [(date(2026, 4, 3) - date(1970, 1, 1)).days]


def test_cells_outside_the_period_say_nothing() -> None:
    source = (
        "agent: agent\ntime: at\ncolumns: {agent: agent, at: {from: at, type: date}, x: {from: x, type: percent}}\n"
    )
    case = Case(source, "agent,at,x\nann,2026-10-01,0.9\nann,2026-09-01,85\n总计,2026-10-01,95\n")
    (told,) = case.problems()
    assert told.startswith("ambiguous-percent: column `x`: `0.9` (f1.csv, record 1) could be a fraction or a percent")


@pytest.mark.parametrize("lines", [1, 100])
def test_one_rate_above_two_tells_that_100_is_the_whole(lines: int) -> None:
    assert read(one_column("percent", "1", "85.5", "94.01%", "0"), lines) == [
        Fraction("0.01"),
        Fraction("0.855"),
        Fraction("0.9401"),
        0,
    ]


@pytest.mark.parametrize("lines", [1, 100])
def test_decimal_commas_are_decided_by_the_column(lines: int) -> None:
    case = one_column("number", "1,234", "1.234,5", "7", delimiter=";")
    assert read(case, lines) == [Fraction("1.234"), Fraction("1234.5"), 7]


def test_thousands_or_decimals_is_a_question_where_commas_may_be_decimal() -> None:
    (told,) = one_column("number", "1,234", "7", delimiter=";").problems()
    assert told.startswith("ambiguous-decimal: column `x`: `1,234` (f1.csv, record 1) could be thousands or decimals")
    assert read(one_column("number", "1,234", "7")) == [1234, 7]


def test_commas_and_points_are_refused() -> None:
    (told,) = one_column("number", "2,5", "2.5", delimiter=";").problems()
    assert told.startswith("mixed-decimal: column `x`: some numbers have a decimal comma, others a decimal point")


def test_a_duration_needs_a_unit_from_scheme_or_header() -> None:
    (told,) = one_column("duration", "00:01:00", "45").problems()
    assert told.startswith("duration-unit: column `x`: `45` (f1.csv, record 2) is a duration without a unit")
    assert read(one_column("duration", "45", "00:01:00", header="wait（分钟）")) == [2700, 60]
    assert read(one_column("duration", "45", extra=", unit: ms")) == [Fraction("0.045")]


def test_two_parts_of_a_clock_are_a_question() -> None:
    (told,) = one_column("duration", "02:15").problems()
    assert told.startswith("ambiguous-duration: column `x`: `02:15` (f1.csv, record 1) could be minutes:seconds")
    assert read(one_column("duration", "02:15", extra=', format: "%M:%S"')) == [135]


def test_a_map_is_all_that_is_read() -> None:
    case = one_column("number", "很满意", " 满意 ", "", "--", extra=', map: {很满意: 5, 满意: 4, "--": 0}')
    assert read(case) == [5, 4, None, 0]
    (_,), (report,) = one_column("number", "5", extra=", map: {很满意: 5}").read()
    assert [(each.value, each.reason) for each in report.rejects] == [("5", "not in the map")]


def test_words_of_its_own_mean_no_data() -> None:
    assert read(one_column("number", "延迟统计", "0", "1", extra=", missing: [延迟统计, 0]")) == [None, None, 1]


def test_negative_durations_are_rejected_unless_signed() -> None:
    for cells in (["-5", "5"], ["-5", "5", "00:00:01"]):
        (_,), (report,) = one_column("duration", *cells, extra=", unit: s").read()
        (reject,) = report.rejects
        assert (reject.value, reject.reason[:17]) == ("-5", "negative duration")
    assert read(one_column("duration", "-5", extra=", unit: s, signed: true")) == [-5]
