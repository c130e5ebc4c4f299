"""Points in time as exports write them, and the clocks of zones."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_cli.intake.cells.moments import Stamp, day_signs, read_stamp
from kpi_cli.intake.cells.texts import Sign
from kpi_cli.intake.cells.zones import abbreviated, to_local, to_utc

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def micros(*parts: int) -> int:
    return (datetime(*parts, tzinfo=UTC) - EPOCH) // MICROSECOND  # type: ignore[arg-type, misc] # year to microsecond


@pytest.mark.parametrize(
    ("cell", "when", "offset"),
    [
        ("2024-11-23 03:01:00", (2024, 11, 23, 3, 1), None),
        ("2026/1/5 9:03", (2026, 1, 5, 9, 3), None),
        ("2026.1.5", (2026, 1, 5), None),
        ("20260105", (2026, 1, 5), None),
        ("2026年1月5日 9:03", (2026, 1, 5, 9, 3), None),
        ("2026年1月5日 下午 3:04", (2026, 1, 5, 15, 4), None),
        ("29-02-2016 01:16", (2016, 2, 29, 1, 16), None),
        ("01.02.2021", (2021, 2, 1), None),
        ("13/01/2025 16:48", (2025, 1, 13, 16, 48), None),
        ("3/17/2025 6:04", (2025, 3, 17, 6, 4), None),
        ("3/17/2025 6:04 PM", (2025, 3, 17, 18, 4), None),
        ("05/05/2025 12:00 AM", (2025, 5, 5), None),
        ("19/Jan/26 12:47 PM", (2026, 1, 19, 12, 47), None),
        ("19/ene/26 12:47 PM", (2026, 1, 19, 12, 47), None),
        ("31-Aug-23", (2023, 8, 31), None),
        ("Jan 19, 2026, 10:15 AM", (2026, 1, 19, 10, 15), None),
        ("19 January 2026 10:15", (2026, 1, 19, 10, 15), None),
        ("2010-01-13 08:40:25+02:00", (2010, 1, 13, 8, 40, 25), 7200),
        ("2010-01-13T08:40:25.5Z", (2010, 1, 13, 8, 40, 25, 500000), 0),
        ("2026-10-31 23:59:59.9999999", (2026, 10, 31, 23, 59, 59, 999999), None),
        ("2025-09-25 10:03:22 CDT", (2025, 9, 25, 10, 3, 22), "CDT"),
        ("2026-04-20至2026-04-20", (2026, 4, 20), None),
        ("2026/4/20 ～ 2026/4/20", (2026, 4, 20), None),
        ("13/04/2026 9:00 to 13/04/2026 17:30", (2026, 4, 13, 9), None),
    ],
)
def test_moments(cell: str, when: tuple[int, ...], offset: int | str | None) -> None:
    assert read_stamp(cell) == Stamp(micros(*when), offset)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-02-30",
        "13/13/2026",
        "2026-10-01 24:00",
        "2026-10-01 9:60",
        "1/2/26",
        "Apr 14, 10:15 AM",
        "12:00",
        "1645545600",
        "03/04/2026",
        "yesterday",
        "2026-10-01 13:00 PM",
        "2026-10-01 0:30 AM",
        "0000-01-01",
        "19/Foo/26",
        "2026-04-24~2026-04-25",
        "2026-04-25至2026-04-24",
        "2026-04-25至",
        "2026-04-25至2026-04-31",
        "2026-04-25 to today",
    ],
)
def test_no_moments(cell: str) -> None:
    assert read_stamp(cell) is None


def test_the_column_tells_day_from_month() -> None:
    assert read_stamp("03/04/2026", day_first=True) == Stamp(micros(2026, 4, 3))
    assert read_stamp("03/04/2026", day_first=False) == Stamp(micros(2026, 3, 4))
    assert day_signs("03/04/2026 9:00") == Sign.DAY_OPEN
    assert day_signs("13/04/2026 9:00") == Sign.DAY_FIRST
    assert day_signs("03/14/2026") == Sign.MONTH_FIRST
    assert day_signs("04/04/2026") == Sign.NOTHING
    assert day_signs("13/14/2026") == Sign.NOTHING
    assert day_signs("2026-03-04") == Sign.NOTHING
    assert day_signs("03.04.2026") == Sign.NOTHING


def test_formats_win() -> None:
    assert read_stamp("03/04/26", written="%m/%d/%y") == Stamp(micros(2026, 3, 4))
    assert read_stamp("2026-10-05T09:00+0800", written="%Y-%m-%dT%H:%M%z") == Stamp(micros(2026, 10, 5, 9), 28800)
    assert read_stamp("2026-10-05", written="%d/%m/%Y") is None
    assert read_stamp("1645545600", written="epoch") == Stamp(1645545600 * 10**6, 0)
    assert read_stamp("1645545600.5", written="epoch") == Stamp(1645545600500000, 0)


ZONES = st.sampled_from(
    [
        "UTC",
        "Asia/Shanghai",
        "America/New_York",
        "Europe/London",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
        "Asia/Kathmandu",
    ]
)
READINGS = st.one_of(st.integers(-(10**15), 3 * 10**15), st.integers(-6 * 10**16, 25 * 10**16))


@given(ZONES, st.lists(READINGS, max_size=8))
def test_zones_agree_with_the_standard_library(zone: str, readings: list[int]) -> None:
    clock = ZoneInfo(zone)
    moments = [(EPOCH + reading * MICROSECOND).replace(tzinfo=clock) for reading in readings]
    instants = to_utc(np.array(readings, dtype=np.int64), zone)
    assert instants.tolist() == [(moment - EPOCH) // MICROSECOND for moment in moments]
    shown = [moment.astimezone(UTC).astimezone(clock).replace(tzinfo=UTC) for moment in moments]
    assert to_local(instants, zone).tolist() == [(moment - EPOCH) // MICROSECOND for moment in shown]


def test_changes_of_clocks() -> None:
    twice, skipped = micros(2026, 11, 1, 1, 30), micros(2026, 3, 8, 2, 30)
    instants = to_utc(np.array([twice, skipped]), "America/New_York")
    assert instants.tolist() == [micros(2026, 11, 1, 5, 30), micros(2026, 3, 8, 7, 30)]  # the first 1:30; 3:30 EDT
    assert to_local(instants, "America/New_York").tolist() == [twice, micros(2026, 3, 8, 3, 30)]


def test_short_names_of_the_own_zone() -> None:
    reading = micros(2026, 11, 1, 1, 30)
    assert abbreviated(reading, "EDT", "America/New_York") == micros(2026, 11, 1, 5, 30)
    assert abbreviated(reading, "EST", "America/New_York") == micros(2026, 11, 1, 6, 30)
    assert abbreviated(reading, "CST", "America/New_York") is None
    assert abbreviated(reading, "CST", "Asia/Shanghai") == micros(2026, 10, 31, 17, 30)
