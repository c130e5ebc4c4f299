"""What is no data, who is credited, which files hold which period, and how much may be wrong."""

from datetime import date

import pytest
from made_blocks import OCTOBER, Case, roster
from msgspec.structs import replace

from kpi_cli.intake.rows.reading import ReadingOptions
from kpi_cli.periods import parse_period

SEPTEMBER = OCTOBER.previous()
SIMPLE = "agent: agent\ntime: at\ncolumns: {agent: agent, at: {from: at, type: datetime}, n: {from: n, type: number}}\n"
HEADER = "agent,at,n\n"


@pytest.mark.parametrize("lines", [1, 100])
def test_total_rows_and_footers_are_no_data(lines: int) -> None:
    case = Case(
        SIMPLE,
        HEADER + "总计,,9\n"
        "ann,2026-10-01,1\n"
        "合计（共12项）,--,9\n"
        "Grand Totals (5700 records),,9\n"
        "averages:,,0.5\n"
        "--,汇总,9\n"
        "Totaline,2026-10-01,2\n"
        "Confidential Information - Do Not Distribute\n"
        "Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved.,,\n"
        "   \n",
    )
    (rows,), (report,) = case.read(lines=lines)
    assert [row["agent"] for row in rows] == ["ann", "Totaline"]
    assert report.account.read == 2
    assert report.account.skipped == {
        "总计": 1,
        "合计": 1,
        "Grand Totals": 1,
        "averages": 1,
        "汇总": 1,
        "footer": 2,
    }


def test_total_words_of_the_scheme_replace_the_usual_ones() -> None:
    text = HEADER + "总计,2026-10-01,9\n小结,2026-10-01,9\n"
    (rows,), (report,) = Case(SIMPLE + "total_rows: [小结]\n", text).read()
    assert ([row["agent"] for row in rows], report.account.skipped) == (["总计"], {"小结": 1})
    (rows,), (report,) = Case(SIMPLE + "total_rows: []\n", text).read()
    assert ([row["agent"] for row in rows], report.account.skipped) == (["总计", "小结"], {})


def test_a_rate_in_a_column_of_numbers_is_told_the_type_it_needs() -> None:
    (told,) = Case(SIMPLE, HEADER + "ann,2026-10-01,94%\n", rejected="1%").problems()
    assert told.endswith("f1.csv record 1: n `94%`: a rate, not a number (`type: percent` reads it)")


def test_strangers_non_persons_and_nobody() -> None:
    text = HEADER + "".join(f"{name},2026-10-01,1\n" for name in ("ann", " ANN ", "bot", "", "eve", "zed", "eve"))
    case = Case(SIMPLE, text)
    found = case.problems(registry=roster("ann", ignored=frozenset({"bot"})))
    assert found == ["unknown-agents: source `s` in 2026-10: 2 agents are not on the roster (3 rows): eve, zed"]
    case.scheme = replace(case.scheme, limits=replace(case.scheme.limits, unknown_agents=2))
    (rows,), (report,) = case.read(registry=roster("ann", ignored=frozenset({"bot"})))
    account = report.account
    assert len(rows) == account.used == 2
    assert (account.filtered, account.unattributed, account.unknown_agent) == (1, 1, 3)
    assert (report.unknown, report.ignored) == (("eve", "zed"), ("bot",))


def test_several_agents_of_a_row_each_get_it() -> None:
    source = "agent: [a, b]\ntime: at\ncolumns: {a: a, b: b, at: {from: at, type: date}}\n"
    case = Case(
        source, "a,b,at\nann,bob,2026-10-01\nann,ann,2026-10-01\n,bob,2026-10-01\n,,2026-10-01\nann,eve,2026-10-01\n"
    )
    case.scheme = replace(case.scheme, limits=replace(case.scheme.limits, unknown_agents=1))
    (rows,), (report,) = case.read(registry=roster("ann", "bob"))
    assert (report.account.used, report.account.unattributed, report.unknown) == (4, 1, ("eve",))
    assert case.agents == [0, 0, 1, 0, 1]
    assert len(rows) == 5


