"""Opening time worked out by hand to the second, the days that are open, and `working` in a formula."""

import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

import numpy as np
import pytest
from conftest import ROOT
from made_calendars import (
    ALL_DAYS,
    DAYTIME,
    EPOCH,
    HOUR,
    NIGHT,
    SPAN,
    WHOLE_DAY,
    WORKWEEK,
    Hours,
    calendar,
    clock,
    moments,
    worked,
)

from kpi_cli.calendars import open_days, opening_hours
from kpi_cli.expressions import Table
from kpi_cli.problems import Exit, KpiError
from kpi_cli.scheme.compiled import Calendar
from kpi_cli.scheme.formula import tree


@pytest.mark.parametrize(
    ("start", "end", "seconds"),
    [
        ("2026-10-14T09:00:00", "2026-10-14T09:00:01", 1),
        ("2026-10-14T17:59:30", "2026-10-15T09:00:45", 75),
        ("2026-10-16T17:59:30", "2026-10-19T09:00:45", 75),  # Friday to Monday
        ("2026-10-14T08:59:59.75", "2026-10-14T09:00:00.000001", Fraction(1, 1_000_000)),
        ("2026-10-14T12:00:00.25", "2026-10-14T12:00:01", Fraction(3, 4)),
        ("2026-10-14T18:00:00", "2026-10-15T09:00:00", 0),
        ("2026-10-17T00:00:00", "2026-10-18T23:59:59", 0),  # a weekend
        ("2026-10-12T00:00:00", "2026-10-19T00:00:00", 45 * HOUR),
        ("2026-10-15T09:00:45", "2026-10-14T17:59:30", -75),  # the end before the start
        ("2026-10-14T12:00:00", "2026-10-14T12:00:00", 0),
    ],
)
def test_seconds_of_an_office_week(start: str, end: str, seconds: Fraction | int) -> None:
    office = opening_hours(calendar(DAYTIME, WORKWEEK), "Asia/Shanghai")
    assert worked(office, *clock("Asia/Shanghai", start, end)) == seconds


@pytest.mark.parametrize(
    ("days", "start", "end", "hours"),
    [
        # Friday's last hour, the make-up Saturday, the first hour of Tuesday the 24th
        (WORKWEEK, "2026-02-13T17:00", "2026-02-24T10:00", 1 + 9 + 1),
        (WORKWEEK, "2026-02-27T17:00", "2026-03-02T10:00", 1 + 9 + 1),
        (ALL_DAYS, "2026-02-13T17:00", "2026-02-24T10:00", 1 + 9 + 1),
        (WORKWEEK, "2026-10-09T17:00", "2026-10-12T10:00", 1 + 9 + 1),
        (ALL_DAYS, "2026-10-01T00:00", "2026-10-08T00:00", 0),
    ],
)
def test_spring_festival_and_national_day(days: frozenset[int], start: str, end: str, hours: int) -> None:
    shop = opening_hours(calendar(DAYTIME, days, "CN"), "Asia/Shanghai")
    assert worked(shop, *clock("Asia/Shanghai", start, end)) == hours * HOUR


@pytest.mark.parametrize(
    ("hours", "start", "end", "open_hours"),
    [
        (WHOLE_DAY, "2026-03-29T00:00", "2026-03-30T00:00", 23),
        (WHOLE_DAY, "2026-10-25T00:00", "2026-10-26T00:00", 25),
        (((time(22), time(6)),), "2026-03-28T12:00", "2026-03-29T12:00", 7),
        (((time(22), time(6)),), "2026-10-24T12:00", "2026-10-25T12:00", 9),
        (((time(2), time(3)),), "2026-03-29T00:00", "2026-03-30T00:00", 0),  # the hour that is skipped
        (((time(2), time(3)),), "2026-10-25T00:00", "2026-10-26T00:00", 2),  # the hour that comes twice
        # 02:30 to 03:00, then the clock goes back to 02:00, then 02:30 to 05:00
        (((time(2, 30), time(5)),), "2026-10-25T00:00", "2026-10-26T00:00", 3),
    ],
)
def test_changes_of_the_clock(hours: Hours, start: str, end: str, open_hours: int) -> None:
    shop = opening_hours(calendar(hours), "Europe/Berlin")
    assert worked(shop, *clock("Europe/Berlin", start, end)) == open_hours * HOUR


def test_a_window_over_midnight_belongs_to_the_day_it_starts_on() -> None:
    fridays = opening_hours(calendar(NIGHT, frozenset({5})), "Asia/Shanghai")
    night = clock("Asia/Shanghai", "2026-10-16T00:00", "2026-10-16T23:00", "2026-10-17T00:00", "2026-10-18T00:00")
    assert [worked(fridays, night[0], end) for end in night[1:]] == [0, HOUR, 10 * HOUR]


def test_closed_days_win_over_make_up_workdays() -> None:
    closed = ((date(2026, 2, 14), date(2026, 2, 14)),)
    shop = opening_hours(calendar(DAYTIME, ALL_DAYS, "CN", closed), "Asia/Shanghai")
    assert worked(shop, *clock("Asia/Shanghai", "2026-02-13T18:00", "2026-02-24T09:00")) == 0


def test_missing_where_either_moment_is() -> None:
    noon, one = clock("Asia/Shanghai", "2026-10-14T12:00", "2026-10-14T13:00")
    shop = opening_hours(calendar(), "Asia/Shanghai")
    found = shop.between(moments([noon, None, noon, None]), moments([one, one, None, None]))
    assert found.fractions() == [HOUR, None, None, None]
    assert shop.between(moments([None]), moments([noon])).fractions() == [None]
    assert shop.between(moments([]), moments([])).fractions() == []


