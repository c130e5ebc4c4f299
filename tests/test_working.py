"""Opening time, against a count of real minutes by the clock on the wall, and by its laws."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_calendars import DAYTIME, EPOCH, NIGHT, WHOLE_DAY, WORKWEEK, calendar, moments, worked

from kpi_cli.calendars import OpeningHours, opening_hours
from kpi_cli.scheme.compiled import Calendar

MINUTE = timedelta(minutes=1)

# ---- a count of real minutes ----------------------------------------------------------------------------------

# the notice of the State Council's office of 4 November 2025
SPRING_FESTIVAL = {date(2026, 2, day) for day in range(15, 24)}
MADE_UP = {date(2026, 2, 14), date(2026, 2, 28)}


def every_day(_: date) -> bool:
    return True


def workday(day: date) -> bool:
    return day.isoweekday() <= 5


def chinese_workday(day: date) -> bool:
    return (workday(day) and day not in SPRING_FESTIVAL) or day in MADE_UP


def chinese_shop_day(day: date) -> bool:
    return day not in SPRING_FESTIVAL


def not_easter_week(day: date) -> bool:
    return not date(2026, 3, 28) <= day <= date(2026, 3, 30)


@dataclass(frozen=True)
class Case:
    zone: str
    first: date
    days: int
    calendar: Calendar
    is_open_day: Callable[[date], bool]

    def is_open(self, minute: datetime) -> bool:
        """What somebody in front of the clock on the wall would say during this minute."""
        wall = minute.astimezone(ZoneInfo(self.zone))
        today, now = wall.date(), wall.time()
        for opening, closing in self.calendar.hours:
            over_midnight = closing <= opening
            if self.is_open_day(today) and opening <= now and (now < closing or over_midnight):
                return True
            if self.is_open_day(today - timedelta(days=1)) and over_midnight and now < closing:
                return True
        return False

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time(0), UTC)


CASES = {
    "spring festival, office": Case(
        "Asia/Shanghai", date(2026, 2, 9), 24, calendar(DAYTIME, WORKWEEK, "CN"), chinese_workday
    ),
    "spring festival, shop": Case(
        "Asia/Shanghai", date(2026, 2, 9), 24, calendar(((time(9), time(23)),), holidays="CN"), chinese_shop_day
    ),
    "spring festival, nights": Case(
        "Asia/Shanghai", date(2026, 2, 9), 24, calendar(NIGHT, WORKWEEK, "CN"), chinese_workday
    ),
    "summer time begins": Case(
        "Europe/Berlin", date(2026, 3, 26), 8, calendar(((time(1, 30), time(6, 15)), (time(8), time(12)))), every_day
    ),
    "summer time begins, in the gap": Case(
        "Europe/Berlin", date(2026, 3, 26), 8, calendar(((time(2, 20), time(2, 40)), (time(2, 50), time(4)))), every_day
    ),
    "summer time begins, closed": Case(
        "Europe/Berlin",
        date(2026, 3, 25),
        10,
        calendar(WHOLE_DAY, exclude=((date(2026, 3, 28), date(2026, 3, 30)),)),
        not_easter_week,
    ),
    "summer time ends": Case("Europe/Berlin", date(2026, 10, 22), 8, calendar(WHOLE_DAY, WORKWEEK), workday),
    "summer time ends, in the hour twice": Case(
        "Europe/Berlin", date(2026, 10, 22), 8, calendar(((time(2, 30), time(5)),)), every_day
    ),
    "nights, summer time begins": Case("Europe/Berlin", date(2026, 3, 26), 8, calendar(NIGHT, WORKWEEK), workday),
    "nights, summer time ends": Case("Europe/Berlin", date(2026, 10, 22), 8, calendar(NIGHT), every_day),
    "clocks change at midnight": Case("Africa/Cairo", date(2026, 10, 27), 6, calendar(NIGHT, WORKWEEK), workday),
    "windows inside another": Case(
        "Asia/Shanghai",
        date(2026, 3, 5),
        4,
        calendar(((time(8), time(14)), (time(9), time(10)), (time(11), time(12)))),
        every_day,
    ),
    "windows that overlap": Case(
        "America/New_York",
        date(2026, 3, 5),
        8,
        calendar(((time(8), time(12)), (time(10), time(13, 5)), (time(22), time(9)))),
        every_day,
    ),
}


@lru_cache
def open_minutes(name: str) -> tuple[int, ...]:
    """How many minutes were open before each minute of the case, counted one by one."""
    case = CASES[name]
    minutes = (case.is_open(case.start + number * MINUTE) for number in range(case.days * 1440))
    return tuple(accumulate(minutes, initial=0))


@pytest.mark.parametrize("name", CASES)
@given(data=st.data())
def test_agrees_with_a_count_of_minutes(name: str, data: st.DataObject) -> None:
    case, counted = CASES[name], open_minutes(name)
    minute = st.integers(0, case.days * 1440)
    pairs = data.draw(st.lists(st.tuples(minute, minute), min_size=1, max_size=30))
    starts, ends = ([case.start + pair[side] * MINUTE for pair in pairs] for side in (0, 1))
    found = opening_hours(case.calendar, case.zone).between(moments(starts), moments(ends))
    assert found.fractions() == [60 * (counted[end] - counted[start]) for start, end in pairs]


@pytest.mark.parametrize("name", CASES)
def test_agrees_with_the_count_in_every_minute(name: str) -> None:
    case, counted = CASES[name], open_minutes(name)
    assert 0 < counted[-1] < case.days * 1440
    ends = [case.start + number * MINUTE for number in range(case.days * 1440 + 1)]
    found = opening_hours(case.calendar, case.zone).between(moments([case.start] * len(ends)), moments(ends))
    assert found.fractions() == [60 * minutes for minutes in counted]


# ---- laws -----------------------------------------------------------------------------------------------------

seconds_of_day = st.integers(0, 86_399).map(lambda second: (EPOCH + timedelta(seconds=second)).time())
windows = st.lists(st.tuples(seconds_of_day, seconds_of_day | st.just(time.max)), min_size=1, max_size=3)
zones = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Africa/Cairo"])
shops = st.builds(
    opening_hours,
    st.builds(
        calendar,
        windows.map(tuple),
        st.frozensets(st.integers(1, 7)),
        st.sampled_from([None, "CN", "DE-BE"]),
        st.lists(st.dates(date(2025, 1, 1), date(2027, 1, 1)), max_size=3).map(
            lambda found: tuple(zip(found, found, strict=True))
        ),
    ),
    zones,
)
instants = st.datetimes(datetime(2025, 3, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


@given(shops, instants, instants, instants)
def test_time_adds_up(shop: OpeningHours, start: datetime, middle: datetime, end: datetime) -> None:
    assert worked(shop, start, end) == worked(shop, start, middle) + worked(shop, middle, end)
    assert worked(shop, start, end) == -worked(shop, end, start)


@given(shops, st.lists(instants, min_size=2, max_size=6))
def test_never_more_than_elapsed_and_never_less_later(shop: OpeningHours, given_instants: list[datetime]) -> None:
    start, *later = sorted(given_instants)
    found = [worked(shop, start, end) for end in later]
    assert found == sorted(found)
    for seconds, end in zip(found, later, strict=True):
        assert 0 <= seconds <= Fraction((end - start) // timedelta(microseconds=1), 1_000_000)


@given(zones, st.lists(seconds_of_day, min_size=2, max_size=2, unique=True), instants, instants)
def test_by_day_and_by_night_is_around_the_clock(zone: str, edges: list[time], start: datetime, end: datetime) -> None:
    first, second = edges
    day, night = (opening_hours(calendar((window,)), zone) for window in ((first, second), (second, first)))
    elapsed = Fraction((end - start) // timedelta(microseconds=1), 1_000_000)
    assert worked(day, start, end) + worked(night, start, end) == elapsed


@given(shops, st.lists(st.tuples(instants, instants), min_size=1, max_size=8))
def test_rows_together_or_one_by_one(shop: OpeningHours, pairs: list[tuple[datetime, datetime]]) -> None:
    starts, ends = ([pair[side] for pair in pairs] for side in (0, 1))
    together = opening_hours(shop.calendar, shop.timezone).between(moments(starts), moments(ends)).fractions()
    assert together == [worked(shop, start, end) for start, end in pairs]