@pytest.mark.parametrize(("cell", "codes"), [("ann;bob", [0, 1]), ("bob、ann", [1, 0]), ("Doe, Jane", [2])])
def test_a_list_in_one_cell_credits_several(cell: str, codes: list[int]) -> None:
    case = Case(SIMPLE, HEADER + f'"{cell}",2026-10-01,1\n')
    case.read(registry=roster("ann", "bob", "doe, jane"))
    assert case.agents == codes


def test_overlapping_periods_are_read_at_once() -> None:
    quarter, week = parse_period("2026-Q4", date(2026, 11, 1)), parse_period("2026-W40", date(2026, 11, 1))
    case = Case(
        SIMPLE, HEADER + "".join(f"ann,{day},1\n" for day in ("2026-09-30", "2026-10-01", "2026-10-05", "2026-12-31"))
    )
    _, reports = case.read(OCTOBER, quarter, week)
    assert [report.account.used for report in reports] == [2, 3, 2]
    assert [report.account.outside_period for report in reports] == [2, 1, 2]
    assert all(report.account.balances for report in reports)


def test_edges_of_a_period_are_those_of_the_schemes_zone() -> None:
    text = HEADER + "".join(
        f"ann,{at},1\n" for at in ("2026-09-30 15:59:59", "2026-09-30 16:00:00", "2026-10-31T15:59:59Z")
    )
    case = Case(SIMPLE + "timezone: UTC\n", text, zone="Asia/Shanghai")
    (rows,), (report,) = case.read()
    assert len(rows) == 2
    assert (report.first_day, report.last_day) == (date(2026, 10, 1), date(2026, 10, 31))


def test_files_named_by_periods_belong_to_the_periods_they_serve() -> None:
    source = (
        'files: "{period}.csv"\nkey: agent\nagent: agent\nempty: zero\n'
        "columns: {agent: agent, n: {from: n, type: number}}\n"
    )
    case = Case(source, "agent,n\nann,1\n", "agent,n\nann,2\n", "agent,n\nann,3\n")
    quarter = parse_period("2026-Q4", date(2026, 11, 1))
    november = parse_period("2026-11", date(2026, 11, 1))
    case.name_files([(OCTOBER, (OCTOBER, quarter)), (november, (quarter,)), (SEPTEMBER, ())])
    rows, reports = case.read(OCTOBER, quarter)
    assert [[row["n"] for row in period] for period in rows] == [[1], [1, 2]]
    assert [(report.account.read, report.account.outside_period) for report in reports] == [(3, 2), (3, 1)]


def test_rows_dated_by_their_file() -> None:
    source = "agent: agent\ntime: file\ncolumns: {agent: agent}\n"
    case = Case(source, "agent\nann\n", "agent\nann\n")
    case.date_files([date(2026, 10, 5), date(2026, 11, 5)])
    (rows,), (report,) = case.read()
    assert len(rows) == 1
    assert (report.first_day, report.account.outside_period) == (date(2026, 10, 5), 1)


def test_timeless_rows_belong_to_every_period() -> None:
    rows, _ = Case("agent: agent\ntimeless: true\ncolumns: {agent: agent}\n", "agent\nann\n").read(OCTOBER, SEPTEMBER)
    assert [len(period) for period in rows] == [1, 1]


def test_missing_columns_of_all_files_are_told_at_once() -> None:
    source = SIMPLE.replace("n: {from: n,", "rating: {from: [Rating, 评价],")
    found = Case(source, "agent,at,Ratings\n", "agent,at,rating\n", "agents,at,Rating\n").problems()
    assert found == [
        "missing-column: f3.csv: no column `agent`, which is column `agent` of source `s`",
        "missing-column: f1.csv: no column `Rating` or `评价`, which is column `rating` of source `s`",
    ]


def test_headers_match_without_white_space_case_and_width() -> None:
    (rows,), _ = Case(
        SIMPLE.replace("from: n,", 'from: "时长(秒)",'), "Agent,a t,时长 （秒)\nann,2026-10-01,1\n"
    ).read()
    assert rows[0]["n"] == 1