def test_centuries() -> None:
    """400 Gregorian years are 20871 whole weeks."""
    start, end = (datetime(year, 1, 1, tzinfo=UTC) for year in (1800, 2200))
    assert worked(opening_hours(calendar(WHOLE_DAY), "UTC"), start, end) == 20871 * 7 * 24 * HOUR
    assert worked(opening_hours(calendar(DAYTIME, WORKWEEK), "UTC"), start, end) == 20871 * 5 * 9 * HOUR


@pytest.mark.parametrize(("hours", "first_hour", "opened"), [(NIGHT, 0, 1), (((time(5), time(8)),), 20, 3)])
def test_every_day_may_be_the_first_or_last_of_the_data(hours: Hours, first_hour: int, opened: int) -> None:
    """UTC 00 to 04 is 08 to 12 in Shanghai; UTC 20 to 24 is 04 to 08 of the next day."""
    for day in range(20_000, 20_400):
        start = EPOCH + timedelta(days=day, hours=first_hour)
        end = start + timedelta(hours=4, seconds=-1)
        found = worked(opening_hours(calendar(hours), "Asia/Shanghai"), start, end)
        assert found == opened * HOUR - (1 if first_hour else 0)


def test_what_is_laid_out_grows_with_the_data() -> None:
    shop = opening_hours(calendar(DAYTIME, WORKWEEK), "UTC")
    for year in (2026, 2010, 2040, 2026):
        monday = min(date(year, 1, day) for day in range(1, 8) if date(year, 1, day).isoweekday() == 1)
        start = datetime.combine(monday, time(0), UTC)
        assert worked(shop, start, start + timedelta(days=7)) == 45 * HOUR


# ---- which days are open --------------------------------------------------------------------------------------


def days(*ranges: tuple[str, str]) -> list[str]:
    found = []
    for first, last in ranges:
        start, end = date.fromisoformat(first), date.fromisoformat(last)
        found += [str(start + timedelta(days=step)) for step in range((end - start).days + 1)]
    return found


BREAKS = {
    2025: days(
        ("2025-01-01", "2025-01-01"),
        ("2025-01-28", "2025-02-04"),
        ("2025-04-04", "2025-04-06"),
        ("2025-05-01", "2025-05-05"),
        ("2025-05-31", "2025-06-02"),
        ("2025-10-01", "2025-10-08"),
    ),
    2026: days(
        ("2026-01-01", "2026-01-03"),
        ("2026-02-15", "2026-02-23"),
        ("2026-04-04", "2026-04-06"),
        ("2026-05-01", "2026-05-05"),
        ("2026-06-19", "2026-06-21"),
        ("2026-09-25", "2026-09-27"),
        ("2026-10-01", "2026-10-07"),
    ),
}
MAKE_UP_DAYS = {
    2025: ["2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"],
    2026: ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"],
}


def opened_in(year: int, chosen: Calendar) -> set[str]:
    first, last = (date(year, 1, 1) - EPOCH.date()).days, (date(year, 12, 31) - EPOCH.date()).days
    return {
        str(EPOCH.date() + timedelta(days=first + int(day))) for day in np.flatnonzero(open_days(chosen, first, last))
    }


@pytest.mark.parametrize("year", BREAKS)
def test_chinese_breaks_and_make_up_workdays_are_those_of_the_notices(year: int) -> None:
    every = days((f"{year}-01-01", f"{year}-12-31"))
    assert sorted(set(every) - opened_in(year, calendar(holidays="CN"))) == BREAKS[year]
    weekends = calendar(days=frozenset(), holidays="CN")
    assert sorted(opened_in(year, weekends)) == MAKE_UP_DAYS[year]


def test_a_saturday_after_good_friday_is_no_german_holiday() -> None:
    opened = opened_in(2026, calendar(holidays="DE"))
    assert {"2026-04-03", "2026-04-04", "2026-04-05", "2026-04-06"} & opened == {"2026-04-04", "2026-04-05"}


@pytest.mark.parametrize(("country", "is_open"), [("DE", True), ("DE-BE", False)])
def test_a_part_of_a_country_has_holidays_of_its_own(country: str, *, is_open: bool) -> None:
    assert ("2024-03-08" in opened_in(2024, calendar(holidays=country))) is is_open


@pytest.mark.parametrize("country", ["XX", "DE-XX", "China"])
def test_a_country_nobody_knows_is_an_error_of_the_scheme(country: str) -> None:
    with pytest.raises(KpiError) as caught:
        opening_hours(calendar(holidays=country), "UTC")
    (problem,) = caught.value.problems
    assert (problem.code, problem.span, caught.value.exit_code) == ("unknown-country", SPAN, Exit.USAGE)
    assert f"`{country}`" in problem.message


def test_the_package_of_holidays_is_read_only_by_who_needs_it() -> None:
    program = "import sys, kpi_cli.expressions; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


# ---- in a formula ---------------------------------------------------------------------------------------------


def moment(name: str) -> tree.Column:
    return tree.Column("tickets", name, tree.Kind.MOMENT)


def test_working_in_an_expression() -> None:
    opened, closed = clock("Asia/Shanghai", "2026-10-14T17:59:30", "2026-10-15T09:00:45")
    columns = {"opened": moments([opened, None]), "closed": moments([closed, closed])}
    calendars = {"shop": opening_hours(calendar(), "Asia/Shanghai")}
    expression = tree.Working(moment("opened"), moment("closed"), "shop")
    assert Table(columns, 2, calendars).numbers(expression).fractions() == [75, None]