def test_a_header_twice_is_no_column() -> None:
    (told,) = Case(SIMPLE, "agent,at,n,n\n").problems()
    assert told == "duplicate-header: f1.csv: `n` is the header of 2 columns, column `n` needs one"


def test_rows_that_end_before_they_start_are_rejected() -> None:
    source = (
        "agent: agent\ntime: a\norder: [a, b]\n"
        "columns: {agent: agent, a: {from: a, type: datetime}, b: {from: b, type: datetime}}\n"
    )
    lines = ("2026-10-01 10:00,2026-10-01 09:00", "2026-10-01 10:00,2026-10-01 10:00", "2026-10-01 10:00,")
    (rows,), (report,) = Case(source, "agent,a,b\n" + "".join(f"ann,{line}\n" for line in lines)).read()
    assert len(rows) == 2
    (reject,) = report.rejects
    assert (reject.record, reject.column, reject.value, reject.reason) == (
        1,
        "b",
        "2026-10-01 09:00",
        "ends before it starts",
    )


@pytest.mark.parametrize(
    ("kinds", "lines"),
    [
        (
            ("datetime", "date"),
            ("2026-10-02 09:00,2026-10-02", "2026-10-02 09:00,2026-10-03", "2026-10-02 00:30,2026-10-01"),
        ),
        (
            ("date", "datetime"),
            ("2026-10-02,2026-10-02 00:00", "2026-10-02,2026-10-03 09:00", "2026-10-02,2026-10-01 23:59"),
        ),
    ],
)
def test_a_date_beside_a_moment_is_all_of_its_day(kinds: tuple[str, str], lines: tuple[str, ...]) -> None:
    first, second = kinds
    source = (
        "agent: agent\ntime: a\norder: [a, b]\n"
        f"columns: {{agent: agent, a: {{from: a, type: {first}}}, b: {{from: b, type: {second}}}}}\n"
    )
    (rows,), (report,) = Case(source, "agent,a,b\n" + "".join(f"ann,{line}\n" for line in lines)).read()
    assert len(rows) == 2
    (reject,) = report.rejects
    assert (reject.record, reject.reason) == (3, "ends before it starts")


def test_two_cells_read_as_one() -> None:
    source = "agent: agent\ntime: at\ncolumns: {agent: agent, at: {join: [Date, Time], type: datetime}}\n"
    (rows,), _ = Case(source, "agent,Date,Time\nann,2026-10-01,9:12:58\n").read()
    assert rows[0]["at"] == (1790845978000000, 1790845978000000)  # date -u -d '2026-10-01 09:12:58' +%s


def test_too_many_rejected_rows_forbid_scoring() -> None:
    lines = "".join("ann,2026-10-01,1\n" for _ in range(98))
    one, two = (Case(SIMPLE, HEADER + lines + "ann,2026-10-01,x\n" * bad, rejected="1%") for bad in (0, 2))
    one.read()
    (told,) = two.problems()
    assert told == (
        "too-many-rejected: source `s` in 2026-10: 2 of 100 rows (2%, the limit is 1%) are rejected: "
        "f1.csv record 99: n `x`: not a number; f1.csv record 100: n `x`: not a number"
    )


def test_no_row_in_the_period_is_an_error_unless_it_is_background() -> None:
    case = Case(SIMPLE, HEADER + "ann,2026-10-01,1\n")
    assert case.problems(OCTOBER, SEPTEMBER) == ["no-rows: source `s` has no row in 2026-09 (1 rows lie outside it)"]
    case.read(OCTOBER, SEPTEMBER, options=ReadingOptions(background=frozenset({SEPTEMBER})))


def test_without_a_roster_only_who_has_rows_is_met() -> None:
    case = Case(
        SIMPLE + "where: n > 0\n", HEADER + "ann,2026-10-01,1\nbob,2026-09-01,1\ncy,2026-10-01,0\n总计,2026-10-01,1\n"
    )
    assert case.people() == ["ann"]
